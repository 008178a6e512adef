# SPDX-License-Identifier: GPL-2.0-only
"""trees.py - random systems, and a model of their own of what boots them

ways() looks at a tree as it is on disk and lists every way to boot it: an entry
of a boot loader or a unified kernel image, the kernel file that it starts, the
command line that this kernel gets.  It shares no code with the tool and runs
GRUB's script, which the tool does not; grub.py is held against grub-emu.

What a boot loader decides at boot (the platform, an entry for once) is gone
through both ways.
"""

import os
import random
import struct

import gen
import grub
import kernels

GRUB_DIRS = ("/boot/grub", "/boot/grub2", "/boot/efi/EFI/openEuler", "/boot/efi/EFI/BOOT", "/boot/EFI/kylin", "/efi/EFI/debian")
BLS_DIRS = ("/boot/loader/entries", "/boot/efi/loader/entries", "/efi/loader/entries")
UKI_DIRS = ("/boot/efi/EFI/Linux", "/boot/EFI/Linux", "/efi/EFI/Linux")
STOCK = kernels.STOCK


class Way:
    """One way to boot: where it is written, the kernel's file (None: there is
    none of that name), the command line that the kernel gets."""

    def __init__(self, where, kernel, cmdline):
        self.where, self.kernel, self.cmdline = where, kernel, cmdline

    def __repr__(self):
        line = self.cmdline if len(self.cmdline) < 200 else self.cmdline[:60] + f"... {len(self.cmdline)} bytes"
        return f"{self.where}: {self.kernel}: {line}"


def inside(root, path):
    """The file that @path means with @root as /, links followed, or None."""
    done, todo, links = [], path.split("/"), 0
    while todo:
        part = todo.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            done = done[:-1]
            continue
        here = os.path.join(root, *done, part)
        if os.path.islink(here):
            links += 1
            if links > 20:
                return None
            target = os.readlink(here)
            if target.startswith("/"):
                done = []
            todo = target.split("/") + todo
            continue
        done.append(part)
    full = os.path.join(root, *done)
    return full if os.path.exists(full) else None


def read(root, path):
    full = inside(root, path)
    if not full or not os.path.isfile(full):
        return None
    with open(full, "rb") as f:
        return f.read().decode("utf-8", "surrogateescape")


def listing(root, path):
    full = inside(root, path)
    return sorted(os.listdir(full)) if full and os.path.isdir(full) else []


def candidates(root, path):
    """The files that a boot loader's path may mean: which partition it is on
    is not always known from the tree."""
    path = path.partition(")")[2] if path.startswith("(") else path
    found = []
    for before in ("", "/boot", "/boot/efi", "/efi"):
        full = inside(root, before + path) if path.startswith("/") else None
        if full and os.path.isfile(full) and full not in found:
            found.append(full)
    return found


def add(out, root, where, path, cmdline):
    for full in candidates(root, path) or [None]:
        out.append(Way(where, full, cmdline))


def grub_ways(root, cfg, out, entered=()):
    """The ways of the menu that @cfg makes, both platforms and both answers of
    what is only known at boot."""
    for platform in ("efi", "xen"):
        boot = grub.Grub(lambda p: read(root, p), {"prefix": os.path.dirname(cfg), "root": "hd0", "grub_platform": platform})
        try:
            boot.run_file(cfg)
            calls = [(cfg, c) for c in boot.calls]
            calls += [(f"{cfg}: {title}", c) for _, title, cs in boot.boots() for c in cs]
        except grub.ScriptError:
            return
        for where, (_, args) in calls:
            # GRUB finds no file by a name without a folder, and boots nothing
            if args and "/" in args[0]:
                add(out, root, where, args[0], grub.handed_to_kernel(args))
        for path in boot.configfiles:
            if path not in entered:
                grub_ways(root, path, out, (*entered, path))
        if boot.blscfg:
            for folder in BLS_DIRS[:1]:
                bls_ways(root, folder, boot.env, out)


def bls_fields(text):
    fields = {}
    for line in text.replace("\r", "").split("\n"):
        key, _, value = line.strip().partition(" ")
        if key and not key.startswith("#"):
            fields.setdefault(key, []).append(value.strip())
    return fields


def bls_ways(root, folder, env, out):
    """@env None: systemd-boot, which knows no variables."""
    for name in listing(root, folder):
        if not name.endswith(".conf"):
            continue
        fields = bls_fields(read(root, f"{folder}/{name}") or "")
        if "linux" not in fields:
            continue
        options = " ".join(fields.get("options", []))
        if env is not None:
            for variable in ("kernelopts", "tuned_params"):
                options = options.replace("$" + variable, env.get(variable, ""))
        add(out, root, f"{folder}/{name}", fields["linux"][-1], options)


def extlinux_ways(root, path, out):
    text = read(root, path)
    if text is None:
        return
    common, labels = "", []
    for line in text.split("\n"):
        key, _, value = line.strip().partition(" ")
        key, value = key.lower(), value.strip()
        if key == "label":
            labels.append({"name": value})
        elif key == "append" and not labels:
            common = value
        elif labels and key in ("append", "linux", "kernel"):
            labels[-1]["linux" if key == "kernel" else key] = value
    for label in labels:
        if "linux" in label:
            add(out, root, f"{path}: {label['name']}", label["linux"], label.get("append", common))


def sections(data):
    """The sections of a PE file by name."""
    at = struct.unpack_from("<I", data, 60)[0]
    count, optional = struct.unpack_from("<6xH12xH", data, at)[0], struct.unpack_from("<H", data, at + 20)[0]
    out = {}
    for i in range(count):
        name, size, _, _, offset = struct.unpack_from("<8sIIII", data, at + 24 + optional + 40 * i)
        out[name.rstrip(b"\0").decode()] = data[offset:offset + size]
    return out


def pe(parts):
    """A PE file of such sections, as far as a reader of sections looks."""
    head = bytearray(0x400)
    head[0:2] = b"MZ"
    struct.pack_into("<I", head, 60, 64)
    struct.pack_into("<4sHH", head, 64, b"PE\0\0", 0xAA64, len(parts))
    body, at = b"", 88
    for name, data in parts.items():
        offset = len(head) + len(body)
        struct.pack_into("<8sIIII", head, at, name.encode(), len(data), offset, (len(data) + 511) // 512 * 512, offset)
        body += data + b"\0" * (-len(data) % 512)
        at += 40
    return bytes(head) + body


def uki_ways(root, folder, made, out):
    """A unified kernel image is a way to boot; its kernel is a part of it."""
    for name in listing(root, folder):
        if not name.endswith(".efi"):
            continue
        path = f"{folder}/{name}"
        with open(inside(root, path), "rb") as f:
            found = sections(f.read())
        line = found.get(".cmdline", b"").rstrip(b"\0").decode()
        for addon in listing(root, path + ".extra.d"):
            with open(inside(root, f"{path}.extra.d/{addon}"), "rb") as f:
                line += " " + sections(f.read()).get(".cmdline", b"").rstrip(b"\0").decode()
        way = Way(path, inside(root, path), line)
        way.kind = made.kind_of(found.get(".linux", b""))
        out.append(way)


def ways(root, made):
    """Every way to boot the system in @root."""
    out = []
    for folder in GRUB_DIRS:
        if read(root, folder + "/grub.cfg") is not None:
            grub_ways(root, folder + "/grub.cfg", out)
    grub_there = any(read(root, f + "/grub.cfg") is not None for f in GRUB_DIRS)
    for folder in BLS_DIRS:
        if not grub_there:
            bls_ways(root, folder, None, out)
    for path in ("/boot/extlinux/extlinux.conf", "/extlinux/extlinux.conf"):
        extlinux_ways(root, path, out)
    for folder in UKI_DIRS:
        uki_ways(root, folder, made, out)
    return out


def dangers(root, made):
    """The ways that may panic on a broken host: an affected kernel, or one
    that cannot be judged, without the parameter where the kernel reads it."""
    bad = []
    for way in ways(root, made):
        kind = getattr(way, "kind", None) or (made.kind(way.kernel) if way.kernel else None)
        if kind not in ("patched", "not") and not kernels.blacklists(way.cmdline):
            bad.append((kind, way))
    return bad


class Tree:
    """A random system under @root.  @odd: what makes it hard; empty where all
    is as a distribution writes it, and enable must be sure."""

    def __init__(self, root, seed, made):
        self.root, self.rnd, self.made = root, random.Random(seed), made
        self.odd = set()
        self.missing = False  # a mount that fstab names
        self.loaders = set()
        self.kernels = []
        self.put("/etc/os-release", b"ID=test\n")
        os.makedirs(root + "/var/lib")
        os.makedirs(root + "/boot")
        self.install_kernels()
        for _ in range(self.rnd.choice((1, 1, 1, 2, 2, 3))):
            self.rnd.choice((self.grub, self.grub, self.grub, self.bls, self.bls, self.extlinux, self.uki, self.ostree))()
        if self.maybe(0.5):
            self.put("/etc/default/grub", b'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="quiet"\n')
        if self.maybe(0.2):
            self.put("/etc/kernel/cmdline", b"root=/dev/vda2 ro\n")
        self.links()
        self.mounts()

    def maybe(self, p):
        return self.rnd.random() < p

    def put(self, path, data):
        full = self.root + path
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if not os.path.lexists(full):
            with open(full, "wb") as f:
                f.write(data)

    def install_kernels(self):
        versions = self.rnd.sample(["6.6.0-1", "6.6.0-28.oe2403", "5.15.0-9", "6.1.0-50-arm64", "6.12.3"], self.rnd.randint(1, 3))
        for v in versions:
            kind = self.rnd.choice(("affected",) * 5 + ("patched", "not", "not", "cut", "junk"))
            path = self.rnd.choice(("/boot/vmlinuz-" + v,) * 6 + ("/boot/Image-" + v, f"/boot/custom/{v}/Image", "/boot/kernel", "/opt/k/vmlinuz"))
            self.put(path, self.made.data[kind])
            kind = self.made.kind(self.root + path)
            if kind in ("cut", "junk"):
                self.odd.add("kernel not readable")
            self.kernels.append(path)

    def named(self):
        """A kernel as an entry names it: perhaps by another name, perhaps one
        that is not there."""
        path = self.rnd.choice(self.kernels)
        if self.maybe(0.06):
            self.odd.add("kernel not there")
            return "/boot/vmlinuz-gone"
        if self.maybe(0.1):
            link = self.rnd.choice(("/boot/vmlinuz", "/boot/vmlinuz-9.9.9", "/vmlinuz"))
            if not os.path.lexists(self.root + link):
                os.symlink(os.path.relpath(path, os.path.dirname(link)), self.root + link)
            return link
        if self.maybe(0.1):
            hard = "/boot/vmlinuz-7.7.7"
            if not os.path.lexists(self.root + hard):
                os.link(self.root + path, self.root + hard)
            return hard
        if path.startswith("/boot/") and self.maybe(0.3):
            return path[5:]
        return path

    def words(self):
        """Arguments, now and then with something that looks like the parameter."""
        words = self.rnd.sample(["root=/dev/vda2", "ro", "quiet", "console=ttyAMA0", "selinux=0", "crashkernel=1G-:256M"], 3)
        if self.maybe(0.2):
            words.append(self.rnd.choice((
                STOCK, "initcall_blacklist=foo_init,armv8_pmu_driver_init", "initcall_blacklist=armv8_pmu_driver_init2",
                "initcall_blacklist=xarmv8_pmu_driver_init", "xinitcall_blacklist=armv8_pmu_driver_init", "initcall-blacklist=armv8_pmu_driver_init",
                "initcall_blacklist=foo", "-- " + STOCK, "arm_pmu.nopmmir", "initcall_blacklist armv8_pmu_driver_init")))
        if self.maybe(0.03):
            words.insert(0, "long=" + "x" * self.rnd.randint(1900, 2040))
            self.odd.add("long line")
        return words

    def grub(self):
        prefix = self.rnd.choice(GRUB_DIRS[:2] * 3 + GRUB_DIRS)
        self.loaders.add("grub")
        if self.maybe(0.5):
            lines = ["set timeout=5"]
            for i in range(self.rnd.randint(1, 3)):
                lines += [f"menuentry 'Linux {i}' {{", f"\tlinux {self.named()} " + " ".join(self.words()), "\tinitrd /i.img", "}"]
            text = "\n".join(lines) + "\n"
            self.put(prefix + "/grub.cfg", text.encode())
        else:
            made = gen.GrubFiles(self.rnd, [self.named() for _ in range(2)], prefix)
            self.odd.add("grub script")
            for path, text in made.files.items():
                self.put(path, text.encode())
        if self.maybe(0.1):
            stub = self.rnd.choice(GRUB_DIRS[2:])
            self.put(stub + "/grub.cfg", f"set prefix=($root){prefix}\nconfigfile $prefix/grub.cfg\n".encode())
        if self.maybe(0.05):
            # one that only the stub leads to
            other = self.rnd.choice(("/boot/menu/other.cfg", "/boot/grub/theirs.cfg"))
            self.put("/boot/efi/EFI/BOOT/grub.cfg", f"configfile {other}\n".encode())
            self.put(other, f"menuentry x {{\n linux {self.named()} ro\n}}\n".encode())
            self.odd.add("stub")

    def bls(self):
        self.loaders.add("bls")
        folder = self.rnd.choice(BLS_DIRS[:1] * 3 + BLS_DIRS)
        options = False
        with_grub = folder == BLS_DIRS[0] and ("grub" in self.loaders or self.maybe(0.5))
        for i in range(self.rnd.randint(1, 3)):
            words = self.words()
            if with_grub and self.maybe(0.4):
                words, options = ["$kernelopts"] + words[:1], True
            lines = [f"title Linux {i}", f"version {i}", f"linux {self.named()}", "initrd /i.img"]
            lines += ["options " + " ".join(words)] if self.maybe(0.95) else []
            self.rnd.shuffle(lines)
            self.put(f"{folder}/m-{i}.conf", ("\n".join(lines) + self.rnd.choice(("\n", "\n", ""))).encode())
        if with_grub and "grub" not in self.loaders:
            self.put("/boot/grub2/grub.cfg", b"load_env -f ($root)/boot/grub2/grubenv\nset timeout=1\nblscfg\n")
        if with_grub and options:
            body = "# GRUB Environment Block\n" + "# WARNING\n" * self.rnd.randint(0, 2)
            body += "saved_entry=m-0\nkernelopts=" + " ".join(self.words()) + "\n"
            self.put("/boot/grub2/grubenv", (body + "#" * (1024 - len(body))).encode())
            if "grub" in self.loaders:
                self.odd.add("blscfg beside others")

    def extlinux(self):
        self.loaders.add("extlinux")
        common = self.maybe(0.3)
        lines = ["default l0", "timeout 3"] + (["append " + " ".join(self.words())] if common else [])
        for i in range(self.rnd.randint(1, 3)):
            lines += [f"label l{i}", "\t" + self.rnd.choice(("linux ", "kernel ", "LINUX ")) + self.named()]
            if not common or self.maybe(0.3):
                lines.append("\tappend " + " ".join(self.words()))
        self.put(self.rnd.choice(("/boot/extlinux/extlinux.conf", "/extlinux/extlinux.conf")), ("\n".join(lines) + "\n").encode())

    def uki(self):
        self.loaders.add("uki")
        self.odd.add("uki")
        path = self.rnd.choice(UKI_DIRS) + "/linux.efi"
        line = " ".join(self.words())
        kind = self.rnd.choice(("affected", "affected", "not", "patched"))
        self.put(path, pe({".osrel": b"ID=x\n", ".cmdline": line.encode() + b"\0", ".linux": self.made.data[kind]}))
        if self.maybe(0.3):
            self.put(path + ".extra.d/one.addon.efi", pe({".cmdline": self.rnd.choice((STOCK, "quiet")).encode()}))

    def ostree(self):
        self.loaders.add("ostree")
        if os.path.lexists(self.root + "/boot/loader"):
            return
        kind = self.rnd.choice(("affected", "affected", "patched"))
        self.put("/boot/ostree/os-ab/vmlinuz-6.6.0", self.made.data[kind])
        os.makedirs(self.root + "/ostree/deploy/os/var/lib", exist_ok=True)
        text = "title OS\nversion 1\noptions root=UUID=1 rw ostree=/ostree/boot.1/os/ab/0\nlinux /ostree/os-ab/vmlinuz-6.6.0\n"
        self.put("/boot/loader.1/entries/ostree-1-os.conf", text.encode())
        os.symlink("loader.1", self.root + "/boot/loader")

    def links(self):
        """Configuration files that are links of one another."""
        for folder in GRUB_DIRS[:2]:
            full = self.root + folder + "/grub.cfg"
            other = self.root + ("/etc/grub2.cfg" if self.maybe(0.7) else "/boot/grub.cfg")
            if os.path.isfile(full) and self.maybe(0.1) and not os.path.lexists(other):
                if self.maybe(0.5):
                    os.link(full, other)
                else:
                    os.symlink("../boot/" + folder.partition("/boot/")[2] + "/grub.cfg", other)
        if os.path.isdir(self.root + "/boot/grub") and not os.path.lexists(self.root + "/boot/grub2") and self.maybe(0.15):
            os.symlink("grub", self.root + "/boot/grub2")

    def mounts(self):
        """fstab, and what it names perhaps not mounted."""
        if not self.maybe(0.2):
            return
        where = self.rnd.choice(("/boot", "/boot/efi"))
        self.put("/etc/fstab", f"UUID=1 / ext4 defaults 0 1\nUUID=2 {where} auto defaults 0 2\n".encode())
        self.odd.add("fstab")
        if self.maybe(0.6):
            if os.path.isdir(self.root + where):
                os.rename(self.root + where, self.root + "/.away")
            os.makedirs(self.root + where, exist_ok=True)
        self.missing = not listing(self.root, where)
