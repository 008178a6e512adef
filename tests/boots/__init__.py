# SPDX-License-Identifier: GPL-2.0-only
"""Tables of boots: the one runner of them, tests/boots/run.

A table is a file with a row a line; # begins a comment.  The comment that names the
columns says of which kind the table is.  A kind is a class, in a module of its own:

  COLUMNS   their names
  LISTS     those that may be a list with commas: the row then stands for every
            combination, each a cell
  WORDS     those in which + stands for a blank, and - for nothing
  NUMBERS   those that are a number
  CHOICES   of a column's name the words that it may have, where they are known
  Kind(work, cells)  work: the folder for logs; cells: all of the table
  claims(cell)       what it claims of a cell, one sentence or several
  needs(cell)        makes what the boot takes; what several cells need is made once
  run(cell)          boots it: an Outcome for each claim
  pairs(cells)       what it claims of several cells together, when they have run:
                     pairs of a claim and a function that returns its Outcome

A Failure of needs() or run() is one of each claim; with status 4, something is not
installed, a skip.
"""

import collections
import threading

from boottest import Failure

# wrong: sentences, none if the claim holds; note: what else is to be said of it; skip:
# why it cannot be tried here; log: the file to read if it does not hold; table: lines to
# show in any case
Outcome = collections.namedtuple("Outcome", "wrong note skip log table")
Outcome.__new__.__defaults__ = ((), "", None, None, ())


class Kind:
    """What the kinds have in common."""

    COLUMNS = LISTS = WORDS = NUMBERS = ()
    CHOICES = {}

    def __init__(self, work, cells):
        self.work = work
        self.cells = cells

    def needs(self, cell):
        """Nothing."""

    def pairs(self, cells):
        """Nothing."""
        return []


def once(make):
    """MAKE, but once for the same arguments; its Failure is told to all who ask."""
    made, locks = {}, {}
    guard = threading.Lock()

    def get(*key):
        with guard:
            lock = locks.setdefault(key, threading.Lock())
        with lock:
            if key not in made:
                try:
                    made[key] = make(*key), None
                except Failure as failure:
                    made[key] = None, failure
            value, failure = made[key]
        if failure:
            raise failure
        return value
    return get
