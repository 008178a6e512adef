/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - files changed so that they are old or new, never torn, never gone
 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "root.h"

/* The name of the one file that an interrupted run may leave in a directory. */
#define FILE_TEMP ".nopmmir.tmp"

/*
 * file_replace() - give the file @path new contents: a new file beside it with
 * the old one's owner, mode and extended attributes, on disk before it takes
 * the old one's name.  @was is the old file's as it was read, and it is left
 * alone (EBUSY) if it has changed since; NULL: there must be none (EEXIST),
 * and the new one gets @mode.
 * Return: 0, or -1 with errno and nothing changed.
 */
int file_replace(const struct root *r, const char *path, const struct stat *was,
		 mode_t mode, const char *buf, size_t len);

/*
 * file_copy() - a copy of file @from (whose bytes are @buf) as @to, which must
 * not exist, with its owner, mode and extended attributes as far as the file
 * system of @to has them.  Directories on the way are made.
 * Return: 0, or -1 with errno.
 */
int file_copy(const struct root *r, const char *from, const char *to,
	      const char *buf, size_t len);

/* Makes directory @path and those above it. Return: 0, or -1 with errno. */
int file_mkdirs(const struct root *r, const char *path);

/* Removes @path if it is still @was. Return: 0, or -1 with errno. */
int file_remove(const struct root *r, const char *path, const struct stat *was);

/*
 * file_lock() - keep other runs on the same root out until the descriptor is
 * closed.  It is the root's directory that is locked, so that nothing has to be
 * written for it.
 * Return: a descriptor, or -1 with errno (EWOULDBLOCK: another one runs).
 */
int file_lock(const struct root *r);

#endif
