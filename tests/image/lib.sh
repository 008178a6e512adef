# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the variables of inner shells
#
# lib.sh - disk images that boot by UEFI and GRUB.  Source it.
#
# The disk: a GPT with an ESP, in which GRUB only asks for the root file system's
# configuration, and an ext4 root.  The ESP is written with mtools: not every
# kernel has vfat.  The root stands in for an openEuler one: Debian's kernel,
# systemd, dracut and GRUB, its boot files where openEuler has them
# (/boot/grub2/grub.cfg and /etc/default/grub, no BLS).

set -u
export LC_ALL=C
top=${top:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BUILD=${BUILD:-$top/build}
export top BUILD
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"

# in sectors of 512 bytes
esp_start=2048
esp_size=65536
root_start=$((esp_start + esp_size))
root_uuid=5d3f8a70-0b5c-4f5e-9c39-6f6e6f706d6d
work=$BUILD/tests/image
mkdir -p "$work"

# give_up CLAIM REASON: what is missing here is no fault of the image's.
give_up()
{
	skip "$1" "$2"
	done_testing
	exit
}

# broken_off CLAIM [DIAGNOSTICS]: nothing that follows could be told from it.
broken_off()
{
	not_ok "$1" "${2-}"
	done_testing
	exit 1
}

# disk_make TREE DISK MIB: a disk of MIB with TREE as root, whose GRUB reads
# /boot/grub2/grub.cfg of that root.  The tree's own package has GRUB's EFI program.
disk_make()
{
	local tree=$1 disk=$2 size=$3 esp=$2.esp

	rm -f "$disk" "$esp"
	truncate -s "${size}M" "$disk"
	sfdisk -q "$disk" <<-PARTITIONS || return
		label: gpt
		start=$esp_start, size=$esp_size, type=uefi
		start=$root_start, type=linux
	PARTITIONS
	truncate -s $((esp_size * 512)) "$esp"
	mformat -i "$esp" -v ESP :: || return
	mmd -i "$esp" ::/EFI ::/EFI/BOOT ::/EFI/debian || return
	mcopy -i "$esp" "$tree/usr/lib/grub/arm64-efi/monolithic/grubaa64.efi" \
		::/EFI/BOOT/BOOTAA64.EFI || return
	# where that program was built to look
	printf 'search --fs-uuid --set=root %s\nconfigfile /boot/grub2/grub.cfg\n' "$root_uuid" |
		mcopy -i "$esp" - ::/EFI/debian/grub.cfg || return
	dd if="$esp" of="$disk" bs=512 seek=$esp_start conv=notrunc,sparse status=none || return
	rm "$esp"
	disk_pack "$tree" "$disk"
}

# disk_pack TREE DISK: TREE as its root file system.
disk_pack()
{
	# 4096: a GPT keeps its second copy in the last 33 sectors
	mke2fs -q -F -t ext4 -U "$root_uuid" -E "offset=$((root_start * 512))" -d "$1" "$2" \
		$((($(stat -c %s "$2") / 512 - root_start - 4096) / 2))k
}

# guestfs_lacks: why libguestfs is not to be had here, or nothing.
guestfs_lacks()
{
	if ! command -v guestmount >/dev/null; then
		echo "guestmount is not installed (scripts/deps image)"
	elif [ ! -c /dev/fuse ]; then
		echo "there is no /dev/fuse here"
	fi
}

# guestfs_ready: what libguestfs wants of the machine.  It mounts a disk in a small
# Linux of its own, under QEMU, whose kernel is the machine's, or Debian's where
# /boot has none.  Emulated: a nested machine's KVM need not do for QEMU.
guestfs_ready()
{
	local arch package dir=$work/appliance

	export LIBGUESTFS_BACKEND=direct LIBGUESTFS_CACHEDIR=$work/guestfs
	export LIBGUESTFS_BACKEND_SETTINGS=${LIBGUESTFS_BACKEND_SETTINGS-force_tcg}
	mkdir -p "$LIBGUESTFS_CACHEDIR"
	# supermin(1) wants it to be there
	[ -d /lib/modules ] || {
		mkdir /lib/modules && trap 'rmdir /lib/modules' EXIT
	} || return
	! compgen -G '/boot/vmlinuz-*' >/dev/null || return 0
	arch=$(dpkg --print-architecture)
	package=$("$top/scripts/debian-get" --depends bookworm "linux-image-cloud-$arch:$arch" |
		grep '^linux-image-[0-9]') || return
	"$top/scripts/debian-get" bookworm "$dir/deb" "$package:$arch" || return
	rm -rf "$dir/root"
	dpkg-deb -x "$dir/deb/$package"_*.deb "$dir/root" || return
	export SUPERMIN_KERNEL=$dir/root/boot/vmlinuz-${package#linux-image-}
	export SUPERMIN_MODULES=$dir/root/lib/modules/${package#linux-image-}
	/sbin/depmod -b "$dir/root" "${package#linux-image-}"
}

# disk_way DISK: how its root is got at.  Sets $way, and says why it is not the
# plain one.  IMAGE_WAY=guestmount, IMAGE_WAY=unpacked: that one and no other.
#   mounted	as an administrator would, by loop devices
#   guestmount	the same by libguestfs
#   unpacked	by debugfs, and packed again: a disk of ours where neither is to be
#		had, in a container for one; its files lose setuid and sticky bits
disk_way()
{
	local why ours=unpacked

	[ ! "${IMAGE-}" ] || ours=
	for way in ${IMAGE_WAY:-mounted guestmount $ours}; do
		[ "$way" != guestmount ] || [ "$(guestfs_lacks)" ] || guestfs_ready >"$work/guestfs.log" 2>&1
		why=$(disk_with "$1" true 2>&1) && return
		echo "# no way to the disk's files here: $way: ${why##*$'\n'}"
	done
	[ ! "${IMAGE-}${IMAGE_WAY-}" ] || broken_off "the image can be mended" "its files cannot be got at: see above"
	give_up "the image is mended offline" "there is no way to its files on this machine"
}

# disk_with DISK COMMAND...: runs COMMAND with $mnt the disk's root, /boot and ESP
# in their places as its fstab has them.
disk_with()
{
	local disk=$1 status=0 pid

	shift
	mkdir -p "$disk.root"
	case $way in
	mounted)
		# shellcheck disable=SC2097,SC2098 # $disk.root is of the variable outside
		mnt=$disk.root disk=$disk "$top/tests/lib/private" "$disk.root" bash -euc '
			parts=$(sfdisk -d "$disk" | sed -n "s/.*start= *\([0-9]*\), size= *\([0-9]*\).*/\1 \2/p")
			# part START SIZE DIR: START and SIZE are in sectors
			part() { mount -o "loop,offset=$(($1 * 512)),sizelimit=$(($2 * 512))" "$disk" "$3"; }
			# value START NAME: of the file system there
			value() { blkid -p -O $(($1 * 512)) -o value -s "$2" "$disk" || :; }
			while read -r start size; do
				case $(value "$start" TYPE) in ext? | xfs | btrfs) ;; *) continue ;; esac
				part "$start" "$size" "$mnt"
				[ ! -e "$mnt/etc/fstab" ] || break
				umount "$mnt"
			done <<<"$parts"
			[ -e "$mnt/etc/fstab" ] || { echo "none of its file systems is a root" >&2; exit 1; }
			while read -r what dir _; do
				case $dir in /boot | /boot/efi) ;; *) continue ;; esac
				while read -r start size; do
					case $what in
					"UUID=$(value "$start" UUID)" | "LABEL=$(value "$start" LABEL)" | "PARTUUID=$(value "$start" PART_ENTRY_UUID)")
						part "$start" "$size" "$mnt$dir"
						;;
					esac
				done <<<"$parts"
			done <"$mnt/etc/fstab"
			"$@"
		' disk_with "$@"
		;;
	guestmount)
		guestmount --format=raw --add "$disk" --inspector --rw --pid-file "$disk.pid" "$disk.root" || return
		mnt=$disk.root "$@" || status=$?
		pid=$(cat "$disk.pid")
		guestunmount "$disk.root" || return
		# it writes to the image until it ends
		tail --pid="$pid" -f /dev/null
		return $status
		;;
	unpacked)
		rm -rf "$disk.root"
		mkdir "$disk.root"
		debugfs -R "rdump / $disk.root" "$disk?offset=$((root_start * 512))" >"$disk.debugfs" 2>&1
		[ -e "$disk.root/etc/fstab" ] || {
			cat "$disk.debugfs"
			return 1
		}
		mnt=$disk.root "$@" || status=$?
		disk_pack "$disk.root" "$disk" || return
		return $status
		;;
	*)
		echo "IMAGE_WAY is mounted, guestmount or unpacked, not $way" >&2
		return 2
		;;
	esac
}

# disk_boot DISK LOG OPTION...: boots it under a host model, and DISK keeps what the
# guest writes; boot-guest's options, output and exit status.
disk_boot()
{
	local disk=$1 log=$2 program=${QEMU-}

	shift 2
	# no verdict on what an earlier run has left
	rm -f "$log"
	QEMU=$top/tests/image/qemu-writes QEMU_PROGRAM=$program \
		"$top/tests/boot-guest" --disk "$disk" --until 'guest: end' --log "$log" "$@" 2>&1
}

# step LOG COMMAND: what the guest's step printed, and its exit status.
step()
{
	tr -d '\r' <"$1" | awk -v step="guest: runs $2" '
		index($0, "guest: ") == 1 { on = $0 == step }
		on && sub(/^step: /, "")'
}

# readme LANGUAGE: the file that has the chapter "Fix an image in five minutes".
readme()
{
	if [ "$1" = en ]; then
		echo "$top/docs/image.md"
	else
		echo "$top/docs/image.$1.md"
	fi
}

# commands LANGUAGE STEP [TEST [FILE]]: the commands of that chapter, or of FILE, after
# <!-- test: image STEP -->, or another TEST's.
commands()
{
	awk -v mark="<!-- test: ${3:-image} $2 -->" '
		index($0, mark) { on = 1; next }
		on && /^ *```/ { if (inside) exit; inside = 1; next }
		on && inside { sub(/^ +/, ""); print }' "${4:-$(readme "$1")}"
}

# offline STEP: the chapter's commands, with the disk's root on /mnt; what each
# printed and its exit status.
offline()
{
	commands en "$1" >"$work/$1.sh"
	disk_with "$disk" "$top/tests/lib/private" /mnt env PATH="$BUILD/cmdline:$PATH" sh -c '
		mount --bind "$mnt" /mnt
		cd "$2"
		while read -r command; do
			status=0
			sh -c "$command" 2>&1 || status=$?
			echo "exit $status: $command"
		done <"$1"' sh "$work/$1.sh" "$work"
}

# guest_steps: the lines of stdin are what the guest does at its next boot.
guest_steps()
{
	disk_with "$disk" sh -c 'cat >"$mnt/root/steps"'
}

# needs NAME CLAIM: the root tree NAME, in $tree, and the tool for this machine
# and for the guest; or the end of the test.
needs()
{
	if ! command -v sfdisk >/dev/null || ! command -v mformat >/dev/null; then
		give_up "$2" "sfdisk or mtools is not installed (scripts/deps package)"
	fi
	tree=$("$top/tests/rootfs/get" "$1" 2>"$work/rootfs.log")
	case $? in
	0) ;;
	4) give_up "$2" "$(tail -n 1 "$work/rootfs.log")" ;;
	*) broken_off "the root tree is made" "$(tail -n 5 "$work/rootfs.log")" ;;
	esac
	make -s -C "$top/cmdline" BUILD="$BUILD" all arm64 >"$work/make.log" 2>&1 ||
		broken_off "the tool builds, for this machine and for the guest" "$(tail -n 5 "$work/make.log")"
}

# furnish_guest ROOT: what has the guest do its steps when it is up.
furnish_guest()
{
	install -m 755 "$top/tests/image/guest" "$1/root/guest"
	: >"$1/root/steps"
	mkdir -p "$1/etc/systemd/system/multi-user.target.wants"
	cat >"$1/etc/systemd/system/image-test.service" <<-'UNIT'
		[Unit]
		After=multi-user.target
		[Service]
		Type=oneshot
		StandardOutput=tty
		TTYPath=/dev/console
		ExecStart=/root/guest
	UNIT
	ln -s ../image-test.service "$1/etc/systemd/system/multi-user.target.wants"
	# a login prompt would come into the middle of what the steps print
	ln -sf /dev/null "$1/etc/systemd/system/getty.target"
}

# furnish TREE ROOT: a copy of TREE, with what the installation of a system and an
# administrator would have put into it; sets $kernel, its release.
furnish()
{
	local tree=$1 root=$2 deb

	rm -rf "$root"
	cp -a --reflink=auto "$tree" "$root" || return
	kernel=$(ls "$root/lib/modules") || return
	if [ ! -e "$root/usr/lib/grub/arm64-efi/monolithic" ]; then
		"$top/scripts/debian-get" bookworm "$work/debs" grub-efi-arm64-bin:arm64 || return
		for deb in "$work"/debs/*.deb; do
			dpkg-deb -x "$deb" "$root" || return
		done
	fi
	# the slow part under emulation: kept until the tree changes
	if ! cmp -s "$root.initrd.of" "$tree.made-of"; then
		"$top/tests/rootfs/run" "$root" dracut --force --no-hostonly --gzip \
			-m "base rootfs-block udev-rules kernel-modules fs-lib" \
			--drivers "virtio_blk virtio_pci ext4" /boot/initrd.img "$kernel" || return
		mv "$root/boot/initrd.img" "$root.initrd"
		cp "$tree.made-of" "$root.initrd.of"
	fi
	cp "$root.initrd" "$root/boot/initramfs-$kernel.img" || return
	furnish_guest "$root" || return
	echo "UUID=$root_uuid / ext4 defaults 0 1" >"$root/etc/fstab"
	: >"$root/etc/machine-id"
	# the defaults below ask it for its name
	echo "Stand-in release 1 (Debian packages)" >"$root/etc/system-release"
	mkdir -p "$root/boot/grub2" "$root/etc/default" "$root/var/lib"
	ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
	# earlycon: or a panic before the console is there prints nothing
	cat >"$root/etc/default/grub" <<-'DEFAULTS'
		GRUB_TIMEOUT=1
		GRUB_DISTRIBUTOR="$(sed 's, release .*$,,g' /etc/system-release)"
		GRUB_DEFAULT=saved
		GRUB_DISABLE_SUBMENU=true
		GRUB_CMDLINE_LINUX="console=ttyAMA0 earlycon panic=-1"
		GRUB_DISABLE_RECOVERY="true"
	DEFAULTS
	cat >"$root/boot/grub2/grub.cfg" <<-CONFIG
		set timeout=1
		set default=0
		### BEGIN /etc/grub.d/10_linux ###
		menuentry 'stand-in ($kernel)' --class gnu-linux --unrestricted \$menuentry_id_option 'gnulinux-$kernel-advanced' {
			insmod part_gpt
			insmod ext2
			search --no-floppy --fs-uuid --set=root $root_uuid
			echo	'Loading Linux $kernel ...'
			linux	/boot/vmlinuz-$kernel root=UUID=$root_uuid ro console=ttyAMA0 earlycon panic=-1
			echo	'Loading initial ramdisk ...'
			initrd	/boot/initramfs-$kernel.img
		}
		### END /etc/grub.d/10_linux ###
	CONFIG
}

# furnish_installer ROOT: what a kernel that is installed in the guest calls.
furnish_installer()
{
	# Debian's hook writes only where Debian's GRUB reads; the disk's reads here
	printf '#!/bin/sh\nexec grub-mkconfig -o /boot/grub2/grub.cfg\n' >"$1/etc/kernel/postinst.d/zz-update-grub"
	# what a virtual machine's disk does not need costs dracut minutes under emulation
	cat >"$1/etc/dracut.conf.d/10-stand-in.conf" <<-'DRACUT'
		omit_dracutmodules+=" systemd systemd-initrd dracut-systemd crypt dm nvdimm overlay-root qemu lunmask resume terminfo virtfs virtiofs usrmount shutdown kernel-modules-extra "
	DRACUT
}

# patched_kernel ROOT: the patched kernel in ROOT, a tree with /boot; prints its release.
patched_kernel()
{
	local built release

	built=$("$top/tests/kernels/get" 6.1-patched) || return
	release=$(sed -n 's/^# Linux\/[a-z0-9]* \([^ ]*\) Kernel Configuration/\1/p' "$built/config")
	mkdir -p "$1/lib/modules/$release" &&
		cp "$built/Image" "$1/boot/vmlinuz-$release" &&
		cp "$built/config" "$1/boot/config-$release" &&
		cp "$built/System.map" "$1/boot/System.map-$release" || return
	# it has no modules
	: >"$1/lib/modules/$release/modules.order"
	: >"$1/lib/modules/$release/modules.builtin"
	echo "$release"
}

# disk_small ROOT DISK: the stand-in's disk of $tree, an unpacked one, furnished in ROOT,
# with the tool in it; its guest says what the chapter's status says.
disk_small()
{
	local root=$1 unit

	furnish "$tree" "$root" || return
	install -m 755 "$BUILD/cmdline-arm64/nopmmir" "$root/usr/sbin/nopmmir"
	{
		commands en status
		echo 'cat /proc/cmdline'
		echo 'systemctl is-active default.target'
	} >"$root/root/steps"
	# the packages' scripts, which would have made the users of these, did not run
	for unit in systemd-logind.service systemd-networkd.service systemd-resolved.service; do
		ln -s /dev/null "$root/etc/systemd/system/$unit"
	done
	disk_make "$root" "$2" 700
}

# image_make FILE [COMMAND...]: a qcow2 of the stand-in's disk as a distribution would
# hand it out, with nothing of the tests' in it.  COMMAND runs before the tree, $root,
# is packed.  After needs().
image_make()
{
	local file=$1 root=$work/whole

	shift
	furnish "$tree" "$root" || return
	rm "$root/etc/systemd/system/multi-user.target.wants/image-test.service" "$root/etc/systemd/system/getty.target"
	"${@:-true}" || return
	disk_make "$root" "$file.raw" 1400 &&
		qemu-img convert -O qcow2 "$file.raw" "$file" && rm "$file.raw"
}
