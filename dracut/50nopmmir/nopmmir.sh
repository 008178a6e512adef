#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Hook of dracut, sourced by its shell: whatever becomes of the work, which is
# done in a process of its own, the boot goes on.

/sbin/nopmmir-load || :
