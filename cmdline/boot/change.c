// SPDX-License-Identifier: GPL-2.0-only
/*
 * change.c - the new contents of files, thought out before any is written
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "change.h"
#include "diff.h"
#include "file.h"
#include "grubenv.h"
#include "script.h"
#include "state.h"

/* A file on its way from what it was to what it shall be. */
struct draft {
	const struct found *f;
	char *buf;
	size_t len;
	struct places places;
};

/* Applies the edits and looks at the result with the same parser. */
static int draft_step(struct draft *d, struct edits *edits)
{
	char *next;
	size_t len;

	if (!edits->n)
		return 0;
	next = edits_apply(edits, d->buf, d->len, &len);
	edits_free(edits);
	free(d->buf);
	d->buf = next;
	d->len = len;
	places_free(&d->places);
	return backend_parse(d->f->backend, d->buf, d->len, &d->places);
}

/* The line of the place and nothing else on it: goes, with its newline. */
static void drop_line(const struct draft *d, const struct place *p,
		      struct edits *edits)
{
	size_t start = p->line_start, end = p->line_end;
	size_t from = start, to = end;

	while (from < to && strchr(" \t\r", d->buf[from]))
		from++;
	while (to > from && strchr(" \t\r\n", d->buf[to - 1]))
		to--;
	for (size_t i = from; i < to; i++) {
		/* somebody else wrote more on it */
		if (strchr(" \t\n#", d->buf[i]))
			return;
	}
	/* the file's last line: what ends it is the newline before it */
	if (start > 0 && (end == start || d->buf[end - 1] != '\n'))
		start--;
	edits_add(edits, start, end - start, "");
}

static int draft_make(struct draft *d, change_wish wish, void *arg)
{
	struct edits edits = { 0 };
	bool removed;

	for (size_t i = 0; i < d->places.n; i++) {
		struct wish w = wish(arg, d->f, &d->places.v[i]);

		for (enum param p = PARAM_NONE + 1; p < PARAM_COUNT; p++) {
			if (w.remove[p])
				token_remove(&d->places.v[i], p, &edits);
		}
	}
	removed = edits.n;
	if (draft_step(d, &edits))
		return -1;
	for (size_t i = 0; i < d->places.n; i++) {
		struct wish w = wish(arg, d->f, &d->places.v[i]);

		if (w.add != PARAM_NONE)
			token_add(&d->places.v[i], w.add, &edits);
		else if (removed && w.drop_line && !d->places.v[i].n)
			drop_line(d, &d->places.v[i], &edits);
	}
	return draft_step(d, &edits);
}

/* Trust, but look: is every place of the result as it was wished? */
static bool draft_right(const struct root *r, const struct draft *d,
			change_wish wish, void *arg)
{
	for (size_t i = 0; i < d->places.n; i++) {
		const struct place *p = &d->places.v[i];
		struct wish w = wish(arg, d->f, p);

		for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
			if (w.remove[q] && token_there(p, q)) {
				nm_err("%s%s: %s: %s is written there in a way that only you can edit; nothing was changed",
				       r->dir, d->f->path, p->name,
				       param_token(q));
				return false;
			}
		}
		if (w.add != PARAM_NONE && !token_has(p, w.add)) {
			nm_err("%s%s: %s: there is no place for %s: is a quote left open there? Nothing was changed",
			       r->dir, d->f->path, p->name, param_token(w.add));
			return false;
		}
	}
	return true;
}

int change_plan(const struct root *r, const struct found *f, change_wish wish,
		void *arg, struct change_list *list)
{
	struct draft d = { .f = f, .len = f->len };
	int ret = -1;

	d.buf = nm_alloc(f->len + 1);
	memcpy(d.buf, f->buf, f->len);
	if (backend_parse(f->backend, d.buf, d.len, &d.places) ||
	    draft_make(&d, wish, arg)) {
		nm_err("%s%s: not understood any more after the change; nothing was changed",
		       r->dir, f->path);
		goto out;
	}
	if (!draft_right(r, &d, wish, arg))
		goto out;
	if (d.len == f->len && !memcmp(d.buf, f->buf, f->len)) {
		ret = 0;
		goto out;
	}
	if (f->backend->fixed_size && grubenv_fit(&d.buf, &d.len, f->len)) {
		nm_err("%s%s: the environment block is full: remove a variable with grub-editenv first; nothing was changed",
		       r->dir, f->path);
		goto out;
	}
	list->v = nm_realloc(list->v, (list->n + 1) * sizeof(*list->v));
	list->v[list->n++] = (struct change){ f, d.buf, d.len };
	d.buf = NULL;
	ret = 0;
out:
	free(d.buf);
	places_free(&d.places);
	return ret;
}

int change_check(const struct root *r, const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct change *c = &list->v[i];

		if (!c->file->backend->script || !c->buf ||
		    script_check(c->buf, c->len) != 1)
			continue;
		if (script_check(c->file->buf, c->file->len) == 1) {
			nm_warn("%s%s: grub-script-check rejects it, and did so before the change",
				r->dir, c->file->path);
			continue;
		}
		nm_err("%s%s: grub-script-check would reject the changed file; nothing was changed",
		       r->dir, c->file->path);
		return -1;
	}
	return 0;
}

void change_print(const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct change *c = &list->v[i];
		const struct found *f = c->file;

		diff_print(stdout, f->path, f->missing ? NULL : f->buf, f->len,
			   c->buf, c->len);
	}
}

void change_backup_drop(const struct root *r, const char *dir)
{
	file_remove_tree(r, dir);
	/* and what was made for it, if nothing else is there */
	file_rmdir(r, STATE_DIR "/backup");
	file_rmdir(r, STATE_DIR);
}

int change_backup(const struct root *r, const struct change_list *list,
		  char **dir)
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm tm;
	struct stat st;
	int ret = 0;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	*dir = nm_asprintf("%s/backup/%s", STATE_DIR, stamp);
	for (int n = 2; root_stat(r, *dir, &st) == 0; n++) {
		free(*dir);
		*dir = nm_asprintf("%s/backup/%s.%d", STATE_DIR, stamp, n);
	}
	for (size_t i = 0; i < list->n && ret == 0; i++) {
		const struct found *f = list->v[i].file;
		char *to;

		if (f->missing)
			continue;
		to = nm_asprintf("%s%s", *dir, f->path);
		ret = file_copy(r, f->path, to, f->buf, f->len);
		if (ret)
			nm_err("%s%s: no backup could be made of %s: %s; nothing was changed",
			       r->dir, to, f->path, strerror(errno));
		free(to);
	}
	if (ret)
		change_backup_drop(r, *dir);
	return ret;
}

static int prepare_one(const struct root *r, const struct change *c)
{
	const struct found *f = c->file;

	/* what is to be removed, or has been replaced by others meanwhile */
	if (!f->missing && file_still(r, f->path, &f->st))
		return -1;
	if (!c->buf)
		return 0;
	if (f->missing) {
		char *parent = nm_strdup(f->path);
		int ret;

		*strrchr(parent, '/') = '\0';
		ret = file_mkdirs(r, parent);
		free(parent);
		if (ret)
			return -1;
	}
	return file_prepare(r, f->path, f->missing ? NULL : &f->st, 0644,
			    c->buf, c->len);
}

static const char *reason(void)
{
	return errno == EBUSY ? "another program changed it meanwhile" :
				strerror(errno);
}

void change_abandon(const struct root *r, const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i].buf)
			file_abandon(r, list->v[i].file->path);
	}
}

int change_prepare(const struct root *r, const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (prepare_one(r, &list->v[i]) == 0)
			continue;
		nm_err("%s%s: %s; nothing was changed", r->dir,
		       list->v[i].file->path, reason());
		change_abandon(r, list);
		return -1;
	}
	return 0;
}

int change_commit(const struct root *r, const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct change *c = &list->v[i];
		const struct found *f = c->file;
		int ret;

		if (c->buf)
			ret = file_commit(r, f->path,
					  f->missing ? NULL : &f->st);
		else
			ret = file_remove(r, f->path, &f->st);
		if (ret == 0)
			continue;
		nm_err("%s%s: %s; %s", r->dir, f->path, reason(),
		       i ? "the files before it are changed: run this again when the cause is gone" :
			   "nothing was changed");
		change_abandon(r, list);
		return -1;
	}
	return 0;
}

void change_free(struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].buf);
	free(list->v);
	*list = (struct change_list){ 0 };
}
