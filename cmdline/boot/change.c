// SPDX-License-Identifier: GPL-2.0-only
/*
 * change.c - the new contents of files, thought out before any is written
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "diff.h"
#include "file.h"
#include "grubcheck.h"
#include "grubenv.h"
#include "nopmmir.h"
#include "root.h"
#include "token.h"

/* A file on its way from what it was to what it shall be. */
struct draft {
	const struct root *r;
	const struct vars *vars;
	const struct conf *c;
	char *buf;
	size_t len;
	struct places places; /* with the decisions of the conf's */
};

/* The places that are read anew go on with what was decided of them. */
static void pass_on(const struct places *from, struct places *to)
{
	struct map names = { 0 };

	for (size_t i = 0; i < to->n; i++)
		map_add(&names, to->v[i].name, i);
	for (size_t i = 0; i < from->n; i++) {
		const size_t *at = map_get(&names, from->v[i].name);

		if (at)
			to->v[*at].decision = from->v[i].decision;
	}
	map_free(&names);
}

/* Applies the edits and looks at the result with the same parser. */
static int draft_step(struct draft *d, struct edits *edits)
{
	struct places next;
	char *buf;
	size_t len;

	if (!edits->n)
		return 0;
	buf = edits_apply(edits, d->buf, d->len, &len);
	edits_free(edits);
	free(d->buf);
	d->buf = buf;
	d->len = len;
	if (format_parse(d->c->format, buf, len, &next)) {
		places_free(&next);
		return -1;
	}
	pass_on(&d->places, &next);
	places_free(&d->places);
	d->places = next;
	return 0;
}

/* Is nothing left of the place but what it inherits? */
static bool is_empty(const struct place *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!p->words[i].self)
			return false;
	}
	return true;
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

static int draft_make(struct draft *d)
{
	struct edits edits = { 0 };
	bool removed;

	for (size_t i = 0; i < d->places.n; i++) {
		const struct place *p = &d->places.v[i];

		for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
			token_remove(p, q, p->decision.remove[q], &edits);
		}
	}
	removed = edits.n;
	if (draft_step(d, &edits))
		return -1;
	for (size_t i = 0; i < d->places.n; i++) {
		const struct place *p = &d->places.v[i];
		const struct decision *want = &p->decision;

		if (want->add != PARAM_NONE)
			token_add(p, want->add, want->front, &edits);
		else if (removed && want->drop_line && is_empty(p))
			drop_line(d, p, &edits);
	}
	return draft_step(d, &edits);
}

/* Does the kernel get @param from place @i of the draft, whatever happens? */
static bool in_force(const struct draft *d, size_t i, enum param param)
{
	const struct place *p = &d->places.v[i];
	struct place at = *p;
	bool all = true;

	if (!p->n_boots || !d->c->places.n) {
		char *text = place_text(p);

		all = param_in(text, param) == TRI_YES;
		free(text);
		return all;
	}
	if (d->places.n == d->c->places.n) {
		at.scope = d->c->places.v[i].scope;
		at.pos = d->c->places.v[i].pos;
	}
	for (size_t k = 0; k < p->n_boots; k++) {
		struct strings s;

		vars_line(d->vars, d->c, &at, p->boots[k].kernel, &s);
		for (size_t j = 0; j < s.n; j++)
			all &= param_in(s.v[j], param) == TRI_YES;
		all &= !s.cut;
		strings_free(&s);
	}
	return all;
}

/* Trust, but look: is every place of the result as it was decided? */
static bool draft_right(struct draft *d, bool *again)
{
	*again = false;
	for (size_t i = 0; i < d->places.n; i++) {
		const struct place *p = &d->places.v[i];
		const struct decision *want = &p->decision;

		for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
			if (want->remove[q] != REMOVE_ALL || !token_there(p, q))
				continue;
			nm_err("%s%s: %s: %s is written there in a way that only you can edit; nothing was changed",
			       d->r->dir, d->c->path, p->name, param_token(q));
			return false;
		}
		/* to be read by the kernel, and found again by disable */
		if (want->add == PARAM_NONE ||
		    (in_force(d, i, want->add) && token_there(p, want->add)))
			continue;
		if (!want->front && d->places.n == d->c->places.n) {
			/* beyond what the kernel reads, or in a quote's reach */
			d->c->places.v[i].decision.front = true;
			*again = true;
			continue;
		}
		nm_err("%s%s: %s: there is no place for %s that the kernel would read; nothing was changed",
		       d->r->dir, d->c->path, p->name, param_token(want->add));
		return false;
	}
	return !*again;
}

/* One attempt. Return: 0; 1: once more; -1 after saying why. */
static int draft(struct draft *d)
{
	const struct conf *c = d->c;
	bool again = false;

	d->buf = nm_alloc(c->len + 1);
	memcpy(d->buf, c->buf, c->len);
	d->len = c->len;
	if (format_parse(c->format, d->buf, d->len, &d->places))
		return -1;
	pass_on(&c->places, &d->places);
	if (draft_make(d)) {
		nm_err("%s%s: not understood any more after the change; nothing was changed",
		       d->r->dir, c->path);
		return -1;
	}
	if (!draft_right(d, &again))
		return again ? 1 : -1;
	return 0;
}

static bool decided(const struct conf *c)
{
	for (size_t i = 0; i < c->places.n; i++) {
		const struct decision *want = &c->places.v[i].decision;

		if (want->add != PARAM_NONE || want->drop_line)
			return true;
		for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
			if (want->remove[q])
				return true;
		}
	}
	return false;
}

int change_make(const struct root *r, const struct vars *vars, struct conf *c)
{
	struct draft d = { r, vars, c, NULL, 0, { 0 } };
	int ret;

	if (!decided(c))
		return 0;
	ret = draft(&d);
	if (ret > 0) {
		free(d.buf);
		places_free(&d.places);
		ret = draft(&d);
	}
	if (ret == 0 && (d.len != c->len || memcmp(d.buf, c->buf, c->len))) {
		if ((c->format->flags & FORMAT_FIXED_SIZE) &&
		    grubenv_fit(&d.buf, &d.len, c->len)) {
			nm_err("%s%s: the environment block is full: remove a variable with grub-editenv first; nothing was changed",
			       r->dir, c->path);
			ret = -1;
		} else {
			c->new_buf = d.buf;
			c->new_len = d.len;
			c->new_places = d.places;
			return 0;
		}
	}
	free(d.buf);
	places_free(&d.places);
	return ret ? -1 : 0;
}

struct change *change_new(struct change_list *list, const char *path)
{
	struct change *new;

	list->v = nm_grow(list->v, list->n, sizeof(*list->v));
	new = &list->v[list->n++];
	*new = (struct change){ .path = nm_strdup(path) };
	return new;
}

static char *copy(const char *buf, size_t len)
{
	char *to = nm_alloc(len + 1);

	memcpy(to, buf, len);
	return to;
}

void change_collect(const struct conf_list *confs, struct change_list *list)
{
	*list = (struct change_list){ 0 };
	for (size_t i = 0; i < confs->n; i++) {
		const struct conf *c = &confs->v[i];
		struct change *new;

		if (!c->new_buf)
			continue;
		new = change_new(list, c->path);
		new->what = c->format->name;
		new->script = c->format->flags &FORMAT_GRUB_SCRIPT;
		new->missing = c->missing;
		new->st = c->st;
		new->old = copy(c->buf, c->len);
		new->old_len = c->len;
		if (!c->removed) {
			new->buf = copy(c->new_buf, c->new_len);
			new->len = c->new_len;
		}
	}
}

void change_free(struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].path);
		free(list->v[i].old);
		free(list->v[i].buf);
	}
	free(list->v);
	*list = (struct change_list){ 0 };
}

int change_check(const struct root *r, const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct change *c = &list->v[i];

		if (!c->script || !c->buf || grubcheck(c->buf, c->len) != 1)
			continue;
		if (grubcheck(c->old, c->old_len) == 1) {
			nm_warn("%s%s: grub-script-check rejects it, and did so before the change",
				r->dir, c->path);
			continue;
		}
		nm_err("%s%s: grub-script-check would reject the changed file; nothing was changed",
		       r->dir, c->path);
		return -1;
	}
	return 0;
}

void change_print(const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct change *c = &list->v[i];

		diff_print(stdout, c->path, c->missing ? NULL : c->old,
			   c->old_len, c->buf, c->len);
	}
}

static int prepare_one(const struct root *r, const struct change *c)
{
	/* what is to be removed, or has been replaced by others meanwhile */
	if (!c->missing && file_still(r, c->path, &c->st))
		return -1;
	if (!c->buf)
		return 0;
	if (c->missing) {
		char *parent = nm_strdup(c->path);
		int ret;

		*strrchr(parent, '/') = '\0';
		ret = file_mkdirs(r, parent);
		free(parent);
		if (ret)
			return -1;
	}
	return file_prepare(r, c->path, c->missing ? NULL : &c->st, 0644,
			    c->buf, c->len);
}

void change_abandon(const struct root *r, const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i].buf)
			file_abandon(r, list->v[i].path);
	}
}

int change_prepare(const struct root *r, const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (prepare_one(r, &list->v[i]) == 0)
			continue;
		nm_err("%s%s: %s; nothing was changed", r->dir, list->v[i].path,
		       file_reason());
		change_abandon(r, list);
		return -1;
	}
	return 0;
}

int change_commit(const struct root *r, const struct change_list *list)
{
	int ret = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct change *c = &list->v[i];
		const struct stat *was = c->missing ? NULL : &c->st;
		enum file_done done = c->buf ? file_commit(r, c->path, was) :
					       file_remove(r, c->path, was);

		if (done == FILE_NOT_SYNCED) {
			nm_err("%s%s: it is changed, but whether that is on the disk is not known: %s",
			       r->dir, c->path, strerror(errno));
			ret = -1;
		} else if (done == FILE_NOT_DONE) {
			nm_err("%s%s: %s; %s", r->dir, c->path, file_reason(),
			       i ? _("the files before it are changed: run this again when the cause is gone") :
				   _("nothing was changed"));
			change_abandon(r, list);
			return -1;
		}
	}
	return ret;
}
