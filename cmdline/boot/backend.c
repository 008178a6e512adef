// SPDX-License-Identifier: GPL-2.0-only
/*
 * backend.c - the files that hold kernel command lines, as a table
 *
 * A boot loader that is found is a file that is found: nothing is concluded
 * from a distribution's name.  grub.cfg is edited in place and never made anew:
 * a run of grub-mkconfig loses what image builders and administrators wrote into
 * it by hand (a root=, a password), and cannot be done on a mounted image.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"

/* No configuration file of a boot loader comes near. */
#define CONFIG_MAX (16U << 20)

static bool mkconfig_reads_dropins(const struct root *r);

/* clang-format off */
const struct backend backends[] = {
	{ "grub.cfg", ROLE_ENTRY, "/boot/grub/grub.cfg",
	  .places = grubcfg_places, .script = true },
	{ "grub.cfg", ROLE_ENTRY, "/boot/grub2/grub.cfg",
	  .places = grubcfg_places, .script = true },
	{ "grub.cfg", ROLE_ENTRY, "/boot/efi/EFI/*/grub.cfg",
	  .places = grubcfg_places, .script = true },
	{ "grub.cfg", ROLE_ENTRY, "/boot/efi/efi/*/grub.cfg",
	  .places = grubcfg_places, .script = true },
	{ "grub.cfg", ROLE_ENTRY, "/efi/EFI/*/grub.cfg",
	  .places = grubcfg_places, .script = true },
	{ "grub.cfg", ROLE_ENTRY, "/boot/grub/custom.cfg",
	  .places = grubcfg_places, .script = true },
	{ "grub.cfg", ROLE_ENTRY, "/boot/grub2/custom.cfg",
	  .places = grubcfg_places, .script = true },
	{ "grub.cfg", ROLE_ENTRY, "/etc/grub.d/40_custom",
	  .places = grubcfg_custom_places },
	{ "BLS entry", ROLE_ENTRY, "/boot/loader/entries/*.conf",
	  .places = bls_places },
	{ "BLS entry", ROLE_ENTRY, "/boot/efi/loader/entries/*.conf",
	  .places = bls_places },
	{ "BLS entry", ROLE_ENTRY, "/efi/loader/entries/*.conf",
	  .places = bls_places },
	{ "extlinux", ROLE_ENTRY, "/boot/extlinux/extlinux.conf",
	  .places = extlinux_places },
	{ "extlinux", ROLE_ENTRY, "/extlinux/extlinux.conf",
	  .places = extlinux_places },
	{ "GRUB environment", ROLE_ENV, "/boot/grub2/grubenv",
	  .places = grubenv_places, .arg = "kernelopts", .fixed_size = true },
	{ "GRUB environment", ROLE_ENV, "/boot/grub/grubenv",
	  .places = grubenv_places, .arg = "kernelopts", .fixed_size = true },
	{ "GRUB environment", ROLE_ENV, "/boot/efi/EFI/*/grubenv",
	  .places = grubenv_places, .arg = "kernelopts", .fixed_size = true },
	{ "GRUB defaults", ROLE_DEFAULT, "/etc/default/grub",
	  .places = shellvar_places, .arg = "+GRUB_CMDLINE_LINUX" },
	{ "GRUB defaults", ROLE_DEFAULT, "/etc/default/grub.d/*.cfg",
	  .places = shellvar_places, .arg = "GRUB_CMDLINE_LINUX",
	  .usable = mkconfig_reads_dropins },
	{ "U-Boot menu defaults", ROLE_DEFAULT, "/etc/default/u-boot",
	  .places = shellvar_places, .arg = "?U_BOOT_PARAMETERS" },
	{ "kernel-install", ROLE_DEFAULT, "/etc/kernel/cmdline",
	  .places = plain_places, .arg = "command line",
	  .from = "/usr/lib/kernel/cmdline" },
	{ "kdump", ROLE_KDUMP, "/etc/sysconfig/kdump",
	  .places = shellvar_places, .arg = "?KDUMP_COMMANDLINE" },
	{ "kdump", ROLE_KDUMP, "/etc/default/kdump-tools",
	  .places = shellvar_places, .arg = "?KDUMP_CMDLINE" },
};
/* clang-format on */
const size_t backends_count = sizeof(backends) / sizeof(backends[0]);

/*
 * Debian's grub-mkconfig reads /etc/default/grub.d, upstream's does not, and
 * openEuler 22.03's does by a backport: the installed script tells.
 */
static bool mkconfig_reads_dropins(const struct root *r)
{
	static const char *const scripts[] = { "/usr/sbin/grub-mkconfig",
					       "/usr/sbin/grub2-mkconfig",
					       "/usr/bin/grub-mkconfig",
					       "/usr/bin/grub2-mkconfig" };
	bool any = false;

	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		size_t len;
		char *buf = root_read(r, scripts[i], CONFIG_MAX, &len, NULL);
		bool reads;

		if (!buf)
			continue;
		any = true;
		reads = memmem(buf, len, "default/grub.d", 14);
		free(buf);
		if (reads)
			return true;
	}
	/* no script to ask: what is not read does no harm */
	return !any;
}

static bool known(const struct found_list *list, const struct stat *st)
{
	for (size_t i = 0; i < list->n; i++) {
		if (!list->v[i].missing && list->v[i].st.st_dev == st->st_dev &&
		    list->v[i].st.st_ino == st->st_ino)
			return true;
	}
	return false;
}

/* "title" a second time is "title #2": the state tells places by their name. */
static void unique_names(struct places *places)
{
	for (size_t i = 1; i < places->n; i++) {
		size_t same = 1;
		char *name;

		/* only the first of a name still bears it as it was */
		for (size_t j = 0; j < i; j++) {
			size_t n = strlen(places->v[i].name);

			if (!strncmp(places->v[j].name, places->v[i].name, n) &&
			    (!places->v[j].name[n] ||
			     !strncmp(places->v[j].name + n, " #", 2)))
				same++;
		}
		if (same == 1)
			continue;
		name = nm_asprintf("%s #%zu", places->v[i].name, same);
		free(places->v[i].name);
		places->v[i].name = name;
	}
}

int backend_parse(const struct backend *b, const char *buf, size_t len,
		  struct places *places)
{
	const char *nul = memchr(buf, '\0', len);

	*places = (struct places){ 0 };
	if (nul)
		return places_error(places, buf, (size_t)(nul - buf),
				    "a NUL byte: this is no text");
	if (b->places(buf, len, b->arg, places))
		return -1;
	unique_names(places);
	return 0;
}

static int scan_file(const struct root *r, const struct backend *b,
		     const char *path, const char *from,
		     struct found_list *list)
{
	struct found f = { .backend = b, .missing = path != from };

	f.buf = root_read(r, from, CONFIG_MAX, &f.len, &f.st);
	if (!f.buf) {
		nm_err("%s%s: %s", r->dir, from,
		       errno == EINVAL ? "not a regular file" :
					 strerror(errno));
		return -1;
	}
	if (!f.missing && known(list, &f.st)) {
		free(f.buf);
		return 0;
	}
	if (backend_parse(b, f.buf, f.len, &f.places)) {
		nm_err("%s%s, line %zu: %s; mend it first", r->dir, from,
		       f.places.error_line, f.places.error);
		places_free(&f.places);
		free(f.buf);
		return -1;
	}
	if (!f.places.n && !f.places.bls) {
		places_free(&f.places);
		free(f.buf);
		return 0;
	}
	f.path = nm_strdup(path);
	list->v = nm_realloc(list->v, (list->n + 1) * sizeof(*list->v));
	list->v[list->n++] = f;
	return 0;
}

int backend_scan(const struct root *r, struct found_list *list)
{
	*list = (struct found_list){ 0 };
	for (size_t i = 0; i < backends_count; i++) {
		const struct backend *b = &backends[i];
		struct stat st;
		char **paths;
		ssize_t n;
		int ret = 0;

		if (b->usable && !b->usable(r))
			continue;
		n = root_glob(r, b->path, &paths);
		if (n < 0) {
			nm_err("%s%s: %s", r->dir, b->path, strerror(errno));
			ret = -1;
		}
		for (ssize_t j = 0; ret == 0 && j < n; j++)
			ret = scan_file(r, b, paths[j], paths[j], list);
		if (n == 0 && b->from && root_stat(r, b->from, &st) == 0)
			ret = scan_file(r, b, b->path, b->from, list);
		root_list_free(paths, n);
		if (ret) {
			backend_free(list);
			return -1;
		}
	}
	return 0;
}

void backend_free(struct found_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].path);
		free(list->v[i].buf);
		places_free(&list->v[i].places);
	}
	free(list->v);
	*list = (struct found_list){ 0 };
}

char *backend_kernel(const struct root *r, const char *path)
{
	/* a path of the root's, of /boot's or of the ESP's partition */
	static const char *const before[] = { "", "/boot", "/boot/efi",
					      "/efi" };
	const char *base;

	/* "(hd0,gpt2)/vmlinuz", "($root)/vmlinuz" */
	if (*path == '(' && strchr(path, ')'))
		path = strchr(path, ')') + 1;
	base = strrchr(path, '/');
	for (size_t i = 0; *path == '/' && i < sizeof(before) / sizeof(*before);
	     i++) {
		char *full = nm_asprintf("%s%s", before[i], path);
		struct stat st;

		if (root_stat(r, full, &st) == 0 && S_ISREG(st.st_mode))
			return full;
		free(full);
	}
	/* in a subvolume: "/@/boot/vmlinuz-6.4.0" */
	if (base && base[1]) {
		char *full = nm_asprintf("/boot%s", base);
		struct stat st;

		if (root_stat(r, full, &st) == 0 && S_ISREG(st.st_mode))
			return full;
		free(full);
	}
	return NULL;
}

bool backend_uses_env(const struct place *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!strcmp(p->words[i].text, "$kernelopts") ||
		    !strcmp(p->words[i].text, "${kernelopts}"))
			return true;
	}
	return false;
}
