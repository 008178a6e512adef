# SPDX-License-Identifier: GPL-2.0-only
"""The command line of the boot test."""

import argparse
import collections
import concurrent.futures
import os
import shlex
import sys

from . import Failure, console, disk, kernel, layout, machine, models, report

TIMEOUT_KERNEL = 120
TIMEOUT_DISK = 600

EPILOG = """\
KERNEL is a raw Image, or one packed by gzip, xz, zstd or lz4, as EFI zboot or in a
UKI.  A disk boots as it is, by UEFI; nothing is written to it.  With the word
guest.reboot in ARGS the initramfs of the test boots twice; with guest.kdump its first
panic, that of SysRq, is meant.

Environment: QEMU names another qemu-system-aarch64, QEMU_EFI another firmware,
BOOT_GUEST_TIMEOUT another --timeout; in a clone BUILD another build directory.

Each boot prints three lines: result, counters (PMMIR_EL1 reads seen, UNDEFs injected,
traps), log.  Several end with a table.  Exit status, of the first boot that is not
as expected:
  0   all as expected              1   the other way round
  2   usage                        3   KERNEL is no arm64 kernel, IMAGE no disk image
  4   something needed is missing  5   a panic, but not the field's
      or a file cannot be written
  6   QEMU is too old              7   the monitor met an access it does not know
  8   the machine ended without a verdict, or what it runs does not build
  9   the disk has no boot loader  10  it stops: a boot loader's or emergency prompt
  124 no verdict in time: the guest hangs"""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        # argparse's own words for a bad value begin with "argument --smp: "
        message = message.replace("argument ", "", 1)
        raise Failure(2, f"{message}; {self.prog} --help lists the options")


def number(low, high):
    def convert(text):
        if not (text.isdecimal() and text == str(int(text)) and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"takes a number from {low} to {high}, not '{text}'")
        return int(text)
    return convert


def hosts(known):
    def convert(text):
        if text == "all":
            return [model for model in known.values() if model.number is not None]
        # both boots of a host that is named twice would have the same log
        names = list(collections.OrderedDict.fromkeys(text.split(",")))
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(
                    f"is all, or of {' '.join(known)}, with commas, not '{name}'")
        return [known[name] for name in names]
    return convert


def parser(program, known):
    p = Parser(prog=program, allow_abbrev=False, epilog=EPILOG,
               formatter_class=argparse.RawDescriptionHelpFormatter,
               usage=f"{program} [OPTION...] KERNEL\n"
               f"       {program} [OPTION...] --disk IMAGE | --cdrom ISO",
               description="Boots an arm64 kernel, or a whole disk image, under a model of a host.")
    p.add_argument("kernel", metavar="KERNEL", nargs="*", help=argparse.SUPPRESS)
    p.add_argument("--disk", metavar="IMAGE", help="boot this disk (qcow2, raw; vmdk, vhdx, vhd, vdi)")
    p.add_argument("--cdrom", metavar="ISO", help="boot this CD, with the disk beside it if one is given")
    p.add_argument("--host", metavar="MODEL", type=hosts(known), default=[known["broken"]],
                   help=f"{', '.join(known)}; several with commas; or all, those with a "
                   "monitor; broken by default")
    p.add_argument("--pmuver", metavar="N", type=number(0, 15),
                   help="the ID_AA64DFR0_EL1.PMUVer to show, 0 to 15, instead of the model's own")
    p.add_argument("--firmware", choices=("dt", "uefi"),
                   help="a device tree (default), or EDK2 with ACPI tables (disks: always)")
    p.add_argument("--smp", metavar="N", type=number(1, 32), help="CPUs: 1, of a disk 2 by default")
    p.add_argument("--mem", metavar="MiB", type=number(256, 65535),
                   help="RAM: 512, of a disk 1024 by default")
    p.add_argument("--append", metavar="ARGS", help="added to the kernel's command line")
    p.add_argument("--initrd", metavar="FILE", help="instead of the test's own initramfs")
    p.add_argument("--until", metavar="TEXT",
                   help=f"the text on the console that tells that it has booted: '{console.GUEST_END}'; "
                   "of a disk a login prompt or systemd's target by default")
    p.add_argument("--expect", choices=("boots", "panics"), default="boots",
                   help="boots by default; panics is the field's panic, UNDEF in __armv8pmu_probe_pmu "
                   "at an MRS of PMMIR_EL1: of several hosts, on those where a stock kernel has it")
    p.add_argument("--repeat", metavar="N", type=number(1, 100000), default=1, help="boot so often")
    p.add_argument("--jobs", metavar="N", type=number(1, 64), default=1, help="boots at a time, 1 by default")
    p.add_argument("--icount", action="store_true",
                   help="deterministic: guest time is instructions executed")
    p.add_argument("--timeout", metavar="S", type=number(1, 86400),
                   help=f"no verdict in S seconds is a hang; {TIMEOUT_KERNEL}, of a disk {TIMEOUT_DISK}")
    p.add_argument("--log", metavar="FILE",
                   help="where the console goes; of several boots FILE has host and number before its suffix")
    p.add_argument("--junit", metavar="FILE", help="the results for a CI system, as JUnit's XML")
    p.add_argument("--dry-run", action="store_true", help="only print the QEMU commands")
    return p


def joined(argv):
    """ARGV with texts joined to their options: for argparse what begins with - is none."""
    out, words = [], iter(argv)
    for word in words:
        value = next(words, None) if word in ("--append", "--until") else None
        out.append(word if value is None else f"{word}={value}")
    return out


def options(argv, program):
    """The options, with what follows from others filled in."""
    p = parser(program, models.read())
    o, more = p.parse_known_args(joined(argv))
    if more:
        p.error(f"no such option: {more[0]}")
    whole = bool(o.disk or o.cdrom)
    if len(o.kernel) > 1:
        p.error(f"one kernel at a time, not {o.kernel[0]} and {o.kernel[1]}")
    if whole and o.kernel:
        p.error("a kernel or a disk, not both")
    if not whole and not o.kernel:
        p.error("which kernel, or which --disk?")
    o.kernel = o.kernel[0] if o.kernel else None
    if whole:
        for name, value in (("--append", o.append), ("--initrd", o.initrd)):
            if value is not None:
                p.error(f"{name} is for a kernel: a disk has its own")
        if o.firmware == "dt":
            p.error("a disk boots by UEFI, not by --firmware dt")
        o.firmware = "uefi"
    if o.until == "":
        p.error("--until takes some text")
    o.firmware = o.firmware or "dt"
    o.smp = o.smp or (2 if whole else 1)
    o.mem = o.mem or (1024 if whole else 512)
    o.append = o.append or ""
    if o.until is None and not whole:
        o.until = console.GUEST_END
    if o.timeout is None:
        named = os.environ.get("BOOT_GUEST_TIMEOUT")
        try:
            o.timeout = number(1, 86400)(named) if named else TIMEOUT_DISK if whole else TIMEOUT_KERNEL
        except argparse.ArgumentTypeError as error:
            p.error(f"BOOT_GUEST_TIMEOUT {error}")
    if o.pmuver is not None and any(model.number is None for model in o.host):
        p.error("--pmuver needs a model, --host metal has QEMU's PMU")
    for path in (o.kernel, o.initrd):
        if path is not None and not (os.path.isfile(path) and os.access(path, os.R_OK)):
            raise Failure(2, f"cannot read {path}")
    return o


def machines(o, scratch):
    """A Machine per host."""
    common = {"qemu": layout.qemu(), "firmware": o.firmware, "pmuver": o.pmuver, "smp": o.smp,
              "mem": o.mem, "icount": o.icount}
    if o.kernel:
        common["image"] = kernel.raw_image(o.kernel, scratch)
        common["append"] = o.append
        if o.firmware == "uefi" and not kernel.has_efi_stub(common["image"]):
            raise Failure(3, f"{o.kernel} has no EFI stub (CONFIG_EFI_STUB), so --firmware uefi "
                          "cannot start it")
    else:
        common["disk"] = disk.probe(o.disk) if o.disk else None
        common["cdrom"] = disk.probe(o.cdrom) if o.cdrom else None
    if o.firmware == "uefi":
        common["bios"] = layout.firmware()
    common["monitor"] = layout.monitor()
    if o.kernel:
        common["initrd"] = o.initrd or layout.initramfs()
    return [machine.Machine(model, **common) for model in o.host]


def quoted(command):
    """A command for a shell, an option a line."""
    out = shlex.quote(command[0])
    for word in command[1:]:
        out += (" \\\n  " if word.startswith("-") else " ") + shlex.quote(word)
    return out


def expected(o, vm):
    """A guest that panics on broken hosts boots on the others, where several are asked."""
    if o.expect == "boots" or len(o.host) == 1:
        return o.expect
    return {True: "panics", False: "boots", None: "either"}[models.panics(vm.model, vm.pmuver)]


def log_name(o, scratch, vm, count):
    """The log of the COUNTth boot of VM."""
    several = [vm.model.name] if len(o.host) > 1 else []
    several += [str(count)] if o.repeat > 1 else []
    if o.log:
        root, suffix = os.path.splitext(o.log)
        return "-".join([root] + several) + suffix
    name = "-".join([vm.model.name, vm.firmware, str(vm.smp)] + ([str(count)] if o.repeat > 1 else []))
    return scratch.path(f"{name}.{os.getpid()}.log")


def boot(o, program, vm, log):
    progress = report.Progress(program, f"{vm.model.name}:", o.jobs == 1 and sys.stderr.isatty())
    try:
        done = vm.boot(o.until, o.timeout, log, progress)
    except OSError as error:
        raise Failure(4, f"cannot write {log}: {error.strerror}")
    finally:
        progress.done()
    return report.outcome(done, expected(o, vm))


def boot_all(o, program, scratch):
    """Boots all, and shows and yields each Outcome; with --dry-run none."""
    vms = machines(o, scratch)
    if o.dry_run:
        for vm in vms:
            print(quoted(vm.command()))
        return
    boots = [(vm, log_name(o, scratch, vm, count)) for vm in vms for count in range(1, o.repeat + 1)]
    with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        try:
            for result in pool.map(lambda job: boot(o, program, *job), boots):
                report.show(result, program)
                yield result
        except BaseException:
            machine.stop_all()
            raise
        finally:
            # in a clone the next run finds it again
            if vms[0].image != o.kernel and not layout.IN_CLONE:
                os.unlink(vms[0].image)


def run(argv, program):
    o = options(argv, program)
    subject = os.path.basename(o.kernel or o.disk or o.cdrom)
    results = []
    try:
        for result in boot_all(o, program, layout.Scratch()):
            results.append(result)
    except (Failure, OSError) as failure:
        if o.junit:
            write_junit(o.junit, program, subject, results, str(failure))
        raise
    if len(results) > 1:
        print()
        print(report.table(results))
    if o.junit and not o.dry_run:
        write_junit(o.junit, program, subject, results)
    return next((result.status for result in results if result.status), 0)


def write_junit(path, program, subject, results, error=None):
    try:
        report.junit(path, program, subject, results, error)
    except OSError as failure:
        raise Failure(4, f"cannot write {path}: {failure.strerror}")


def main(argv):
    program = os.path.basename(argv[0])
    machine.stop_on_signals()
    try:
        return run(argv[1:], program)
    except Failure as failure:
        print(f"{program}: {failure}", file=sys.stderr)
        return failure.status
    except OSError as error:
        # the status of a traceback, 1, is a verdict
        print(f"{program}: {error}", file=sys.stderr)
        return 4
