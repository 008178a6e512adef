#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Hook of dracut, sourced: the root file system.

if [ ! -e "$NEWROOT/init" ]; then
	mount -t tmpfs -o mode=755 guest "$NEWROOT"
	for dir in dev proc sys run tmp sbin etc usr/lib; do
		mkdir -p "$NEWROOT/$dir"
	done
	cp /guest/init "$NEWROOT/init"
	cp /guest/load "$NEWROOT/sbin/init"
	# systemd switches to nothing without one
	echo ID=guest >"$NEWROOT/etc/os-release"
fi
