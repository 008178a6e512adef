# SPDX-License-Identifier: GPL-2.0-only
"""Guests of a real KVM, nested in QEMU: the host is Linux with the VMM of tests/kvm as
its init, and the guest in its initramfs."""

import os
import shutil
import subprocess

from boottest import Failure, layout, machine

from . import guest, initrd, once

OUT = os.path.join(guest.BUILD, "tests", "kvm")
# host: its kernel, for tests/kernels/get
HOSTS = {"broken": "6.1-host-broken", "nochain": "6.1-host-nochain", "control": "6.1-stock"}

# The guest's RAM; vmm.h and guest-dts have the same base.
DTB = 0x40000000
KERNEL = 0x40200000
INITRD = 0x48000000

# MiB of the host, with the guest's in it
HOST_MEM = 2048


@once
def host_kernel(name):
    """The Image of a host's kernel."""
    try:
        return guest.image(HOSTS[name])
    except Failure:
        raise Failure(8, f"cannot build the {name} host's kernel: see above")


@once
def vmm():
    for tool in ("dtc", "cpio"):
        if not shutil.which(tool):
            raise Failure(4, f"{tool} is not installed: scripts/deps kernel guest installs it")
    return layout.made("tests/kvm", os.path.join(OUT, "vmm"))


class Machine(machine.Machine):
    """A guest of a KVM.  host: of HOSTS; vhe: the host runs KVM in VHE mode; pmu: the VMM
    gives the guest one; the rest as machine.Machine has it."""

    def __init__(self, host, image, initrd_file, smp=1, mem=512, append="", pmu=True, vhe=False):
        # guest time is instructions executed: the host's timer must not outrun the guest
        super().__init__(None, guest.part("qemu"), None, smp=smp, mem=mem, image=image,
                         initrd=initrd_file, append=append, icount=True)
        self.host = host
        self.pmu = pmu
        self.vhe = vhe
        self._kernel = host_kernel(host)
        self._vmm = vmm()
        self._stage = None

    def __str__(self):
        return f"host={self.host} smp={self.smp}"

    def command(self):
        """QEMU's command line.  loglevel=1: the VMM shows what of the host's log matters,
        in its place."""
        mode = "" if self.vhe else " kvm-arm.mode=nvhe"
        return self.bare(HOST_MEM) + [
            "-no-reboot", "-kernel", self._kernel, "-initrd", os.path.join(self._stage, "initrd"),
            "-append", f"console=ttyAMA0 loglevel=1 panic=-1 nokaslr{mode}"]

    def device_tree(self, path):
        """Writes the guest's device tree to PATH."""
        end = INITRD + os.path.getsize(self.initrd)
        append = "console=ttyAMA0 earlycon panic=-1"
        source = subprocess.run(
            [os.path.join(guest.TOP, "tests/kvm/guest-dts"), str(self.smp), str(self.mem), str(int(self.pmu)),
             hex(INITRD), hex(end), append + (" " + self.append if self.append else "")],
            stdout=subprocess.PIPE, check=True).stdout
        if subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", path], input=source).returncode:
            raise Failure(8, "dtc does not make the guest's device tree")

    def stage(self, stage):
        """Makes the host's initramfs, with what the VMM loads into the guest, in STAGE."""
        self._stage = stage
        dtb, config = (os.path.join(stage, name) for name in ("dtb", "config"))
        self.device_tree(dtb)
        with open(config, "w") as file:
            print(f"cpus {self.smp}", f"mem {self.mem}", f"pmu {int(self.pmu)}",
                  f"load {DTB:#x} /guest/dtb", f"load {KERNEL:#x} /guest/kernel",
                  f"load {INITRD:#x} /guest/initrd", f"entry {KERNEL:#x}", f"arg {DTB:#x}", sep="\n", file=file)
        initrd.with_files(os.path.join(stage, "initrd"), None, {
            "init": self._vmm, "dev": None, "guest/dtb": dtb, "guest/config": config,
            "guest/kernel": self.image, "guest/initrd": self.initrd})

    def boot(self, until, timeout, log, progress=None):
        """As machine.Machine's.  The host switches itself off when the guest has ended."""
        stage = log + ".stage"
        shutil.rmtree(stage, ignore_errors=True)
        os.mkdir(stage)
        try:
            self.stage(stage)
            return super().boot(until, timeout, log, progress)
        finally:
            shutil.rmtree(stage)
