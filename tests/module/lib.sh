# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# lib.sh - nopmmir.ko for the kernels of the tests, and what is to be wrong in it
#
# Source it with $top and $BUILD set.
# shellcheck disable=SC2154 # both

cross=
[ "$(uname -m)" = aarch64 ] || cross=aarch64-linux-gnu-

# kernel_build_dir KERNEL: the folder to give as KDIR.
kernel_build_dir()
{
	case $1 in
	vendor-*) "$top/tests/kernels/get-headers" "$1" ;;
	*-debug) echo "$BUILD/kernels/${1%%-*}/obj-debug" ;;
	*) echo "$BUILD/kernels/${1%%-*}/obj" ;;
	esac
}

# module_for KERNEL: builds nopmmir.ko for a kernel that tests/kernels/get knows;
# prints the folder it is in.  The kernels that we build have no list of exported
# symbols, for they are built without a single module: modpost only warns.
module_for()
{
	local kdir out=$BUILD/tests/module/$1

	mkdir -p "$out"
	kdir=$(kernel_build_dir "$1") || return
	case $1 in
	vendor-*)
		make -C "$top/module" KDIR="$kdir" OUT="$out" W=1 >"$out/log" 2>&1
		;;
	*)
		# the lock is that of tests/kernels/get
		# shellcheck disable=SC2016 # the inner shell's variables
		flock "$BUILD/kernels/${1%%-*}/lock" sh -c '
			[ -e "$1/scripts/module.lds" ] ||
				make -C "$1" ARCH=arm64 CROSS_COMPILE="$2" LOCALVERSION= modules_prepare &&
			make -C "$3" KDIR="$1" OUT="$4" W=1 KBUILD_MODPOST_WARN=1
		' sh "$kdir" "$cross" "$top/module" "$out" >"$out/log" 2>&1
		;;
	esac || {
		tail -n 20 "$out/log" >&2
		return 1
	}
	doctor_modules "$out"
	echo "$out"
}

# doctor_modules DIR: what a kernel without this symbol looks like to the module, or
# one whose struct arm_pmu has something else in that place;
# and a second module, so that one can be loaded when the other is there.
doctor_modules()
{
	local ko=$1/nopmmir.ko

	LC_ALL=C sed 's/__armv8pmu_probe_pmu/__armv8pmu_probe_pmx/g' "$ko" >"$1/no-probe.ko"
	LC_ALL=C sed 's/armv8_pmuv3_pmu_init/armv8_pmuv3_pmx_init/g; s/armv8_pmuv3_init/armv8_pmuv3_inix/g' "$ko" >"$1/no-init.ko"
	LC_ALL=C sed 's/arm_pmu_device_probe/arm_pmu_devicx_probe/g; s/arm_pmu_acpi_probe/arm_pmu_acpx_probe/g' "$ko" >"$1/no-driver.ko"
	LC_ALL=C sed 's/armv8pmu_get_event_idx/armv8pmu_get_event_idy/g' "$ko" >"$1/other-idx.ko"
	LC_ALL=C sed 's/armv8_pmuv3_map_event/armv8_pmuv3_map_evenu/g' "$ko" >"$1/other-map.ko"
	LC_ALL=C sed 's/nopmmir\x00/nopmmix\x00/g' "$ko" >"$1/nopmmix.ko"
}

# symbol_offset KERNELDIR SYMBOL: where a symbol is in the Image.
symbol_offset()
{
	awk -v s="$2" '$3 == "_text" { t = $1 } $3 == s { a = $1 } END { print t, a }' "$1/System.map" |
		while read -r text address; do
			[ -n "$address" ] || return 1
			echo $((0x$address - 0x$text))
		done
}

# poke FILE OFFSET WORD: writes a 32 bit word, little endian.
poke()
{
	local w=$3

	printf '%b' "\\x${w:6:2}\\x${w:4:2}\\x${w:2:2}\\x${w:0:2}" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# doctor_kernel KERNELDIR HOW OUT: an Image with
#   none     no MRS of ID_AA64DFR0_EL1 in the driver's probe
#   two      two of them
#   kprobes  no export of register_kprobe: to a module, a kernel without KPROBES
# The first two must never run their probe; that it is not run is the test.
doctor_kernel()
{
	local offset mrs word

	cp "$1/Image" "$3"
	if [ "$2" = kprobes ]; then
		# unregister_kprobe shares its end, in which the linker merges strings
		LC_ALL=C sed -i 's/register_kprobe\x00/registes_kprobe\x00/g' "$3"
		! cmp -s "$1/Image" "$3"
		return
	fi

	offset=$(symbol_offset "$1" __armv8pmu_probe_pmu) || return
	mrs=$(od -An -v -w4 -tx4 -j "$offset" -N 256 "$3" | tr -d ' ' |
		grep -nE '^d53805[01]' | head -n 1)
	[ -n "$mrs" ] || return
	offset=$((offset + (${mrs%%:*} - 1) * 4))
	word=${mrs#*:}
	case $2 in
	none) poke "$3" $offset d503201f ;;	# NOP
	two) poke "$3" $((offset + 4)) "$word" ;;
	esac
}

# initrd_with OUT FILE...: the guest's initramfs with more files in it.
initrd_with()
{
	local out=$1 stage=$1.stage

	shift
	rm -rf "$stage"
	mkdir -p "$stage"
	cp "$@" "$stage"
	(cd "$stage" && printf '%s\n' * | cpio -o -H newc --quiet -R 0:0) | gzip -9n |
		cat "$BUILD/tests/guest/initrd.cpio.gz" - >"$out"
}
