# SPDX-License-Identifier: GPL-2.0-only
"""Cells: what a kernel does under a host model.

The first six columns say what to boot, each may be a list:
  kernel    a name that tests/kernels/get knows
  host      a host model, or metal: boot-guest --host
  pmuver    the PMUVer to show, - for the model's own
  firmware  dt, uefi
  smp       CPUs
  append    for the kernel's command line, + for a blank, - for nothing; with
            guest.kexec or guest.kdump all that is asked is asked of a second
            kernel, into which the first one jumps (tests/guest/kexec.h)
the other six what must come of it, - where a row does not ask:
  verdict   boots, panics (the field's panic)
  pmmir     PMMIR_EL1 reads that the monitor saw
  undef     UNDEFs that it injected
  slots     caps/slots of the PMU; none: the guest has no PMU
  long      1: a `long` event on an event counter counts right, 0: wrong,
            refused: the kernel does not open it (EOPNOTSUPP), uncounted: it
            does, and never counts
  log       what the kernel says of PMMIR_EL1, in one line each: undefined,
            nopmmir, or nothing
Asked of every cell that boots: all CPUs started at EL1 (metal: at EL2), by the right
firmware tables, no warning in the log; with a PMU: it counts, samples by overflow
interrupt on the cycle counter and on an event counter, an MRS of PMMIR_EL1 in user
space gets SIGILL, the last CPU can be unplugged and comes back; of patched kernels,
that the parameter reads back.
"""

import os
import re

from . import Kind, Outcome, guest, initrd

SECOND_KERNEL = {"guest.kexec", "guest.kdump"}
# what the guest counted, for whoever wonders what went wrong
FIGURE = re.compile(r"^guest: ([a-z_]*(?:cycles|samples|count|ref|error|index)=.*)")


def differs(what, got, want):
    """A list of one complaint, unless they are equal, or WANT is -."""
    if want in ("-", got):
        return []
    return [f"{what}: got {got or 'nothing'}, want {want}"]


def seen_log(log):
    """The log column's word for the lines that there are."""
    lines = [line for line in log.fact("log").split("\n") if "PMMIR_EL1" in line]
    if not lines:
        return "nothing"
    if len(lines) > 1:
        return "more than one line"
    return next((word for word in ("undefined", "nopmmir") if word in lines[0]), "another line")


def wanted_parameter(kernel, append):
    """How arm_pmu.nopmmir must read back; - for a kernel of which that is not said."""
    if kernel.endswith("-stock") or kernel.startswith("vendor-"):
        return "absent"
    if not kernel.endswith("-patched"):
        return "-"
    value = "0"
    for word in append.split():
        # kstrtobool()
        if re.match(r"arm_pmu\.nopmmir($|=[1yY]|=on$)", word):
            value = "1"
        elif re.match(r"arm_pmu\.nopmmir(=[0nN]|=off$)", word):
            value = "0"
    return value


def judge_booted(cell, log):
    """What is wrong with what a guest that has booted said."""
    smp = str(cell.smp)
    level = 2 if cell.host == "metal" else 1
    wrong = differs("CPUs", log.fact("cpus"), smp)
    wrong += differs(f"CPUs started at EL{level}", log.fact(f"started_el{level}"), smp)
    if SECOND_KERNEL.intersection(cell.append.split()):
        wrong += differs("events that counted at the jump", log.fact("kexec_active"), str(2 * cell.smp))
    wrong += differs("firmware tables", log.fact("tables"), "dt" if cell.firmware == "dt" else "acpi")
    wrong += differs("warnings", log.fact("warnings"), "0")
    wrong += differs("SIGILL for an MRS in user space", log.fact("el0_sigill"), "1")
    if cell.smp > 1:
        wrong += differs("CPU hotplug", log.fact("hotplug_ok"), "1")
    wrong += differs("arm_pmu.nopmmir", log.fact("nopmmir"), wanted_parameter(cell.kernel, cell.append))
    wrong += differs("caps/slots", log.fact("slots"), cell.slots)
    wrong += differs("log", seen_log(log), cell.log)
    if log.fact("pmu") == "none":
        return wrong if cell.slots == "none" else wrong + ["it has no PMU"]
    wrong += differs("long event", log.fact("long_ok"), cell.long)
    for key in ("cycles_ok", "sampling_ok", "event_sampling_ok"):
        wrong += differs(key, log.fact(key), "1")
    return wrong + differs("reads in user space", log.fact("user_ok").replace("unsupported", "1"), "1")


def judge(cell, seen):
    """What is wrong with a cell."""
    wrong = list(seen.wrong)
    if seen.verdict in ("boots", "panics"):
        wrong += differs("PMMIR_EL1 reads", seen.counters.get("pmmir", "?"), cell.pmmir)
        wrong += differs("UNDEFs", seen.counters.get("undef", "?"), cell.undef)
    if seen.verdict == cell.verdict == "boots":
        wrong += judge_booted(cell, seen.log)
        if wrong:
            figures = filter(None, map(FIGURE.match, seen.log.lines))
            wrong.append("counted: " + " ".join(found.group(1) for found in figures))
    return wrong


class Cells(Kind):
    COLUMNS = "kernel host pmuver firmware smp append verdict pmmir undef slots long log".split()
    LISTS = COLUMNS[:6]
    WORDS = ("append",)
    NUMBERS = ("smp",)
    CHOICES = dict(guest.CHOICES, verdict=("boots", "panics"), long=("1", "0", "refused", "uncounted", "-"),
                   log=("undefined", "nopmmir", "nothing", "-"))

    def claims(self, cell):
        pmuver = "" if cell.pmuver == "-" else f" with PMUVer {cell.pmuver}"
        append = f", {cell.append}" if cell.append else ""
        return [f"{cell.kernel} {cell.verdict} on {cell.host}{pmuver}, {cell.firmware}, "
                f"{guest.cpus(cell.smp)}{append}"]

    def needs(self, cell):
        guest.kernel(cell.kernel)

    def log(self, cell):
        return os.path.join(self.work, f"{cell.number}.log")

    def boot(self, cell, log, **more):
        """Boots it: a guest.Seen.  more: machine.Machine's."""
        own = None
        if SECOND_KERNEL.intersection(cell.append.split()):
            own = initrd.with_second_kernel(log + ".initrd", guest.part("initramfs"), guest.image(cell.kernel))
        try:
            return guest.boot(cell.kernel, log, cell.verdict, cell.host, initrd=own,
                              pmuver=cell.pmuver, firmware=cell.firmware, smp=cell.smp,
                              append=cell.append, **more)
        finally:
            if own:
                os.unlink(own)

    def run(self, cell):
        log = self.log(cell)
        seen = self.boot(cell, log)
        return [Outcome(judge(cell, seen), f"({seen.seconds:.2f} s)", log=log)]
