// SPDX-License-Identifier: GPL-2.0-only
/*
 * file.c - files changed so that they are old or new, never torn, never gone
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "file.h"
#include "nopmmir.h"
#include "root.h"

/*
 * Hashes of the old contents (IMA, EVM): the kernel makes them anew, and the
 * old ones would make the new file unreadable.
 */
static const char *const content_xattrs[] = { "security.ima", "security.evm" };

static bool is_content_xattr(const char *name)
{
	for (size_t i = 0; i < sizeof(content_xattrs) / sizeof(*content_xattrs);
	     i++) {
		if (!strcmp(name, content_xattrs[i]))
			return true;
	}
	return false;
}

static int copy_xattr(int from, int to, const char *name)
{
	ssize_t n = fgetxattr(from, name, NULL, 0);
	char *value;
	int ret = -1;

	if (n < 0)
		return -1;
	value = nm_alloc((size_t)n + 1);
	n = fgetxattr(from, name, value, (size_t)n);
	if (n >= 0)
		ret = fsetxattr(to, name, value, (size_t)n, 0);
	free(value);
	return ret;
}

/* @strict: what @to's file system cannot hold is an error. */
static int copy_xattrs(int from, int to, bool strict)
{
	ssize_t n = flistxattr(from, NULL, 0);
	char *names;
	int ret = 0;

	if (n < 0)
		return errno == ENOTSUP ? 0 : -1;
	names = nm_alloc((size_t)n + 1);
	n = flistxattr(from, names, (size_t)n);
	if (n < 0)
		ret = -1;
	for (char *p = names; ret == 0 && p < names + n; p += strlen(p) + 1) {
		if (is_content_xattr(p))
			continue;
		if (copy_xattr(from, to, p) && (strict || errno != ENOTSUP))
			ret = -1;
	}
	free(names);
	return ret;
}

/*
 * Owner, mode, attributes.  Only what differs is set: vfat's modes and owners
 * come from its mount and cannot be set at all.
 */
static int copy_meta(int from, int to, bool strict)
{
	struct stat old, new;

	if (fstat(from, &old) || fstat(to, &new))
		return -1;
	if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
	    fchown(to, old.st_uid, old.st_gid))
		return -1;
	if ((old.st_mode & 07777) != (new.st_mode & 07777) &&
	    fchmod(to, old.st_mode & 07777))
		return -1;
	return copy_xattrs(from, to, strict);
}

static int write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

/* An O_PATH descriptor cannot be synced: a readable one of the same. */
static int sync_dir(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -1;
	ret = fsync(fd);
	close(fd);
	/* some file systems have nothing to sync in a directory */
	return ret && errno != EINVAL && errno != ENOTSUP ? -1 : 0;
}

/* Has nobody touched the file since it was read? */
static int still(int dir, const char *name, const struct stat *was)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return -1;
	if (st.st_dev == was->st_dev && st.st_ino == was->st_ino &&
	    st.st_size == was->st_size &&
	    st.st_mtim.tv_sec == was->st_mtim.tv_sec &&
	    st.st_mtim.tv_nsec == was->st_mtim.tv_nsec)
		return 0;
	errno = ESTALE;
	return -1;
}

/* A file that is a mount, such as a bind mount, cannot be replaced. */
static int no_mount(int fd)
{
	struct statx x;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &x) ||
	    !(x.stx_attributes_mask & x.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return 0;
	errno = EBUSY;
	return -1;
}

const char *file_reason(void)
{
	switch (errno) {
	case ESTALE:
		return _("another program changed it meanwhile");
	case EBUSY:
		return _(
			"it is a mount of its own (a bind mount), so it cannot be replaced: unmount it, and run this again");
	default:
		return strerror(errno);
	}
}

/* The name beside @name for its new contents. */
static int temp_name(const char *name, char temp[NAME_MAX + 1])
{
	int n = snprintf(temp, NAME_MAX + 1, ".%s%s", name, FILE_TEMP);

	if (n > 0 && n <= NAME_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* The file @temp in @dir with all that it shall have, on disk. */
static int write_temp(int dir, const char *temp, int like, bool strict,
		      mode_t mode, const char *buf, size_t len)
{
	int fd, ret, saved;

	/* what a run that was killed left; the lock says that none is alive */
	if (unlinkat(dir, temp, 0) && errno != ENOENT)
		return -1;
	fd = openat(dir, temp,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	ret = like >= 0 ? copy_meta(like, fd, strict) : fchmod(fd, mode);
	if (ret == 0)
		ret = write_all(fd, buf, len);
	if (ret == 0)
		ret = fsync(fd);
	saved = errno;
	if (close(fd) && ret == 0) {
		ret = -1;
		saved = errno;
	}
	if (ret)
		unlinkat(dir, temp, 0);
	errno = saved;
	return ret;
}

int file_prepare(const struct root *r, const char *path, const struct stat *was,
		 mode_t mode, const char *buf, size_t len)
{
	char name[NAME_MAX + 1], temp[NAME_MAX + 1];
	int dir = root_parent(r, path, name);
	int old = -1, ret = -1, saved;

	if (dir < 0)
		return -1;
	if (temp_name(name, temp))
		goto out;
	if (was) {
		old = openat(dir, name,
			     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (old < 0 || no_mount(old))
			goto out;
	}
	ret = write_temp(dir, temp, old, true, mode, buf, len);
out:
	saved = errno;
	if (old >= 0)
		close(old);
	close(dir);
	errno = saved;
	return ret;
}

/* A rename that replaces nothing, also where the file system knows of none. */
static int rename_new(int dir, const char *temp, const char *name)
{
	struct stat st;

	if (renameat2(dir, temp, dir, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return renameat(dir, temp, dir, name);
}

/*
 * What a function does with the file @name in @dir, an open directory; @was is
 * its argument.  Return: 0, or -1 with errno.
 */
typedef int (*dir_step)(int dir, const char *name, const struct stat *was);

/* Does it in the directory of @path, which is closed again. Return: its. */
static int in_parent(const struct root *r, const char *path, dir_step step,
		     const struct stat *was)
{
	char name[NAME_MAX + 1];
	int dir = root_parent(r, path, name);
	int ret, saved;

	if (dir < 0)
		return -1;
	ret = step(dir, name, was);
	saved = errno;
	close(dir);
	errno = saved;
	return ret;
}

static int commit(int dir, const char *name, const struct stat *was)
{
	char temp[NAME_MAX + 1];
	int ret = -1;

	if (temp_name(name, temp))
		return -1;
	if (!was)
		ret = rename_new(dir, temp, name);
	else if (still(dir, name, was) == 0)
		ret = renameat(dir, temp, dir, name);
	if (ret)
		return FILE_NOT_DONE;
	return sync_dir(dir) ? FILE_NOT_SYNCED : FILE_DONE;
}

enum file_done file_commit(const struct root *r, const char *path,
			   const struct stat *was)
{
	return (enum file_done)in_parent(r, path, commit, was);
}

static int abandon(int dir, const char *name, const struct stat *was)
{
	char temp[NAME_MAX + 1];

	(void)was;
	return temp_name(name, temp) ? -1 : unlinkat(dir, temp, 0);
}

void file_abandon(const struct root *r, const char *path)
{
	int saved = errno;

	in_parent(r, path, abandon, NULL);
	errno = saved;
}

int file_still(const struct root *r, const char *path, const struct stat *was)
{
	return in_parent(r, path, still, was);
}

int file_mkdirs(const struct root *r, const char *path)
{
	char *part = nm_strdup(path);
	int ret = 0;

	for (char *p = part + 1; ret == 0; p++) {
		char name[NAME_MAX + 1];
		char c = *p;
		struct stat st;
		int dir;

		if (c && c != '/')
			continue;
		*p = '\0';
		if (root_stat(r, part, &st)) {
			dir = root_parent(r, part, name);
			ret = dir < 0 ? -1 : mkdirat(dir, name, 0755);
			if (ret == 0)
				ret = sync_dir(dir);
			if (dir >= 0)
				close(dir);
		}
		*p = c;
		if (!c)
			break;
	}
	free(part);
	return ret;
}

int file_copy(const struct root *r, const char *from, const char *to,
	      const char *buf, size_t len)
{
	char *parent = nm_strdup(to);
	char name[NAME_MAX + 1], temp[NAME_MAX + 1];
	int like = -1, dir = -1, ret = -1, saved;

	*strrchr(parent, '/') = '\0';
	if (file_mkdirs(r, parent))
		goto out;
	like = root_open(r, from, O_RDONLY);
	if (like < 0)
		goto out;
	dir = root_parent(r, to, name);
	if (dir < 0 || temp_name(name, temp) ||
	    write_temp(dir, temp, like, false, 0, buf, len))
		goto out;
	ret = renameat(dir, temp, dir, name);
	if (ret == 0)
		ret = sync_dir(dir);
out:
	saved = errno;
	free(parent);
	if (like >= 0)
		close(like);
	if (dir >= 0)
		close(dir);
	errno = saved;
	return ret;
}

static int remove_still(int dir, const char *name, const struct stat *was)
{
	if (still(dir, name, was) || unlinkat(dir, name, 0))
		return FILE_NOT_DONE;
	return sync_dir(dir) ? FILE_NOT_SYNCED : FILE_DONE;
}

enum file_done file_remove(const struct root *r, const char *path,
			   const struct stat *was)
{
	return (enum file_done)in_parent(r, path, remove_still, was);
}

static int remove_dir(int dir, const char *name, const struct stat *was)
{
	(void)was;
	return unlinkat(dir, name, AT_REMOVEDIR);
}

void file_rmdir(const struct root *r, const char *path)
{
	in_parent(r, path, remove_dir, NULL);
}

/* Deeper than any path that can be named. */
#define TREE_DEPTH 256

static void remove_tree(int dir, const char *name, unsigned int depth)
{
	struct dirent *e;
	DIR *d;
	int fd;

	if (unlinkat(dir, name, 0) == 0 || depth == TREE_DEPTH)
		return;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(d))) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			remove_tree(fd, e->d_name, depth + 1);
	}
	closedir(d);
	unlinkat(dir, name, AT_REMOVEDIR);
}

static int remove_from(int dir, const char *name, const struct stat *was)
{
	(void)was;
	remove_tree(dir, name, 0);
	return 0;
}

void file_remove_tree(const struct root *r, const char *path)
{
	struct stat st;

	/* in_parent() follows a link that the path ends in */
	if (root_lstat(r, path, &st) == 0 && S_ISDIR(st.st_mode))
		in_parent(r, path, remove_from, NULL);
}

/* Is the file of @fd the one that is at @path now? */
static bool is_at(const struct root *r, const char *path, int fd)
{
	struct stat own, now;

	return fstat(fd, &own) == 0 && root_stat(r, path, &now) == 0 &&
	       own.st_dev == now.st_dev && own.st_ino == now.st_ino;
}

static int open_lock(int dir, const char *name, const struct stat *was)
{
	(void)was;
	return openat(dir, name,
		      O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
			      O_CLOEXEC,
		      0600);
}

/* The uppermost directory of @path that is not there. malloc()ed, or NULL. */
static char *first_missing(const struct root *r, const char *path)
{
	char *part = nm_strdup(path);

	for (char *p = part + 1;; p++) {
		char c = *p;
		struct stat st;

		if (c && c != '/')
			continue;
		*p = '\0';
		if (root_stat(r, part, &st))
			return part;
		*p = c;
		if (!c)
			break;
	}
	free(part);
	return NULL;
}

/* More runs that end at the same moment are hardly there. */
#define LOCK_TRIES 1000

int file_lock(const struct root *r, const char *dir, struct file_lock *lock)
{
	char *path = nm_asprintf("%s/lock", dir);
	struct stat st;
	int ret = -1;

	*lock = (struct file_lock){ -1, nm_strdup(dir), first_missing(r, dir) };
	for (unsigned int tries = 0;; tries++) {
		int fd = -1;

		/* a run that ends takes the directory away, where it is empty */
		if (file_mkdirs(r, dir) == 0)
			fd = in_parent(r, path, open_lock, NULL);
		if (fd < 0 && tries < LOCK_TRIES &&
		    (errno == ENOENT || errno == EEXIST))
			continue;
		if (fd < 0) {
			ret = errno == EROFS ? 0 : -1;
			break;
		}
		if (fstat(fd, &st) || !S_ISREG(st.st_mode) ||
		    flock(fd, LOCK_EX | LOCK_NB)) {
			int saved = errno;

			close(fd);
			errno = saved;
			break;
		}
		/* the run that held it may have taken it away meanwhile */
		if (is_at(r, path, fd)) {
			lock->fd = fd;
			ret = 0;
			break;
		}
		close(fd);
	}
	free(path);
	return ret;
}

static int unlink_lock(int dir, const char *name, const struct stat *was)
{
	(void)was;
	return unlinkat(dir, name, 0);
}

void file_unlock(const struct root *r, struct file_lock *lock)
{
	char *path;

	if (lock->fd >= 0) {
		path = nm_asprintf("%s/lock", lock->dir);
		in_parent(r, path, unlink_lock, NULL);
		free(path);
		close(lock->fd);
	}
	if (lock->dir && r->fd >= 0)
		file_rmdir(r, lock->dir);
	while (lock->made && strcmp(lock->dir, lock->made)) {
		*strrchr(lock->dir, '/') = '\0';
		file_rmdir(r, lock->dir);
	}
	free(lock->dir);
	free(lock->made);
	*lock = (struct file_lock){ .fd = -1 };
}
