/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mounts.h - the parts of a system that are not mounted
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "root.h"

struct mount {
	char *target; /* "/boot" */
	char *source, *type; /* as fstab has them */
	const char *what; /* is on it */
};

struct mounts {
	struct mount *v;
	size_t n;
};

/*
 * mounts_missing() - what /etc/fstab under the root says that a boot loader's
 * files are on, and nothing is mounted there.
 */
void mounts_missing(const struct root *r, struct mounts *m);
void mounts_free(struct mounts *m);

/* Says on stderr, for each, what it is and how to mount it. */
void mounts_say(const struct root *r, const struct mounts *m);

#endif
