# SPDX-License-Identifier: GPL-2.0-only
"""The host models of models.tbl."""

import collections
import os

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models.tbl")

# PMUv3p4: kernels read PMMIR_EL1 from this PMUVer on (Arm ARM, ID_AA64DFR0_EL1)
PMUVER_V3P4 = 5

Model = collections.namedtuple("Model", "name number pmuver pmmir")


def read():
    """The models by name, in the table's order."""
    models = collections.OrderedDict()
    with open(TABLE) as table:
        for line in table:
            if line.startswith("#") or not line.strip():
                continue
            name, number, pmuver, pmmir = line.split()
            models[name] = Model(name, None if number == "-" else int(number),
                                 int(pmuver), pmmir)
    return models


def panics(model, pmuver):
    """Whether a stock kernel panics there, by what the model shows and undefines; None
    where that is the kernel's to decide."""
    shown = model.pmuver if pmuver is None else pmuver
    # 15: an IMPLEMENTATION DEFINED PMU, which is none for the driver
    if model.pmmir == "reads" or not PMUVER_V3P4 <= shown < 15:
        return False
    return True if model.pmmir == "undefined" else None
