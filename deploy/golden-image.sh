#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# deploy/golden-image.sh IMAGE [enable|disable] - the boot entries in a golden image
#
# With libguestfs, so that every disk format, LVM and file system will do, as any
# user, and on any architecture: no program of the image is run.  An image that is
# in use by a guest is refused by libguestfs.
# Exit status: of nopmmir (8), or 1 where the image cannot be opened.

set -eu

case $#:${2:-enable} in
1:* | 2:enable | 2:disable) ;;
*)
	sed -n '4,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
command -v guestmount >/dev/null || {
	echo "golden-image: guestmount is not here: install libguestfs-tools (Debian) or libguestfs (openEuler)" >&2
	exit 1
}
tmp=$(mktemp -d)
mnt=$tmp/root
mkdir "$mnt"
trap 'rmdir "$mnt"; rm -f "$tmp/pid"; rmdir "$tmp"' EXIT
guestmount --add "$1" --inspector --rw --pid-file "$tmp/pid" "$mnt" || exit 1
status=0
nopmmir check --root "$mnt" || :
nopmmir "${2:-enable}" --root "$mnt" || status=$?
# guestunmount does not wait for guestmount, which writes to the image until it ends
pid=$(cat "$tmp/pid")
guestunmount "$mnt"
tail --pid="$pid" -f /dev/null
exit $status
