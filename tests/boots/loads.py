# SPDX-License-Identifier: GPL-2.0-only
"""Loads of nopmmir.ko in guests, each by the program load (tests/module/load.c).

  claim     what the row shows, + for a blank
  kernel    a name that tests/kernels/get knows; with @HOW doctored, see modules.py
  host, pmuver, firmware, smp   as boot-guest takes them; - for the model's PMUVer
  words     for the command line, + for a blank; LOAD= and so on: see load.c.  The
            initcall is blacklisted, unless the word initcall stands first
  want      facts of the guest and counters of the host, with commas; + for a
            blank; log~TEXT: the kernel's log has it.  quiet: no warning;
            @up, @off: UP, OFF
"""

import os
import re

from . import Kind, Outcome, guest, modules

# what every guest must say whose PMU the module restored
UP = ["module_state=restored", "unload=EAGAIN", "kprobes=0", "slots=0x0", "cycles_ok=1", "sampling_ok=1",
      "event_sampling_ok=1", "long_ok=@long", "hotplug_ok=@hotplug", "quiet", "log~limited to PMUv3p1",
      "pmmir=0", "undef=0"]
# and one for which it would or could not
OFF = ["module_state=absent", "unload=ENOENT", "kprobes=0", "pmu=none", "quiet", "pmmir=0", "undef=0"]

# a hundred loads of a kernel with KASAN take their time
TIMEOUT = 600

WARNING = re.compile(r"guest: log=<[0-4]>")


def wanted(cell):
    """The words of the last column, each for what it stands."""
    # CHAIN does not count on a broken host; a CPU alone cannot be unplugged
    stands = {"long_ok=@long": "long_ok=" + ("refused" if cell.host.startswith("broken") else "1"),
              "hotplug_ok=@hotplug": "hotplug_ok=" + ("1" if cell.smp > 1 else "unsupported")}
    groups = {"@up": UP, "@off": OFF}
    for word in cell.want.split(","):
        for one in groups.get(word, [word.replace("+", " ")]):
            yield stands.get(one, one)


def unmet(word, seen):
    """A list of what is wrong with a word of the last column."""
    key, _, value = word.partition("=")
    if word.startswith("log~"):
        text = word[len("log~"):]
        return [] if any(text in line for line in seen.log.lines) else [f"no such line in the log: {text}"]
    if word == "quiet":
        warnings = [line for line in seen.log.lines if WARNING.match(line)]
        return [] if seen.log.says("warnings=0") else [f"warnings: {' '.join(warnings[:3])}"]
    if key in ("pmmir", "undef"):
        return [] if seen.counters.get(key) == value else [f"not {word}: {seen.traps}"]
    return list(seen.log.unsaid([word]))


class Loads(Kind):
    COLUMNS = "claim kernel host pmuver firmware smp words want".split()
    WORDS = ("claim", "words")
    NUMBERS = ("smp",)
    CHOICES = guest.CHOICES

    def claims(self, cell):
        return [f"{cell.claim} ({cell.kernel} on {cell.host}, {cell.firmware}, {guest.cpus(cell.smp)})"]

    def parts(self, cell):
        """The Image, and the initramfs that loads the module into it."""
        name, _, how = cell.kernel.partition("@")
        return modules.doctored_image(name, how) if how else guest.image(name), modules.loading(name)

    needs = parts

    def run(self, cell):
        image, own = self.parts(cell)
        words = f"{modules.BLACKLIST} {cell.words}"
        if cell.words.startswith("initcall "):
            words = cell.words[len("initcall "):]
        log = os.path.join(self.work, f"{cell.number}.log")
        seen = guest.boot(cell.kernel, log, host=cell.host, file=image, initrd=own, firmware=cell.firmware,
                          pmuver=cell.pmuver, smp=cell.smp,
                          append=f"rdinit=/load {words}", timeout=TIMEOUT)
        wrong = seen.wrong or [line for word in wanted(cell) for line in unmet(word, seen)]
        return [Outcome(wrong, log=log)]
