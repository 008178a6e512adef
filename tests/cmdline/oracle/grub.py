# SPDX-License-Identifier: GPL-2.0-only
"""grub.py - what GRUB does with a grub.cfg, as far as these tests need it

A second implementation, independent of the tool's: it runs the script, the tool
does not.  edit-grub-emu compares it with the real GRUB (grub-emu).

Sources: grub-core/script/yylex.l and parser.y (words, statements),
script/execute.c (expansion, splitting), kern/env.c and normal/context.c (what a
submenu sees of the variables), lib/envblk.c (load_env), lib/cmdline.c (what the
kernel is handed), all of 2.06.
"""

import re

VARIABLE = re.compile(r"\$(?:\{([A-Za-z0-9_?#*@]+)\}|([A-Za-z_][A-Za-z0-9_]*|[?#*@0-9]))")
LINUX = ("linux", "linux16", "linuxefi")
DEPTH = 8  # files that read each other


class ScriptError(Exception):
    """GRUB would refuse the file."""


def tokens(text):
    """Yields ("op", character) and ("word", parts); a part is (kind, text,
    quoted) with kind "text" or "var"."""
    text = text.replace("\r", "")
    i, n = 0, len(text)
    while i < n:
        c = text[i]
        if c in " \t":
            i += 1
        elif text.startswith("\\\n", i):
            i += 2
        elif c == "#":
            while i < n and text[i] != "\n":
                i += 1
        elif c in "\n;{}&|<>":
            yield "op", "\n" if c == ";" else c
            i += 1
        else:
            parts = []
            i = word(text, i, parts)
            yield "word", parts


def word(text, i, parts):
    """Reads the word at text[i]; returns the index behind it."""
    n = len(text)
    while i < n and text[i] not in " \t\n;{}&|<>":
        c = text[i]
        if c == "\\":
            if text[i + 1:i + 2] != "\n":
                parts.append(("text", text[i + 1:i + 2], True))
            i += 2
        elif c == "'":
            end = text.find("'", i + 1)
            if end < 0:
                raise ScriptError("open quote")
            parts.append(("text", text[i + 1:end], True))
            i = end + 1
        elif c == '"':
            i = double_quoted(text, i + 1, parts)
        elif c == "$":
            m = VARIABLE.match(text, i)
            if m:
                parts.append(("var", m[1] or m[2], False))
                i = m.end()
            else:
                parts.append(("text", "$", False))
                i += 1
        else:
            parts.append(("text", c, False))
            i += 1
    return i


def double_quoted(text, i, parts):
    parts.append(("text", "", True))
    while i < len(text) and text[i] != '"':
        m = VARIABLE.match(text, i) if text[i] == "$" else None
        if text[i] == "\\" and i + 1 < len(text):
            c = text[i + 1]
            parts.append(("text", {"\n": ""}.get(c, c if c in '$\\"' else "\\" + c), True))
            i += 2
        elif m:
            parts.append(("var", m[1] or m[2], True))
            i = m.end()
        else:
            parts.append(("text", text[i], True))
            i += 1
    if i >= len(text):
        raise ScriptError("open quote")
    return i + 1


def expand(parts, env):
    """The arguments that a word becomes: none, one, or several."""
    out, now, there = [], "", False
    for kind, text, quoted in parts:
        if kind == "text":
            now += text
            there = there or quoted or bool(text)
            continue
        value = env.get(text, "")
        if quoted:
            now += value
            continue
        # white space at its end separates nothing: grub_script_argv_split_append()
        pieces = re.split(r"[ \t\n]+", value.rstrip(" \t\n"))
        for j, piece in enumerate(pieces):
            if j:
                if there:
                    out.append(now)
                now, there = "", False
            now += piece
            there = there or bool(piece)
    if there:
        out.append(now)
    return out


class Parser:
    """Statements: ("cmd", [word], block or None) and ("if", [(list, list)], list)."""

    def __init__(self, text):
        self.toks = list(tokens(text))
        self.i = 0

    def reserved(self):
        if self.i >= len(self.toks) or self.toks[self.i][0] != "word":
            return ""
        parts = self.toks[self.i][1]
        if any(kind == "var" or quoted for kind, _, quoted in parts):
            return ""
        return "".join(text for _, text, _ in parts)

    def op(self):
        if self.i < len(self.toks) and self.toks[self.i][0] == "op":
            return self.toks[self.i][1]
        return ""

    def statements(self, until=()):
        out = []
        while self.i < len(self.toks):
            if self.op() == "\n":
                self.i += 1
            elif self.op() == "}" and "}" in until or self.reserved() in until:
                return out
            elif self.op():
                raise ScriptError(f"unexpected {self.op()}")
            elif self.reserved() == "if":
                out.append(self.condition())
            else:
                out.append(self.command())
        if until:
            raise ScriptError(f"no {until}")
        return out

    def condition(self):
        branches, last = [], []
        while True:
            self.i += 1
            cond = self.statements(("then",))
            self.i += 1
            body = self.statements(("elif", "else", "fi"))
            branches.append((cond, body))
            word_ = self.reserved()
            if word_ == "else":
                self.i += 1
                last = self.statements(("fi",))
            if word_ != "elif":
                self.i += 1
                return "if", branches, last

    def command(self):
        words, block = [], None
        while self.i < len(self.toks):
            if self.op() == "{":
                self.i += 1
                block = self.statements(("}",))
                self.i += 1
                break
            if self.op():
                break
            words.append(self.toks[self.i][1])
            self.i += 1
        return "cmd", words, block


class Entry:
    """A line of a menu: its title, its statements, and for a submenu True."""

    def __init__(self, title, block, submenu):
        self.title, self.block, self.submenu = title, block, submenu


class Grub:
    """One boot: @read gives a file's text by its path, or None."""

    def __init__(self, read, env=None):
        self.read = read
        self.env = dict(env or {})
        self.exported = {"root", "prefix"}
        self.menu = []
        self.calls = []  # what linux got: (command, [argument])
        self.depth = 0
        self.configfiles = []  # other menus that it leads to
        self.blscfg = False

    def run_file(self, path):
        text = self.read(path)
        if text is None or self.depth >= DEPTH:
            return False
        self.depth += 1
        self.run(Parser(text).statements())
        self.depth -= 1
        return True

    def run(self, statements):
        result = True
        for statement in statements:
            if statement[0] == "if":
                for cond, body in statement[1]:
                    if self.run(cond):
                        result = self.run(body)
                        break
                else:
                    result = self.run(statement[2])
            else:
                result = self.command(statement[1], statement[2])
        return result

    def command(self, words, block):
        args = [a for w in words for a in expand(w, self.env)]
        if not args:
            return True
        name, rest = args[0], args[1:]
        if "=" in name and not rest:
            return self.set(name)
        if name in LINUX:
            self.calls.append((name, rest))
        elif name in ("menuentry", "submenu") and block is not None:
            self.menu.append(Entry(rest[0], block, name == "submenu"))
        elif name == "set" and rest:
            self.set(rest[0])
        elif name == "export":
            self.exported.update(rest)
        elif name == "unset":
            for v in rest:
                self.env.pop(v, None)
        elif name in ("source", "."):
            return self.run_file(self.path(rest[0]))
        elif name == "configfile" and rest:
            self.configfiles.append(self.path(rest[0]))
        elif name == "blscfg":
            self.blscfg = True
        elif name == "load_env":
            return self.load_env(rest)
        elif name in ("test", "["):
            return self.test([a for a in rest if a != "]"])
        elif name == "false":
            return False
        return name not in ("search", "insmod")

    def set(self, assignment):
        key, _, value = assignment.partition("=")
        self.env[key] = value
        return True

    def path(self, path):
        """Inside the one device that there is."""
        return re.sub(r"^\([^)]*\)", "", path)

    def load_env(self, args):
        path = args[args.index("-f") + 1] if "-f" in args else self.env.get("prefix", "") + "/grubenv"
        text = self.read(self.path(path))
        if text is None or not text.startswith("# GRUB Environment Block\n"):
            return False
        for line in text.split("\n")[1:]:
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                self.env[key] = value.replace("\\\\", "\\")
        return True

    def test(self, args):
        if "-a" in args:
            i = args.index("-a")
            return self.test(args[:i]) and self.test(args[i + 1:])
        if len(args) == 3 and args[1] in ("=", "==", "!="):
            return (args[0] == args[2]) != (args[1] == "!=")
        if len(args) == 2:
            if args[0] in ("-f", "-s", "-e"):
                return self.read(self.path(args[1])) is not None
            return (args[0] == "-n") == bool(args[1])
        return len(args) == 1 and bool(args[0])

    def inside(self, entry):
        """What a submenu sees: the variables that were exported."""
        below = Grub(self.read, {k: v for k, v in self.env.items() if k in self.exported})
        below.exported = set(self.exported)
        below.depth = self.depth
        below.run(entry.block)
        return below

    def boots(self):
        """Yields (path, title, calls) for each entry, submenus gone into; an
        entry begins with what the file set."""
        for i, entry in enumerate(self.menu):
            if entry.submenu:
                for path, title, calls in self.inside(entry).boots():
                    yield (i, *path), f"{entry.title}>{title}", calls
                continue
            boot = Grub(self.read, self.env)
            boot.exported = set(self.exported)
            boot.depth = self.depth
            boot.run(entry.block)
            yield (i,), entry.title, boot.calls

    def shape(self):
        """The menu: None for an entry, a list for a submenu."""
        return [self.inside(e).shape() if e.submenu else None for e in self.menu]

    def in_turn(self):
        """The calls of all entries of one menu, run one after the other as GRUB
        does when each fails: what one sets, the next one sees."""
        calls = list(self.calls)
        for entry in self.menu:
            self.calls = []
            if entry.submenu:
                below = self.inside(entry)
                calls += below.calls
                if below.menu:
                    below.menu, below.calls = below.menu[:1], []
                    calls += below.in_turn()
            else:
                self.run(entry.block)
                calls += self.calls
        return calls


def handed_to_kernel(args):
    """The command line that GRUB makes of the arguments of `linux`."""
    out = []
    for arg in args:
        quoted = re.sub(r"([\\\"'])", r"\\\1", arg)
        out.append(f'"{quoted}"' if " " in arg else quoted)
    return "BOOT_IMAGE=" + " ".join(out)
