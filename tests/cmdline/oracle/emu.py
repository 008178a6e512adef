# SPDX-License-Identifier: GPL-2.0-only
"""emu.py - what the real GRUB gives to `linux`: grub-emu as the judge

grub-emu has no command named linux, so a function of that name can print its
arguments.  The tree under test is GRUB's only disk: a tar file, as memdisk.  The
menu runs without a key pressed: an entry whose commands end without a kernel
started has failed, and GRUB then runs the next one of $fallback; the last one
ends GRUB.
"""

import io
import os
import re
import shutil
import subprocess
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("BUILD") or os.path.join(HERE, "../../../build")
JUDGE = "/nopmmir-judge"
LIMIT = 20  # seconds; one run takes some hundredths

# A word has its own line: where the terminal, 80 columns wide, breaks one at a
# blank, that is lost.
SCRIPT = """
function linux {
	echo "@@L$#"
	for nopmmir_word in "$@"; do echo "@@W$nopmmir_word"; done
	echo "@@E"
}
function linux16 { if [ $# = 0 ]; then linux; else linux "$@"; fi; }
function linuxefi { if [ $# = 0 ]; then linux; else linux "$@"; fi; }
function initrd { true; }
function initrd16 { true; }
function initrdefi { true; }
set prefix=%s
export prefix
set timeout=0
export timeout
source %s
menuentry "@@END" { echo "@@END"; exit; }
unset superusers
set timeout=0
set default="%s"
set fallback="%s"
"""


def there():
    return shutil.which("grub-emu") is not None


def no_sleep():
    """Path of the library to preload, built when it is not there yet."""
    folder = os.path.join(BUILD, "tests/cmdline")
    so, source = os.path.join(folder, "no-sleep.so"), os.path.join(HERE, "no-sleep.c")
    if not os.path.exists(so) or os.path.getmtime(so) < os.path.getmtime(source):
        os.makedirs(folder, exist_ok=True)
        new = f"{so}.{os.getpid()}"
        subprocess.run([os.environ.get("CC", "gcc"), "-shared", "-fPIC", "-o", new, source], check=True)
        os.replace(new, so)
    return so


class Disk:
    """A tree, from @base on, as GRUB's disk.  Links are followed when it is
    made; of a kernel only its being there counts."""

    def __init__(self, root, base=""):
        self.files = {}
        top = os.path.join(root, base.lstrip("/"))
        for folder, _, names in os.walk(top, followlinks=True):
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.isfile(path):
                    continue
                inside = "/" + os.path.relpath(path, top)
                text = name.endswith((".cfg", ".conf")) or "grubenv" in name or "env" in name
                with open(path, "rb") as f:
                    self.files[inside] = f.read() if text else b"kernel"

    def tar(self, script):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
            for path, data in {**self.files, JUDGE + "/grub.cfg": script}.items():
                info = tarfile.TarInfo(path.lstrip("/"))
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
        return out.getvalue()

    def read(self, path):
        data = self.files.get(os.path.normpath(path))
        return None if data is None else data.decode("utf-8", "surrogateescape")

    def run(self, tmp, cfg, default, fallback):
        """Runs the menu of @cfg; returns [[argument of linux]] as they came."""
        image = os.path.join(tmp, f"disk.{os.getpid()}.tar")
        script = SCRIPT % (os.path.dirname(cfg), cfg, default, fallback)
        with open(image, "wb") as f:
            f.write(self.tar(script.encode()))
        p = subprocess.run(
            ["grub-emu", "--memdisk", image, "-r", "memdisk", "-d", JUDGE],
            input=b"xcexit\n", capture_output=True, timeout=LIMIT, check=False,
            env={**os.environ, "LD_PRELOAD": no_sleep(), "TERM": "dumb"})
        # cursor movements are of no matter
        out = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", p.stdout.replace(b"\n\r", b""))
        calls = []
        for m in re.finditer(rb"@@L(.*?)@@E", out, re.S):
            count, *words = m[1].split(b"@@W")
            if count == b"0":
                words = []  # "$@" is one empty word then
            calls.append([w.decode("utf-8", "surrogateescape") for w in words])
        return calls, b"@@END" in out, out

    def calls(self, tmp, cfg, menu):
        """All that `linux` gets from @cfg, entry by entry; @menu is the shape
        of its menu: for each line None, or for a submenu its own shape."""
        end = len(menu)
        rest = " ".join(str(i) for i in range(1, end + 1))
        calls, ended, out = self.run(tmp, cfg, "0", rest)
        if not ended:
            raise RuntimeError("grub-emu did not come to the end: " + out[-300:].decode("latin-1"))
        got = [calls]
        for path in leaves(menu):
            if not any(path[1:]):
                continue
            calls, ended, out = self.run(tmp, cfg, ">".join(map(str, path)), str(end))
            if not ended:
                raise RuntimeError("grub-emu did not come to the end: " + out[-300:].decode("latin-1"))
            got.append(calls)
        return got


def leaves(menu, path=()):
    """The path of each entry, submenus gone into."""
    for i, below in enumerate(menu):
        if below is None:
            yield (*path, i)
        else:
            yield from leaves(below, (*path, i))
