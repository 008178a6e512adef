// SPDX-License-Identifier: GPL-2.0-only
/*
 * mounts.c - the file systems that a system boots from, by its fstab
 */
#define _GNU_SOURCE
#include <ctype.h>
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

/* A target as fstab writes it to a path: \040 is a blank, slashes at the end go. */
static void to_path(char *target)
{
	size_t n = 0;

	for (const char *p = target; *p; n++) {
		if (*p == '\\' && strspn(p + 1, "01234567") >= 3) {
			target[n] = (char)((p[1] - '0') << 6 |
					   (p[2] - '0') << 3 | (p[3] - '0'));
			p += 4;
		} else {
			target[n] = *p++;
		}
	}
	while (n > 1 && target[n - 1] == '/')
		n--;
	target[n] = '\0';
}

/* Has the path parts that lead somewhere else than they look: "//", ".", ".."? */
static bool is_crooked(const char *path)
{
	for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		size_t dots = strspn(p + 1, ".");

		if (p[1] == '/' ||
		    (dots && dots < 3 && strchr("/", p[1 + dots])))
			return true;
	}
	return false;
}

static bool names(const struct mounts *m, const char *target)
{
	for (size_t i = 0; i < m->n; i++) {
		if (!strcmp(m->v[i].target, target))
			return true;
	}
	return false;
}

/* GRUB compares UUIDs without case. malloc()ed. */
static char *small(const char *text)
{
	char *copy = nm_strdup(text);

	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

static void take(const struct root *r, char *const f[3], bool strict,
		 struct mounts *m)
{
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

/* The UUID that a source names, in small letters, malloc()ed; NULL: none. */
static char *source_uuid(const char *source)
{
	static const char *const by[] = { "UUID=", "/dev/disk/by-uuid/" };
	char *uuid = NULL;

	for (size_t i = 0; !uuid && i < sizeof(by) / sizeof(*by); i++) {
		if (!strncmp(source, by[i], strlen(by[i])))
			uuid = small(source + strlen(by[i]));
	}
	/* libblkid takes UUID="..." and UUID='...', too */
	if (uuid && (*uuid == '"' || *uuid == '\'')) {
		char quote[] = { *uuid, '\0' };

		memmove(uuid, uuid + 1, strlen(uuid));
		uuid[strcspn(uuid, quote)] = '\0';
	}
	return uuid;
}

/* May GRUB need what is mounted there: kernels, menus, fonts? */
static bool may_need(const char *target)
{
	static const char *const trees[] = { "/boot", "/efi", "/usr" };

	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		size_t n = strlen(trees[i]);

		if (!strncmp(target, trees[i], n) && strchr("/", target[n]))
			return true;
	}
	return !strcmp(target, "/");
}

/* What a line tells of UUIDs. */
static void learn(char *const f[3], struct mounts *m)
{
	char *uuid = source_uuid(f[0]);

	if (uuid)
		map_add(&m->uuids, uuid, 0);
	else if (may_need(f[1]) || is_crooked(f[1]))
		m->unnamed = true;
	m->root_by_uuid |= uuid && !strcmp(f[1], "/");
	free(uuid);
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
		if (f[2]) {
			to_path(f[1]);
			take(r, f, strict, m);
			learn(f, m);
		}
		for (size_t i = 0; i < 3; i++)
			free(f[i]);
	}
	free(buf);
	/* by a unit of systemd's, or by its type in the partition table */
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		m->unnamed |= !names(m, parts[i].target) &&
			      is_mount(r, parts[i].target);
}

void mounts_free(struct mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].target);
		free(m->v[i].source);
		free(m->v[i].type);
	}
	free(m->v);
	map_free(&m->uuids);
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

bool mounts_exclude(const struct mounts *m, const char *uuid)
{
	char *key;
	bool none;

	if (!mounts_can_exclude(m))
		return false;
	key = small(uuid);
	none = !map_get(&m->uuids, key);
	free(key);
	return none;
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
