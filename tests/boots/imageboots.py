# SPDX-License-Identifier: GPL-2.0-only
"""Boots of the images of tests/dracut/images.table, by the kernel that they are for.

  image, host, firmware, smp   firmware and smp may be lists
  words     for the command line, + for a blank; - for none
  state     that /run/nopmmir/status begins with, and the kernel log tells
  want      @up: the PMU is back, counting right; @off: none; @own: the kernel's own
"""

import os
import re

from boottest import Failure

from . import Kind, Outcome, dracut, guest, images, tables

TABLE = os.path.join(guest.TOP, "tests/dracut/images.table")

COUNTS = ["cycles_ok=1", "sampling_ok=1", "event_sampling_ok=1"]
WANT = {
    "@up": COUNTS + ["module_state=restored", "slots=0x0", "long_ok=refused"],
    "@own": COUNTS + ["module_state=absent", "long_ok=1"],
    "@off": ["pmu=none", "module_state=absent"],
}


def judge(cell, seen):
    """What is wrong with a boot."""
    if seen.wrong:
        return seen.wrong
    facts = WANT[cell.want] + [f"cpus={cell.smp}", "warnings=0", "kprobes=0"]
    if cell.want != "@off":
        facts.append(f"hotplug_ok={'1' if cell.smp > 1 else 'unsupported'}")
    wrong = list(seen.log.unsaid(facts))
    status = seen.log.fact("status")
    if not status.startswith(f"{cell.state}: "):
        wrong.append(f"not status={cell.state}: {status}")
    if not re.search(rf"nopmmir: {cell.state}: ", seen.log.fact("log")):
        wrong.append("not in the kernel log")
    # a native PMU has a PMMIR_EL1 that its driver reads
    if cell.host != "native" and (seen.counters.get("pmmir"), seen.counters.get("undef")) != ("0", "0"):
        wrong.append(f"PMMIR_EL1 was read: {seen.traps}")
    return wrong


class ImageBoots(Kind):
    COLUMNS = "image host firmware smp words state want".split()
    LISTS = ("firmware", "smp")
    WORDS = ("words",)
    NUMBERS = ("smp",)
    CHOICES = dict(guest.CHOICES, want=tuple(WANT))

    def __init__(self, work, cells):
        super().__init__(work, cells)
        self.images = {row.image: row for row in tables.read(TABLE, (images.Images,))[1]}
        unknown = {cell.image for cell in cells}.difference(self.images)
        if unknown:
            raise Failure(2, f"{TABLE} has no row of {' '.join(sorted(unknown))}")

    def claims(self, cell):
        words = f", {cell.words}" if cell.words else ""
        return [f"{cell.image}: {cell.state} under {cell.host}, {cell.firmware}, {guest.cpus(cell.smp)}{words}"]

    def needs(self, cell):
        dracut.image(self.images[cell.image])

    def run(self, cell):
        row = self.images[cell.image]
        log = os.path.join(self.work, f"{cell.number}.log")
        seen = guest.boot(row.kernel, log, host=cell.host, firmware=cell.firmware, smp=cell.smp,
                          initrd=dracut.image(row), append=cell.words)
        return [Outcome(judge(cell, seen), log=log)]
