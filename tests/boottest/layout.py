# SPDX-License-Identifier: GPL-2.0-only
"""Where the monitor, the initramfs and the firmware are.

In a clone the first two are built when they are asked for; as a package they are
files beside this one.
"""

import fcntl
import os
import platform
import re
import shutil
import subprocess
import tempfile

from . import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
IN_CLONE = os.path.exists(os.path.join(TOP, "tests", "host", "Makefile"))

# where distributions put EDK2 for arm64
FIRMWARES = (
    "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",
    "/usr/share/edk2/aarch64/QEMU_EFI.fd",
    "/usr/share/AAVMF/AAVMF_CODE.fd",
    "/usr/share/qemu/edk2-aarch64-code.fd",
    "/usr/share/qemu/qemu-uefi-aarch64.bin",
)
QEMU_MINIMUM = (7, 2)

# what to install: as the clone's scripts/deps does, or as a package says it
DEPS = "scripts/deps guest" if IN_CLONE else \
    "the package qemu-system-arm or qemu-system-aarch64"
DEPS_EDK2 = "scripts/deps guest" if IN_CLONE else \
    "the package qemu-efi-aarch64 or edk2-aarch64"


def build_dir():
    """The clone's build directory."""
    return os.environ.get("BUILD") or os.path.join(TOP, "build")


def cross():
    """What the names of the compiler and its tools for arm64 begin with."""
    named = os.environ.get("CROSS_COMPILE")
    if named is not None:
        return named
    return "" if platform.machine() == "aarch64" else "aarch64-linux-gnu-"


def made(folder, path):
    """Builds PATH by FOLDER's Makefile, one process at a time.  Without a compiler that is
    status 4, a skip; a build that fails is never one."""
    if not shutil.which(cross() + "gcc"):
        raise Failure(4, f"{cross()}gcc is not installed: "
                      "scripts/deps kernel guest tool installs it")
    os.makedirs(build_dir(), exist_ok=True)
    with open(os.path.join(build_dir(), ".boot-guest.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(["make", "-s", "-C", os.path.join(TOP, folder),
                               "BUILD=" + build_dir()], stdout=2)
    if done.returncode or not os.path.exists(path):
        raise Failure(8, f"cannot build {os.path.relpath(path, TOP)}, see above")
    return path


def part(folder, name):
    """The monitor or the initramfs: NAME, which FOLDER's Makefile makes in a clone."""
    if IN_CLONE:
        return made(folder, os.path.join(build_dir(), folder, name))
    path = os.path.join(HERE, name)
    if not os.path.exists(path):
        raise Failure(4, f"{path} is missing: the package is not whole")
    return path


def monitor():
    return part("tests/host", "monitor.bin")


def initramfs():
    return part("tests/guest", "initrd.cpio.gz")


def qemu():
    """QEMU's program, recent enough."""
    program = os.environ.get("QEMU") or "qemu-system-aarch64"
    if not shutil.which(program):
        raise Failure(4, f"{program} is not installed; {DEPS} installs it")
    said = subprocess.run([program, "--version"], stdout=subprocess.PIPE,
                          universal_newlines=True).stdout
    found = re.search(r"version (\d+)\.(\d+)", said)
    if not found or tuple(map(int, found.groups())) < QEMU_MINIMUM:
        version = ".".join(found.groups()) if found else "unknown"
        raise Failure(6, f"{program} is version {version}; "
                      "7.2 is the first whose -cpu max has PMUv3p5")
    return program


def firmware():
    """EDK2's file."""
    named = os.environ.get("QEMU_EFI")
    for path in [named] if named else FIRMWARES:
        if os.access(path, os.R_OK):
            return path
    raise Failure(4, f"cannot read QEMU_EFI={named}" if named else
                  "no EDK2 for arm64 is installed; " + DEPS_EDK2 + " installs it")


class Scratch:
    """The folder for logs and unpacked kernels: the clone's, or a temporary one."""

    def __init__(self):
        self._dir = None

    def path(self, name):
        if self._dir is None:
            if IN_CLONE:
                self._dir = os.path.join(build_dir(), "tests", "boot-guest")
                os.makedirs(self._dir, exist_ok=True)
            else:
                self._dir = tempfile.mkdtemp(prefix="nopmmir-boot-test.")
        return os.path.join(self._dir, name)
