# SPDX-License-Identifier: GPL-2.0-only
"""tap.py - TAP for tests in Python: the words of tap.sh, as methods"""

import re
import subprocess
import sys


def streams(*command, stderr=subprocess.PIPE, **options):
    """A command's exit status, 128 and the signal's number where one killed it, and what it
    printed on stdout and on stderr, each as a shell's $(...) keeps it: with its carriage
    returns, without the newlines at its end."""
    if isinstance(options.get("input"), str):
        options["input"] = options["input"].encode("utf-8", "surrogateescape")
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    p = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, check=False, **options)
    said = ((out or b"").decode("utf-8", "surrogateescape").rstrip("\n") for out in (p.stdout, p.stderr))
    return p.returncode if p.returncode >= 0 else 128 - p.returncode, *said


def run(*command, **options):
    """As streams(), but both streams in one."""
    return streams(*command, stderr=subprocess.STDOUT, **options)[:2]


class Tap:
    """Counts the claims of one test program and prints each as it is known."""

    def __init__(self):
        self.count = 0
        self.failed = 0
        # a claim may name a file whose name is no UTF-8
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")

    def ok(self, holds, claim, diagnostics=""):
        """The claim holds, or not: then the diagnostics say what was seen."""
        self.count += 1
        print(f"{'ok' if holds else 'not ok'} {self.count} - {claim}")
        if not holds:
            self.failed += 1
            for line in str(diagnostics).splitlines():
                print(f"# {line}")
        sys.stdout.flush()
        return holds

    def skip(self, claim, reason):
        """The claim cannot be tried here, and why."""
        self.count += 1
        print(f"ok {self.count} - {claim} # SKIP {reason}")

    def is_(self, got, want, claim):
        """Both are equal."""
        return self.ok(got == want, claim, f"got:  {got}\nwant: {want}")

    def like(self, text, pattern, claim):
        """A line of the text matches the regular expression."""
        return self.ok(re.search(pattern, text, re.M), claim, f"no line matches /{pattern}/ in:\n{text}")

    def unlike(self, text, pattern, claim):
        """No line of the text matches."""
        found = re.search(pattern, text, re.M)
        return self.ok(not found, claim, f"/{pattern}/ matches: {found and found[0]}")

    def run(self, status, claim, *command, **options):
        """The command exits with the status.  Returns what it printed."""
        got, out = run(*command, **options)
        last = "\n".join(out.splitlines()[-20:])
        self.ok(got == status, claim, f"exit {got}, not {status}, of: {' '.join(map(str, command))}\n{last}")
        return out

    def done(self):
        """Prints the plan and ends the program."""
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)
