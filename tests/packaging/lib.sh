# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# lib.sh - the packages of this tree, for the tests of them.  Source it.

set -u
export LC_ALL=C
top=${top:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BUILD=${BUILD:-$top/build}
export top BUILD
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"

# packages rpm|deb: builds them unless build/rpm, build/deb is of these sources;
# prints the folder.
packages()
{
	local out=$BUILD/$1 sources

	mkdir -p "$BUILD/tests/packaging"
	(
		flock 9
		"$top/packaging/tarball" "$BUILD/tests/packaging/sources" >/dev/null || exit
		sources=$(sha256sum <"$BUILD/tests/packaging/sources/nopmmir-$version.tar.gz")
		if [ "$(cat "$out/made-of" 2>/dev/null)" != "$sources" ]; then
			nice -n 5 "$top/packaging/$1" >&2 || exit
			echo "$sources" >"$out/made-of"
		fi
		echo "$out"
	) 9>"$BUILD/tests/packaging/$1.lock"
}

version=$(sed -n 's/^Version:[[:space:]]*//p' "$top/packaging/nopmmir.spec")
