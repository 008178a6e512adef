# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# jobs.sh - several guests at a time; every QEMU takes one CPU of the machine.  Source
# it; $top is the root of the project.
#
# A guest's kernel is a name that tests/kernels/get knows, or such a name and +module:
# it is then booted with the PMU's initcall blacklisted, and nopmmir.ko loaded.

# shellcheck source=tests/module/lib.sh
. "${top:?}/tests/module/lib.sh"

# jobs_prepare KERNELS HOSTS: makes what all of them boot, one after the other, so
# that the guests do not wait for each other's builds within their timeouts.  Fails
# if something could not be made; what is not installed (status 4) the guests tell.
jobs_prepare()
{
	local name list failed=0

	mapfile -t list < <(sort -u <<<"${1//+module/}")
	for name in "${list[@]}"; do
		"$top/tests/kernels/get" "$name" >/dev/null || [ $? = 4 ] || failed=1
	done
	mapfile -t list < <(sort -u <<<"$2")
	for name in "${list[@]}"; do
		"$top/tests/kvm/host-kernel" "$name" >/dev/null || failed=1
	done
	mkdir -p "$BUILD/tests/kvm/initrd"
	flock "$BUILD/.boot-guest.lock" make -s -C "$top/tests/kvm" || failed=1
	flock "$BUILD/.boot-guest.lock" make -s -C "$top/tests/guest" || failed=1
	mapfile -t list < <(sort -u <<<"$1")
	for name in "${list[@]}"; do
		[[ $name != *+module ]] || jobs_module "${name%+module}" || failed=1
	done
	return $failed
} >&2

# jobs_module KERNEL: the initramfs that loads nopmmir.ko into it.
jobs_module()
{
	local out=$BUILD/tests/kvm/initrd/$1 dir

	rm -f "$out"
	make -s -C "$top/tests/module" && dir=$(module_for "$1") &&
		initrd_with "$out" "$BUILD/tests/module/load" "$dir/nopmmir.ko"
}

# jobs_guest KERNEL INIT APPEND: what to boot it with, into the array guest: options
# of run-guest and of boot-guest, and the Image.
jobs_guest()
{
	local append=$3

	guest=()
	case $1 in
	*+module)
		append="rdinit=/load LOAD=/nopmmir.ko LOAD_INIT=$2 initcall_blacklist=armv8_pmu_driver_init $3"
		guest+=(--initrd "$BUILD/tests/kvm/initrd/${1%+module}")
		;;
	*) append="rdinit=$2 $3" ;;
	esac
	guest+=(--append "$append" "$("$top/tests/kernels/get" "${1%+module}")/Image")
}

# jobs_run FUNCTION N...: runs FUNCTION N in a subshell for every N, as many at a time
# as there are CPUs.
jobs_run()
{
	local i running=0

	for i in "${@:2}"; do
		if [ $running -ge "$(nproc)" ]; then
			wait -n
			running=$((running - 1))
		fi
		"$1" "$i" &
		running=$((running + 1))
	done
	wait
}
