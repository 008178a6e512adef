# SPDX-License-Identifier: GPL-2.0-only
"""The guest's initramfs with more files in it."""

import os
import shutil
import subprocess
import tempfile

from boottest import Failure


def with_files(out, base, files):
    """Writes OUT: the initramfs BASE with FILES, names to paths, before it, not packed:
    the kernel takes several archives, packed or not."""
    stage = tempfile.mkdtemp(prefix=os.path.basename(out), dir=os.path.dirname(out))
    new = stage + ".new"
    for name, path in files.items():
        os.makedirs(os.path.dirname(os.path.join(stage, name)), exist_ok=True)
        os.symlink(os.path.realpath(path), os.path.join(stage, name))
    names = "".join(f"{os.path.relpath(os.path.join(where, name), stage)}\n"
                    for where, folders, found in os.walk(stage) for name in folders + found)
    with open(new, "wb") as file:
        done = subprocess.run(["cpio", "-o", "-L", "-H", "newc", "--quiet", "-R", "0:0"], cwd=stage,
                              input=names.encode(), stdout=file)
        # cpio wrote to the descriptor that they share
        file.seek(0, os.SEEK_END)
        with open(base, "rb") as rest:
            shutil.copyfileobj(rest, file)
    shutil.rmtree(stage)
    if done.returncode:
        raise Failure(1, f"cpio does not make {out}")
    os.replace(new, out)
    return out
