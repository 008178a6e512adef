# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# lib.sh - initramfs images made by real dracut in real arm64 root trees
#
# Source it with $top and $BUILD set, after tests/module/lib.sh.
# shellcheck disable=SC2154 # both

# dracut_tree TREE KERNEL PACKING: a copy of a tree of tests/rootfs with nopmmir
# installed in it, and nopmmir.ko for its kernel packed as xz, zst or (ko) not at
# all; with - there is none.  Prints its folder.  The copy's files are links to the
# tree's: only ever add files.
dracut_tree()
{
	local tree copy=$BUILD/tests/dracut/$1-$3 dir release modules

	tree=$("$top/tests/rootfs/get" "$1") || return
	dir=$(module_for "$2") || return
	release=$(cat "$("$top/tests/kernels/get" "$2")/release")
	rm -rf "$copy"
	mkdir -p "$BUILD/tests/dracut"
	cp -al "$tree" "$copy"

	modules=$copy/usr/lib/dracut/modules.d
	cp -r "$top/dracut/50nopmmir" "$top/tests/dracut/99guest" "$modules/"
	cp "$BUILD/tests/module/load" "$BUILD/tests/guest/root/init" "$modules/99guest/"
	mkdir -p "$copy/etc/dracut.conf.d"
	cp "$top/dracut/50-nopmmir.conf" "$copy/etc/dracut.conf.d/"

	if [ "$3" != - ]; then
		mkdir -p "$copy/usr/lib/modules/$release/extra"
		cp "$dir/nopmmir.ko" "$copy/usr/lib/modules/$release/extra/"
		case $3 in
		xz) xz --check=crc32 "$copy/usr/lib/modules/$release/extra/nopmmir.ko" ;;
		zst) zstd -q --rm "$copy/usr/lib/modules/$release/extra/nopmmir.ko" ;;
		esac
		rm -f "$copy/usr/lib/modules/$release"/modules.*.bin "$copy/usr/lib/modules/$release/modules.dep"
		"$top/tests/rootfs/run" "$copy" depmod "$release"
	fi
	echo "$copy"
}

# dracut_image COPY KERNEL OUT [VARIABLE=VALUE...] OPTION...: runs dracut in a copy.
dracut_image()
{
	local copy=$1 out=$3 release environment=()

	release=$(cat "$("$top/tests/kernels/get" "$2")/release")
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
