# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# fixture.sh - a stand-in for a kernel tree: the files that a line's series
# touches, with nothing but the lines that its hunks look for.  Good for the logic
# of the picker and of the source RPM; that the series fits real kernels is shown
# by tests/kernels/patches and by the boots.  Needs $top, the project's root.
: "${top:?}"

# fixture LINE DIR: makes it
fixture()
{
	mkdir -p "$2/arch/arm64/kernel" "$2/arch/arm64/include/asm"
	awk -v dir="$2" '
		/^--- a\// { file = dir "/" substr($2, 3); sub("/[^/]*$", "", $2)
			system("mkdir -p " dir "/" substr($2, 3)); next }
		/^diff |^\+\+\+ |^-- $/ { if (/^-- $/) file = ""; next }
		file && /^@@/ { print "" >>file; next }
		file && /^[- ]/ { print substr($0, 2) >>file }' "$top/kernel-patch/$1/"*.patch
	case $1 in
	*-hook | 6.1)
		echo 'void register_undef_hook(struct undef_hook *hook);' >"$2/arch/arm64/include/asm/traps.h"
		echo 'static int call_undef_hook(struct pt_regs *regs);' >"$2/arch/arm64/kernel/traps.c"
		;;
	esac
	printf 'VERSION = 1\nPATCHLEVEL = 2\nSUBLEVEL = 3\nEXTRAVERSION =\n' >"$2/Makefile"
}
