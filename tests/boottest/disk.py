# SPDX-License-Identifier: GPL-2.0-only
"""Disk images: what they are, before QEMU is asked to boot them."""

import collections
import os
import struct

from . import Failure

# what begins a file that QEMU must be told the format of (docs/interop/qcow2.txt,
# and QEMU's block/{vmdk,vhdx,vdi,vpc}.c)
FORMATS = (
    (0, b"QFI\xfb", "qcow2"),
    (0, b"KDMV", "vmdk"),
    (0, b"# Disk Descriptor", "vmdk"),
    (0, b"vhdxfile", "vhdx"),
    (0x40, b"\x7f\x10\xda\xbe", "vdi"),
    (0, b"conectix", "vpc"),
)
# what is a disk, but packed
PACKED = (
    (b"\xfd7zXZ\0", "xz -dk"),
    (b"\x1f\x8b", "gzip -dk"),
    (b"\x28\xb5\x2f\xfd", "zstd -d"),
    (b"BZh", "bzip2 -dk"),
)
# signs of something bootable on a raw disk: MBR and FAT, GPT, ISO 9660
RAW_SIGNS = (
    (510, b"\x55\xaa"),
    (512, b"EFI PART"),
    (4096, b"EFI PART"),
    (32769, b"CD001"),
)
HEAD = 32774
# docs/interop/qcow2.txt: l1_size in entries, l1_table_offset
QCOW2_L1_AT = 36
QCOW2_L1 = struct.Struct(">IQ")

Disk = collections.namedtuple("Disk", "path format")


def probe(path):
    """The Disk that PATH is; a Failure says why it is none."""
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
            size = file.seek(0, os.SEEK_END)
    except OSError as error:
        raise Failure(2, f"cannot read {path}: {error.strerror}")
    for at, magic, name in FORMATS:
        if head.startswith(magic, at):
            if name == "qcow2" and cut_short(head, size):
                raise Failure(3, f"{path} is cut short: its table of clusters is beyond its end")
            return Disk(path, name)
    for magic, command in PACKED:
        if head.startswith(magic):
            raise Failure(3, f"{path} is packed; unpack it first: {command} {path}")
    if not size:
        raise Failure(3, f"{path} is empty")
    if not any(head.startswith(sign, at) for at, sign in RAW_SIGNS):
        raise Failure(3, f"{path} is no disk image: no format of QEMU's, and as a raw "
                      "disk it has no partition table, nor FAT or ISO 9660")
    return Disk(path, "raw")


def cut_short(head, size):
    """Whether a qcow2 ends before its L1 table does, which QEMU takes for zeros."""
    if len(head) < QCOW2_L1.size + QCOW2_L1_AT:
        return True
    entries, offset = QCOW2_L1.unpack_from(head, QCOW2_L1_AT)
    return offset + 8 * entries > size


def option(text):
    """TEXT as a value in QEMU's options, where a comma is doubled."""
    return text.replace(",", ",,")


def arguments(disk, cdrom):
    """QEMU's arguments for the two; nothing is ever written to either."""
    args = []
    if cdrom:
        args += ["-device", "virtio-scsi-pci",
                 "-drive", f"if=none,id=cdrom,file={option(cdrom.path)},"
                 f"format={cdrom.format},media=cdrom,readonly=on",
                 "-device", "scsi-cd,drive=cdrom,bootindex=0"]
    if disk:
        args += ["-drive", f"if=none,id=disk,file={option(disk.path)},"
                 f"format={disk.format},snapshot=on",
                 "-device", f"virtio-blk-pci,drive=disk,bootindex={1 if cdrom else 0}"]
    return args
