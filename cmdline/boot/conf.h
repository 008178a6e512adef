/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf.h - the configuration files that are there, read and understood
 */
#ifndef CONF_H
#define CONF_H

#include "format.h"
#include "map.h"
#include "mounts.h"
#include "root.h"

/* No configuration file of a boot loader comes near. */
#define CONF_MAX (16U << 20)

struct conf {
	const struct format *format;
	char *path;
	struct stat st;
	char *buf;
	size_t len;
	struct places places;
	bool missing; /* @buf is that of format->from */
	/* What shall be in its place; change.h.  NULL: nothing changes. */
	char *new_buf;
	size_t new_len;
	struct places new_places;
	bool removed; /* or that it goes */
};

struct conf_list {
	struct conf *v;
	size_t n;
	struct map names; /* directory entries that are read already */
	/* What is there, boots or may boot, and is not understood. */
	char **unknown;
	size_t n_unknown;
};

/*
 * conf_scan() - all files under the root that a row of the table matches, and
 * those that GRUB's scripts name.  A file that is reached by two paths is read
 * once; hard links are files of their own, as each is replaced by itself.
 * Where a script goes on with a menu of another system's, by @mounts, that is
 * noted.
 * Return: 0, or -1 where one cannot be read or understood, and said so.
 */
int conf_scan(const struct root *r, const struct mounts *mounts,
	      struct conf_list *list);
void conf_free(struct conf_list *list);

/* Notes what is not understood, a malloc()ed sentence. */
void conf_unknown(struct conf_list *list, char *why);

/* Its place @i as it shall be, or is where it stays; NULL: it goes. */
const struct place *conf_place_now(const struct conf *c, size_t i);

/* The line of buf[0, len) that @pos is on. */
size_t conf_line(const struct conf *c, size_t pos);

#endif
