# SPDX-License-Identifier: GPL-2.0-only
"""Initramfs images made by real dracut in real arm64 root trees."""

import glob
import hashlib
import os
import re
import shutil
import subprocess
import zlib

from boottest import Failure, kernel as packed, layout

from . import guest, modules, once

OUT = os.path.join(guest.BUILD, "tests", "dracut")
INIT = os.path.join(guest.BUILD, "tests/guest/root/init")
ROOTS = os.path.join(guest.BUILD, "rootfs")
PACKERS = {"xz": ["xz", "--check=crc32"], "zst": ["zstd", "-q", "--rm"], "ko": None}

GZIP = b"\x1f\x8b\x08"
CPIO_END = b"TRAILER!!!"
DAMAGED = "an archive of the image is damaged"


def run(*command):
    """Runs a command that must not fail."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          errors="replace", universal_newlines=True)
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-20:])
        raise Failure(1, f"exit {done.returncode} of: {' '.join(command)}\n{end}")


@once
def tree(name):
    """A root tree: nobody may write into it."""
    return guest.get("tests/rootfs/get", name)


def release(kernel):
    with open(os.path.join(guest.kernel(kernel), "release")) as file:
        return file.read().strip()


@once
def kernel_modules(kernel):
    """The folder of a prebuilt kernel's modules, out of its own package."""
    folder = os.path.join(OUT, f"modules-{kernel}")
    found = os.path.join(folder, release(kernel))
    os.makedirs(OUT, exist_ok=True)
    with guest.locked(folder + ".lock"):
        if os.path.isdir(found):
            return found
        with open(os.path.join(guest.TOP, "tests/kernels/kernels.tbl")) as table:
            suite = next(line.split()[1] for line in table if line.split()[:1] == [kernel])
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        deb, root = (os.path.join(folder, name) for name in ("deb", "root"))
        guest.get("scripts/debian-get", suite, deb, f"linux-image-{release(kernel)}:arm64")
        run("dpkg-deb", "-x", *glob.glob(os.path.join(deb, "*.deb")), root)
        os.rename(os.path.join(root, "lib/modules", release(kernel)), found)
        shutil.rmtree(deb)
        shutil.rmtree(root)
    return found


def modules_in(root, kernel):
    return os.path.join(root, "usr/lib/modules", release(kernel))


@once
def programs():
    """What the images have of ours."""
    guest.part("initramfs")
    return [layout.made("tests/module", modules.LOAD), INIT]


def needs(row):
    """Makes what an image is made of."""
    programs()
    modules.built(row.kernel)
    if not os.path.isdir(modules_in(tree(row.tree), row.kernel)):
        kernel_modules(row.kernel)


def made_of(row):
    """A digest of what the image of a row is made of."""
    digest = hashlib.sha256(f"{row.tree} {row.packing} {row.dracut} {release(row.kernel)}".encode())
    files = [os.path.join(ROOTS, f"{row.tree}.made-of"), os.path.abspath(__file__)] + programs()
    for pattern in ("module/nopmmir.c", "dracut/*/*", "dracut/*.conf", "tests/dracut/99guest/*"):
        files += sorted(glob.glob(os.path.join(guest.TOP, pattern)))
    for path in files:
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def copy_tree(row, copy):
    """Makes COPY of a row's tree, with the kernel's modules, nopmmir installed, and
    nopmmir.ko packed as the row says; with - there is none.  The copy's files are links
    to the tree's: only ever add files."""
    here = modules_in(copy, row.kernel)
    dracut = os.path.join(copy, "usr/lib/dracut/modules.d")
    run("rm", "-rf", copy)
    run("cp", "-al", tree(row.tree), copy)
    if not os.path.isdir(here):
        os.makedirs(os.path.dirname(here), exist_ok=True)
        run("cp", "-al", kernel_modules(row.kernel), here)
    for folder in ("dracut/50nopmmir", "tests/dracut/99guest"):
        run("cp", "-r", os.path.join(guest.TOP, folder), dracut)
    run("cp", *programs(), os.path.join(dracut, "99guest"))
    add(copy, "etc/dracut.conf.d/50-nopmmir.conf", os.path.join(guest.TOP, "dracut/50-nopmmir.conf"))
    if row.packing != "-":
        module = add(here, "extra/nopmmir.ko", modules.built(row.kernel)["nopmmir.ko"])
        packer = PACKERS[row.packing]
        if packer:
            run(*packer, module)
    # it writes new files, so that nothing reaches the tree through the links
    run("depmod", "--basedir", copy, release(row.kernel))


def add(root, name, source=None, text=""):
    """Adds a file to a copy: SOURCE's, or TEXT."""
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if source:
        shutil.copy(source, path)
    else:
        with open(path, "w") as file:
            file.write(text)
    return path


def arguments(row):
    """Variables for dracut's environment, and its options."""
    words = row.dracut.split()
    if "-m" in words:
        # -m takes one word with all the modules' names
        at = words.index("-m") + 1
        words[at:] = [" ".join(words[at:])]
    variables = [word for word in words if re.match(r"[A-Z_]+=", word)]
    return variables, [word for word in words if word not in variables]


def make_image(row, path):
    copy = os.path.join(OUT, f"tree-{row.image}")
    copy_tree(row, copy)
    if row.image == "uki":
        add(copy, "etc/kernel/cmdline",
            text="# managed\nroot=/dev/kept\ninitcall_blacklist=armv8_pmu_driver_init\n")
        add(copy, "etc/dracut.conf.d/10-own.conf", text='kernel_cmdline="root=/dev/kept"\n')
    variables, options = arguments(row)
    # --gzip means gzip -9, and dracut's programs are emulated
    run(os.path.join(guest.TOP, "tests/rootfs/run"), copy, "env", *variables, "dracut", "--force",
        "--kver", release(row.kernel), *options, "--compress", "gzip -n -1", "/tmp/image")
    os.replace(os.path.join(copy, "tmp/image"), path)
    run("rm", "-rf", copy)


@once
def image(row):
    """The file of a row's image, made again only if something that it is made of has
    changed."""
    needs(row)
    path = os.path.join(OUT, row.image)
    note = path + ".made-of"
    os.makedirs(OUT, exist_ok=True)
    with guest.locked(path + ".lock"):
        want = made_of(row)
        if not (os.path.exists(path) and os.path.exists(note) and open(note).read() == want):
            make_image(row, path)
            guest.write(note, want.encode())
    return path


def cpio_names(data):
    done = subprocess.run(["cpio", "-it", "--quiet"], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    if done.returncode:
        raise Failure(1, DAMAGED)
    return done.stdout.decode(errors="replace").splitlines()


def contents(data):
    """The names in an image.  What is compressed already, newer dracuts put in an archive
    of its own, not compressed again, before the other."""
    names, start = [], 0
    if not data.startswith(GZIP):
        names = cpio_names(data)
        start = data.find(GZIP, max(0, data.find(CPIO_END)))
    if start < 0:
        return names
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    inside = unpacker.decompress(data[start:])
    if not unpacker.eof:
        raise Failure(1, DAMAGED)
    return names + cpio_names(inside)


def command_line(data):
    """The command line in a unified image."""
    return (packed.pe_section(data, b".cmdline") or b"").decode(errors="replace")
