# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# disk-lib.sh - small disks that boot by UEFI and GRUB: an ESP, and no root.  Source
# it with $top, $BUILD and $work set.
: "${top:?}" "${BUILD:?}" "${work:?}"

# in sectors of 512 bytes
esp_start=2048
esp_size=131072

# grub_get: Debian's GRUB for arm64 and UEFI; prints its file.  It reads
# /EFI/debian/grub.cfg of the ESP that it was started from.
grub_get()
{
	local dir=$BUILD/tests/boottest/grub program deb

	program=$dir/root/usr/lib/grub/arm64-efi/monolithic/grubaa64.efi
	mkdir -p "$dir"
	(
		flock 9
		[ ! -e "$program" ] || exit 0
		"$top/scripts/debian-get" bookworm "$dir" grub-efi-arm64-bin:arm64 >&2 || exit
		for deb in "$dir"/*.deb; do
			dpkg-deb -x "$deb" "$dir/root" || exit
		done
	) 9>"$dir/lock" && echo "$program"
}

# esp_disk DISK [FILE=PATH]...: a GPT disk with an ESP that has these files; - as
# FILE is standard input.
esp_disk()
{
	local disk=$1 esp=$1.esp pair folder

	shift
	rm -f "$disk" "$esp"
	truncate -s $(((esp_start + esp_size + 2048) * 512)) "$disk"
	sfdisk -q "$disk" <<-PARTITIONS || return
		label: gpt
		start=$esp_start, size=$esp_size, type=uefi
	PARTITIONS
	truncate -s $((esp_size * 512)) "$esp"
	mformat -i "$esp" -v ESP :: || return
	for folder in ::/EFI ::/EFI/BOOT ::/EFI/debian; do
		mmd -i "$esp" "$folder" || return
	done
	for pair; do
		mcopy -i "$esp" "${pair%%=*}" "::${pair#*=}" || return
	done
	dd if="$esp" of="$disk" bs=512 seek=$esp_start conv=notrunc,sparse status=none && rm "$esp"
}
