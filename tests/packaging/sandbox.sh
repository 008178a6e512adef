# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# sandbox.sh - a guest's root, in which the packages' scripts run as they would there,
# in a second.  Source it.
#
# The kernels are stand-ins, the programs are this machine's, the boot files are as
# grub-mkconfig makes them: what rpm, dpkg, dracut and GRUB make of it all is for
# tests/packaging/scratch-* and tests/image.
# shellcheck disable=SC2154 # tmp, NOPMMIR: tests/cmdline/lib.sh's

# shellcheck source=tests/cmdline/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../cmdline/lib.sh"
# shellcheck disable=SC2034 # for those that source this
stock=initcall_blacklist=armv8_pmu_driver_init
r=$tmp/r

# guest KERNEL: a root with one kernel and its entry; KERNEL: minikernel's words
guest()
{
	rm -rf "$r"
	mkdir -p "$r/boot/grub2" "$r/etc/default" "$r/etc/nopmmir" "$r/var/lib" "$r/lib/modules" "$r/tmp" "$r/dev"
	printf 'set default=0\n' >"$r/boot/grub2/grub.cfg"
	printf 'GRUB_CMDLINE_LINUX="quiet"\n' >"$r/etc/default/grub"
	kernel "$1" 6.1.0-1
}

# kernel KERNEL VERSION [PARAMETER]: one more, first in the menu, as a new one is
kernel()
{
	# shellcheck disable=SC2086 # words for minikernel
	"$minikernel" image $1 >"$r/boot/vmlinuz-$2"
	mkdir -p "$r/lib/modules/$2"
	{
		head -n 1 "$r/boot/grub2/grub.cfg"
		printf "menuentry '%s' {\n\tlinux /boot/vmlinuz-%s root=/dev/vda1 ro%s\n}\n" "$2" "$2" "${3:+ $3}"
		tail -n +2 "$r/boot/grub2/grub.cfg"
	} >"$tmp/grub.cfg"
	cp "$tmp/grub.cfg" "$r/boot/grub2/grub.cfg"
}

# in_guest COMMAND...: in the root, with the tool and the packages' scripts in /pkg;
# what it prints, and its exit status
in_guest()
{
	mkdir -p "$r/pkg" "$r/usr"
	cp "$NOPMMIR" "$top/packaging/removal" "$top/packaging/initramfs" "$top"/packaging/kernel/* "$r/pkg/"
	[ ! -d "$tmp/pkg" ] || cp "$tmp"/pkg/* "$r/pkg/"
	# shellcheck disable=SC2016 # the inner shell's variables
	"$top/tests/lib/private" "$r" sh -euc '
		root=$1
		shift
		mount --rbind -o ro /usr "$root/usr"
		# /lib/modules is its own, the rest of it the machine'\''s
		find /usr/lib -mindepth 1 -maxdepth 1 ! -name modules -exec ln -sfn -t "$root/lib" {} +
		ln -sfn -t "$root" usr/bin usr/sbin usr/lib64
		: >"$root/dev/null"
		mount --bind /dev/null "$root/dev/null"
		exec chroot "$root" /usr/bin/env -i LC_ALL=C PATH=/pkg:/usr/sbin:/usr/bin "$@"' sh "$r" "$@" 2>&1 </dev/null
}

# nopmmir COMMAND [OPTION...]: on the root, from outside
nopmmir()
{
	"$NOPMMIR" "$@" --root "$r" 2>&1 </dev/null
}

# verdict: the first word, or two, of nopmmir status
verdict()
{
	nopmmir status | sed -n '1s/:.*//p'
}

# boot_files ROOT: what there is of boot menus and defaults, to compare
boot_files()
{
	(cd "$1" && cat boot/grub2/grub.cfg etc/default/grub)
}

# every_call NAME WANT COMMAND...: `nopmmir COMMAND...` on copies of the root, killed at
# each system call that changes something, and at every 20th of the others
# (EDIT_KILL=all: at all of them); `WANT` is run after each, and prints what is wrong
every_call()
{
	local name=$1 want=$2 call n wrong='' out count=0

	shift 2
	command -v strace >/dev/null || {
		skip "$name, killed at any system call" "no strace: scripts/deps lint installs it"
		return
	}
	rm -rf "$tmp/from"
	cp -a "$r" "$tmp/from"
	strace -o "$tmp/calls" "$NOPMMIR" "$@" --root "$r" >/dev/null 2>&1 </dev/null
	while read -r call n; do
		rm -rf "$r"
		cp -a "$tmp/from" "$r"
		# the shell's own word on what was killed goes nowhere
		{
			strace -qq -o "$tmp/strace" -e trace="$call" -e inject="$call:signal=KILL:when=$n" \
				"$NOPMMIR" "$@" --root "$r" >/dev/null 2>&1 </dev/null
			status=$?
		} 2>/dev/null
		# a few of the loader's are not those of the next run
		[ $status = 137 ] || continue
		count=$((count + 1))
		out=$($want)
		[ -z "$out" ] || wrong="$wrong$call $n: $out; "
	done < <(awk -F '(' -v all="${EDIT_KILL:-}" '$1 ~ /^[a-z_0-9]+$/ && $1 != "exit_group" {
		n[$1]++
		if (all == "all" || NR % 20 == 0 || /O_CREAT/ ||
			$1 ~ /^(write|fsync|rename|link|unlink|mkdir|fchmod|fchown|fsetxattr)/)
			print $1, n[$1] }' "$tmp/calls")
	echo "# $name: killed at $count system calls"
	[ $count -ge 20 ]
	is $? 0 "$name: there are that many calls to be killed at"
	is "$wrong" "" "$name, killed at any system call"
	rm -rf "$r"
	cp -a "$tmp/from" "$r"
}
