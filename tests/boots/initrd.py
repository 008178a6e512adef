# SPDX-License-Identifier: GPL-2.0-only
"""Initramfs archives: the guest's with more files in it, and others."""

import os
import shutil
import subprocess
import tempfile

from boottest import Failure


def with_files(out, base, files):
    """Writes OUT: the initramfs BASE, or None, with FILES, names to paths, before it, not
    packed: the kernel takes several archives, packed or not.  A path of None: a folder."""
    with tempfile.TemporaryDirectory(prefix=os.path.basename(out), dir=os.path.dirname(out)) as stage:
        root, new = (os.path.join(stage, name) for name in ("root", "new"))
        for name, path in files.items():
            inside = os.path.join(root, name)
            os.makedirs(os.path.dirname(inside) if path else inside, exist_ok=True)
            if path:
                os.symlink(os.path.realpath(path), inside)
        names = "".join(f"{os.path.relpath(os.path.join(where, name), root)}\n"
                        for where, folders, found in os.walk(root) for name in folders + found)
        with open(new, "wb") as file:
            done = subprocess.run(["cpio", "-o", "-L", "-H", "newc", "--quiet", "-R", "0:0"], cwd=root,
                                  input=names.encode(), stdout=file)
            if base:
                # cpio wrote to the descriptor that they share
                file.seek(0, os.SEEK_END)
                with open(base, "rb") as rest:
                    shutil.copyfileobj(rest, file)
        if done.returncode:
            raise Failure(1, f"cpio does not make {out}")
        os.replace(new, out)
    return out


def with_second_kernel(out, base, image):
    """Writes OUT: the guest's initramfs BASE, and in it the kernel IMAGE with BASE, into
    which tests/guest/kexec.h jumps."""
    return with_files(out, base, {"kexec/Image": image, "kexec/initrd": base})
