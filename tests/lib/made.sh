# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# made.sh - what a boot needs is built before it.  Needs $top, $BUILD and a
# die STATUS MESSAGE.
: "${top:?}" "${BUILD:?}"

# made FOLDER FILE [TARGET]: builds FILE by FOLDER's Makefile, one of us at a time.
# Without a compiler that is status 4, a skip; a build that fails is never one.
made()
{
	local cross=aarch64-linux-gnu-

	[ "$(uname -m)" != aarch64 ] || cross=
	command -v "${CROSS_COMPILE-$cross}gcc" >/dev/null ||
		die 4 "${CROSS_COMPILE-$cross}gcc is not installed: scripts/deps kernel guest tool installs it"
	mkdir -p "$BUILD"
	if ! (
		flock 9
		make -s -C "$top/$1" BUILD="$BUILD" ${3:+"$3"} >&2
	) 9>"$BUILD/.boot-guest.lock" || [ ! -e "$2" ]; then
		die 8 "cannot build ${2#"$top"/}, see above"
	fi
}
