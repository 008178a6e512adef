#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# 50nopmmir - dracut module: early in the initramfs, the PMU back on a stock
# kernel that was booted without its PMU driver
#
# The hook is in every image, for it also warns; nopmmir.ko is where there is one
# for the image's kernel, but not in a crash kernel's image: that one needs no PMU
# and has little memory.

# nopmmir_crash_image: is this kdump's?  mkdumprd exports IN_KDUMP, and adds the
# module kdumpbase (openEuler, Fedora); newer ones put it in by themselves.
nopmmir_crash_image()
{
	# shellcheck disable=SC2154 # dracut's own variables
	[[ ${IN_KDUMP-} == 1 || " ${mods_to_load-} ${modules_loaded-} ${add_dracutmodules-} ${force_add_dracutmodules-} ${dracutmodules-} " == *" kdumpbase "* ]]
}

# called by dracut
check()
{
	[[ ${DRACUT_ARCH:-$(uname -m)} == aarch64 ]]
}

# called by dracut
depends()
{
	echo base
}

# called by dracut
installkernel()
{
	nopmmir_crash_image && return 0
	# A host-only image takes a module only if this machine has it loaded; at the
	# first installation it has not.  A kernel without one is no failure.
	hostonly='' instmods -c -s nopmmir || :
	return 0
}

# nopmmir_read FILE: a file's lines as one command line; comments, which the kernel
# never sees, left out
nopmmir_read()
{
	local line all=

	while read -r line || [[ -n $line ]]; do
		[[ $line == \#* ]] || all+="${line%$'\r'} "
	done <"$1"
	echo "$all"
}

# nopmmir_lacking LINE SET: those of our parameters that SET, a command line, has and
# LINE has not; one a line
nopmmir_lacking()
{
	local patched stock there_patched there_stock

	# shellcheck source=dracut/50nopmmir/cmdline.sh
	. "$(dirname "${BASH_SOURCE[0]}")/cmdline.sh"
	read -r there_patched there_stock < <(nopmmir_cmdline "$1")
	read -r patched stock < <(nopmmir_cmdline "$2")
	[[ $patched != yes || $there_patched == yes ]] || echo arm_pmu.nopmmir
	[[ $stock != yes || $there_stock == yes ]] || echo initcall_blacklist=armv8_pmu_driver_init
}

# nopmmir_set: the command line of this system, as it is set; from the files that
# kernel-install takes it from, in its order
nopmmir_set()
{
	local file

	for file in /etc/kernel/cmdline /usr/lib/kernel/cmdline /proc/cmdline; do
		[[ -r ${dracutsysrootdir-}$file ]] || continue
		nopmmir_read "${dracutsysrootdir-}$file"
		return
	done
}

# nopmmir_uki: our parameter in the command line of a unified kernel image.
# That is kernel_cmdline, or else, if hostonly_cmdline is set, what the modules
# leave in etc/cmdline.d; dracut reads both after the modules' install().  In any
# other image these would reach dracut alone, and tell it what the kernel was not
# told.
nopmmir_uki()
{
	local parameter set=${nopmmir_cmdline-auto}

	[[ ${uefi-} == yes ]] || return 0
	[[ $set != auto ]] || set=$(nopmmir_set)
	while read -r parameter; do
		if [[ ${kernel_cmdline-} == *[![:space:]]* ]]; then
			# behind a `--' or in an open quote it would not be the kernel's
			if [[ -z $(nopmmir_lacking "$kernel_cmdline $parameter" "$parameter") ]]; then
				kernel_cmdline+=" $parameter"
			else
				kernel_cmdline="$parameter $kernel_cmdline"
			fi
		elif [[ ${hostonly_cmdline-} == yes ]]; then
			mkdir -p "${initdir:?}/etc/cmdline.d"
			echo "$parameter" >>"$initdir/etc/cmdline.d/50nopmmir.conf"
		fi
	done < <(nopmmir_lacking "${kernel_cmdline-}" "$set")
}

# called by dracut
install()
{
	nopmmir_uki
	# shellcheck disable=SC2154 # moddir is dracut's
	inst_script "$moddir/nopmmir-load.sh" /sbin/nopmmir-load
	inst_simple "$moddir/cmdline.sh" /lib/nopmmir/cmdline.sh
	inst_hook pre-udev 05 "$moddir/nopmmir.sh"
	inst_multiple mkdir modprobe
}
