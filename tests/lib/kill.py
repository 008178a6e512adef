# SPDX-License-Identifier: GPL-2.0-only
"""kill.py - the tool, killed at each of its system calls

What a kill leaves is what the disk has at that time: one run that strace stops behind
each call shows all that can be left, and some real kills show that this is so.  Between
two calls that change something the disk does not change, so by default it is those that
are gone through; EDIT_KILL=all goes through every call of any kind.

A tree is {path: (kind and mode, bytes)}, without links.
"""

import os
import re
import shutil
import signal
import subprocess

import tap
from tool import NOPMMIR, TMP, counted

LOG = f"{TMP}/calls"
CHANGES = "(write|fsync|rename|link|unlink|mkdir|fchmod|fchown|fsetxattr)|.*O_CREAT"
ALL = os.environ.get("EDIT_KILL") == "all"
PAST = "20000101T000000Z"
REAL = 20  # each so many calls there is a real kill


def put(root, tree):
    """Makes the system below @root be that tree."""
    shutil.rmtree(root, ignore_errors=True)
    os.mkdir(root)
    for path in sorted(tree):
        mode, content = tree[path]
        if content is None:
            os.mkdir(f"{root}/{path}")
        else:
            with open(f"{root}/{path}", "wb") as f:
                f.write(content)
        os.chmod(f"{root}/{path}", mode & 0o7777)


def seen(root):
    """The system below @root as a tree."""
    found = {}
    for folder, folders, names in os.walk(root):
        for name in folders + names:
            path = f"{folder}/{name}"
            content = None
            if name in names:
                with open(path, "rb") as f:
                    content = f.read()
            found[path[len(root) + 1:]] = os.lstat(path).st_mode, content
    return found


def differ(tree, want):
    """The paths in which these differ."""
    return sorted(p for p in tree.keys() | want.keys() if tree.get(p) != want.get(p))


def dated(tree, when):
    """The tree with that as the time of each run but of those at PAST."""
    stamp = re.compile(f"(?!{PAST})\\d{{8}}T\\d{{6}}Z(\\.\\d+)?".encode())
    return {os.fsdecode(stamp.sub(when.encode(), os.fsencode(path))): (mode, content and stamp.sub(when.encode(), content))
            for path, (mode, content) in tree.items()}


def strace(root, command, *options):
    """The command on the system under strace, with a log: its exit status and error
    messages."""
    status, _, said = tap.streams("strace", "-qq", "-o", LOG, *options, NOPMMIR, *command, "--root", root)
    return status, said


def inject(root, command, start, point, what, *options):
    """The command on that tree, with this at that call."""
    put(root, start)
    return strace(root, command, *options, "-e", f"trace={point[0]}", "-e", f"inject={point[0]}:{what}:when={point[1]}")


def logged(pattern):
    """Those calls of the last log that match, as counted() has them."""
    with open(LOG, encoding="utf-8", errors="replace") as log:
        return [point for point, line in counted(log) if point and re.match(pattern, line)]


def stopped(root, command, points):
    """The tree as it is behind each of these calls: {(name, which): tree}."""
    found, last = {}, None
    # to make a process is a call that ends and begins again at a stop, for ever
    names = "!clone,?clone3,?fork,?vfork" if ALL else ",".join(sorted({name for name, _ in points}))
    ours, theirs = os.pipe()
    trace = ["strace", "-D", "-qq", "-o", f"/dev/fd/{theirs}", "-e", f"trace={names}", "-e", f"inject={names}:signal=STOP"]
    with subprocess.Popen([*trace, NOPMMIR, *command, "--root", root], pass_fds=[theirs], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p, \
            open(ours, encoding="utf-8", errors="replace") as log:
        os.close(theirs)
        try:
            for point, line in counted(log):
                last = point or last
                if line.startswith("--- stopped by SIGSTOP"):
                    if last in points:
                        found[last] = seen(root)
                    os.kill(p.pid, signal.SIGCONT)
        finally:
            p.kill()
    return found


def left(root, command, start):
    """What the command, on that tree, leaves when it is killed at each call: {call: tree
    before it}, with "the end" as the last; and the calls of which that is not known, or of
    which a real kill leaves something else, with EDIT_KILL=all only whether the end is."""
    put(root, start)
    strace(root, command)
    # nothing is seen behind the last of all calls
    points = logged("(?!exit_group)" if ALL else CHANGES)
    put(root, start)
    behind = stopped(root, command, points) if points else {}
    # the tree before a call is the one behind the call before
    trees = dict(zip([*points, "the end"], [start, *(behind.get(p) for p in points)]))
    missed = ["the end"] * (trees["the end"] is None)
    # of every call of any kind a few, which the loader makes, are not those of the next run
    for i, point in enumerate([] if ALL else points):
        if trees[point] is None:
            missed.append(point)
        elif i % REAL == REAL - 1 or point == points[-1]:
            status, _ = inject(root, command, start, point, "signal=KILL")
            unlike = differ(dated(seen(root), "now"), dated(trees[point], "now"))
            if status != 128 + signal.SIGKILL or unlike:
                missed.append((*point, status, unlike))
    return trees, missed


def different(trees):
    """Those trees that are there and not as one before: most calls leave all as it was."""
    found = {}
    for point, tree in trees.items():
        if tree is not None and tree not in found.values():
            found[point] = tree
    return found
