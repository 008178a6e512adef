# SPDX-License-Identifier: GPL-2.0-only
"""tool.py - the tool under test, and the small systems on which it is tried

To import it builds the tool, or takes the one that NOPMMIR names, and the program that
makes stand-ins for kernels.  TMP is an empty folder, in memory where that can be, that
goes when the test ends.
"""

import atexit
import collections
import functools
import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

import tap

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD") or os.path.join(TOP, "build")
GOLDEN = os.path.join(TOP, "tests/cmdline/golden")
STOCK = "initcall_blacklist=armv8_pmu_driver_init"
PATCHED = "arm_pmu.nopmmir"
# minikernel.c's words for the kernels that a System may have
KINDS = {"affected": ("image", "read"), "patched": ("image", "read", "param"), "fine": ("image",)}


def built_tool():
    """The tool's path."""
    if not os.environ.get("NOPMMIR"):
        subprocess.run(["make", "-s", "-C", os.path.join(TOP, "cmdline")], check=True, stdout=sys.stderr)
        os.environ["NOPMMIR"] = os.path.join(BUILD, "cmdline/nopmmir")
    return os.environ["NOPMMIR"]


def built_minikernel():
    """The path of minikernel.c's program."""
    program, source = os.path.join(BUILD, "tests/cmdline/minikernel"), os.path.join(TOP, "tests/cmdline/minikernel.c")
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        os.makedirs(os.path.dirname(program), exist_ok=True)
        # a name of its own first: tests may run side by side
        new = f"{program}.{os.getpid()}"
        werror = ["-Werror"] if os.environ.get("WERROR") else []
        subprocess.run([os.environ.get("CC") or "gcc", "-std=c11", "-O2", "-Wall", "-Wextra", *werror, "-o", new, source],
                       check=True)
        os.replace(new, program)
    return program


def minikernel(*words, data=b""):
    """What minikernel.c makes of these words and of the data, as bytes."""
    return subprocess.run([MINIKERNEL, *words], input=data, stdout=subprocess.PIPE, check=True).stdout


@functools.lru_cache(maxsize=None)
def kernel(kind):
    """A kernel of KINDS, as bytes."""
    return minikernel(*KINDS[kind])


def has(program):
    """Whether this machine has the program."""
    return shutil.which(program) is not None


def gone(root):
    """Removes a tree, whatever modes its folders have."""
    if os.path.lexists(root):
        subprocess.run(["chmod", "-Rf", "u+rwx", root], check=False)
        shutil.rmtree(root)


def copy(source, root):
    """Makes @root a copy of the tree @source, with its links, modes and times."""
    gone(root)
    subprocess.run(["cp", "-a", source, root], check=True)


def snapshot(root, modes=True):
    """All of a tree but the tool's own: {path: kind, mode and owners, content}; without
    @modes the same where diff -r finds no difference."""
    found = {}
    for folder, folders, names in os.walk(root):
        # in an ostree system as well, below its deployment
        if folder.endswith("/var/lib"):
            folders[:] = [f for f in folders if f != "nopmmir"]
        for name in folders + names + (["."] if folder == root else []):
            path = os.path.join(folder, name)
            s = os.lstat(path)
            content = None
            if stat.S_ISLNK(s.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(s.st_mode):
                with open(path, "rb") as f:
                    content = hashlib.sha256(f.read()).digest()
            owner = (s.st_mode, s.st_uid, s.st_gid) if modes else None
            found[os.path.relpath(path, root)] = stat.S_IFMT(s.st_mode), owner, content
    return found


def same(claim, root, want):
    """The trees are the same, byte for byte, but for the tool's own state and backups."""
    if snapshot(root, modes=False) == snapshot(want, modes=False):
        t.ok(True, claim)
    else:
        t.ok(False, claim, tap.run("diff", "-r", "--no-dereference", "--exclude=nopmmir", root, want)[1])


def printed(*command, stderr=subprocess.STDOUT):
    """What a command prints, as bytes, to the last newline."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, check=False).stdout


def unread(*command, **options):
    """A command's exit status and what it says on standard error, where the reader of its
    standard output has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    p = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE, check=False, **options)
    os.close(writer)
    return p.returncode, p.stderr


def counted(log):
    """Each line of strace's log behind its call: that call's name and how many of that name
    there were by then, which is what -e inject=NAME:when=N asks for; None of another line."""
    count = collections.Counter()
    for line in log:
        name = re.match(r"([a-z_0-9]+)\(", line)
        count.update(name and [name[1]])
        yield name and (name[1], count[name[1]]), line


def before(case, root):
    """Makes @root the golden case's tree as it is before enable."""
    copy(f"{GOLDEN}/{case}/in", root)
    # as in any system, and not in git, which keeps no empty directory
    os.makedirs(f"{root}/var/lib", exist_ok=True)


def after(case, root):
    """And as it is to be after."""
    before(case, root)
    if os.path.isdir(f"{GOLDEN}/{case}/out"):
        subprocess.run(["cp", "-a", f"{GOLDEN}/{case}/out/.", root], check=True)


def entry(*words):
    """A menuentry of GRUB's: the kernel's path, its arguments."""
    return f'menuentry "{words[0]}" {{\n\tlinux {" ".join(words)}\n}}\n'


def block(*lines):
    """An environment block of GRUB's, 1024 bytes."""
    return "\n".join(("# GRUB Environment Block", *lines, "")).ljust(1024, "#")


def read(path):
    """A file's text, with its carriage returns."""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as f:
        return f.read()


class System:
    """A system below a folder; its paths begin with /."""

    def __init__(self, root=None):
        self.root = root or f"{TMP}/root"

    def path(self, path):
        """Where a file of the system is."""
        return self.root + path

    def empty(self, *kernels):
        """Makes it an empty system with an affected kernel as each path."""
        gone(self.root)
        for folder in ("/boot", "/etc", "/var/lib"):
            os.makedirs(self.path(folder))
        for path in kernels:
            self.kernel("affected", path)

    def kernel(self, kind, path):
        """Puts a kernel of KINDS there."""
        self.write(path, kernel(kind))

    def write(self, path, content, mode="w"):
        """Writes a file, text or bytes, in folders that are made where they are missing."""
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogateescape")
        with open(self.path(path), mode + "b") as f:
            f.write(content)

    def append(self, path, content):
        """Writes behind what a file has."""
        self.write(path, content, "a")

    def read(self, path):
        """A file's text; of one that is not there, none."""
        try:
            return read(self.path(path))
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def link(self, target, path):
        """Makes a symbolic link."""
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        os.symlink(target, self.path(path))

    def there(self, path):
        """Whether there is such a file, or link."""
        return os.path.lexists(self.path(path))

    def nopmmir(self, command, *options, **more):
        """Runs the tool on the system: its exit status and words."""
        return tap.run(NOPMMIR, command, "--root", self.root, *options, **more)

    def run(self, status, claim, command, *options, **more):
        """Claims that the tool ends with the status.  Returns its words."""
        return t.run(status, claim, NOPMMIR, command, "--root", self.root, *options, **more)

    def protected(self, path, count, claim):
        """Claims that a file has the stock kernel's parameter so many times."""
        t.is_(self.read(path).count(STOCK), count, claim)

    def snapshot(self):
        """All of it but the tool's own."""
        return snapshot(self.root)

    def gives_back(self, old, claim):
        """Claims that disable gives back the tree of that snapshot."""
        self.nopmmir("disable")
        new = self.snapshot()
        t.ok(new == old, claim, f"these differ: {sorted(p for p in old.keys() | new.keys() if old.get(p) != new.get(p))}")

    def calls(self, pattern, command):
        """The tool's system calls whose line in strace's output begins with the pattern, each as
        its name and how many of that name there were by then.  What the loader of programs does
        is left out: it comes before the system is opened."""
        tap.run("strace", "-o", f"{TMP}/trace", NOPMMIR, command, "--root", self.root)
        found, opened = [], False
        with open(f"{TMP}/trace", encoding="utf-8", errors="surrogateescape") as log:
            for call, line in counted(log):
                opened = opened or line.startswith("openat(") and f'"{self.root}"' in line
                if call and opened and re.match(pattern, line):
                    found.append(call)
        return found

    def failing(self, name, when, error, command):
        """Runs the tool where that call ends with the error: its exit status and words."""
        return tap.run("strace", "-qq", "-o", "/dev/null", "-e", f"trace={name}",
                       "-e", f"inject={name}:error={error}:when={when}", NOPMMIR, command, "--root", self.root)


def temporary():
    """TMP: many small files, synced each, are in memory where that can be."""
    if not os.environ.get("TMPDIR") and os.access("/dev/shm", os.W_OK):
        os.environ["TMPDIR"] = "/dev/shm"
    folder = tempfile.mkdtemp()
    atexit.register(gone, folder)
    return folder


# LC_CTYPE: Python itself sets it where there is no locale (PEP 538)
for variable in ("LC_ALL", "LC_CTYPE", "LANG", "LANGUAGE"):
    os.environ.pop(variable, None)
t = tap.Tap()
NOPMMIR = built_tool()
MINIKERNEL = built_minikernel()
TMP = temporary()
