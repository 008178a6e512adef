# SPDX-License-Identifier: GPL-2.0-only
#
# fish completion of nopmmir(8)

# Is no command there yet, or is it one of these?
function __nopmmir_command
	set -l words (commandline -opc)
	if test (count $words) -lt 2
		return (test (count $argv) -eq 0)
	end
	contains -- $words[2] $argv
end

# What stands below DIR of the system that --root names.
function __nopmmir_below
	set -l words (commandline -opc)
	set -l root
	for i in (seq 2 (math (count $words) - 1))
		if test $words[$i] = --root
			set root (string trim --right --chars=/ -- $words[(math $i + 1)])
		end
	end
	for path in $root$argv[1]/*
		basename $path
	end
end

complete -c nopmmir -f
complete -c nopmmir -n __nopmmir_command -s h -l help -d 'help'
complete -c nopmmir -n __nopmmir_command -s V -l version -d 'version'
complete -c nopmmir -n __nopmmir_command -a check -d 'tell which kernels panic on a broken host'
complete -c nopmmir -n __nopmmir_command -a enable -d 'put the parameter on the kernel command line'
complete -c nopmmir -n __nopmmir_command -a disable -d 'take away what enable put there'
complete -c nopmmir -n __nopmmir_command -a restore -d 'put back what was there before a run'
complete -c nopmmir -n __nopmmir_command -a guard -d 'look after a kernel that was just installed'
complete -c nopmmir -n __nopmmir_command -a status -d 'tell how this guest stands'
complete -c nopmmir -n __nopmmir_command -a diagnose -d 'recognise this panic in a console log'

set -l edit enable disable
complete -c nopmmir -n "__nopmmir_command check status diagnose $edit restore guard" -s h -l help -d 'help'
complete -c nopmmir -n "__nopmmir_command check status $edit restore guard" -l root -x \
	-a '(__fish_complete_directories)' -d 'the system in this directory'
complete -c nopmmir -n '__nopmmir_command check status diagnose' -l json -d 'print JSON'
complete -c nopmmir -n "__nopmmir_command $edit restore" -l dry-run -d 'print a diff, change nothing'
complete -c nopmmir -n "__nopmmir_command $edit" -l param -x -a 'arm_pmu.nopmmir initcall_blacklist' -d 'this parameter'
complete -c nopmmir -n "__nopmmir_command $edit" -l kernel -x -a '(__nopmmir_below /lib/modules)' -d 'only this kernel'
complete -c nopmmir -n "__nopmmir_command $edit" -l unchanged-exit-77 -d 'exit 77 where nothing had to change'
complete -c nopmmir -n '__nopmmir_command disable' -l keep-bootable -d 'nothing, where a kernel needs what is there'
complete -c nopmmir -n '__nopmmir_command check diagnose' -F
complete -c nopmmir -n '__nopmmir_command restore' -a '(__nopmmir_below /var/lib/nopmmir/backup)' -d 'run'
