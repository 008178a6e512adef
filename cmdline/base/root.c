// SPDX-License-Identifier: GPL-2.0-only
/*
 * root.c - a directory tree that links do not lead out of
 *
 * A mounted image is somebody else's file system: its links are absolute, and
 * may be hostile.  openat2(RESOLVE_IN_ROOT) does this in the kernel, but not
 * before Linux 5.6, not under many container filters and not under QEMU's user
 * mode, and a fallback that is rarely taken is rarely right.  So this is the
 * one walk there is: component by component, no link ever followed by the
 * kernel (O_NOFOLLOW), and ".." answered from the stack of the directories that
 * were passed, never by the file system: it cannot climb above the root, not
 * even while somebody renames directories.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nopmmir.h"
#include "root.h"

/* As the kernel's MAXSYMLINKS. */
#define ROOT_MAX_LINKS 40
/* Deeper than any boot loader's file; bounds the descriptors in use. */
#define ROOT_MAX_DEPTH 64

struct walk {
	int dirs[ROOT_MAX_DEPTH]; /* dirs[0] is the root's own, not ours */
	int depth;
};

static void walk_pop(struct walk *w)
{
	if (w->depth > 0)
		close(w->dirs[w->depth--]);
}

static void walk_reset(struct walk *w)
{
	while (w->depth > 0)
		walk_pop(w);
}

int root_init(struct root *r, const char *dir)
{
	/* an empty DIR is a script with an unset variable, not the system */
	if (dir && !*dir) {
		r->fd = -1;
		errno = ENOENT;
		return -1;
	}
	r->dir = dir && strcmp(dir, "/") ? dir : "";
	r->fd = open(*r->dir ? r->dir : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return r->fd < 0 ? -1 : 0;
}

void root_exit(struct root *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

bool root_is_system(const struct root *r)
{
	return !*r->dir;
}

/* What the link @name of @dir says, with @rest behind it. */
static char *link_target(int dir, const char *name, const char *rest)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof(target) - 1);

	if (n < 0)
		return NULL;
	target[n] = '\0';
	/* Linux follows none that is empty, and makes none; FUSE may show one */
	if (n == 0) {
		errno = ENOENT;
		return NULL;
	}
	return nm_asprintf("%s/%s", target, rest);
}

int root_parent(const struct root *r, const char *path, char name[NAME_MAX + 1])
{
	struct walk w = { .dirs = { r->fd } };
	char *todo = nm_strdup(path);
	char *p = todo;
	int links = 0;
	int fd = -1;

	strcpy(name, ".");
	for (;;) {
		char part[NAME_MAX + 1];
		struct stat st;
		size_t n;
		bool last;

		p += strspn(p, "/");
		n = strcspn(p, "/");
		if (n == 0)
			break; /* the path ends in a directory walked to */
		if (n > NAME_MAX) {
			errno = ENAMETOOLONG;
			goto out;
		}
		memcpy(part, p, n);
		part[n] = '\0';
		p += n;
		last = p[strspn(p, "/")] == '\0';
		if (!strcmp(part, "."))
			continue;
		if (!strcmp(part, "..")) {
			walk_pop(&w);
			continue;
		}
		if (fstatat(w.dirs[w.depth], part, &st, AT_SYMLINK_NOFOLLOW)) {
			if (errno != ENOENT || !last)
				goto out;
			strcpy(name, part);
			break;
		}
		if (S_ISLNK(st.st_mode)) {
			char *next;

			if (++links > ROOT_MAX_LINKS) {
				errno = ELOOP;
				goto out;
			}
			next = link_target(w.dirs[w.depth], part, p);
			if (!next)
				goto out;
			free(todo);
			p = todo = next;
			if (*p == '/')
				walk_reset(&w);
			continue;
		}
		if (last) {
			strcpy(name, part);
			break;
		}
		if (w.depth + 1 == ROOT_MAX_DEPTH) {
			errno = ENAMETOOLONG;
			goto out;
		}
		/* O_NOFOLLOW: what was no link a moment ago may be one now */
		fd = openat(w.dirs[w.depth], part,
			    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			goto out;
		w.dirs[++w.depth] = fd;
	}
	fd = fcntl(w.dirs[w.depth], F_DUPFD_CLOEXEC, 0);
	walk_reset(&w);
	free(todo);
	return fd;
out:
	walk_reset(&w);
	free(todo);
	return -1;
}

int root_stat(const struct root *r, const char *path, struct stat *st)
{
	char name[NAME_MAX + 1];
	int dir = root_parent(r, path, name);
	int ret;

	if (dir < 0)
		return -1;
	ret = fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW);
	close(dir);
	return ret;
}

int root_lstat(const struct root *r, const char *path, struct stat *st)
{
	char *parent = nm_strdup(path);
	char *slash = strrchr(parent, '/');
	int ret = -1, fd;

	*slash = '\0';
	fd = *parent ? root_open(r, parent, O_PATH | O_DIRECTORY) :
		       fcntl(r->fd, F_DUPFD_CLOEXEC, 0);
	if (fd >= 0) {
		ret = fstatat(fd, slash + 1, st, AT_SYMLINK_NOFOLLOW);
		close(fd);
	}
	free(parent);
	return ret;
}

int root_open(const struct root *r, const char *path, int flags)
{
	char name[NAME_MAX + 1];
	int dir = root_parent(r, path, name);
	struct stat st;
	int fd = -1;

	if (dir < 0)
		return -1;
	/*
	 * Opening a device can start it and opening a FIFO can wait for ever,
	 * so look first; O_NONBLOCK covers a change in between.
	 */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
			fd = openat(dir, name,
				    flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
					    O_CLOEXEC);
		else
			errno = flags & O_DIRECTORY ? ENOTDIR : EINVAL;
	}
	close(dir);
	return fd;
}

static int by_byte(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_add(char ***names, ssize_t *n, char *name)
{
	/* grows at each power of two */
	if ((*n & (*n - 1)) == 0)
		*names =
			nm_realloc(*names, (*n ? *n * 2 : 1) * sizeof(**names));
	(*names)[(*n)++] = name;
}

ssize_t root_list(const struct root *r, const char *path, char ***names)
{
	int fd = root_open(r, path, O_RDONLY | O_DIRECTORY);
	struct dirent *e;
	ssize_t n = 0;
	DIR *d;

	*names = NULL;
	if (fd < 0)
		return -1;
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return -1;
	}
	errno = 0;
	while ((e = readdir(d))) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			list_add(names, &n, nm_strdup(e->d_name));
	}
	if (errno) {
		int saved = errno;

		closedir(d);
		root_list_free(*names, n);
		*names = NULL;
		errno = saved;
		return -1;
	}
	closedir(d);
	if (n)
		qsort(*names, n, sizeof(**names), by_byte);
	return n;
}

void root_list_free(char **names, ssize_t n)
{
	while (n > 0)
		free(names[--n]);
	free(names);
}

/* Is the errno one that says "there is nothing of that name"? */
static bool nothing_there(void)
{
	return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
}

/* One step of root_glob(): @done is settled, @rest is still a pattern. */
static int glob_step(const struct root *r, const char *done, const char *rest,
		     char ***paths, ssize_t *n)
{
	size_t len;
	char *part;
	int ret = 0;

	rest += strspn(rest, "/");
	if (!*rest) {
		struct stat st;

		if (root_stat(r, done, &st) == 0)
			list_add(paths, n, nm_strdup(done));
		else if (!nothing_there())
			return -1;
		return 0;
	}
	len = strcspn(rest, "/");
	part = nm_asprintf("%.*s", (int)len, rest);
	if (!strpbrk(part, "*?[")) {
		char *next = nm_asprintf("%s/%s", done, part);

		ret = glob_step(r, next, rest + len, paths, n);
		free(next);
	} else {
		char **names;
		ssize_t count = root_list(r, *done ? done : "/", &names);

		if (count < 0 && !nothing_there())
			ret = -1;
		for (ssize_t i = 0; i < count && ret == 0; i++) {
			char *next;

			if (fnmatch(part, names[i], FNM_PERIOD))
				continue;
			next = nm_asprintf("%s/%s", done, names[i]);
			ret = glob_step(r, next, rest + len, paths, n);
			free(next);
		}
		root_list_free(names, count);
	}
	free(part);
	return ret;
}

ssize_t root_glob(const struct root *r, const char *pattern, char ***paths)
{
	ssize_t n = 0;

	*paths = NULL;
	if (glob_step(r, "", pattern, paths, &n)) {
		int saved = errno;

		root_list_free(*paths, n);
		*paths = NULL;
		errno = saved;
		return -1;
	}
	return n;
}

char *root_read(const struct root *r, const char *path, size_t max,
		size_t *size, struct stat *st)
{
	int fd = root_open(r, path, O_RDONLY);
	struct stat own;
	size_t n = 0, room;
	char *buf = NULL;
	int saved;

	if (fd < 0)
		return NULL;
	if (!st)
		st = &own;
	if (fstat(fd, st))
		goto fail;
	if (!S_ISREG(st->st_mode)) {
		errno = EINVAL;
		goto fail;
	}
	if (st->st_size < 0 || (uint64_t)st->st_size > max) {
		errno = EFBIG;
		goto fail;
	}
	room = (size_t)st->st_size + 1;
	buf = nm_alloc(room);
	while (n < room) {
		ssize_t got = read(fd, buf + n, room - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			goto fail;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	if (n == room) {
		errno = EBUSY; /* it grows while it is read */
		goto fail;
	}
	close(fd);
	buf[n] = '\0';
	*size = n;
	return buf;
fail:
	saved = errno;
	free(buf);
	close(fd);
	errno = saved;
	return NULL;
}
