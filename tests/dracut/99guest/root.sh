#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034 # dracut reads both
#
# Hook of dracut, sourced: there is a root, mount.sh mounts it.

root=guest
rootok=1
