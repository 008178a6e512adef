/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mounts.h - the file systems that a system boots from, by its fstab
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "map.h"
#include "root.h"

struct mount {
	char *target; /* "/boot" */
	char *source, *type; /* as fstab has them */
	const char *what; /* is on it */
	bool missing; /* nothing is mounted there */
};

struct mounts {
	struct mount *v; /* a boot loader's */
	size_t n;
	struct map uuids; /* of all that fstab names, in small letters */
	bool root_by_uuid; /* fstab has / so */
	bool unnamed; /* GRUB may need one whose UUID is not known */
};

/* What /etc/fstab under the root says that a boot loader's files are on. */
void mounts_read(const struct root *r, struct mounts *m);
void mounts_free(struct mounts *m);

/* The first that is missing; NULL: all are there. */
const struct mount *mounts_missing(const struct mounts *m);

/* Does fstab name by UUID all that GRUB may need, so that others can be told? */
static inline bool mounts_can_exclude(const struct mounts *m)
{
	return m->root_by_uuid && !m->unnamed;
}

/* Is that the UUID of another system's file system? */
bool mounts_exclude(const struct mounts *m, const char *uuid);

/* Says on stderr, for each that is missing, what it is and how to mount it. */
void mounts_say(const struct root *r, const struct mounts *m);

#endif
