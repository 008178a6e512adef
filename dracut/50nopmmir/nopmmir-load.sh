#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# nopmmir-load [ROOT] - load nopmmir.ko if this boot asks for it, and say so
#
# This boot asks for it where initcall_blacklist= names the PMU driver's
# initcall.  What was decided is one line in the kernel log and in
# /run/nopmmir/status, `STATE: text`.  STATE is
#   restored     nopmmir.ko brought the PMU up
#   not-needed   nothing to do
#   missing      the PMU is off, and there is no nopmmir.ko in this initramfs
#   failed       the PMU is off, and nopmmir.ko could not be loaded
#   misfit       the parameter on the command line is not one for this kernel
# The last three are warnings.  ROOT goes before all paths; for the tests.
# Exit 0 always: no PMU is no reason not to boot.

root=${1-}
initcall=armv8_pmu_driver_init

# say LEVEL STATE TEXT: a line to the kernel log at LEVEL (see syslog(2)), and
# to the status file.
say()
{
	echo "<$1>nopmmir: $2: $3" >"$root/dev/kmsg"
	mkdir -p "$root/run/nopmmir" &&
		echo "$2: $3" >"$root/run/nopmmir/status"
} 2>/dev/null

# load: the PMU is off, bring it up.
load()
{
	if message=$(modprobe nopmmir 2>&1); then
		state=
		read -r state 2>/dev/null <"$root/sys/module/nopmmir/parameters/state"
		case $state in
		restored) say 6 restored "PMU restored by nopmmir.ko, limited to PMUv3p1" ;;
		not-needed) say 6 not-needed "nopmmir.ko found a PMU" ;;
		# modprobe.d's `install nopmmir /bin/true'
		*) say 4 failed "there is no PMU, modprobe reported success and nopmmir.ko is not loaded: look for nopmmir in /etc/modprobe.d" ;;
		esac
		return
	fi

	# modprobe says `not found` for a module it has no file of
	case $message in
	*"not found"*)
		say 4 missing "initcall_blacklist=$initcall keeps the PMU off, and this initramfs has no nopmmir.ko for ${release:-this kernel}: install it for this kernel, then run dracut -f"
		;;
	*)
		message=$(echo "$message" | tr '\n' ' ')
		say 4 failed "there is no PMU, nopmmir.ko did not load: ${message:-modprobe failed}; the kernel log has the reason"
		;;
	esac
}

release=
read -r release 2>/dev/null <"$root/proc/sys/kernel/osrelease"
# The command line is the kernel's own: dracut's getarg would also show what is only
# in the initramfs (kernel_cmdline=), of which the kernel knows nothing.
cmdline=
read -r cmdline 2>/dev/null <"$root/proc/cmdline"
parameter=no
blacklisted=no
if [ -r "$root/lib/nopmmir/cmdline.sh" ]; then
	# shellcheck source=dracut/50nopmmir/cmdline.sh
	. "$root/lib/nopmmir/cmdline.sh"
	words=$(nopmmir_cmdline "$cmdline")
	parameter=${words% *}
	blacklisted=${words#* }
fi

patched=
[ ! -e "$root/sys/module/arm_pmu/parameters/nopmmir" ] || patched=1

if [ -e "$root/proc/vmcore" ]; then
	say 6 not-needed "a crash kernel needs no PMU"
elif [ "$blacklisted" = yes ]; then
	load
elif [ "$parameter" != no ] && [ -z "$patched" ]; then
	say 4 misfit "arm_pmu.nopmmir does nothing on this kernel, which is not patched for it: it needs initcall_blacklist=$initcall and nopmmir.ko"
elif [ "$parameter" != no ]; then
	say 6 not-needed "arm_pmu.nopmmir is for the patched kernel itself"
else
	say 6 not-needed "initcall_blacklist=$initcall is not on the command line"
fi
exit 0
