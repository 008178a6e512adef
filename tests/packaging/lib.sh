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

# released: the folder of a release of these sources, its sums checked; made if it is
# not there.  Exit 4: `make release` is not for this machine.
released()
{
	local out=$BUILD/release sources=$BUILD/tests/packaging/release-sources

	mkdir -p "$BUILD/tests/packaging"
	(
		flock 9
		"$top/packaging/tarball" "$sources" >/dev/null || exit
		cmp -s "$out/nopmmir-$version.tar.gz" "$sources/nopmmir-$version.tar.gz" ||
			nice -n 5 "$top/packaging/release" >/dev/null || exit
		cd "$out" && sha256sum --quiet -c SHA256SUMS && echo "$out"
	) 9>"$BUILD/tests/packaging/release.lock"
}

version=$(sed -n 's/^Version:[[:space:]]*//p' "$top/packaging/nopmmir.spec")

# stand_in WORK KERNEL: an empty RPM that provides what openEuler's packages would,
# so that rpm checks the dependencies too in a tree of Debian's; prints its name.
stand_in()
{
	mkdir -p "$1"
	cat >"$1/stand-in.spec" <<-SPEC
		Name: stand-in
		Version: 1
		Release: 1
		Summary: What the distribution's own packages provide
		License: GPL-2.0-only
		BuildArch: noarch
		Provides: /bin/sh dracut kmod make gcc dkms patch rsync bash perl python3
		Provides: /usr/bin/sh /bin/bash /usr/bin/bash /usr/bin/python3 /usr/bin/perl
		Provides: /lib/modules/$2/modules.builtin
		%description
		Stands in for a distribution.
		%files
	SPEC
	rpmbuild -bb --define "_topdir $1/stand-in" "$1/stand-in.spec" >"$1/stand-in.log" 2>&1 &&
		ls "$1"/stand-in/RPMS/noarch/*.rpm
}

# kmod_rpm NAME: kmod-nopmmir for the headers of a vendor's kernel; prints its name.
kmod_rpm()
{
	local headers

	headers=$("$top/tests/kernels/get-headers" "$1") && "$top/packaging/rpm" --kmod "$headers" | grep '/RPMS/'
}
