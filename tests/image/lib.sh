# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the variables of inner shells
#
# lib.sh - disk images that boot by UEFI and GRUB.  Source it.
#
# The disk: a GPT with an ESP, in which GRUB only asks for the root file system's
# configuration, and an ext4 root.  The ESP is written with mtools: not every
# kernel has vfat.

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

# disk_make TREE DISK MIB GRUB_CFG: a disk of MIB with TREE as root, whose GRUB
# reads GRUB_CFG of that root.  The tree's own package has GRUB's EFI program.
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
	printf 'search --fs-uuid --set=root %s\nconfigfile %s\n' "$root_uuid" "$4" |
		mcopy -i "$esp" - ::/EFI/debian/grub.cfg || return
	dd if="$esp" of="$disk" bs=512 seek=$esp_start conv=notrunc,sparse status=none
	rm "$esp"
	# 4096: a GPT keeps its second copy in the last 33 sectors
	mke2fs -q -F -t ext4 -U "$root_uuid" -d "$tree" \
		-E "offset=$((root_start * 512))" "$disk" $(((size * 2048 - root_start - 4096) / 2))k
}

# disk_with DISK COMMAND...: runs COMMAND with $mnt the disk's root, mounted.
disk_with()
{
	local disk=$1

	shift
	mnt=$disk.root unshare --mount --propagation private bash -euc '
		mkdir -p "$mnt"
		mount -o "loop,offset='$((root_start * 512))'" "$1" "$mnt"
		shift
		"$@"
	' disk_with "$disk" "$@"
}

# disk_boot DISK LOG OPTION...: boots it under a host model; boot-guest's options,
# output and exit status.
disk_boot()
{
	local disk=$1 log=$2

	shift 2
	IMAGE_DISK=$disk QEMU=$top/tests/image/qemu "$top/tests/boot-guest" \
		--firmware uefi --mem 1024 --smp 2 --log "$log" "$@" "$disk.kernel"
}

# readme LANGUAGE: the file that has the chapter "Fix an image in five minutes".
readme()
{
	if [ "$1" = en ]; then
		echo "$top/README.md"
	else
		echo "$top/README.$1.md"
	fi
}

# commands LANGUAGE STEP: the commands of that chapter after <!-- test: image STEP -->.
commands()
{
	awk -v mark="<!-- test: image $2 -->" '
		index($0, mark) { on = 1; next }
		on && /^ *```/ { if (inside) exit; inside = 1; next }
		on && inside { sub(/^ +/, ""); print }' "$(readme "$1")"
}
