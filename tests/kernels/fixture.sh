# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# fixture.sh - a stand-in for a kernel tree: the files that a line's series
# touches, with nothing but the lines that its hunks look for.  Good for the logic
# of the picker and of the source RPM; that the series fits real kernels is shown
# by tests/kernels/patches and by the boots.  Needs $top, the project's root.
: "${top:?}"

# fixture LINE DIR: makes it.  The hunks of a series' patches stand in a file's order;
# what an earlier patch of the series adds is not there yet.
fixture()
{
	mkdir -p "$2/arch/arm64/kernel" "$2/arch/arm64/include/asm"
	awk '
		function flush() {
			if (file != "" && text != "")
				printf "%s\002%d\002%s\n", file, start, text
			text = ""
		}
		FNR == 1 { flush(); file = ""; for (l in new) added[l]; delete new }
		/^--- a\// { flush(); file = substr($2, 3); next }
		/^diff |^-- $/ { flush(); file = ""; next }
		/^\+\+\+ / { next }
		file != "" && /^@@/ { flush(); start = -$2; next }
		file != "" && /^\+/ { new[file substr($0, 2)]; next }
		file != "" && /^[- ]/ {
			line = substr($0, 2)
			if (line == "" || !((file line) in added))
				text = text "\001" line
		}
		END { flush() }' "$top/kernel-patch/$1/"*.patch |
		awk -F '\002' '$3 !~ /^\001*$/' | sort -t "$(printf '\002')" -k 1,1 -k 2,2n |
		while IFS="$(printf '\002')" read -r file _ text; do
			mkdir -p "$2/$(dirname "$file")"
			printf '%s\n' "$text" | tr '\001' '\n' >>"$2/$file"
		done
	case $1 in
	*-hook | 6.1)
		echo 'void register_undef_hook(struct undef_hook *hook);' >"$2/arch/arm64/include/asm/traps.h"
		echo 'static int call_undef_hook(struct pt_regs *regs);' >"$2/arch/arm64/kernel/traps.c"
		;;
	esac
	printf 'VERSION = 1\nPATCHLEVEL = 2\nSUBLEVEL = 3\nEXTRAVERSION =\n' >"$2/Makefile"
}
