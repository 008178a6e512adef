# SPDX-License-Identifier: GPL-2.0-only
"""arm64 kernels as they are packed: a raw Image out of each of them."""

import lzma
import os
import shutil
import struct
import subprocess
import zlib

from . import Failure

# Documentation/arch/arm64/booting.rst: "ARM\x64" at 56
IMAGE_MAGIC_AT = 56
IMAGE_MAGIC = b"ARM\x64"
# drivers/firmware/efi/libstub/zboot-header.S
ZBOOT_MAGIC_AT = 4
ZBOOT_MAGIC = b"zimg"
ZBOOT_HEADER = 64
# scripts/Makefile.lib, size_append
SIZE_WORD = 4
PE_MACHINE_ARM64 = 0xaa64

# what begins a packed file, and who packed it
MAGICS = (
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\0", "xzkern"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x5d\0\0", "lzma"),
)


def is_image(data):
    return data[IMAGE_MAGIC_AT:IMAGE_MAGIC_AT + 4] == IMAGE_MAGIC


def by_program(name, data, whole):
    if not shutil.which(name):
        raise Failure(4, f"the kernel is packed by {name}, which is not installed")
    # behind the packed data may stand its size, as behind zboot's payload
    for end in (len(data), -SIZE_WORD):
        done = subprocess.run([name, "-dcq"], input=data[:end], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        if done.returncode == 0:
            return done.stdout
    if whole:
        raise Failure(3, "the kernel is cut short, or damaged")
    return done.stdout


def by_library(packing, data, whole):
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if packing == "gzip" else lzma.LZMADecompressor()
    try:
        inside = unpacker.decompress(data)
    except (zlib.error, lzma.LZMAError, EOFError) as error:
        raise Failure(3, f"the kernel's packing ({packing}) is damaged: {error}")
    if whole and not unpacker.eof:
        raise Failure(3, "the kernel is cut short")
    return inside


def unpacked(packing, data, whole):
    """DATA without its packing; more data may follow the packed.  whole: its end must be
    there; the end of gzip's own may be beyond what zboot calls the payload."""
    if packing in ("gzip", "xzkern", "lzma"):
        return by_library(packing, data, whole)
    if packing in ("zstd", "zstd22", "lz4"):
        return by_program("lz4" if packing == "lz4" else "zstd", data, whole)
    raise Failure(3, f"the kernel is packed by {packing}, which cannot be unpacked here")


def pe_section(data, name):
    """A section of a PE file for arm64, or None (PE/COFF specification)."""
    try:
        at = struct.unpack_from("<I", data, 0x3c)[0]
        if data[at:at + 4] != b"PE\0\0":
            return None
        machine, sections, optional = struct.unpack_from("<HH12xH", data, at + 4)
        if machine != PE_MACHINE_ARM64:
            return None
        for i in range(sections):
            found, size, _, raw, start = struct.unpack_from(
                "<8sIIII", data, at + 24 + optional + 40 * i)
            if found.rstrip(b"\0") == name:
                return data[start:start + min(size, raw)]
    except struct.error:
        pass
    return None


def image_in(data):
    """The Image in DATA: itself, packed, as EFI zboot, or in a UKI; or None."""
    if is_image(data):
        return data
    if data[:2] == b"MZ":
        if data[ZBOOT_MAGIC_AT:ZBOOT_MAGIC_AT + 4] == ZBOOT_MAGIC:
            if len(data) < ZBOOT_HEADER:
                raise Failure(3, "the kernel is cut short")
            start, size = struct.unpack_from("<II", data, 8)
            packing = data[24:56].split(b"\0")[0].decode("ascii", "replace")
            packed = data[start:start + size]
            if len(packed) < size:
                raise Failure(3, "the kernel is cut short")
            inside = unpacked(packing, packed, False)
        else:
            linux = pe_section(data, b".linux")
            return image_in(linux) if linux else None
    else:
        packing = next((p for magic, p in MAGICS if data.startswith(magic)), None)
        if not packing:
            return None
        inside = unpacked(packing, data, True)
    return inside if is_image(inside) else None


def raw_image(path, scratch):
    """The file of the raw Image of the kernel PATH, unpacked if need be."""
    with open(path, "rb") as file:
        head = file.read(64)
        if is_image(head):
            return path
        data = head + file.read()
    image = image_in(data)
    if image is None:
        raise Failure(3, f"{path} is no arm64 kernel: neither a raw Image nor one "
                      "packed, as EFI zboot or in a UKI")
    # by content: QEMU's command, as --dry-run shows it, must find it again
    out = scratch.path(f"{zlib.crc32(data):08x}-{len(data)}.Image")
    if not os.path.exists(out):
        with open(f"{out}.{os.getpid()}", "wb") as file:
            file.write(image)
        os.replace(file.name, out)
    return out


def has_efi_stub(path):
    with open(path, "rb") as file:
        return file.read(2) == b"MZ"
