# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# plan-lib.sh - what the tests of the boot plan share beyond edit-lib.sh: small
# systems made line by line.  Source it.

# shellcheck source=tests/cmdline/edit-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/edit-lib.sh"

r=$tmp/root
"$minikernel" image read >"$tmp/affected"
"$minikernel" image >"$tmp/fine"
"$minikernel" image read param >"$tmp/patched"

# tree [PATH...]: an empty system with an affected kernel as each PATH.
tree()
{
	chmod -R u+rwx "$r" 2>/dev/null
	rm -rf "$r"
	mkdir -p "$r/boot" "$r/etc" "$r/var/lib"
	local k
	for k; do
		kernel affected "$k"
	done
}

# kernel KIND PATH: affected, patched or fine.
kernel()
{
	mkdir -p "$r$(dirname "$2")"
	cp "$tmp/$1" "$r$2"
}

# file PATH < TEXT: a file of the system.
file()
{
	mkdir -p "$r$(dirname "$1")"
	cat >"$r$1"
}

# entry KERNEL [ARGUMENT...]: a menuentry of it, on stdout.
entry()
{
	printf 'menuentry "%s" {\n\tlinux %s\n}\n' "$1" "$*"
}

# block LINE... : an environment block of GRUB's, on stdout.
block()
{
	{
		echo "# GRUB Environment Block"
		printf '%s\n' "$@"
		head -c 1024 /dev/zero | tr '\0' '#'
	} | head -c 1024
}

# enable_is STATUS CLAIM [OPTION...]: what enable of it ends with; its words are
# left in $tap_out.
enable_is()
{
	local status=$1 claim=$2
	shift 2
	run_is "$status" "$claim" "$NOPMMIR" enable --root "$r" "$@"
}

# status_is STATUS CLAIM: 0 safe, 10 not safe, 12 unknown.
status_is()
{
	run_is "$1" "$2" "$NOPMMIR" status --root "$r"
}

# protected FILE N CLAIM: the file has the parameter N times.
protected()
{
	is "$(grep -o "$stock" "$r$1" 2>/dev/null | wc -l)" "$2" "$3"
}

# gives_back CLAIM: disable gives back the tree whose digest is in $old.
gives_back()
{
	"$NOPMMIR" disable --root "$r" >/dev/null 2>&1
	# shellcheck disable=SC2154 # the caller's
	is "$(digest "$r")" "$old" "$1"
}
