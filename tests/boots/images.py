# SPDX-License-Identifier: GPL-2.0-only
"""What is in the images that real dracut makes in real arm64 trees.

  image     its name; guest-... are the ones that `make test` makes
  tree      of tests/rootfs/trees.tbl
  kernel    the prebuilt kernel that it is for, a name for tests/kernels/get
  packing   of nopmmir.ko: ko, xz, zst; - for none
  dracut    variables and options, + for a blank.  Its modules are named, for each
            takes seconds under emulation
  has       files, by the end of their names, with commas; !NAME: must not be in it;
            cmdline~TEXT: in the command line of a unified image
"""

from . import Kind, Outcome, dracut


def lacks(data, has):
    """What of the row's last column does not hold of an image."""
    words = has.split(",")
    texts = [word[len("cmdline~"):] for word in words if word.startswith("cmdline~")]
    wrong = [f"not in its command line: {text}" for text in texts if text not in dracut.command_line(data)]
    files = [word for word in words if not word.startswith("cmdline~")]
    names = ["/" + name for name in dracut.contents(data)] if files else []
    for word in files:
        if word.startswith("!"):
            if any("/" + word[1:] in name for name in names):
                wrong.append(f"{word[1:]} is in it")
        elif not any(name.endswith("/" + word) for name in names):
            wrong.append(f"{word} is not in it")
    return wrong


class Images(Kind):
    COLUMNS = "image tree kernel packing dracut has".split()
    WORDS = ("dracut",)
    CHOICES = {"packing": ("-", *dracut.PACKERS)}

    def claims(self, cell):
        return [f"{cell.image}: {cell.has} (dracut {cell.dracut}, of {cell.tree}, for {cell.kernel})"]

    def needs(self, cell):
        dracut.needs(cell)

    def run(self, cell):
        with open(dracut.image(cell), "rb") as file:
            return [Outcome(lacks(file.read(), cell.has))]
