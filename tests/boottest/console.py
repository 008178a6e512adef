# SPDX-License-Identifier: GPL-2.0-only
"""What a serial console tells: the verdict on a boot.

Verdicts: boots; panics (the field's panic: UNDEF in __armv8pmu_probe_pmu at an MRS
of PMMIR_EL1); other (another panic); unknown (the monitor met an access that it does
not know); no-boot-loader (the firmware found none); stops (somebody is asked, and
nobody answers); ends (the machine did, without a verdict); hangs.
"""

import re

ESCAPES = re.compile(r"\x1b(?:\[[0-9;?=]*[ -/]*[@-~]|[()][0-9A-Za-z]|[=>78cM])")
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

# mrs Xt, S3_0_C9_C14_6: PMMIR_EL1
UNDEFINED_WORD = re.compile(r"Code: .*\(d5389e[cd][0-9a-f]\)")
PROBE_PC = re.compile(r"pc : _?_?armv8pmu_probe_pmu")
PANIC = re.compile(r"Kernel panic - not syncing: (.*)")
# the kernel's own line, or the init's of tests/guest where loglevel= keeps the kernel quiet
RELEASE = re.compile(r"(?:\] Linux version |^guest: kernel=)(\S+)")

# A system is up.  getty(8) translates its prompt; systemd's words are these in any
# language, and an installer's target is Anaconda's.
LOGIN = re.compile(r"^\S+ (?:login:|登录[:：]|登入[:：]) *$")
TARGET = re.compile(r"Reached target (?:\S+\.target - )?"
                    r"(?:Multi-User System|Graphical Interface|Login Prompts"
                    r"|Anaconda System Services|(?:multi-user|graphical|getty|anaconda)\.target)")

# Nobody will answer: (what it is, its words), of a whole line or of the last one
PROMPTS = (
    ("the boot loader's prompt", re.compile(r"^grub(?: rescue)?> *$")),
    ("an emergency shell", re.compile(
        r"^Press Enter for maintenance|^Give root password for maintenance"
        r"|^Entering emergency mode\.|Cannot open access to console, the root account is locked"
        r"|^\(initramfs\) *$|^dracut:/# *$")),
)

# EDK2's boot manager.  It ends in its shell, or says that there is nothing; the
# shell and the setup menu are in the firmware's own volume, Fv().
LOADER_STARTS = re.compile(r"BdsDxe: starting Boot[0-9A-F]{4} \".*\" from (?!Fv\()\S")
FIRMWARE_ENDS = re.compile(r"^Shell> *$|^UEFI Interactive Shell|starting Boot[0-9A-F]{4} \".*\" from Fv\("
                           r"|BdsDxe: No bootable option or device was found")

# the kernel's last line, which does not tell why
POWER_OFF = re.compile(r"\] reboot: Power down$")

# echo c >/proc/sysrq-trigger
SYSRQ_CRASH = "sysrq triggered crash"
# rest_init: the kernel will not reset, so no counters will come
PANIC_STAYS = "---[ end Kernel panic"


class Console:
    """Judges a console line by line.  until: the text that tells that it has booted,
    None for a system's own signs; system: it must come up by itself, so that a prompt
    is its end; boots_wanted: how often it must boot; kdump: SysRq's panic is no end."""

    def __init__(self, until=None, system=True, boots_wanted=1, kdump=False):
        self.until = until
        self.system = system
        self.boots_wanted = boots_wanted
        self.kdump = kdump
        self.verdict = None
        self.why = None
        self.release = None
        self.counters = None
        self.last = ""
        self._whole = ""
        self.resets = 0
        self.over = False
        self._boots = 0
        self._loader = False
        self._pc = False
        self._word = False

    def line(self, text):
        """A whole line, without its end."""
        text = visible(text)
        # of the power off a part may have come, and been taken for the last line
        if POWER_OFF.search(text):
            self.last = self._whole
        elif text.strip():
            self.last = self._whole = text.strip()
        if self._booted(text):
            self._boots += 1
            if not self.verdict and self._boots >= self.boots_wanted:
                self.verdict = "boots"
        elif "nopmmir-host: " in text:
            self._monitor(text.split("nopmmir-host: ", 1)[1])
        else:
            self._kernel(text)
            self._loader = self._loader or bool(LOADER_STARTS.search(text))
            self._stops(text)
        # rebooting for ever
        if self.verdict and self.boots_wanted > 1 and " reason=" in text:
            self.over = True

    def partial(self, text):
        """The last line, as far as it has come: a prompt has no end."""
        text = visible(text)
        if text.strip():
            self.last = text.strip()
        if not self.verdict and self.boots_wanted == 1 and self._booted(text):
            self.verdict = "boots"
        self._stops(text)

    def _booted(self, text):
        if self.until is not None:
            return self.until in text
        return LOGIN.search(text) or TARGET.search(text)

    def _monitor(self, said):
        if ": stopped" in said:
            self.verdict, self.why = "unknown", said
        elif " reason=" in said:
            self.counters = said
            if said.endswith("reason=reset"):
                self.resets += 1

    def _kernel(self, text):
        panic = PANIC.search(text)
        if PANIC_STAYS in text:
            self.over = bool(self.verdict)
        elif panic and self.kdump and panic.group(1).startswith(SYSRQ_CRASH):
            pass
        elif panic:
            self.why = panic.group(1)
            self.verdict = "panics" if self._pc and self._word else "other"
        elif PROBE_PC.search(text):
            self._pc = True
        elif UNDEFINED_WORD.search(text):
            self._word = True
        elif not self.release and RELEASE.search(text):
            self.release = RELEASE.search(text).group(1)

    def _stops(self, text):
        """Prompts of what should have gone on by itself, before a verdict."""
        if self.verdict or not self.system:
            return
        if FIRMWARE_ENDS.search(text):
            if self._loader:
                self.verdict, self.why = "stops", "the boot loader gave up"
            else:
                self.verdict, self.why = "no-boot-loader", "the firmware found none"
            self.over = True
        for what, words in PROMPTS:
            if words.search(text):
                self.verdict, self.why, self.over = "stops", f"it waits at {what}", True


# what the initramfs of tests/guest says last
GUEST_END = "guest: end"


def visible(text):
    """TEXT without what a terminal would not show."""
    return INVISIBLE.sub("", ESCAPES.sub("", text))
