// SPDX-License-Identifier: GPL-2.0-only
/*
 * place.c - what the parsers of all formats share
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "nopmmir.h"
#include "place.h"

static char *copy(const char *s, size_t len)
{
	char *to = nm_alloc(len + 1);

	memcpy(to, s, len);
	return to;
}

struct place *place_new(struct places *list, const char *name,
			const char *kernel)
{
	struct place *p;

	list->v = nm_realloc(list->v, (list->n + 1) * sizeof(*list->v));
	p = &list->v[list->n++];
	*p = (struct place){ .lead = "", .blank = " " };
	p->name = nm_strdup(name);
	if (kernel) {
		p->kernel = nm_strdup(kernel);
		p->version = place_version(kernel);
	}
	return p;
}

struct word *place_word(struct place *p, const char *text, size_t len)
{
	struct word *w;

	p->words = nm_realloc(p->words, (p->n + 1) * sizeof(*p->words));
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
		free(p->words);
		free(p->name);
		free(p->kernel);
		free(p->version);
		free(p->make_head);
	}
	free(list->v);
	*list = (struct places){ 0 };
}

int places_error(struct places *list, const char *buf, size_t off,
		 const char *why)
{
	list->error_line = 1;
	for (size_t i = 0; i < off; i++)
		list->error_line += buf[i] == '\n';
	list->error = why;
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
	const char *dash;

	base = base ? base + 1 : path;
	dash = strchr(base, '-');
	if (dash && dash[1])
		return nm_strdup(dash + 1);
	if (!strcmp(base, "linux") && base > path + 1) {
		const char *to = base - 1;
		const char *from = to;

		while (from > path && from[-1] != '/')
			from--;
		if (from < to)
			return copy(from, (size_t)(to - from));
	}
	return NULL;
}
