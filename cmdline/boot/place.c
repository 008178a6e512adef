// SPDX-License-Identifier: GPL-2.0-only
/*
 * place.c - what the parsers of all formats share
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "nopmmir.h"
#include "place.h"
#include "script.h"

static char *copy(const char *s, size_t len)
{
	char *to = nm_alloc(len + 1);

	memcpy(to, s, len);
	return to;
}

struct place *place_new(struct places *list, const char *name)
{
	struct place *p;

	list->v = nm_grow(list->v, list->n, sizeof(*list->v));
	p = &list->v[list->n++];
	*p = (struct place){ .lead = "", .blank = " " };
	p->name = nm_strdup(name);
	return p;
}

void place_boots(struct place *p, const char *name, const char *kernel)
{
	p->boots = nm_grow(p->boots, p->n_boots, sizeof(*p->boots));
	p->boots[p->n_boots++] = (struct boots){
		.name = nm_strdup(name),
		.kernel = nm_strdup(kernel),
		.version = place_version(kernel),
	};
}

struct word *place_word(struct place *p, const char *text, size_t len)
{
	struct word *w;

	p->words = nm_grow(p->words, p->n, sizeof(*p->words));
	w = &p->words[p->n++];
	*w = (struct word){ .blank = " ", .text = copy(text, len) };
	return w;
}

void places_free(struct places *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct place *p = &list->v[i];

		for (size_t j = 0; j < p->n; j++)
			free(p->words[j].text);
		for (size_t j = 0; j < p->n_boots; j++) {
			free(p->boots[j].name);
			free(p->boots[j].kernel);
			free(p->boots[j].version);
			free(p->boots[j].id);
		}
		free(p->words);
		free(p->boots);
		free(p->name);
		free(p->version);
		free(p->make_head);
	}
	free(list->v);
	script_free(list->script);
	*list = (struct places){ 0 };
}

int places_error(struct places *list, const char *buf, size_t off,
		 const char *why)
{
	list->error_line = 1;
	for (size_t i = 0; i < off; i++)
		list->error_line += buf[i] == '\n';
	list->error = _(why);
	return -1;
}

static bool is_blank(char c)
{
	/* isspace() of the kernel, less the newline's kin in other locales */
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void place_split(struct place *p, const char *buf, size_t start, size_t end)
{
	size_t first = p->n;
	size_t i = start;

	for (;;) {
		struct word *w;
		bool quoted = false;
		size_t from;

		while (i < end && is_blank(buf[i]))
			i++;
		if (i == end)
			break;
		from = i;
		while (i < end && (quoted || !is_blank(buf[i]))) {
			if (buf[i] == '"')
				quoted = !quoted;
			i++;
		}
		w = place_word(p, buf + from, i - from);
		w->start = from;
		w->end = i;
		if (p->n - 1 > first) {
			w->sep_start = from - 1;
			w->sep_end = from;
		}
	}
	/* the first word has none before it: the one behind it goes with it */
	if (p->n - first > 1) {
		struct word *w = &p->words[first];

		w->sep_start = w->end;
		w->sep_end = w->end + 1;
	}
	p->at = start;
}

char *place_version(const char *path)
{
	const char *base = strrchr(path, '/');
	const char *from, *dash;

	base = base ? base + 1 : path;
	/* kernel-install's VERSION/linux, sdbootutil's VERSION/linux-HASH */
	if (!strncmp(base, "linux", 5) && base > path + 1) {
		for (from = base - 1; from > path && from[-1] != '/'; from--)
			;
		if (base[5] ? base[5] == '-' && *from >= '0' && *from <= '9' :
			      from < base - 1)
			return copy(from, (size_t)(base - 1 - from));
	}
	dash = strchr(base, '-');
	return dash && dash[1] ? nm_strdup(dash + 1) : NULL;
}

bool place_is_of(const struct place *p, const char *version)
{
	if (p->version && !strcmp(p->version, version))
		return true;
	for (size_t i = 0; i < p->n_boots; i++) {
		const char *v = p->boots[i].version;

		if (v && !strcmp(v, version))
			return true;
	}
	return false;
}

char *place_readable(const char *text)
{
	char *out = nm_alloc(2 * strlen(text) + 1);
	size_t n = 0;

	for (; *text; text++) {
		if (*text == VAR_BARE || *text == VAR_QUOTED)
			out[n++] = '$';
		else if (*text != VAR_END)
			out[n++] = *text;
	}
	return out;
}

char *place_text(const struct place *p)
{
	size_t room = 1, n = 0;
	char *out;

	for (size_t i = 0; i < p->n; i++)
		room += strlen(p->words[i].text) + 1;
	out = nm_alloc(room);
	for (size_t i = 0; i < p->n; i++) {
		size_t len = strlen(p->words[i].text);

		if (n)
			out[n++] = ' ';
		memcpy(out + n, p->words[i].text, len);
		n += len;
	}
	return out;
}
