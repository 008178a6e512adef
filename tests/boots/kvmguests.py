# SPDX-License-Identifier: GPL-2.0-only
"""Guests of a real KVM, and what must come of each.

  kernel    a name that tests/kernels/get knows; +module: with the PMU's initcall
            blacklisted and nopmmir.ko loaded
  host      tests/kvm/run-guest --host
  smp       vCPUs
  options   --vhe, --no-pmu of run-guest, + for a blank, - for none.  --vhe only with
            guests that do not read counters in user space: tests/kvm/README.md says why
  append    for the guest's command line, + for a blank, - for nothing
  verdict   boots, panics (the field's panic)
  undef     accesses that the host says it does not support; each must be
            a read of PMMIR_EL1
  pmu       yes or none; - where the guest panics

Beside the log it leaves a file for tests/kvm/table: kernel, host, options, append, and
what came of it, with | between them.
"""

import os
import re

from boottest import Failure, console, report

from . import Kind, Outcome, guest, kvm, modules

OPTIONS = {"--vhe": ("vhe", True), "--no-pmu": ("pmu", False)}

# Before 5.8 each of the two lines of a host begins with "kvm [PID]: "
ACCESS = re.compile(r"host: .*Unsupported guest sys_reg access at: ")
PMMIR_READ = re.compile(r"host: *(?:kvm \[[0-9]+\]: *)?"
                        r"\{ Op0\( 3\), Op1\( 0\), CRn\( 9\), CRm\(14\), Op2\( 6\), func_read \}")


def module_kernel(kernel):
    """The name for tests/kernels/get, and whether nopmmir.ko is to be loaded into it."""
    name = kernel.replace("+module", "")
    return name, name != kernel


def needs(kernel):
    """Makes what a guest boots."""
    name, module = module_kernel(kernel)
    return guest.image(name), modules.loading(name) if module else guest.part("initramfs")


def command_line(kernel, program, append):
    """What a guest boots with that runs PROGRAM."""
    words = f"rdinit={program} {append}"
    if module_kernel(kernel)[1]:
        words = f"rdinit=/load LOAD=/nopmmir.ko LOAD_INIT={program} {modules.BLACKLIST} {append}"
    return words.rstrip()


def boot(kernel, log, program, append, expect="boots", host="broken", until=console.GUEST_END, **more):
    """Boots a guest of the KVM of HOST: a guest.Seen.  more: kvm.Machine's."""
    image, own = needs(kernel)
    vm = kvm.Machine(host, image, own, append=command_line(kernel, program, append), **more)
    return guest.Seen(report.outcome(vm.boot(until, guest.TIMEOUT, log), expect))


def accesses(lines):
    """How many unsupported accesses a host logged, and how many of them read PMMIR_EL1."""
    return sum(bool(ACCESS.match(line)) for line in lines), sum(bool(PMMIR_READ.match(line)) for line in lines)


def judge(cell, seen):
    """What is wrong with a guest."""
    if seen.wrong:
        return seen.wrong
    wrong = []
    unsupported, reads = accesses(seen.log.lines)
    if str(unsupported) != cell.undef:
        wrong.append(f"unsupported accesses: {unsupported}, not {cell.undef}")
    if reads != unsupported:
        wrong.append(f"of {unsupported} unsupported accesses {reads} are reads of PMMIR_EL1")
    if cell.verdict != "boots":
        return wrong
    wrong += seen.log.unsaid([f"cpus={cell.smp}", f"started_el1={cell.smp}"])
    pmu = seen.log.fact("pmu")
    if cell.pmu == "none" and pmu != "none":
        wrong.append("a PMU, and there should be none")
    if cell.pmu == "yes":
        if not pmu.startswith("armv8"):
            wrong.append("no PMU")
        wrong += seen.log.unsaid(["cycles_ok=1"])
    return wrong


class KvmGuests(Kind):
    COLUMNS = "kernel host smp options append verdict undef pmu".split()
    WORDS = ("options", "append")
    NUMBERS = ("smp",)
    CHOICES = {"host": kvm.HOSTS, "verdict": ("boots", "panics"), "pmu": ("yes", "none", "-")}

    def claims(self, cell):
        options = "".join(f", {words}" for words in (cell.options, cell.append) if words)
        logged = "" if cell.undef == "0" else ", and the host logs PMMIR_EL1"
        pmu = {"none": ", without a PMU", "yes": ", with a PMU"}.get(cell.pmu, "")
        return [f"{cell.kernel} on the {cell.host} host, {cell.smp} vCPU{options}: {cell.verdict}{logged}{pmu}"]

    def needs(self, cell):
        kvm.vmm()
        kvm.host_kernel(cell.host)
        needs(cell.kernel)

    def run(self, cell):
        log = os.path.join(self.work, f"{cell.number}.log")
        # Each character on the guest's console is an exit to the VMM, a third of a boot's
        # time: where nothing is to be read there but what init and a dying kernel say, no
        # more is.
        append = cell.append + (" loglevel=4" if cell.verdict == "boots" else "")
        unknown = set(cell.options.split()) - set(OPTIONS)
        if unknown:
            raise Failure(2, f"no option of a row: {' '.join(unknown)}")
        seen = boot(cell.kernel, log, "/init", append.strip(), cell.verdict, cell.host, smp=cell.smp,
                    **dict(OPTIONS[word] for word in cell.options.split()))
        what = seen.verdict
        if what == "boots":
            what = "boots, no PMU" if seen.log.fact("pmu") == "none" else "boots, PMU"
        with open(os.path.join(self.work, f"{cell.number}.seen"), "w") as file:
            print(cell.kernel, cell.host, cell.options, cell.append, what, sep="|", file=file)
        return [Outcome(judge(cell, seen), log=log)]
