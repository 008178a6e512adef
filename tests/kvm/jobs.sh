# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# jobs.sh - several guests at a time; every QEMU takes one CPU of the machine.  Source
# it; $top is the root of the project.

# jobs_prepare KERNELS HOSTS: makes what all of them boot, one after the other, so
# that the guests do not wait for each other's builds within their timeouts.
jobs_prepare()
{
	local name top=${top:?}

	sort -u <<<"$1" | while read -r name; do
		"$top/tests/kernels/get" "$name" >/dev/null </dev/null
	done
	sort -u <<<"$2" | while read -r name; do
		"$top/tests/kvm/host-kernel" "$name" >/dev/null </dev/null
	done
	flock "$BUILD/.boot-guest.lock" make -s -C "$top/tests/kvm"
	flock "$BUILD/.boot-guest.lock" make -s -C "$top/tests/guest"
}

# jobs_run FUNCTION N...: runs FUNCTION N in a subshell for every N, as many at a time
# as there are CPUs.
jobs_run()
{
	local i running=0

	for i in "${@:2}"; do
		if [ $running -ge "$(nproc)" ]; then
			wait -n
			running=$((running - 1))
		fi
		"$1" "$i" &
		running=$((running + 1))
	done
	wait
}
