# SPDX-License-Identifier: GPL-2.0-only
"""nopmmir.ko for the kernels of the tests, and what is to be wrong in it."""

import os
import re
import struct
import subprocess

from boottest import Failure, layout

from . import guest, initrd, once

OUT = os.path.join(guest.BUILD, "tests", "module")
LOAD = os.path.join(OUT, "load")
BLACKLIST = "initcall_blacklist=armv8_pmu_driver_init"

# What a kernel without this symbol looks like to the module, or one whose struct arm_pmu
# has something else in that place; and a second module, so that one can be loaded when
# the other is there.
DOCTORED = {
    "no-probe": ((b"__armv8pmu_probe_pmu", b"__armv8pmu_probe_pmx"),),
    "no-init": ((b"armv8_pmuv3_pmu_init", b"armv8_pmuv3_pmx_init"), (b"armv8_pmuv3_init", b"armv8_pmuv3_inix")),
    "no-driver": ((b"arm_pmu_device_probe", b"arm_pmu_devicx_probe"), (b"arm_pmu_acpi_probe", b"arm_pmu_acpx_probe")),
    "other-idx": ((b"armv8pmu_get_event_idx", b"armv8pmu_get_event_idy"),),
    "other-map": ((b"armv8_pmuv3_map_event", b"armv8_pmuv3_map_evenu"),),
    "nopmmix": ((b"nopmmir\0", b"nopmmix\0"),),
}

NOP = 0xd503201f
# mrs Xt, ID_AA64DFR0_EL1, Xt being any
MRS_DFR0 = 0xd5380500
MRS_XT = 0x1f
# where in the probe it is looked for
PROBE_SIZE = 256


def build_dir(kernel):
    """The folder to give as KDIR."""
    if kernel.startswith("vendor-"):
        return guest.get("tests/kernels/get-headers", kernel)
    line, variant = kernel.split("-", 1)
    return os.path.join(guest.BUILD, "kernels", line, "obj-debug" if variant == "debug" else "obj")


def make(log, *arguments):
    """Runs make; its output goes to LOG, a Failure has its end."""
    done = subprocess.run(["make", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, errors="replace", universal_newlines=True)
    log.write(done.stdout)
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-20:])
        raise Failure(1, f"the module does not build: {log.name}\n{end}")


def compile_module(kernel, out):
    kdir = build_dir(kernel)
    vendor = kernel.startswith("vendor-")
    # the lock is that of tests/kernels/get, for the build folder serves several variants
    folder = kernel if vendor else kernel.split("-")[0]
    with guest.locked(os.path.join(guest.BUILD, "kernels", folder, "lock")), \
            open(os.path.join(out, "log"), "w") as log:
        if not vendor and not os.path.exists(os.path.join(kdir, "scripts/module.lds")):
            make(log, "-C", kdir, "ARCH=arm64", "CROSS_COMPILE=" + layout.cross(), "LOCALVERSION=",
                 "modules_prepare")
        # The kernels that we build have no list of exported symbols, for they are built
        # without a single module: modpost only warns.
        make(log, "-C", os.path.join(guest.TOP, "module"), "KDIR=" + kdir, "OUT=" + out, "W=1",
             *([] if vendor else ["KBUILD_MODPOST_WARN=1"]))


def replace(data, pairs):
    for old, new in pairs:
        data = data.replace(old, new)
    return data


@once
def built(kernel):
    """The module for a kernel of tests/kernels/get, and those that are doctored: the
    names of the files to their paths."""
    guest.kernel(kernel)
    out = os.path.join(OUT, kernel)
    os.makedirs(out, exist_ok=True)
    compile_module(kernel, out)
    files = {"nopmmir.ko": os.path.join(out, "nopmmir.ko")}
    with open(files["nopmmir.ko"], "rb") as file:
        module = file.read()
    for name, pairs in DOCTORED.items():
        files[f"{name}.ko"] = os.path.join(out, f"{name}.ko")
        guest.write(files[f"{name}.ko"], replace(module, pairs))
    return files


@once
def loading(kernel):
    """The guest's initramfs with the program load and the kernel's modules in it."""
    files = dict(built(kernel), load=layout.made("tests/module", LOAD))
    return initrd.with_files(os.path.join(OUT, f"{kernel}.cpio"), guest.part("initramfs"), files)


def symbol_offset(folder, symbol):
    """Where a symbol is in the Image."""
    with open(os.path.join(folder, "System.map")) as file:
        addresses = dict(re.findall(r"^([0-9a-f]+) . (_text|%s)$" % re.escape(symbol), file.read(), re.M))
    names = {name: int(address, 16) for address, name in addresses.items()}
    return names[symbol] - names["_text"]


def doctored(data, how, probe):
    """A kernel's Image with
      none     no MRS of ID_AA64DFR0_EL1 in the driver's probe
      two      two of them
      kprobes  no export of register_kprobe: to a module, a kernel without KPROBES
    The first two must never run their probe; that it is not run is the test."""
    if how == "kprobes":
        # unregister_kprobe shares its end, in which the linker merges strings
        new = data.replace(b"register_kprobe\0", b"registes_kprobe\0")
    else:
        words = struct.unpack_from(f"<{PROBE_SIZE // 4}I", data, probe)
        at = next((i for i, word in enumerate(words) if word & ~MRS_XT == MRS_DFR0), None)
        if at is None:
            raise Failure(1, "the driver's probe does not read ID_AA64DFR0_EL1")
        new = bytearray(data)
        where, word = (at, NOP) if how == "none" else (at + 1, words[at])
        struct.pack_into("<I", new, probe + 4 * where, word)
    if new == data:
        raise Failure(1, f"the kernel could not be doctored: {how}")
    return new


@once
def doctored_image(kernel, how):
    """The file of a doctored Image."""
    folder = guest.kernel(kernel)
    with open(guest.image(kernel), "rb") as file:
        data = file.read()
    path = os.path.join(OUT, f"{kernel}@{how}.Image")
    os.makedirs(OUT, exist_ok=True)
    guest.write(path, doctored(data, how, symbol_offset(folder, "__armv8pmu_probe_pmu")))
    return path
