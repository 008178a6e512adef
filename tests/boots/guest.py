# SPDX-License-Identifier: GPL-2.0-only
"""What guests boot from, and what they say."""

import contextlib
import fcntl
import os
import re
import subprocess
import sys

from boottest import Failure, console, layout, machine, models, report

from . import once

TOP = layout.TOP
BUILD = layout.build_dir()
os.environ["BUILD"] = BUILD
# when a boot is given up, in seconds: the machine may have other work
TIMEOUT = 300

MODELS = models.read()
# the words of the columns that tables of boots under a host model share
CHOICES = {"host": tuple(MODELS), "firmware": ("dt", "uefi"),
           "pmuver": ("-", *map(str, range(16)))}


def write(path, data):
    """Writes a file that others may be reading."""
    new = f"{path}.{os.getpid()}.new"
    with open(new, "wb") as file:
        file.write(data)
    os.replace(new, path)


@contextlib.contextmanager
def locked(path):
    """While it lasts no other process has this lock."""
    with open(path, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def get(program, *words):
    """What TOP/PROGRAM WORDS makes and prints: a path."""
    last = ""
    with subprocess.Popen([os.path.join(TOP, program), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, errors="replace", universal_newlines=True) as process:
        for line in process.stderr:
            sys.stderr.write(line)
            last = line.strip() or last
        printed = process.stdout.read().strip()
    if process.returncode:
        raise Failure(process.returncode,
                      f"{program} {' '.join(words)}: exit {process.returncode}: {last or 'it says nothing'}")
    return printed


@once
def kernel(name):
    """The folder of a kernel that tests/kernels/get knows."""
    return get("tests/kernels/get", name)


def image(name):
    return os.path.join(kernel(name), "Image")


@once
def part(name):
    """A part of boottest.layout: qemu, monitor, initramfs, firmware."""
    return getattr(layout, name)()


class Log:
    """A console's log: what the guest's programs have said there."""

    def __init__(self, lines):
        self.lines = [line.rstrip("\r\n") for line in lines]
        self._lines = set(self.lines)

    @classmethod
    def read(cls, path):
        with open(path, errors="replace", newline="\n") as file:
            return cls(file)

    def fact(self, key):
        """What the guest said of it; more than once: in as many lines."""
        start = f"guest: {key}="
        return "\n".join(line[len(start):] for line in self.lines if line.startswith(start))

    def says(self, fact):
        """Whether the guest said FACT, which is KEY=VALUE."""
        return f"guest: {fact}" in self._lines

    def unsaid(self, facts):
        """A sentence for each of the facts that the guest did not say."""
        for fact in facts:
            if not self.says(fact):
                key = fact.split("=")[0]
                yield f"not {fact}: {key}={self.fact(key)}"


class Seen:
    """What came of a boot: verdict, seconds, counters (by name, as the monitor counted
    them), wrong (the verdict, if it is not the expected one), log."""

    def __init__(self, result):
        self.verdict = result.boot.verdict
        self.seconds = result.boot.seconds
        self.log = Log.read(result.boot.log)
        self.traps = report.counters(result.boot) or ""
        self.counters = dict(re.findall(r"(\w+)=(\S+)", self.traps))
        self.wrong = []
        if result.status:
            self.wrong = [report.result_line(result)]
            self.wrong += filter(None, [self.traps, report.trouble(result)])


def boot(name, log, expect="boots", host="broken", until=console.GUEST_END, file=None, initrd=None,
         firmware="dt", pmuver="-", timeout=TIMEOUT, **more):
    """Boots the kernel NAME, or the Image FILE, under the model HOST.  log: the file for
    its console; initrd: another than the test's own; pmuver: as a table has it; more:
    machine.Machine's."""
    vm = machine.Machine(
        MODELS[host], qemu=part("qemu"), monitor=part("monitor"), firmware=firmware,
        bios=part("firmware") if firmware == "uefi" else None,
        pmuver=None if pmuver == "-" else int(pmuver),
        image=file or image(name), initrd=initrd or part("initramfs"), **more)
    os.makedirs(os.path.dirname(log), exist_ok=True)
    return Seen(report.outcome(vm.boot(until, timeout, log), expect))


def cpus(count):
    return f"{count} CPU{'' if count == 1 else 's'}"
