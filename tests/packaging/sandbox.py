# SPDX-License-Identifier: GPL-2.0-only
"""sandbox.py - a guest's root, in which the packages' scripts run as they would there, in
a second

The kernels are stand-ins, the programs are this machine's, the boot files are as
grub-mkconfig makes them: what rpm, dpkg, dracut and GRUB make of it all is for
tests/packaging/scratch-* and tests/image.
"""

import os
import shutil

import kill
import tap
from tool import NOPMMIR, TOP, System, gone, has, t

GRUB, DEFAULTS = FILES = "/boot/grub2/grub.cfg", "/etc/default/grub"
STATE = "/var/lib/nopmmir"
SCRIPTS = ("packaging/removal", "packaging/initramfs", "packaging/kernel/99-nopmmir.install",
           "packaging/kernel/zzz-nopmmir")
INSIDE = """
mount --rbind -o ro /usr "$1/usr"
mount --bind /dev/null "$1/dev/null"
root=$1
shift
exec chroot "$root" /usr/bin/env -i LC_ALL=C PATH=/pkg:/usr/sbin:/usr/bin "$@"
"""


class Guest(System):
    """A root with kernels, a menu of GRUB's and its defaults.  programs: by name, what stands
    beside the packages' scripts, or in the place of one."""

    def __init__(self):
        super().__init__()
        self.programs = {}

    def new(self, kind):
        """Makes it one with a kernel of that kind and its entry."""
        gone(self.root)
        for folder in ("/boot/grub2", "/etc/default", "/etc/nopmmir", "/var/lib", "/lib/modules", "/tmp", "/dev"):
            os.makedirs(self.path(folder))
        self.write(GRUB, "set default=0\n")
        self.write(DEFAULTS, 'GRUB_CMDLINE_LINUX="quiet"\n')
        self.install(kind, "6.1.0-1")

    def enabled(self, kind, *options):
        """Makes it such a one that was enabled."""
        self.new(kind)
        self.nopmmir("enable", *options)

    def install(self, kind, version, *parameters):
        """One more kernel, first in the menu, as a new one is."""
        self.kernel(kind, f"/boot/vmlinuz-{version}")
        os.makedirs(self.path(f"/lib/modules/{version}"), exist_ok=True)
        first, rest = self.read(GRUB).split("\n", 1)
        linux = " ".join(("linux", f"/boot/vmlinuz-{version}", "root=/dev/vda1 ro", *parameters))
        self.write(GRUB, f"{first}\nmenuentry '{version}' {{\n\t{linux}\n}}\n{rest}")

    def inside(self, *command):
        """Runs a command in the root, with the tool and the packages' scripts in /pkg: its exit
        status and words."""
        if not self.there("/pkg"):
            for folder in ("/pkg", "/usr"):
                os.mkdir(self.path(folder))
            # /lib/modules is its own, the rest of it the machine's
            for name in os.listdir("/usr/lib"):
                if name != "modules":
                    self.link(f"/usr/lib/{name}", f"/lib/{name}")
            for name in ("bin", "sbin", "lib64"):
                self.link(f"usr/{name}", f"/{name}")
            self.append("/dev/null", "")
        for path in (NOPMMIR, *(f"{TOP}/{script}" for script in SCRIPTS)):
            shutil.copy(path, self.path("/pkg"))
        for name, program in self.programs.items():
            self.write(f"/pkg/{name}", program)
            os.chmod(self.path(f"/pkg/{name}"), 0o755)
        return tap.run(f"{TOP}/tests/lib/private", self.root, "sh", "-euc", INSIDE, "sh", self.root, *command)

    def verdict(self):
        """The first word, or two, of nopmmir status."""
        return self.nopmmir("status")[1].partition(":")[0]

    def not_safe(self):
        """The verdict, where it is another than safe."""
        return [word for word in [self.verdict()] if word != "safe"]

    def boot_files(self):
        """What there is of boot menus and defaults."""
        return "".join(self.read(path) for path in FILES)

    def kills(self, name, least, wrong, *command):
        """Kills that command of the tool at each of its system calls, of which there are at
        least so many.  @wrong(start, end) says of what is left then what is wrong with it, beside
        the tree at the command's start and at its end."""
        if not has("strace"):
            t.skip(f"{name}, killed at any system call", "no strace: scripts/deps lint installs it")
            return
        start = kill.dated(kill.seen(self.root), kill.PAST)
        trees, missed = kill.left(self.root, command, start)
        found = []
        end = trees["the end"]
        # of an end that is not known the next claim tells
        for point, tree in kill.different(trees).items() if end else ():
            kill.put(self.root, tree)
            found += [(point, what) for what in wrong(start, end)]
        print(f"# {name}: killed at {len(trees) - 1} system calls")
        t.ok(len(trees) > least, f"{name}: there are that many calls to be killed at", len(trees) - 1)
        t.is_(missed, [], f"{name}: each of them is reached")
        t.is_(found, [], f"{name}, killed at any system call")
        kill.put(self.root, start)

    def torn(self, start, end):
        """The boot files that are neither the one tree's nor the other's."""
        tree = kill.seen(self.root)
        return [path for path in FILES if tree.get(path[1:]) not in (start[path[1:]], end[path[1:]])]
