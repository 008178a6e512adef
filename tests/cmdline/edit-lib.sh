# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# edit-lib.sh - what the tests of enable and disable share beyond lib.sh: golden
# trees.  Source it.

# shellcheck source=tests/cmdline/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

golden=$top/tests/cmdline/golden
# shellcheck disable=SC2034 # for those that source this
stock=initcall_blacklist=armv8_pmu_driver_init
# shellcheck disable=SC2034
patched=arm_pmu.nopmmir

# before CASE DIR: the case's tree as it is before enable.
before()
{
	rm -rf "$2"
	cp -a "$golden/$1/in" "$2"
	# as in any system, and not in git, which keeps no empty directory
	mkdir -p "$2/var/lib"
}

# after CASE DIR: and as it is to be after.
after()
{
	before "$1" "$2"
	[ ! -d "$golden/$1/out" ] || cp -a "$golden/$1/out/." "$2"
}

# same CLAIM DIR WANT: the trees are the same, byte for byte, but for the
# tool's own state and backups.
same()
{
	local out

	if out=$(diff -r --no-dereference --exclude=nopmmir "$2" "$3" 2>&1); then
		ok "$1"
	else
		not_ok "$1" "$out"
	fi
}

# digest DIR: one line that tells the whole tree but the tool's own apart:
# names, kinds, modes, owners, links, contents.
digest()
{
	(cd "$1" && {
		find . -path ./var/lib/nopmmir -prune -o \
			-printf '%P %y %m %U %G %l\n' | sort
		find . -path ./var/lib/nopmmir -prune -o -type f -print0 |
			sort -z | xargs -0 sha256sum
	}) | sha256sum
}
