# SPDX-License-Identifier: GPL-2.0-only
"""Tables, read and expanded into their cells."""

import itertools

from boottest import Failure


class Cell:
    """What a row says of one boot: an attribute a column; number: its place in the table,
    from 1."""

    def __init__(self, number, columns):
        self.number = number
        self.__dict__.update(columns)


def value(kind, column, word, where):
    """What a cell has in a column."""
    choices = kind.CHOICES.get(column, (word,))
    if word not in choices:
        raise Failure(2, f"{where}: {column} is no {word}, but one of {' '.join(choices)}")
    if column in kind.WORDS:
        return "" if word == "-" else word.replace("+", " ")
    if column in kind.NUMBERS:
        if not word.isdigit():
            raise Failure(2, f"{where}: {column} is a number, not {word}")
        return int(word)
    return word


def expanded(kind, words, where):
    """The cells of a row: every combination of its lists, the last one fastest."""
    choices = [word.split(",") if column in kind.LISTS else [word]
               for column, word in zip(kind.COLUMNS, words)]
    for choice in itertools.product(*choices):
        yield {column: value(kind, column, word, where)
               for column, word in zip(kind.COLUMNS, choice)}


def read(path, kinds):
    """The kind of a table, and its cells."""
    by_columns = {tuple(kind.COLUMNS): kind for kind in kinds}
    kind, cells = None, []
    try:
        with open(path) as file:
            lines = file.readlines()
    except OSError as error:
        raise Failure(2, f"cannot read {path}: {error.strerror}")
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        words = line.split()
        if line.startswith("#"):
            kind = kind or by_columns.get(tuple(words[1:]))
        elif words and kind is None:
            raise Failure(2, f"{where}: no comment above names the columns of a kind of table")
        elif words and len(words) != len(kind.COLUMNS):
            raise Failure(2, f"{where}: {len(words)} columns, not {len(kind.COLUMNS)}")
        elif words:
            for columns in expanded(kind, words, where):
                cells.append(Cell(len(cells) + 1, columns))
    if not cells:
        raise Failure(2, f"{path} has no row")
    return kind, cells
