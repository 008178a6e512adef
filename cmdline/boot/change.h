/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * change.h - the new contents of files, thought out before any is written
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "backend.h"
#include "token.h"

struct change {
	const struct found *file;
	char *buf; /* the new contents; NULL: the file is removed */
	size_t len;
};

struct change_list {
	struct change *v;
	size_t n;
};

/* What shall become of a place: parameters to take away, one to have. */
struct wish {
	bool remove[PARAM_COUNT];
	enum param add;
	bool drop_line; /* if no word is left */
};

/* Decides for @p, a place of @f; called again after each step. */
typedef struct wish (*change_wish)(void *arg, const struct found *f,
				   const struct place *p);

/*
 * change_plan() - adds to @list what @wish makes of @f, if that is a change.
 * Return: 0, or -1 where it cannot be done, and said so.
 */
int change_plan(const struct root *r, const struct found *f, change_wish wish,
		void *arg, struct change_list *list);

/* Asks GRUB about each script. Return: 0, or -1 after saying which is wrong. */
int change_check(const struct root *r, const struct change_list *list);

/* The unified diff of all changes, on stdout. */
void change_print(const struct change_list *list);

/*
 * change_backup() - copies of the files that are about to change, under a
 * directory of the state's with the time in its name; *@dir is its path,
 * malloc()ed.
 * Return: 0, or -1 after saying why.
 */
int change_backup(const struct root *r, const struct change_list *list,
		  char **dir);

/* Removes the backups in @dir: what they are of was not changed. */
void change_backup_drop(const struct root *r, const char *dir);

/*
 * change_prepare() - write all new contents beside the files: a disk that is
 * full or read-only shows before the first file is replaced.
 * Return: 0, or -1 after saying why; then nothing is left of it.
 */
int change_prepare(const struct root *r, const struct change_list *list);
void change_abandon(const struct root *r, const struct change_list *list);

/* Replaces the files. Return: 0, or -1 after saying which could not be. */
int change_commit(const struct root *r, const struct change_list *list);

void change_free(struct change_list *list);

#endif
