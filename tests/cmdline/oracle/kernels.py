# SPDX-License-Identifier: GPL-2.0-only
"""kernels.py - stand-ins for kernel files, and what a command line does to them

The verdicts are known because the files were made to have them: minikernel.c.
"""

import hashlib
import re
import subprocess

STOCK = "initcall_blacklist=armv8_pmu_driver_init"
KINDS = {
    "affected": ["image", "read"],
    "patched": ["image", "read", "param"],
    "not": ["image"],
    "cut": ["image", "read", "cut"],
}
KEPT = 2047  # bytes: arch/arm64/include/uapi/asm/setup.h, COMMAND_LINE_SIZE less the NUL


class Kernels:
    """The files' contents by kind, and the kind of a file."""

    def __init__(self, minikernel):
        self.data = {k: subprocess.run([minikernel, *a], capture_output=True, check=True).stdout for k, a in KINDS.items()}
        self.data["junk"] = b"this is no kernel\n" * 99
        self.kinds = {hashlib.sha256(d).digest(): k for k, d in self.data.items()}

    def kind_of(self, data):
        return self.kinds.get(hashlib.sha256(data).digest(), "junk")

    def kind(self, path):
        """"affected"..., or None where no such file can be read."""
        try:
            with open(path, "rb") as f:
                return self.kind_of(f.read())
        except OSError:
            return None


def parameters(cmdline):
    """Yields what the kernel takes for parameters: lib/cmdline.c next_arg()
    up to "--" (kernel/params.c parse_args()), of the bytes it keeps."""
    line = cmdline.encode("utf-8", "surrogateescape")[:KEPT].decode("utf-8", "replace")
    for m in re.finditer(r'(?:"[^"]*(?:"|$)|[^\s"])+', line):
        if m[0] == "--":
            return
        yield m[0]


def blacklists(cmdline):
    """Does initcall_blacklist name the PMU driver's initcall?  init/main.c:
    '-' is as good as '_' in the name (parameqn()), a list has commas."""
    for word in parameters(cmdline):
        key, equals, value = word.strip('"').partition("=")
        if equals and key.replace("-", "_") == "initcall_blacklist" and \
                "armv8_pmu_driver_init" in value.strip('"').split(","):
            return True
    return False


def switches_on(cmdline):
    """Is arm_pmu.nopmmir true?  The last one counts (kernel/params.c); no value
    is true, others are kstrtobool()'s."""
    on = False
    for word in parameters(cmdline):
        key, equals, value = word.strip('"').partition("=")
        if key.replace("-", "_") == "arm_pmu.nopmmir":
            on = not equals or value[:1] in ("y", "Y", "t", "T", "1") or value[:2] in ("on", "ON", "On", "oN")
    return on
