/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - files changed so that they are old or new, never torn, never gone
 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "root.h"

/*
 * Until a file is replaced its new contents are beside it as .NAME and this:
 * hidden, and with an ending that no boot loader, grub-mkconfig or run-parts
 * reads.  A run that is killed may leave such files; the next one makes them
 * anew.
 */
#define FILE_TEMP ".nopmmir"

/*
 * file_prepare() - write what shall become the file @path beside it: with the
 * old one's owner, mode and extended attributes, and on disk.  @was: the old
 * file as it was read; NULL: there is none, and the new one gets @mode.
 * Return: 0, or -1 with errno and nothing left behind.
 */
int file_prepare(const struct root *r, const char *path, const struct stat *was,
		 mode_t mode, const char *buf, size_t len);

/*
 * file_commit() - what was prepared for @path takes its place, in one step and
 * on disk.  A file that is no longer @was is left alone (EBUSY), and for @was
 * NULL one that is there (EEXIST).
 * Return: 0, or -1 with errno and the file as it was.
 */
int file_commit(const struct root *r, const char *path, const struct stat *was);

/* Removes what was prepared for @path. */
void file_abandon(const struct root *r, const char *path);

/* Is @path still @was? Return: 0, or -1 with errno (EBUSY: it is not). */
int file_still(const struct root *r, const char *path, const struct stat *was);

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

/* Removes directory @path with all that is in it, as far as it can. */
void file_remove_tree(const struct root *r, const char *path);

/* Removes directory @path if it is empty. */
void file_rmdir(const struct root *r, const char *path);

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
