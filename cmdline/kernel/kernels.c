// SPDX-License-Identifier: GPL-2.0-only
/* kernels.c - the kernels installed under a root; see nopmmir.h */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nopmmir.h"
#include "root.h"

/*
 * Where distributions put kernels; which component of the path holds the
 * version, counted from 1, and the part of its name that comes before it.
 */
static const struct place {
	const char *pattern;
	unsigned int component;
	const char *prefix; /* up to and with its last character */
	const char *suffix;
} places[] = {
	/* Debian, openEuler, RHEL; rescue kernels too */
	{ "/boot/vmlinuz-*", 2, "vmlinuz-", "" },
	/* SUSE, self-made */
	{ "/boot/Image-*", 2, "Image-", "" },
	{ "/boot/vmlinux-*", 2, "vmlinux-", "" },
	{ "/boot/kernel-*", 2, "kernel-", "" },
	{ "/boot/vmlinuz", 0, "", "" },
	{ "/boot/Image", 0, "", "" },
	{ "/boot/Image.gz", 0, "", "" },
	/* kernel-install: MACHINE-ID/VERSION/linux */
	{ "/boot/*/*/linux", 3, "", "" },
	{ "/efi/*/*/linux", 3, "", "" },
	{ "/boot/efi/*/*/linux", 4, "", "" },
	/* unified kernel images */
	{ "/boot/EFI/Linux/*.efi", 0, "", "" },
	{ "/efi/EFI/Linux/*.efi", 0, "", "" },
	{ "/boot/efi/EFI/Linux/*.efi", 0, "", "" },
	/* the packages' own copy: RHEL, SUSE, Debian from 7.x on */
	{ "/usr/lib/modules/*/vmlinuz", 4, "", "" },
	{ "/usr/lib/modules/*/Image", 4, "", "" },
	{ "/lib/modules/*/vmlinuz", 3, "", "" },
	{ "/lib/modules/*/Image", 3, "", "" },
};

/* The version in @path, or "" where it holds none. malloc()ed. */
static char *path_version(const struct place *pl, const char *path)
{
	const char *p = path;
	size_t n;

	if (!pl->component)
		return nm_strdup("");
	for (unsigned int i = 0; i < pl->component; i++)
		p = strchr(p, '/') + 1;
	n = strcspn(p, "/");
	if (n <= strlen(pl->prefix))
		return nm_strdup("");
	p += strlen(pl->prefix);
	n -= strlen(pl->prefix);
	/* "vmlinuz-linux" names no version */
	if (*p < '0' || *p > '9')
		return nm_strdup("");
	return nm_asprintf("%.*s", (int)n, p);
}

struct seen {
	dev_t dev;
	ino_t ino;
};

/* RHEL and SUSE keep one kernel both in /boot and in /lib/modules. */
static bool same_kernel(const struct kernel *a, const struct kernel *b)
{
	return *a->version && !strcmp(a->version, b->version) &&
	       a->info.verdict == b->info.verdict &&
	       a->info.format == b->info.format &&
	       a->info.size == b->info.size && a->info.offset == b->info.offset;
}

static bool listed(const struct kernel_list *list, const struct kernel *k)
{
	for (size_t i = 0; i < list->n; i++) {
		if (same_kernel(&list->v[i], k))
			return true;
	}
	return false;
}

static void kernel_free(struct kernel *k)
{
	free(k->path);
	free(k->version);
}

static int add(const struct root *r, const struct place *pl, const char *path,
	       struct kernel_list *list, struct seen **seen, size_t *n_seen)
{
	struct kernel k = { 0 };
	struct stat st;
	int fd;

	if (root_stat(r, path, &st) < 0) {
		nm_err("%s%s: %s", r->dir, path, strerror(errno));
		return -1;
	}
	if (!S_ISREG(st.st_mode))
		return 0;
	for (size_t i = 0; i < *n_seen; i++) {
		if ((*seen)[i].dev == st.st_dev && (*seen)[i].ino == st.st_ino)
			return 0;
	}
	fd = root_open(r, path, O_RDONLY);
	if (fd < 0 || kimage_probe(fd, &k.info) < 0) {
		nm_err("%s%s: %s", r->dir, path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	close(fd);
	*seen = nm_realloc(*seen, (*n_seen + 1) * sizeof(**seen));
	(*seen)[(*n_seen)++] = (struct seen){ st.st_dev, st.st_ino };

	k.path = nm_strdup(path);
	k.version = path_version(pl, path);
	if (!*k.version) {
		free(k.version);
		k.version = nm_strdup(k.info.version);
	}
	if (listed(list, &k)) {
		kernel_free(&k);
		return 0;
	}
	list->v = nm_realloc(list->v, (list->n + 1) * sizeof(*list->v));
	list->v[list->n++] = k;
	return 0;
}

int kernels_find(const struct root *r, struct kernel_list *list)
{
	struct seen *seen = NULL;
	size_t n_seen = 0;
	int rc = 0;

	memset(list, 0, sizeof(*list));
	for (size_t i = 0; !rc && i < sizeof(places) / sizeof(places[0]); i++) {
		char **paths;
		ssize_t n = root_glob(r, places[i].pattern, &paths);

		if (n < 0) {
			rc = -1;
			break;
		}
		for (ssize_t j = 0; !rc && j < n; j++)
			rc = add(r, &places[i], paths[j], list, &seen, &n_seen);
		root_list_free(paths, n);
	}
	free(seen);
	if (rc)
		kernels_free(list);
	return rc;
}

void kernels_free(struct kernel_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		kernel_free(&list->v[i]);
	free(list->v);
	memset(list, 0, sizeof(*list));
}
