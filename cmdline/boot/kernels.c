// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernels.c - the kernels under a root: those that are installed, and those
 * that boot loaders name
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernels.h"
#include "kimage.h"
#include "nopmmir.h"
#include "root.h"
#include "uki.h"
#include "vars.h"

/* A distribution's configuration has some 300 KB. */
#define CONFIG_MAX (4 << 20)

/*
 * Where distributions put kernels; which component of the path holds the
 * version, counted from 1, and the part of its name that comes before it.
 */
static const struct location {
	const char *pattern;
	unsigned int component;
	const char *prefix; /* up to and with its last character */
} locations[] = {
	/* Debian, openEuler, RHEL; rescue kernels too */
	{ "/boot/vmlinuz-*", 2, "vmlinuz-" },
	/* SUSE, self-made */
	{ "/boot/Image-*", 2, "Image-" },
	{ "/boot/vmlinux-*", 2, "vmlinux-" },
	{ "/boot/kernel-*", 2, "kernel-" },
	{ "/boot/vmlinuz", 0, "" },
	{ "/boot/Image", 0, "" },
	{ "/boot/Image.gz", 0, "" },
	/* kernel-install: MACHINE-ID/VERSION/linux */
	{ "/boot/*/*/linux", 3, "" },
	{ "/efi/*/*/linux", 3, "" },
	{ "/boot/efi/*/*/linux", 4, "" },
	/* unified kernel images */
	{ "/boot/EFI/Linux/" EFI_NAME, 0, "" },
	{ "/efi/EFI/Linux/" EFI_NAME, 0, "" },
	{ "/boot/efi/EFI/Linux/" EFI_NAME, 0, "" },
	/* ostree, bootc: what is deployed */
	{ "/boot/ostree/*/vmlinuz-*", 4, "vmlinuz-" },
	/* Fedora's and openEuler's installation media, Debian's */
	{ "/images/pxeboot/vmlinuz", 0, "" },
	{ "/install.a64/vmlinuz", 0, "" },
	/* the packages' own copy: RHEL, SUSE, Debian from 7.x on */
	{ "/usr/lib/modules/*/vmlinuz", 4, "" },
	{ "/usr/lib/modules/*/Image", 4, "" },
	{ "/lib/modules/*/vmlinuz", 3, "" },
	{ "/lib/modules/*/Image", 3, "" },
};

/* The version in @path, or "" where it holds none. malloc()ed. */
static char *path_version(const struct location *at, const char *path)
{
	const char *p = path;

	if (!at->component)
		return nm_strdup("");
	for (unsigned int i = 0; i < at->component; i++)
		p = strchr(p, '/') + 1;
	p += strlen(at->prefix);
	/* "vmlinuz-linux" names no version */
	if (*p < '0' || *p > '9')
		return nm_strdup("");
	return nm_asprintf("%.*s", (int)strcspn(p, "/"), p);
}

void kernels_init(struct kernels *k, const struct root *r)
{
	*k = (struct kernels){ .root = r };
}

void kernels_free(struct kernels *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].path);
		free(k->v[i].version);
		free(k->v[i].own_line);
	}
	free(k->v);
	map_free(&k->files);
	map_free(&k->copies);
	*k = (struct kernels){ 0 };
}

/* What cannot be looked into is a kernel of which nothing is known. */
static void probe(const struct kernels *k, struct kernel *new)
{
	int fd = root_open(k->root, new->path, O_RDONLY);

	if (fd < 0 || kimage_probe(fd, &new->info) < 0) {
		new->info = (struct kimage_info){ 0 };
		snprintf(new->info.reason, sizeof(new->info.reason),
			 _("it cannot be read: %s"), strerror(errno));
	}
	if (fd >= 0)
		close(fd);
}

static size_t copy_of(struct kernels *k, size_t at)
{
	const struct kernel *new = &k->v[at];
	const struct kimage_info *i = &new->info;
	size_t first = at;
	char *key;

	/* RHEL and SUSE keep one kernel both in /boot and in /lib/modules */
	if (!*new->version || i->verdict == KIMAGE_UNKNOWN)
		return at;
	key = nm_asprintf("%d %d %ju %ju %s", i->verdict, i->format,
			  (uintmax_t)i->size, (uintmax_t)i->offset,
			  new->version);
	first = *map_add(&k->copies, key, at);
	free(key);
	return first;
}

/*
 * CONFIG_CMDLINE of a kernel that was built to take no other line, as the
 * configuration beside it tells; malloc()ed.  NULL: it takes the boot loader's.
 */
static char *own_line(const struct root *r, const char *version)
{
	static const char force[] = "\nCONFIG_CMDLINE_FORCE=y\n";
	static const char value[] = "\nCONFIG_CMDLINE=\"";
	char *path, *text, *at, *line = NULL;
	size_t len;

	if (!*version)
		return NULL;
	path = nm_asprintf("/boot/config-%s", version);
	text = root_read(r, path, CONFIG_MAX, &len, NULL);
	if (text && strstr(text, force)) {
		at = strstr(text, value);
		at = at ? at + sizeof(value) - 1 : text + len;
		line = nm_asprintf("%.*s", (int)strcspn(at, "\n"), at);
		if (*line && line[strlen(line) - 1] == '"')
			line[strlen(line) - 1] = '\0';
	}
	free(text);
	free(path);
	return line;
}

static size_t add(struct kernels *k, const struct location *at,
		  const char *path)
{
	struct kernel *new;
	struct stat st;
	char *key;
	size_t i;

	if (root_stat(k->root, path, &st) < 0 || !S_ISREG(st.st_mode))
		return KERNEL_NONE;
	key = nm_asprintf("%jx:%jx", (uintmax_t)st.st_dev,
			  (uintmax_t)st.st_ino);
	i = *map_add(&k->files, key, k->n);
	free(key);
	if (i < k->n)
		return i;
	k->v = nm_grow(k->v, k->n, sizeof(*k->v));
	new = &k->v[k->n++];
	*new = (struct kernel){ .path = nm_strdup(path) };
	if (!k->unprobed)
		probe(k, new);
	new->version = at ? path_version(at, path) : place_version(path);
	if (!new->version || *new->version < '0' || *new->version > '9') {
		free(new->version);
		new->version = nm_strdup("");
	}
	if (!*new->version) {
		free(new->version);
		new->version = nm_strdup(new->info.version);
	}
	new->own_line = own_line(k->root, new->version);
	new->same = copy_of(k, i);
	return i;
}

size_t kernels_at(struct kernels *k, const char *path)
{
	return add(k, NULL, path);
}

int kernels_find(struct kernels *k)
{
	if (k->found)
		return 0;
	for (size_t i = 0; i < sizeof(locations) / sizeof(*locations); i++) {
		char **paths;
		ssize_t n = root_glob(k->root, locations[i].pattern, &paths);

		if (n < 0) {
			nm_err("%s%s: %s", k->root->dir, locations[i].pattern,
			       strerror(errno));
			return -1;
		}
		for (ssize_t j = 0; j < n; j++)
			add(k, &locations[i], paths[j]);
		root_list_free(paths, n);
	}
	k->found = true;
	return 0;
}

/* Devices of GRUB's that are no partition of the system's. */
static bool elsewhere(const char *path)
{
	static const char *const devices[] = { "(loop", "(memdisk", "(tftp",
					       "(http", "(pxe",	    "(proc",
					       "(nbd",	NULL };

	for (size_t i = 0; devices[i]; i++) {
		if (!strncmp(path, devices[i], strlen(devices[i])))
			return true;
	}
	return false;
}

/* Takes ownership of @full. */
static void offer(const struct root *r, char *full, struct paths *out)
{
	struct stat st;

	for (size_t i = 0; i < out->n; i++) {
		if (!strcmp(out->v[i], full)) {
			free(full);
			return;
		}
	}
	if (out->n < PATHS_MAX && root_stat(r, full, &st) == 0 &&
	    (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		out->v[out->n++] = full;
	else
		free(full);
}

void kernels_paths(const struct root *r, const char *path, const char *conf,
		   struct paths *out)
{
	/* a path of the root's, of /boot's or of the ESP's partition */
	static const char *const before[] = { "", "/boot", "/boot/efi",
					      "/efi" };
	char *own, *rest;

	out->n = 0;
	if (elsewhere(path))
		return;
	/* "(hd0,gpt2)/vmlinuz", "($root)/vmlinuz" */
	if (*path == '(' && strchr(path, ')'))
		path = strchr(path, ')') + 1;
	if (!*path || strchr(path, VAR_UNKNOWN) ||
	    path[strlen(path) - 1] == '/')
		return;
	own = nm_asprintf("%s%s", *path == '/' || *path == '\\' ? "" : "/",
			  path);
	for (char *p = own; *p; p++)
		*p = *p == '\\' ? '/' : *p;
	if (*path != '/' && *path != '\\')
		offer(r,
		      nm_asprintf("%.*s%s", (int)(strrchr(conf, '/') - conf),
				  conf, own),
		      out);
	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++)
		offer(r, nm_asprintf("%s%s", before[i], own), out);
	/* in a subvolume: "/@/boot/vmlinuz-6.4.0", "/root/boot/vmlinuz" */
	rest = strstr(own + 1, "/boot/");
	if (!out->n && rest)
		offer(r, nm_strdup(rest), out);
	rest = own[1] == '@' ? strchr(own + 1, '/') : NULL;
	for (size_t i = 0; !out->n && rest && i < 2; i++)
		offer(r, nm_asprintf("%s%s", before[i], rest), out);
	free(own);
}

void kernels_paths_free(struct paths *p)
{
	while (p->n)
		free(p->v[--p->n]);
}
