# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# cmdline.sh - what a kernel makes of its command line; to be sourced
#
# The same answers as cmdline/boot/cmdline.c, which names the kernel's functions
# that both follow; tests/cmdline/cmdline.table asks both.  POSIX sh, no program
# is run: it works in an initramfs.

# nopmmir_cmdline LINE: prints two words.  The first: is arm_pmu.nopmmir on, yes,
# no or unknown (it depends on the kernel's version); the second: does
# initcall_blacklist name armv8_pmu_driver_init, yes or no.
nopmmir_cmdline()
(
	# bytes, not characters: the kernel keeps 2047 of them
	LC_ALL=C
	set +u
	line=$1
	nl='
'
	# the kernel's isspace() also takes Latin-1's no-break space
	space=$(printf ' \t\013\014\r\240')
	line=${line%%"$nl"*}
	patched=no
	stock=no
	kept=0
	while :; do
		# one word, as next_arg() finds it
		while :; do
			case $line in
			["$space"]*)
				line=${line#?}
				kept=$((kept + 1))
				;;
			*) break ;;
			esac
		done
		[ -n "$line" ] || break
		quoted=
		quote=
		case $line in
		\"*)
			quoted=1
			quote=1
			line=${line#?}
			kept=$((kept + 1))
			;;
		esac
		word=
		while [ -n "$line" ]; do
			if [ -n "$quote" ]; then
				run=${line%%\"*}
			else
				run=${line%%["$space\""]*}
			fi
			word=$word$run
			line=${line#"$run"}
			case $line in
			\"*)
				word=$word\"
				line=${line#?}
				if [ -n "$quote" ]; then quote=; else quote=1; fi
				;;
			*) break ;;
			esac
		done
		kept=$((kept + ${#word}))
		[ "$kept" -le 2047 ] || break
		# the first = that is not the first byte ends the name
		name=$word
		value=
		has_value=
		tail=${word#?}
		case $tail in
		*=*)
			name=${word%"${tail#*=}"}
			name=${name%=}
			value=${tail#*=}
			has_value=1
			case $value in
			\"*)
				value=${value#?}
				value=${value%\"}
				;;
			*) [ -z "$quoted" ] || value=${value%\"} ;;
			esac
			;;
		*) [ -z "$quoted" ] || name=${name%\"} ;;
		esac
		case $name in
		--) [ -n "$has_value" ] || break ;;
		arm[-_]pmu.nopmmir)
			[ -n "$has_value" ] || value=1
			case $value in
			[yY1]* | [oO][nN]*) patched=yes ;;
			[nN0]* | [oO][fF]*) patched=no ;;
			[tT]*) [ $patched = yes ] || patched=unknown ;;
			[fF]*) [ $patched = no ] || patched=unknown ;;
			esac
			;;
		initcall[-_]blacklist)
			case ,$value, in
			*,armv8_pmu_driver_init,*) [ -z "$has_value" ] || stock=yes ;;
			esac
			;;
		esac
	done
	echo "$patched $stock"
)
