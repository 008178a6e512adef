# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# lib.sh - what the tests of the tool share.  Source it: builds the tool (or
# takes the one that NOPMMIR names), makes an empty $tmp that goes at the end.

set -u
top=${top:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BUILD=${BUILD:-$top/build}
export top BUILD
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"

if [ -z "${NOPMMIR:-}" ]; then
	make -s -C "$top/cmdline" >&2 || {
		echo "1..0"
		echo "Bail out! the tool does not build" >&2
		exit 1
	}
	NOPMMIR=$BUILD/cmdline/nopmmir
fi
minikernel=$BUILD/tests/cmdline/minikernel
mkdir -p "$BUILD/tests/cmdline"
if [ "$top/tests/cmdline/minikernel.c" -nt "$minikernel" ]; then
	# a name of its own first: tests may run side by side
	${CC:-gcc} -std=c11 -O2 -Wall -Wextra ${WERROR:+-Werror} -o "$minikernel.$$" \
		"$top/tests/cmdline/minikernel.c" &&
		mv "$minikernel.$$" "$minikernel" || exit 1
fi
# many small files, synced each: in memory where that can be
[ -n "${TMPDIR:-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset LC_ALL LANG LANGUAGE
