#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# deploy/golden-image.sh IMAGE... [enable|disable] - the boot entries in golden images
#
# With libguestfs, so that every disk format, LVM and file system will do, as any
# user who may write the images and open /dev/fuse, and on any architecture: no
# program of an image is run.  An image that is in use by a guest is refused by
# libguestfs.  After `enable` the image's `nopmmir status` has to be safe.
# What is missing is said before the first image is opened; an image that fails does
# not keep the others from their turn, unless it cannot be unmounted.  On a signal the
# image is unmounted, and the others stay as they are.
# Exit status: 0: all done; of nopmmir (8) for the first image that is not, or 1
# where one cannot be opened or written; 2: usage; 128 + N: ended by signal N.
set -u

usage()
{
	sed -n '4,15s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

say()
{
	echo "golden-image: $*" >&2
}

action=enable
for last; do :; done
case ${last-} in
enable | disable)
	action=$last
	count=$(($# - 1))
	;;
*)
	count=$#
	;;
esac
[ "$count" -gt 0 ] || usage

# all that a run needs, before anything is mounted
missing=
lacks()
{
	say "$*"
	missing=1
}
command -v guestmount >/dev/null ||
	lacks "guestmount is not here: install guestmount (Debian) or libguestfs (openEuler)"
command -v nopmmir >/dev/null ||
	lacks "nopmmir is not in PATH: install its package, or build it (make tool) and add build/cmdline to PATH"
n=0
for image; do
	n=$((n + 1))
	[ $n -le $count ] || break
	case $image in
	-*) usage ;;
	esac
	if [ ! -e "$image" ]; then
		lacks "$image is not there (if an action was meant: it is the last word, enable or disable)"
	elif [ ! -r "$image" ] || [ ! -w "$image" ]; then
		lacks "$image: $(id -un) may not read and write it"
	fi
done
[ -z "$missing" ] || exit 1
tmp=$(mktemp -d) || exit 1
mnt=$tmp/root
mkdir "$mnt" || exit 1

# close_image: unmounted, and all of it written: guestunmount does not wait for
# guestmount, which writes to the image until it ends.  mounted: it could not be
# unmounted; guestmount does not end then.
mounted=
close_image()
{
	failed=0
	writer=
	[ ! -s "$tmp/pid" ] || writer=$(cat "$tmp/pid")
	# a mount whose guestmount is gone answers nobody, mountpoint neither
	if [ "$writer" ] || mountpoint -q "$mnt"; then
		if [ "$writer" ] && ! kill -0 "$writer" 2>/dev/null; then
			say "$image: guestmount, process $writer, is gone, and with it what it had not yet written"
			failed=1
		fi
		if ! guestunmount "$mnt"; then
			say "$image is still mounted: end what uses $mnt, then: guestunmount $mnt"
			mounted=1
			return 1
		fi
	fi
	if [ "$writer" ] && kill -0 "$writer" 2>/dev/null; then
		say "waiting for guestmount, process $writer, to write the rest of $image"
		tail --pid="$writer" -f /dev/null
	fi
	rm -f "$tmp/pid"
	return $failed
}

# run COMMAND...: in the background, so that a signal is heard while it runs
child=
run()
{
	"$@" &
	child=$!
	wait $child
	set -- $?
	child=
	return "$1"
}

# shellcheck disable=SC2317 # called by the traps
stopped()
{
	# one signal is enough: this is not to be cut short by the next
	trap '' HUP INT QUIT PIPE TERM
	say "ended by a signal; closing $image" 2>/dev/null
	if [ "$child" ]; then
		kill "$child" 2>/dev/null
		wait "$child" 2>/dev/null
	fi
	close_image
	exit $((128 + $1))
}
trap 'rmdir "$mnt" 2>/dev/null; rm -f "$tmp/pid"; rmdir "$tmp" 2>/dev/null' EXIT
trap 'stopped 1' HUP
trap 'stopped 2' INT
trap 'stopped 3' QUIT
trap 'stopped 13' PIPE
trap 'stopped 15' TERM

# change: what is done to the image on $mnt
change()
{
	run nopmmir check --root "$mnt"
	run nopmmir "$action" --root "$mnt" || return
	[ "$action" = disable ] || run nopmmir status --root "$mnt"
}

worst=0
# fail STATUS: remembers the first that is not 0
fail()
{
	say "$image: not done, exit status $1"
	[ "$worst" -ne 0 ] || worst=$1
}

n=0
for image; do
	n=$((n + 1))
	[ $n -le $count ] || break
	say "$image: starting libguestfs, which boots a small Linux of its own; without KVM that takes minutes"
	run guestmount --add "$image" --inspector --rw --pid-file "$tmp/pid" "$mnt" || {
		fail 1
		continue
	}
	change
	status=$?
	close_image || status=1
	if [ $status -ne 0 ]; then
		fail $status
		[ -z "$mounted" ] || break
	else
		say "$image: $action is done"
	fi
done
exit "$worst"
