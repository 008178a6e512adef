// SPDX-License-Identifier: GPL-2.0-only
/*
 * mounts.c - the file systems that a system boots from, by its fstab
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "mounts.h"
#include "nopmmir.h"
#include "root.h"

#define FSTAB_MAX (1U << 20)

static const struct {
	const char *target, *what;
} parts[] = {
	{ "/boot", N_("the kernels and the boot menu") },
	{ "/boot/efi", N_("the ESP with the boot loader") },
	{ "/efi", N_("the ESP with the boot loader") },
};

/* Is @path the root of a mount?  Asks the kernel, else the device numbers. */
static bool is_mount(const struct root *r, const char *path)
{
	int fd = *path ? root_open(r, path, O_RDONLY | O_DIRECTORY) :
			 fcntl(r->fd, F_DUPFD_CLOEXEC, 0);
	struct stat st, up;
	struct statx x;
	bool is = false;

	if (fd < 0)
		return false;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &x) == 0 &&
	    (x.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
		is = x.stx_attributes & STATX_ATTR_MOUNT_ROOT;
	else if (fstat(fd, &st) == 0 && fstatat(fd, "..", &up, 0) == 0)
		is = st.st_dev != up.st_dev || st.st_ino == up.st_ino;
	close(fd);
	return is;
}

/* Is nothing in it but what a mount point has by itself? */
static bool is_bare(const struct root *r, const char *path)
{
	char **names;
	ssize_t n = root_list(r, path, &names);
	bool bare = true;

	for (ssize_t i = 0; i < n; i++)
		bare &= !strcmp(names[i], "efi") ||
			!strcmp(names[i], "lost+found");
	root_list_free(names, n);
	return bare;
}

/* The next word of a line. malloc()ed; NULL: there is none. */
static char *field(const char *buf, size_t *at, size_t end)
{
	size_t from;

	while (*at < end && strchr(" \t\r", buf[*at]))
		(*at)++;
	from = *at;
	while (*at < end && !strchr(" \t\r", buf[*at]))
		(*at)++;
	return *at > from ? nm_asprintf("%.*s", (int)(*at - from), buf + from) :
			    NULL;
}

static void take(const struct root *r, char *const f[3], bool strict,
		 struct mounts *m)
{
	size_t n = strlen(f[1]);

	while (n > 1 && f[1][n - 1] == '/')
		f[1][--n] = '\0';
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct mount *new;

		if (strcmp(f[1], parts[i].target))
			continue;
		m->v = nm_grow(m->v, m->n, sizeof(*m->v));
		new = &m->v[m->n++];
		*new = (struct mount){ .target = nm_strdup(f[1]),
				       .source = nm_strdup(f[0]),
				       .type = nm_strdup(f[2]),
				       .what = parts[i].what };
		new->missing = !is_mount(r, f[1]) &&
			       (strict || is_bare(r, f[1]));
	}
}

void mounts_read(const struct root *r, struct mounts *m)
{
	/*
	 * A tree that is a mount has its parts mounted in it; one that was
	 * copied into a folder has them as folders.
	 */
	bool strict = is_mount(r, "");
	struct line line;
	size_t len, pos = 0;
	char *buf = root_read(r, "/etc/fstab", FSTAB_MAX, &len, NULL);

	*m = (struct mounts){ 0 };
	while (buf && lines_next(buf, len, &pos, &line)) {
		size_t at = line.key;
		char *f[3];

		if (at < line.end && buf[at] == '#')
			continue;
		for (size_t i = 0; i < 3; i++)
			f[i] = field(buf, &at, line.end);
		if (f[2])
			take(r, f, strict, m);
		for (size_t i = 0; i < 3; i++)
			free(f[i]);
	}
	free(buf);
}

void mounts_free(struct mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].target);
		free(m->v[i].source);
		free(m->v[i].type);
	}
	free(m->v);
	*m = (struct mounts){ 0 };
}

const struct mount *mounts_missing(const struct mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		if (m->v[i].missing)
			return &m->v[i];
	}
	return NULL;
}

void mounts_say(const struct root *r, const struct mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct mount *x = &m->v[i];
		bool device = !strncmp(x->source, "/dev/", 5);

		if (!x->missing)
			continue;
		nm_err("%s%s is not mounted: by %s/etc/fstab, %s is on it (%s, %s)",
		       r->dir, x->target, r->dir, _(x->what), x->source,
		       x->type);
		if (root_is_system(r))
			nm_err("  mount it with: mount %s", x->target);
		else if (device)
			nm_err("  mount the partition that this system calls %s on %s%s",
			       x->source, r->dir, x->target);
		else
			nm_err("  mount it with: mount %s %s%s", x->source,
			       r->dir, x->target);
	}
}
