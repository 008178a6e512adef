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
# docs/interop/qcow2.txt: cluster_bits, size, crypt_method, l1_size in entries,
# l1_table_offset; version 3: incompatible_features, of which two bits matter here
QCOW2_AT = 20
QCOW2 = struct.Struct(">IQIIQ")
QCOW2_FEATURES_AT = 72
QCOW2_OUTSIDE = 1 << 2
QCOW2_EXTENDED_L2 = 1 << 4
# block/qcow2.h; with others QEMU says what is wrong
QCOW2_CLUSTER_BITS = range(9, 22)
QCOW2_OFFSET = 0x00fffffffffffe00
QCOW2_COMPRESSED = 1 << 62

Disk = collections.namedtuple("Disk", "path format")


def probe(path):
    """The Disk that PATH is; a Failure says why it is none."""
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
            size = file.seek(0, os.SEEK_END)
            name = next((name for at, magic, name in FORMATS if head.startswith(magic, at)), None)
            if name == "qcow2" and cut_short(file, head, size):
                raise Failure(3, f"{path} is cut short: it names clusters that are beyond its end")
    except OSError as error:
        raise Failure(2, f"cannot read {path}: {error.strerror}")
    if name:
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


def words(file, at, count):
    """COUNT big-endian words of FILE; fewer where it ends."""
    file.seek(at)
    data = file.read(8 * count)
    return struct.unpack(f">{len(data) // 8}Q", data[:len(data) // 8 * 8])


def cut_short(file, head, size):
    """Whether a qcow2 ends before a cluster that it names, which QEMU takes for zeros."""
    if len(head) < QCOW2_FEATURES_AT + 8:
        return True
    cluster_bits, _, _, entries, l1_at = QCOW2.unpack_from(head, QCOW2_AT)
    features = struct.unpack_from(">Q", head, QCOW2_FEATURES_AT)[0] if head[7] >= 3 else 0
    if l1_at + 8 * entries > size:
        return True
    if cluster_bits not in QCOW2_CLUSTER_BITS:
        return False
    step = 2 if features & QCOW2_EXTENDED_L2 else 1
    # where a compressed cluster's offset ends and its length begins
    compressed = (1 << 62 - (cluster_bits - 8)) - 1
    for l2_at in filter(None, (word & QCOW2_OFFSET for word in words(file, l1_at, entries))):
        table = words(file, l2_at, 1 << cluster_bits - 3)
        if len(table) < 1 << cluster_bits - 3:
            return True
        if not features & QCOW2_OUTSIDE and any(
                word & (compressed if word & QCOW2_COMPRESSED else QCOW2_OFFSET) >= size
                for word in table[::step]):
            return True
    return False


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
