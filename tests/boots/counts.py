# SPDX-License-Identifier: GPL-2.0-only
"""What the PMU of a guest counts, as tests/guest/pmutest.c finds it.

  kernel    a name that tests/kernels/get knows; +module: and nopmmir.ko in it
  host      kvm:HOST    a real one, tests/kvm/run-guest --host HOST
            model:HOST  an emulated one, tests/boot-guest --host HOST
  smp       CPUs
  append    for the guest's command line, + for a blank, - for nothing
  but       the counts of pmutest that are not "right", with commas:
            NAME=VERDICT; NAME may be a pattern of the shell, VERDICT may be any:
            QEMU 7.2 lets EL0 read counters past MDCR_EL2.TPM, so that a 64-bit
            read in user space does not ask the host at all.  - for none

Claims each count of each row; then that an emulated and a real host without CHAIN
agree, count by count and figure by figure, and that nopmmir.ko on a stock kernel and the
patch on the same host do.  Beside the log it leaves a file for tests/kvm/table: name,
verdict, figure, samples, a line each.
"""

import collections
import fnmatch
import functools
import os
import re

from . import Kind, Outcome, guest, kvm, kvmguests

END = "pmutest: end"
VERDICTS = {"right", "wrong", "refused", "uncounted", "absent", "failed"}

Count = collections.namedtuple("Count", "verdict got samples")


def names():
    """The counts of every guest, in pmutest's order."""
    with open(os.path.join(guest.TOP, "tests/guest/pmutest.c")) as file:
        return re.findall(r'^\s*\{ "([^"]*)"', file.read(), re.M)


def wanted(cell, name):
    """The verdict that a row wants of a count; any: it cannot be judged here."""
    name = re.sub(r"-cpu[0-9]+$", "", name)
    for part in cell.but.split(","):
        pattern, _, verdict = part.partition("=")
        if fnmatch.fnmatchcase(name, pattern):
            return verdict
    return "right"


def counts(lines):
    """What a guest's lines say of each count."""
    found = {}
    for words in map(str.split, lines):
        if len(words) > 3 and words[0] == "pmutest:" and words[2] in VERDICTS:
            facts = dict(word.split("=", 1) for word in words[3:] if "=" in word)
            found[words[1]] = Count(words[2], facts.get("got", "-"), facts.get("samples", "-"))
    return found


def same(one, other):
    """Whether two counts are.  Where a counter is wrong, one sample less or more is no
    difference: how many come then depends on the moments of the guest's ticks, on one
    host it changes with its loglevel."""
    if one == other:
        return True
    if one[:2] != other[:2] or one.verdict != "wrong" or "-" in (one.samples, other.samples):
        return False
    # N/M: N came of M
    one_came, other_came = (int(count.samples.split("/")[0]) for count in (one, other))
    return abs(one_came - other_came) <= 1


def agreement(one, other, titles):
    """An Outcome: that two guests' counts are the same, with a table of both."""
    rows = [f"{'cell':26} {titles[0]:8} {'':22} {titles[1]}"]
    wrong = ["a guest counted nothing"] if not one or not other else []
    missing = Count("missing", "-", "-")
    for name in list(one) + [name for name in other if name not in one]:
        a, b = one.get(name, missing), other.get(name, missing)
        rows.append(f"{name:26} {a.verdict:8} {a.got + ' ' + a.samples:22} "
                    f"{b.verdict:8} {b.got + ' ' + b.samples:22} {'equal' if same(a, b) else 'DIFFERENT'}")
        if not same(a, b):
            wrong.append(f"{name} differs")
    return Outcome(wrong, table=rows)


class Counts(Kind):
    COLUMNS = "kernel host smp append but".split()
    WORDS = ("append",)
    NUMBERS = ("smp",)
    CHOICES = {"host": [f"kvm:{host}" for host in kvm.HOSTS] + [f"model:{host}" for host in guest.MODELS]}

    def __init__(self, work, cells):
        super().__init__(work, cells)
        self.names = names()
        self.seen = {}

    def expected(self, cell):
        """The counts of a row and what must come of each."""
        return [(name, wanted(cell, name))
                for name in self.names + [f"cycles-cpu{cpu}" for cpu in range(1, cell.smp)]]

    def claims(self, cell):
        title = f"{cell.kernel}, {cell.host}, {guest.cpus(cell.smp)}{', ' + cell.append if cell.append else ''}"
        return [f"{title}: {name}" + ("" if want == "any" else f" is {want}")
                for name, want in self.expected(cell)]

    def needs(self, cell):
        where, _, host = cell.host.partition(":")
        if where == "kvm":
            kvm.vmm()
            kvm.host_kernel(host)
        kvmguests.needs(cell.kernel)

    def boot(self, cell, log):
        where, _, host = cell.host.partition(":")
        if where == "kvm":
            return kvmguests.boot(cell.kernel, log, "/pmutest", cell.append, host=host, smp=cell.smp, until=END)
        image, own = kvmguests.needs(cell.kernel)
        return guest.boot(cell.kernel, log, host=host, smp=cell.smp, until=END, icount=True, file=image,
                          initrd=own, append=kvmguests.command_line(cell.kernel, "/pmutest", cell.append))

    def run(self, cell):
        log = os.path.join(self.work, f"{cell.number}.log")
        seen = self.boot(cell, log)
        found = self.seen[cell.number] = counts(seen.log.lines)
        with open(os.path.join(self.work, f"{cell.number}.cells"), "w") as file:
            for name, count in found.items():
                print(name, *count, file=file)
        return [self.outcome(found.get(name), want, seen, log) for name, want in self.expected(cell)]

    def outcome(self, count, want, seen, log):
        if seen.wrong:
            return Outcome(seen.wrong, log=log)
        if want == "any":
            return Outcome(skip=f"QEMU's EL0 counter reads bypass MDCR_EL2.TPM: {count.got if count else ''}")
        if count is None:
            return Outcome([f"got nothing, want {want}"], log=log)
        wrong = [] if count.verdict == want else [f"got {count.verdict}, want {want}"]
        return Outcome(wrong, f"({count.got}, samples {count.samples})", log=log)

    def agree(self, one, other, titles):
        """Whether two rows counted the same, where both can be judged."""
        both = [{name: count for name, count in self.seen.get(cell.number, {}).items()
                 if wanted(one, name) != "any"} for cell in (one, other)]
        return agreement(*both, titles)

    def pairs(self, cells):
        rows = {(cell.kernel, cell.host, cell.smp): cell for cell in cells if not cell.append}
        for cell in cells:
            real = rows.get((cell.kernel, "kvm:nochain", cell.smp))
            if cell.host == "model:broken" and real:
                yield (f"{cell.kernel}: the emulated and the real host without CHAIN agree in every cell and count",
                       functools.partial(self.agree, cell, real, ("emulated", "real")))
            line = re.sub(r"-stock\+module$", "", cell.kernel)
            patched = rows.get((f"{line}-patched", cell.host, cell.smp))
            if line != cell.kernel and patched:
                yield (f"{cell.kernel} on {cell.host}: the module and the patch agree in every cell and count",
                       functools.partial(self.agree, cell, patched, ("module", "patch")))
