# SPDX-License-Identifier: GPL-2.0-only
"""The same kernel on the same host with the kernel patch and with the module: the same PMU.

  host, firmware   as boot-guest takes them
  long             how the guest finds a `long` event: 1 right, refused not opened

Deterministic (boot-guest --icount), so that instructions are counted too.
"""

import os
import re

from . import Kind, Outcome, guest, modules

# what the guest says of its PMU, but for the counts themselves
FACT = re.compile(r"guest: (?:event_source|pmu|pmu_type|slots|[a-z0-9_]*_ok|user_index|el0_sigill|hotplug"
                  r"|warnings|cpus|kprobes)=")
PATCHED, STOCK = "6.12-patched", "6.12-stock"
SMP = 2


def facts(seen):
    return list(filter(FACT.match, seen.log.lines))


def differing(patch, module):
    """What two guests say of their PMUs that is not the same."""
    got, want = facts(module), facts(patch)
    wrong = [f"the module: {line}" for line in got if line not in want]
    wrong += [f"the patch: {line}" for line in want if line not in got]
    return wrong if got or want else ["the guest said nothing of its PMU"]


class Compare(Kind):
    COLUMNS = "host firmware long".split()
    CHOICES = dict(guest.CHOICES, long=("1", "refused"))

    def wanted(self, cell):
        return ["cycles_ok=1", "instructions_ok=1", "sampling_ok=1", "event_sampling_ok=1",
                f"long_ok={cell.long}", "hotplug_ok=1"]

    def claims(self, cell):
        texts = ["boots with the patch", "boots with the module", "the same PMU, with the same abilities"]
        return [f"{text} ({cell.host}, {cell.firmware})" for text in texts + self.wanted(cell)]

    def needs(self, cell):
        guest.kernel(PATCHED)
        modules.loading(STOCK)

    def boot(self, cell, kernel, how, append):
        log = os.path.join(self.work, f"{how}-{cell.host}-{cell.firmware}.log")
        # the same initramfs with both: where its files lie must not make a difference
        return log, guest.boot(kernel, log, host=cell.host, firmware=cell.firmware, smp=SMP, icount=True,
                               initrd=modules.loading(STOCK), append=f"rdinit=/load {append}")

    def run(self, cell):
        patch_log, patch = self.boot(cell, PATCHED, "patch", "arm_pmu.nopmmir")
        module_log, module = self.boot(cell, STOCK, "module", f"{modules.BLACKLIST} LOAD=/nopmmir.ko")
        return [Outcome(patch.wrong, log=patch_log), Outcome(module.wrong, log=module_log),
                Outcome(differing(patch, module), log=module_log)] + \
            [Outcome(list(module.log.unsaid([fact])), log=module_log) for fact in self.wanted(cell)]
