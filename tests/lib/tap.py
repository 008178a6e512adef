# SPDX-License-Identifier: GPL-2.0-only
"""tap.py - TAP for tests in Python: the words of tap.sh that they need"""

import sys


class Tap:
    """Counts the claims of one test program and prints each as it is known."""

    def __init__(self):
        self.count = 0
        self.failed = 0

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

    def done(self):
        """Prints the plan and ends the program."""
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)
