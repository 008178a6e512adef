#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# 99guest - dracut module of the tests only: a root file system in memory, whose
# init is the test guest's.  All of dracut's own way to it is walked: its hooks,
# its wait for a root device, its switch_root.

# called by dracut
check()
{
	return 255
}

# called by dracut
depends()
{
	echo base
}

# called by dracut
install()
{
	# shellcheck disable=SC2154 # moddir is dracut's
	inst_simple "$moddir/load" /guest/load
	# shellcheck disable=SC2154
	inst_simple "$moddir/init" /guest/init
	inst_hook cmdline 10 "$moddir/root.sh"
	inst_hook mount 10 "$moddir/mount.sh"
	inst_multiple mount mkdir cp
}
