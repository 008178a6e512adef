/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * root.h - a directory tree that links do not lead out of
 */
#ifndef ROOT_H
#define ROOT_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct root {
	int fd; /* O_PATH of the directory */
	const char *dir; /* as the user named it; "" for the running system */
};

/*
 * root_init() - take DIR (NULL or "/": the running system) as root.
 * Return: 0, or -1 with errno.  root_exit() closes it; @dir must live on.
 */
int root_init(struct root *r, const char *dir);
void root_exit(struct root *r);

/*
 * root_open() - open @path (absolute, meant inside the root) with @flags;
 * links are followed as if the root were /.  O_CLOEXEC is added.
 * Return: a descriptor, or -1 with errno (EXDEV, ELOOP: a link that tried to
 * leave).  To create files see file.h.
 */
int root_open(const struct root *r, const char *path, int flags);

/*
 * root_parent() - walk to the directory that holds @path's last component,
 * after following links, also those the last component is made of, as if the
 * root were /.  @name gets the last component's own name, which need not exist
 * and is not a link; "." where @path is a directory named by "/" or "..".
 * Return: an O_PATH descriptor of the directory, or -1 with errno.
 */
int root_parent(const struct root *r, const char *path,
		char name[NAME_MAX + 1]);

/* stat() under the root; follows links. Return: 0, or -1 with errno. */
int root_stat(const struct root *r, const char *path, struct stat *st);

/* The same for what @path names itself, a link or not. */
int root_lstat(const struct root *r, const char *path, struct stat *st);

/*
 * root_list() - the names in directory @path but "." and "..", sorted by byte.
 * Return: how many, or -1 with errno; root_list_free() takes *@names back.
 */
ssize_t root_list(const struct root *r, const char *path, char ***names);
void root_list_free(char **names, ssize_t n);

/*
 * root_glob() - the paths under the root that match @pattern (absolute; a
 * component may hold what fnmatch(3) takes, which matches no leading dot), sorted;
 * only those that exist.
 * Return: how many, or -1 with errno; root_list_free() takes *@paths back.
 */
ssize_t root_glob(const struct root *r, const char *pattern, char ***paths);

/*
 * root_read() - the whole regular file @path, with a NUL after its end.
 * Return: malloc()ed bytes and *@size, or NULL with errno (EFBIG: more than
 * @max bytes; EINVAL: not a regular file).  @st, if not NULL, is the file's.
 */
char *root_read(const struct root *r, const char *path, size_t max,
		size_t *size, struct stat *st);

/* Is the root the system that runs, rather than an image of one? */
bool root_is_system(const struct root *r);

#endif
