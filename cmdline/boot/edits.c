// SPDX-License-Identifier: GPL-2.0-only
/*
 * edits.c - changes to a file as a list of places
 */
#include <stdlib.h>
#include <string.h>

#include "edits.h"
#include "nopmmir.h"

void edits_add(struct edits *e, size_t off, size_t del, const char *ins)
{
	e->v = nm_realloc(e->v, (e->n + 1) * sizeof(*e->v));
	e->v[e->n].off = off;
	e->v[e->n].del = del;
	e->v[e->n].ins = nm_strdup(ins);
	e->n++;
}

void edits_free(struct edits *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->v[i].ins);
	free(e->v);
	e->v = NULL;
	e->n = 0;
}

/* Insertion sort: stable, as two insertions at one place keep their order. */
static void edits_sort(struct edits *e)
{
	for (size_t i = 1; i < e->n; i++) {
		struct edit x = e->v[i];
		size_t j = i;

		for (; j > 0 && e->v[j - 1].off > x.off; j--)
			e->v[j] = e->v[j - 1];
		e->v[j] = x;
	}
}

char *edits_apply(struct edits *e, const char *old, size_t len, size_t *size)
{
	size_t grow = 0, from = 0, n = 0;
	char *out;

	edits_sort(e);
	for (size_t i = 0; i < e->n; i++)
		grow += strlen(e->v[i].ins);
	out = nm_alloc(len + grow + 1);
	for (size_t i = 0; i < e->n; i++) {
		const struct edit *x = &e->v[i];
		size_t ins = strlen(x->ins);

		/* two neighbours may both take away what is between them */
		if (x->off > from) {
			memcpy(out + n, old + from, x->off - from);
			n += x->off - from;
			from = x->off;
		}
		memcpy(out + n, x->ins, ins);
		n += ins;
		if (x->off + x->del > from)
			from = x->off + x->del;
	}
	memcpy(out + n, old + from, len - from);
	n += len - from;
	*size = n;
	return out;
}
