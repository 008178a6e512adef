# SPDX-License-Identifier: GPL-2.0-only
"""A virtual machine under a host model: QEMU's command line, and one boot of it."""

import os
import select
import signal
import socket
import subprocess
import threading
import time

from . import Failure, console, disk

RAM = 0x40000000
# tests/host/README.md, "The interface"
MONITOR_SIZE = 0x200000
CONFIG_MAGIC = 0x4e50
CONFIG_PMUVER = 1 << 8
CONFIG_FLASH = 1 << 9

# how long the counters may take after the verdict: of the whole time, and at most
GRACE_SHARE = 4
GRACE_SYSTEM = 60
# a system that is not far enough to see the power button is asked again
BUTTON_EVERY = 10

# QEMU's parent may be killed so that it can do nothing: then QEMU ends with it
PARENT_BOUND = ["setpriv", "--pdeathsig", "KILL"]

# QEMUs that must not outlive the program.  A signal may come while its own thread has
# the lock.
_running = set()
_running_lock = threading.RLock()
_stopping = threading.Event()


def stop_all():
    """No boot begins any more, and those under way end."""
    _stopping.set()
    with _running_lock:
        for process in _running:
            process.kill()


def stop_on_signals():
    """A program that is ended leaves no QEMU behind."""
    def end(signum, frame):
        stop_all()
        # the boots' threads would be waited for
        os._exit(130)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, end)


# A guest of a 4.19 KVM host has no pointer authentication, no SVE, no SME and no LPA2,
# whatever the machine has; emulating the four is a good part of what a boot costs.
CPU = "max,pauth=off,sve=off,sme=off,lpa2=off"


class Machine:
    """What is booted, and where.

    model: a models.Model; pmuver: what it is to show, or None; firmware: dt or uefi;
    image, initrd, append: a raw Image with its initramfs and command line; or
    disk, cdrom: disk.Disk or None.  qemu, monitor, bios: files.  seed: of what the
    machine gives its guest as random, KASLR's seed among it.  threads: each CPU is
    emulated in a thread of its own; by default only those of a whole system, which has
    work for them all.  A kernel boots on one CPU, for which the others' threads wait:
    with 4 CPUs that costs a third more of the processors' time, with 16 twice as much.
    """

    def __init__(self, model, qemu, monitor, firmware="dt", bios=None, pmuver=None, smp=1,
                 mem=512, image=None, initrd=None, append="", disk=None, cdrom=None,
                 icount=False, seed=None, threads=None):
        self.model = model
        self.qemu = qemu
        self.monitor = monitor
        self.firmware = firmware
        self.bios = bios
        self.pmuver = pmuver
        self.smp = smp
        self.mem = mem
        self.image = image
        self.initrd = initrd
        self.append = append
        self.disk = disk
        self.cdrom = cdrom
        self.icount = icount
        self.seed = seed
        self.threads = not image if threads is None else threads
        # a guest of ours that is told to boots twice; a system may want to
        self.boots_wanted = 2 if "guest.reboot" in append.split() else 1
        # a panic that is asked for; the kernel behind it is judged
        self.kdump = "guest.kdump" in append.split()

    def __str__(self):
        """Where it is booted."""
        shown = self.model.pmuver if self.pmuver is None else self.pmuver
        return f"host={self.model.name} pmuver={shown} firmware={self.firmware} smp={self.smp}"

    def bare(self, mem):
        """QEMU's command line for a machine with EL2 and MEM MiB of RAM, and nothing in it."""
        return [self.qemu, "-machine", "virt,virtualization=on,gic-version=3",
                "-cpu", CPU, "-accel", "tcg" if self.threads else "tcg,thread=single",
                "-smp", str(self.smp), "-m", str(mem),
                "-nodefaults", "-display", "none", "-serial", "stdio"] + \
            (["-icount", "shift=0,sleep=off"] if self.icount else [])

    def command(self):
        """QEMU's command line."""
        args = self.bare(self.mem)
        if self.model.number is not None:
            base = RAM + self.mem * 0x100000 - MONITOR_SIZE
            args += ["-device", f"loader,file={disk.option(self.monitor)},addr={base:#x},"
                     "force-raw=on,cpu-num=0",
                     "-device", f"loader,addr={base + MONITOR_SIZE - 8:#x},"
                     f"data={self._config():#x},data-len=8"]
        if self.image:
            # earlycon: or a panic before the console is there prints nothing
            append = "console=ttyAMA0 earlycon panic=-1"
            args += ["-kernel", self.image, "-initrd", self.initrd,
                     "-append", append + (" " + self.append if self.append else "")]
        else:
            args += ["-device", "virtio-rng-pci"] + disk.arguments(self.disk, self.cdrom)
        if self.firmware == "uefi":
            args += ["-bios", self.bios]
        if self.seed is not None:
            args += ["-seed", str(self.seed)]
        # a system may have a reason to reboot, as after it has labelled its files
        if self.image and self.boots_wanted == 1:
            args += ["-no-reboot"]
        return args

    def _config(self):
        word = CONFIG_MAGIC << 48 | self.mem << 16 | self.model.number
        if self.pmuver is not None:
            word |= CONFIG_PMUVER | self.pmuver << 4
        if self.firmware == "uefi":
            word |= CONFIG_FLASH
        return word

    def boot(self, until, timeout, log, progress=None):
        """Boots it once and judges its console, which goes to the file LOG.

        until: console.Console's; timeout: seconds for a verdict; progress: called now
        and then with the seconds and the console's last line.  Returns a Boot.
        """
        with open(log, "wb") as file:
            judge = console.Console(until, not self.image, self.boots_wanted, self.kdump)
            return Boot(self, judge, timeout, log).run(
                file, progress or (lambda seconds, last: None))


class Boot:
    """One boot, and what came of it: console, verdict, seconds, exited."""

    def __init__(self, machine, judge, timeout, log):
        self.machine = machine
        self.console = judge
        self.timeout = timeout
        self.log = log
        self.verdict = None
        self.seconds = 0.0
        self.exited = None
        self._pending = b""
        self._process = None
        self._button = None
        self._deadline = 0.0

    def run(self, file, progress):
        start = time.monotonic()
        self._deadline = start + self.timeout
        command = self.machine.command()
        if not self.machine.image:
            # QEMU's monitor, for the power button: the counters come at power off
            self._button, theirs = socket.socketpair()
            command += ["-chardev", f"socket,id=button,fd={theirs.fileno()}",
                        "-mon", "chardev=button"]
        self._start(command, theirs if self._button else None)
        try:
            closed = self._watch(file, start, progress)
        finally:
            self._stop()
            if self._pending:
                self._line(file, self._pending)
        self.seconds = time.monotonic() - start
        self.verdict = self.console.verdict or ("ends" if closed else "hangs")
        return self

    def _start(self, command, theirs):
        with _running_lock:
            if _stopping.is_set():
                raise Failure(130, "stopped")
            try:
                self._process = subprocess.Popen(
                    PARENT_BOUND + command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, pass_fds=[theirs.fileno()] if theirs else [])
            except FileNotFoundError:
                raise Failure(4, f"{PARENT_BOUND[0]} is not installed: util-linux has it")
            _running.add(self._process)
        if theirs:
            theirs.close()

    def _stop(self):
        if self.console.verdict:
            self._process.kill()
        else:
            # one that has ended by itself has a status of its own
            try:
                self._process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self.exited = self._process.wait()
        self._process.stdout.close()
        with _running_lock:
            _running.discard(self._process)
        if self._button:
            self._button.close()

    def _watch(self, file, start, progress):
        """Reads until there is nothing more to learn; True if QEMU closed its end."""
        output = self._process.stdout.fileno()
        press = None
        while not self.console.over:
            now = time.monotonic()
            if now >= self._deadline:
                return False
            if press is not None and now >= press:
                self._press()
                press = now + BUTTON_EVERY
            progress(now - start, self.console.last)
            if not select.select([output], [], [], min(1.0, self._deadline - now))[0]:
                continue
            data = os.read(output, 65536)
            if not data:
                return True
            judged = self.console.verdict
            resets = self.console.resets
            self._feed(file, data)
            if self.console.verdict and not judged:
                press = self._verdict_came()
            # a system that panicked, or has booted, has nothing more to say then
            if self._button and self.console.verdict and self.console.resets > resets:
                return False
        return False

    def _verdict_came(self):
        """The counters come at the guest's power off, or at its reset after a panic; one
        that does neither has none, and gets a part of the time.  Returns when to press
        the power button, if at all."""
        now = time.monotonic()
        grace = self.timeout / GRACE_SHARE
        if self._button:
            grace = min(grace, GRACE_SYSTEM)
        self._deadline = min(self._deadline, now + grace)
        return now if self._button and self.console.verdict == "boots" else None

    def _press(self):
        try:
            self._button.sendall(b"system_powerdown\n")
            self._button.recv(65536, socket.MSG_DONTWAIT)
        except OSError:
            pass

    def _feed(self, file, data):
        *lines, self._pending = (self._pending + data).split(b"\n")
        for line in lines:
            self._line(file, line)
        file.flush()
        if self._pending:
            self.console.partial(text(self._pending[-4096:]))

    def _line(self, file, line):
        if line.endswith(b"\r"):
            line = line[:-1]
        file.write(line + b"\n")
        self.console.line(text(line))


def text(data):
    return data.decode("utf-8", "replace")
