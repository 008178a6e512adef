/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * change.h - the new contents of files, thought out before any is written
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "conf.h"
#include "root.h"
#include "vars.h"

/*
 * change_make() - from the decisions of @c's places to what it shall be
 * (new_buf; NULL where nothing changes).  @vars: GRUB's variables.
 * Return: 0, or -1 where a place cannot be as decided, and said so.
 */
int change_make(const struct root *r, const struct vars *vars, struct conf *c);

/* One file that is to be replaced, made or removed. */
struct change {
	char *path;
	const char *what; /* the format, for messages */
	bool script; /* grub-script-check can judge it */
	bool missing; /* there is none yet */
	struct stat st; /* of the one that is there */
	char *old;
	size_t old_len;
	char *buf; /* NULL: it goes */
	size_t len;
};

struct change_list {
	struct change *v;
	size_t n;
};

/* All that the confs shall be, where that is not what they are. */
void change_collect(const struct conf_list *confs, struct change_list *list);
/* A new one; @path is copied. */
struct change *change_new(struct change_list *list, const char *path);
void change_free(struct change_list *list);

/* Asks GRUB about each script. Return: 0, or -1 after saying which is wrong. */
int change_check(const struct root *r, const struct change_list *list);

/* The unified diff of all changes, on stdout. */
void change_print(const struct change_list *list);

/*
 * change_prepare() - write all new contents beside the files: a disk that is
 * full or read-only shows before the first file is replaced.
 * Return: 0, or -1 after saying why; then nothing is left of it.
 */
int change_prepare(const struct root *r, const struct change_list *list);
void change_abandon(const struct root *r, const struct change_list *list);

/* Replaces the files. Return: 0, or -1 after saying which could not be. */
int change_commit(const struct root *r, const struct change_list *list);

#endif
