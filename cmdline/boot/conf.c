// SPDX-License-Identifier: GPL-2.0-only
/*
 * conf.c - the configuration files that are there, read and understood
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "device.h"
#include "kernels.h"
#include "nopmmir.h"
#include "root.h"
#include "script.h"
#include "vars.h"

/* No system has more; a bound for scripts that name each other in a circle. */
#define INCLUDES_MAX 4096

/* Loaders, and ways to configure one, that this program knows nothing of. */
static const struct {
	const char *path, *what;
} strangers[] = {
	{ "/boot/boot.scr", N_("a script of U-Boot's") },
	{ "/boot/armbianEnv.txt",
	  N_("the environment of a script of U-Boot's") },
	{ "/boot/refind_linux.conf", N_("the configuration of rEFInd") },
	{ "/boot/efi/EFI/refind/refind.conf",
	  N_("the configuration of rEFInd") },
	{ "/boot/firmware/cmdline.txt",
	  N_("a command line of Raspberry Pi's firmware") },
	{ "/boot/limine.conf", N_("the configuration of Limine") },
	{ "/boot/efi/limine.conf", N_("the configuration of Limine") },
	{ "/boot/zipl.conf", N_("the configuration of zipl") },
};

void conf_unknown(struct conf_list *list, char *why)
{
	list->unknown =
		nm_grow(list->unknown, list->n_unknown, sizeof(*list->unknown));
	list->unknown[list->n_unknown++] = why;
}

size_t conf_line(const struct conf *c, size_t pos)
{
	size_t line = 1;

	for (size_t i = 0; i < pos && i < c->len; i++)
		line += c->buf[i] == '\n';
	return line;
}

const struct place *conf_place_now(const struct conf *c, size_t i)
{
	if (!c->new_buf)
		return &c->places.v[i];
	if (c->new_places.n == c->places.n)
		return &c->new_places.v[i];
	for (size_t j = 0; j < c->new_places.n; j++) {
		if (!strcmp(c->new_places.v[j].name, c->places.v[i].name))
			return &c->new_places.v[j];
	}
	return NULL;
}

/* The directory entry that @path leads to, as a string; NULL: none. */
static char *entry_name(const struct root *r, const char *path)
{
	char name[NAME_MAX + 1];
	int dir = root_parent(r, path, name);
	struct stat st;
	char *key = NULL;

	if (dir < 0)
		return NULL;
	if (fstat(dir, &st) == 0)
		key = nm_asprintf("%jx:%jx/%s", (uintmax_t)st.st_dev,
				  (uintmax_t)st.st_ino, name);
	close(dir);
	return key;
}

static void conf_drop(struct conf *c)
{
	places_free(&c->places);
	places_free(&c->new_places);
	free(c->path);
	free(c->buf);
	free(c->new_buf);
}

/* What cannot be parsed: an entry's file stops all, another is only named. */
static int not_understood(const struct root *r, struct conf_list *list,
			  struct conf *c, const char *from)
{
	int ret = 0;

	if (!c->format->path) {
		/* GRUB takes nothing from a block that is none, and goes on */
		if (c->format->role != ROLE_ENV)
			conf_unknown(list, nm_asprintf(_("%s%s, line %zu: %s"),
						       r->dir, from,
						       c->places.error_line,
						       c->places.error));
	} else if (c->format->role == ROLE_DEFAULT ||
		   c->format->role == ROLE_KDUMP) {
		nm_warn("%s%s, line %zu: %s; it is left alone, so kernels installed later are not covered by it",
			r->dir, from, c->places.error_line, c->places.error);
	} else {
		nm_err("%s%s, line %zu: %s; mend it first", r->dir, from,
		       c->places.error_line, c->places.error);
		ret = -1;
	}
	conf_drop(c);
	return ret;
}

static int scan_file(const struct root *r, const struct format *f,
		     const char *path, const char *from, struct conf_list *list)
{
	struct conf c = { .format = f, .missing = path != from };
	char *entry = entry_name(r, from);

	if (entry && !c.missing && map_get(&list->names, entry)) {
		free(entry);
		return 0;
	}
	if (entry && !c.missing)
		map_add(&list->names, entry, list->n);
	free(entry);
	c.buf = root_read(r, from, CONF_MAX, &c.len, &c.st);
	if (!c.buf) {
		nm_err("%s%s: %s", r->dir, from,
		       errno == EINVAL ? _("not a regular file") :
					 strerror(errno));
		return -1;
	}
	c.path = nm_strdup(path);
	if (format_parse(f, c.buf, c.len, &c.places))
		return not_understood(r, list, &c, from);
	for (size_t i = 0; c.places.script && i < c.places.script->n_notes;
	     i++) {
		const struct note *note = &c.places.script->notes[i];

		if (f->role == ROLE_ENTRY)
			conf_unknown(list, nm_asprintf(_("%s%s, line %zu: %s"),
						       r->dir, path,
						       conf_line(&c, note->pos),
						       note->why));
	}
	list->v = nm_grow(list->v, list->n, sizeof(*list->v));
	list->v[list->n++] = c;
	return 0;
}

static int scan_pattern(const struct root *r, const struct format *f,
			const char *pattern, struct conf_list *list)
{
	struct stat st;
	char **paths;
	ssize_t n = root_glob(r, pattern, &paths);
	int ret = 0;

	if (n < 0) {
		nm_err("%s%s: %s", r->dir, pattern, strerror(errno));
		return -1;
	}
	for (ssize_t i = 0; ret == 0 && i < n; i++)
		ret = scan_file(r, f, paths[i], paths[i], list);
	if (n == 0 && f->role == ROLE_ENTRY && !strchr(pattern, '*') &&
	    root_lstat(r, pattern, &st) == 0 && S_ISLNK(st.st_mode))
		conf_unknown(
			list,
			nm_asprintf(_("%s%s is a link to what is not there"),
				    r->dir, pattern));
	if (n == 0 && f->from && root_stat(r, f->from, &st) == 0)
		ret = scan_file(r, f, f->path, f->from, list);
	root_list_free(paths, n);
	return ret;
}

/* A file that a script names, or a folder of entries. */
static int included(const struct root *r, const struct include *x,
		    const char *path, struct conf_list *list)
{
	struct stat st;

	if (root_stat(r, path, &st) == 0 && S_ISDIR(st.st_mode)) {
		char *pattern = nm_asprintf("%s/*.conf", path);
		int ret = x->kind == INCLUDE_BLS ?
				  scan_pattern(r, &format_bls, pattern, list) :
				  0;

		free(pattern);
		return ret;
	}
	return scan_file(r,
			 x->kind == INCLUDE_ENV ? &format_grubenv :
			 x->kind == INCLUDE_BLS ? &format_bls :
						  &format_grubcfg,
			 path, path, list);
}

/* Says it where GRUB goes on with another system's menu. */
static bool say_other(const struct root *r, const struct mounts *mounts,
		      const struct use *use, const struct device *root,
		      const char *path, struct conf_list *list)
{
	struct device d = device_of(mounts, use, root, path);

	if (d.kind == DEVICE_OTHER)
		conf_unknown(
			list,
			nm_asprintf(
				_("%s%s, line %zu, leads to %s, which is not known from %s/etc/fstab"),
				r->dir, use->conf->path,
				conf_line(use->conf, use->pos), d.name,
				r->dir));
	free(d.name);
	return d.kind == DEVICE_OTHER;
}

/* Follows one include. Return: 0, or -1 after saying why. */
static int follow(const struct root *r, const struct mounts *mounts,
		  struct conf_list *list, size_t conf, const struct include *x,
		  const struct vars *vars)
{
	struct use use = { &list->v[conf], x->scope, x->pos, x->root };
	struct device root = device_root(vars, mounts, &use);
	struct strings s;
	bool lost = false;
	bool said = x->optional || x->kind == INCLUDE_ENV;
	/* the list moves when it grows */
	char *from = nm_strdup(list->v[conf].path);
	int ret = 0;

	vars_expand(vars, &use, x->path, &s);
	for (size_t i = 0; ret == 0 && i < s.n; i++) {
		struct paths p;

		use.conf = &list->v[conf];
		said = said || say_other(r, mounts, &use, &root, s.v[i], list);
		kernels_paths(r, s.v[i], from, &p);
		for (size_t j = 0; ret == 0 && j < p.n; j++)
			ret = included(r, x, p.v[j], list);
		/* the folder of nothing is no file that was meant */
		lost |= !p.n && *s.v[i] && s.v[i][strlen(s.v[i]) - 1] != '/';
		kernels_paths_free(&p);
	}
	if (ret == 0 && x->kind == INCLUDE_CONFIG && !x->guarded &&
	    (lost || s.cut)) {
		char *text = place_readable(x->path);

		conf_unknown(
			list,
			nm_asprintf(
				_("%s%s, line %zu, leads to %s, which is not there"),
				r->dir, from, conf_line(&list->v[conf], x->pos),
				text));
		free(text);
	}
	strings_free(&s);
	free(root.name);
	free(from);
	return ret;
}

static int follow_all(const struct root *r, const struct mounts *mounts,
		      struct conf_list *list)
{
	struct vars vars = { 0 };
	size_t count = 0;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < list->n; i++) {
		const struct script *s = list->v[i].places.script;

		if (list->v[i].format->role != ROLE_ENTRY)
			continue;
		vars_update(&vars, list);
		for (size_t j = 0; s && ret == 0 && j < s->n_includes; j++) {
			if (!s->includes[j].path)
				continue;
			if (++count > INCLUDES_MAX) {
				conf_unknown(
					list,
					nm_asprintf(
						_("%s%s: it goes on with more files than are followed"),
						r->dir, list->v[i].path));
				break;
			}
			ret = follow(r, mounts, list, i, &s->includes[j],
				     &vars);
		}
		if (count > INCLUDES_MAX)
			break;
	}
	vars_free(&vars);
	return ret;
}

int conf_scan(const struct root *r, const struct mounts *mounts,
	      struct conf_list *list)
{
	bool dropins = format_dropins_read(r);
	int ret = 0;

	*list = (struct conf_list){ 0 };
	for (size_t i = 0; ret == 0 && i < formats_count; i++) {
		const struct format *f = &formats[i];

		if (!(f->flags & FORMAT_DROPIN) || dropins)
			ret = scan_pattern(r, f, f->path, list);
	}
	if (ret == 0)
		ret = follow_all(r, mounts, list);
	for (size_t i = 0;
	     ret == 0 && i < sizeof(strangers) / sizeof(*strangers); i++) {
		struct stat st;

		if (root_stat(r, strangers[i].path, &st) == 0)
			conf_unknown(
				list,
				nm_asprintf(
					_("%s%s is %s, which is not understood"),
					r->dir, strangers[i].path,
					_(strangers[i].what)));
	}
	if (ret)
		conf_free(list);
	return ret;
}

void conf_free(struct conf_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		conf_drop(&list->v[i]);
	for (size_t i = 0; i < list->n_unknown; i++)
		free(list->unknown[i]);
	free(list->v);
	free(list->unknown);
	map_free(&list->names);
	*list = (struct conf_list){ 0 };
}
