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
 * Return: 0, or -1 with errno (EBUSY: something is mounted there) and nothing
 * left behind.
 */
int file_prepare(const struct root *r, const char *path, const struct stat *was,
		 mode_t mode, const char *buf, size_t len);

/* What became of a file, with errno where it is not all well. */
enum file_done {
	FILE_DONE = 0,
	FILE_NOT_DONE = -1, /* it is as it was */
	FILE_NOT_SYNCED = 1, /* it is changed, and may not be on disk */
};

/*
 * file_commit() - what was prepared for @path takes its place, in one step and
 * on disk.  A file that is no longer @was is left alone (ESTALE), and for @was
 * NULL one that is there (EEXIST).
 */
enum file_done file_commit(const struct root *r, const char *path,
			   const struct stat *was);

/* errno in words, for a file that could not be replaced. */
const char *file_reason(void);

/* Removes what was prepared for @path. */
void file_abandon(const struct root *r, const char *path);

/* Is @path still @was? Return: 0, or -1 with errno (ESTALE: it is not). */
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

/*
 * Removes directory @path with all that is in it, as far as it can; no link in
 * it is followed.
 */
void file_remove_tree(const struct root *r, const char *path);

/* Removes directory @path if it is empty. */
void file_rmdir(const struct root *r, const char *path);

/* Removes @path if it is still @was. */
enum file_done file_remove(const struct root *r, const char *path,
			   const struct stat *was);

struct file_lock {
	int fd; /* -1: nothing is locked */
	char *dir; /* that holds the lock's file */
	char *made; /* the uppermost directory that was made for it; or NULL */
};

/*
 * file_lock() - keep other runs on the same root out until file_unlock().  The
 * lock is a file in @dir that only its owner can open, so that nobody else can
 * hold it; it goes with the lock, and so do directories made for it that are
 * empty then.  Where nothing can be written (EROFS) there is nothing to lock.
 * Return: 0, or -1 with errno (EWOULDBLOCK: another one runs); file_unlock() is
 * needed in any case.
 */
int file_lock(const struct root *r, const char *dir, struct file_lock *lock);
void file_unlock(const struct root *r, struct file_lock *lock);

#endif
