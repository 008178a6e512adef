# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash completion of nopmmir(8)

_nopmmir()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local command=${COMP_WORDS[1]:-} words i root=

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W \
			'check enable disable restore status guard diagnose --help --version' -- "$cur")
		return
	fi
	for ((i = 2; i < COMP_CWORD - 1; i++)); do
		if [ "${COMP_WORDS[i]}" = --root ]; then
			root=${COMP_WORDS[i+1]}
		fi
	done
	case $prev in
	--root)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--param)
		mapfile -t COMPREPLY < <(compgen -W 'arm_pmu.nopmmir initcall_blacklist' -- "$cur")
		return
		;;
	--kernel)
		words=$(cd "${root%/}/lib/modules" 2>/dev/null && printf '%s\n' *)
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		return
		;;
	esac
	case $command in
	check | status) words='--root --json --help' ;;
	diagnose) words='--json --help' ;;
	enable) words='--root --param --kernel --dry-run --unchanged-exit-77 --help' ;;
	disable) words='--root --param --kernel --keep-bootable --dry-run --unchanged-exit-77 --help' ;;
	restore) words='--root --dry-run --help' ;;
	guard) words='--root --help' ;;
	*) return ;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		;;
	*)
		case $command in
		check | diagnose) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		restore)
			words=$(cd "${root%/}/var/lib/nopmmir/backup" 2>/dev/null && printf '%s\n' *)
			mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
			;;
		*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
		esac
		;;
	esac
}

complete -o filenames -F _nopmmir nopmmir
