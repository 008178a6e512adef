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
			if (line ~ /^[\t ]*[{}]?$/ || !((file line) in added))
				text = text "\001" line
		}
		END { flush() }' "$top/kernel-patch/$1/"*.patch |
		awk -F '\002' '$3 !~ /^\001*$/' | sort -t "$(printf '\002')" -k 1,1 -k 2,2n | uniq >"$2/hunks"
	# shellcheck disable=SC2046 # kernel paths, without blanks
	(cd "$2" && mkdir -p $(awk -F '\002' '{ sub("/[^/]*$", "", $1); print $1 }' hunks))
	awk -F '\002' -v dir="$2" '{ gsub("\001", "\n", $3); print $3 >(dir "/" $1) }' "$2/hunks"
	rm "$2/hunks"
	# shellcheck disable=SC2046 # the row's words
	fixture_marks "$2" $(awk -v line="$1" '$1 == line' "$top/kernel-patch/lines.tbl")
	printf 'VERSION = 1\nPATCHLEVEL = 2\nSUBLEVEL = 3\nEXTRAVERSION =\n' >"$2/Makefile"
}

# fixture_marks DIR LINE DRIVER UNDEF NAMES EXTABLE FIXUP: what tells that a tree is
# of the line, where the hunks do not say it
fixture_marks()
{
	asm=$1/arch/arm64/include/asm
	case $4 in
	hook)
		echo 'void register_undef_hook(struct undef_hook *hook);' >"$asm/traps.h"
		echo 'static int call_undef_hook(struct pt_regs *regs);' >"$1/arch/arm64/kernel/traps.c"
		;;
	*) echo 'void force_signal_inject(int signal, int code);' >"$asm/traps.h" ;;
	esac
	case $5 in
	V3P4) name=ID_AA64DFR0_EL1_PMUVer_V3P4 ;;
	*) name=ID_AA64DFR0_PMUVER_8_4 ;;
	esac
	case $3 in
	arm_pmuv3) echo "	return pmuver >= $name;" >>"$asm/arm_pmuv3.h" ;;
	*) echo "	if (pmuver >= $name && (pmceid_raw[1] & BIT(31)))" >>"$1/arch/arm64/kernel/perf_event.c" ;;
	esac
	case $6 in
	typed) echo '#define _ASM_EXTABLE_KACCESS_ERR_ZERO(insn, fixup, err, zero)' >"$asm/asm-extable.h" ;;
	*) echo '#define _ASM_EXTABLE(from, to)' >"$asm/uaccess.h" ;;
	esac
	echo "bool fixup_exception(struct pt_regs *regs$(echo "$7" | sed -n 's/^regs,/, unsigned long /p'));" >"$asm/extable.h"
}
