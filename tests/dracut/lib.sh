# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# lib.sh - initramfs images made by real dracut in real arm64 root trees
#
# Source it with $top and $BUILD set, after tests/module/lib.sh.
# shellcheck disable=SC2154 # both

# kernel_release KERNEL: of a prebuilt kernel that tests/kernels/get knows.
kernel_release()
{
	cat "$("$top/tests/kernels/get" "$1")/release"
}

# kernel_modules KERNEL: a prebuilt kernel's modules, out of its own package; prints
# their folder.
kernel_modules()
{
	local dir=$BUILD/tests/dracut/modules-$1 suite release

	release=$(kernel_release "$1") || return
	if [ ! -d "$dir/$release" ]; then
		suite=$(awk -v k="$1" '$1 == k { print $2 }' "$top/tests/kernels/kernels.tbl")
		rm -rf "$dir"
		mkdir -p "$dir"
		"$top/scripts/debian-get" "$suite" "$dir/deb" "linux-image-$release:arm64" >&2 || return
		dpkg-deb -x "$dir/deb"/*.deb "$dir/root" || return
		mv "$dir/root/lib/modules/$release" "$dir/"
		rm -rf "$dir/deb" "$dir/root"
	fi
	echo "$dir/$release"
}

# dracut_tree COPY TREE KERNEL PACKING: makes COPY, a copy of a tree of tests/rootfs
# that has this kernel's modules, nopmmir installed, and nopmmir.ko for the kernel
# packed as xz, zst or (ko) not at all; with - there is none.  The copy's files are
# links to the tree's: only ever add files.
dracut_tree()
{
	local copy=$1 modules extra dracut=$1/usr/lib/dracut/modules.d

	modules=$copy/usr/lib/modules/$(kernel_release "$3") || return
	extra=$modules/extra
	rm -rf "$copy"
	mkdir -p "$BUILD/tests/dracut"
	cp -al "$BUILD/rootfs/$2" "$copy" || return
	if [ ! -d "$modules" ]; then
		mkdir -p "${modules%/*}"
		cp -al "$(kernel_modules "$3")" "$modules" || return
	fi

	cp -r "$top/dracut/50nopmmir" "$top/tests/dracut/99guest" "$dracut/"
	cp "$BUILD/tests/module/load" "$BUILD/tests/guest/root/init" "$dracut/99guest/"
	mkdir -p "$copy/etc/dracut.conf.d"
	cp "$top/dracut/50-nopmmir.conf" "$copy/etc/dracut.conf.d/"

	if [ "$4" != - ]; then
		mkdir -p "$extra"
		cp "$BUILD/tests/module/$3/nopmmir.ko" "$extra/"
		case $4 in
		xz) xz --check=crc32 "$extra/nopmmir.ko" ;;
		zst) zstd -q --rm "$extra/nopmmir.ko" ;;
		esac
	fi
	# it writes new files, so that nothing reaches the tree through the links
	depmod --basedir "$copy" "${modules##*/}"
}

# dracut_image COPY KERNEL OUT [VARIABLE=VALUE...] OPTION...: runs dracut in a copy.
dracut_image()
{
	local copy=$1 out=$3 release environment=()

	release=$(kernel_release "$2")
	shift 3
	while [[ ${1-} == *=* && ${1-} != -* ]]; do
		environment+=("$1")
		shift
	done
	"$top/tests/rootfs/run" "$copy" env "${environment[@]}" \
		dracut --force --kver "$release" "$@" /tmp/image >"$out.log" 2>&1 || {
		tail -n 20 "$out.log" >&2
		return 1
	}
	mv "$copy/tmp/image" "$out"
}
