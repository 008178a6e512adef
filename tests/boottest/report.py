# SPDX-License-Identifier: GPL-2.0-only
"""What the boots came to: lines for people, JUnit's XML for CI systems."""

import collections
import os
import re
import sys
import time
import xml.etree.ElementTree as ElementTree

# what a verdict that was not expected makes of the exit status
STATUS = {"boots": 1, "panics": 1, "other": 5, "unknown": 7, "ends": 8,
          "no-boot-loader": 9, "stops": 10, "hangs": 124}

# where no terminal shows the progress: not a log's every line, but that it lives
PROGRESS_EVERY = 60
LAST_LINES = 100

Outcome = collections.namedtuple("Outcome", "boot expected status")


def outcome(boot, expected):
    fine = ("boots", "panics") if expected == "either" else (expected,)
    status = 0 if boot.verdict in fine else STATUS[boot.verdict]
    return Outcome(boot, expected, status)


def result_line(result):
    boot, machine = result.boot, result.boot.machine
    note = "as expected" if not result.status else f"expected: {result.expected}"
    return (f"result: {boot.verdict} ({note}) {machine} "
            f"kernel={boot.console.release or 'unknown'} seconds={boot.seconds:.2f}")


def counters(boot):
    found = re.search(r"pmmir=.*", boot.console.counters or "")
    return found.group(0) if found else None


def counters_line(boot):
    if boot.machine.model.number is None:
        return "counters: pmmir=? undef=? (--host metal: nobody counts)"
    return "counters: " + (counters(boot) or
                           "pmmir=? undef=? (the guest neither powered off nor reset)")


def trouble(result):
    """A sentence on what no verdict's word tells, or None."""
    boot, judge = result.boot, result.boot.console
    last = judge.last or "none"
    if not result.status:
        return None
    if boot.verdict == "other":
        return f"another panic than the field's: {judge.why}"
    if boot.verdict == "unknown":
        return f"the monitor stopped the guest: {judge.why}"
    if boot.verdict == "no-boot-loader":
        return "the firmware finds nothing to boot: no EFI/BOOT/BOOTAA64.EFI in an EFI " \
            "system partition; is it an arm64 image for UEFI?"
    if boot.verdict == "stops":
        return f"{judge.why}; its last line: {last}"
    if boot.verdict == "ends":
        return f"the machine ended (QEMU's exit status {boot.exited}) without a verdict; " \
            f"its last line: {last}"
    if boot.verdict == "hangs":
        resets = f", it was reset {judge.resets} times" if judge.resets else ""
        silent = "; a kernel with console=ttyAMA0 earlycon would say more" \
            if last.startswith("EFI stub: ") else ""
        return f"no verdict in {boot.timeout} s, the guest hangs{resets}; its last line: {last}{silent}"
    return None


def show(result, program):
    """A boot's three lines."""
    print(result_line(result))
    print(counters_line(result.boot))
    print(f"log: {result.boot.log}", flush=True)
    sentence = trouble(result)
    if sentence:
        print(f"{program}: {sentence}", file=sys.stderr, flush=True)


def table(results):
    """All boots, a row each."""
    rows = [("host", "PMUVer", "expected", "seen", "PMMIR", "UNDEFs", "seconds", "log")]
    for result in results:
        boot, machine = result.boot, result.boot.machine
        found = dict(word.split("=") for word in (counters(boot) or "").split() if "=" in word)
        shown = machine.model.pmuver if machine.pmuver is None else machine.pmuver
        rows.append((machine.model.name, str(shown), result.expected,
                     boot.verdict + ("" if not result.status else " <-"),
                     found.get("pmmir", "?"), found.get("undef", "?"),
                     f"{boot.seconds:.1f}", boot.log))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
             for row in rows]
    wrong = sum(1 for result in results if result.status)
    lines.append(f"{wrong} of {len(results)} boots are not as expected" if wrong
                 else f"all {len(results)} boots are as expected")
    return "\n".join(lines)


class Progress:
    """The console's last line and the seconds: on one line of a terminal, or else a line
    now and then."""

    def __init__(self, program, label, terminal):
        self.program = program
        self.label = label
        self.terminal = terminal
        self._next = 1.0 if self.terminal else PROGRESS_EVERY
        self._shown = False

    def __call__(self, seconds, last):
        if seconds < self._next:
            return
        text = f"{self.label} {seconds:4.0f} s: {last}"
        if self.terminal:
            width = max(20, os.get_terminal_size(sys.stderr.fileno()).columns - 1)
            sys.stderr.write("\r\x1b[K" + text[:width])
            self._next = seconds + 0.5
        else:
            sys.stderr.write(f"{self.program}: {text[:200]}\n")
            self._next = seconds + PROGRESS_EVERY
        self._shown = True
        sys.stderr.flush()

    def done(self):
        if self.terminal and self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


# what XML 1.0 cannot hold, not even escaped
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(path, program, subject, results, error=None):
    """Writes the boots as JUnit's XML: a test case each; ERROR: why there are none."""
    suite = ElementTree.Element(
        "testsuite", name=f"{program} {subject}", tests=str(len(results) + bool(error)),
        failures=str(sum(1 for result in results if result.status)),
        errors=str(int(bool(error))), skipped="0",
        time=f"{sum(result.boot.seconds for result in results):.2f}",
        timestamp=time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()))
    for number, result in enumerate(results, 1):
        boot, machine = result.boot, result.boot.machine
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"{program}.{machine.model.name}",
            name=f"{number}: {subject} {result.expected} on {machine.model.name} "
            f"({machine.firmware}, {machine.smp} CPUs)", time=f"{boot.seconds:.2f}")
        if result.status:
            ElementTree.SubElement(case, "failure", type=boot.verdict,
                                   message=clean(result_line(result))).text = \
                clean(trouble(result) or "")
        with open(boot.log, errors="replace") as log:
            last = collections.deque(log, LAST_LINES)
        ElementTree.SubElement(case, "system-out").text = clean(
            "\n".join((result_line(result), counters_line(boot), f"log: {boot.log}", ""))
            + "".join(last))
    if error:
        case = ElementTree.SubElement(suite, "testcase", classname=program, name=subject)
        ElementTree.SubElement(case, "error", message=clean(error))
    new = f"{path}.{os.getpid()}.new"
    ElementTree.ElementTree(suite).write(new, encoding="utf-8", xml_declaration=True)
    os.replace(new, path)


def clean(text):
    return NO_XML.sub("?", text)
