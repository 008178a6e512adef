// SPDX-License-Identifier: GPL-2.0-only
/*
 * next.c - the entry that boots unless somebody chooses another
 */
#include <stdlib.h>
#include <string.h>

#include "next.h"
#include "nopmmir.h"

/* Is it the entry of that saved_entry: a BLS file's name, a title, an id? */
static bool is_saved(const struct conf *c, const struct boots *b,
		     const char *saved)
{
	const char *base = strrchr(c->path, '/') + 1;
	const char *title = strrchr(b->name, '>');
	const char *last = strrchr(saved, '>');
	size_t n = strlen(saved);

	return !strcmp(b->name, saved) ||
	       (title && !strcmp(title + 1, saved)) ||
	       (b->id && !strcmp(b->id, last ? last + 1 : saved)) ||
	       (!strncmp(base, saved, n) && !strcmp(base + n, ".conf"));
}

/* What one more entry of those that count means for the answer. */
static void take(struct next *next, const struct plan *plan,
		 const struct way *w, bool first)
{
	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
		if (first)
			next->has[q] = w->has[q];
		else if (next->has[q] != w->has[q])
			next->has[q] = TRI_UNKNOWN;
	}
	if (first)
		next->file = w->conf == KERNEL_NONE ?
				     plan->kernels.v[w->kernel].path :
				     plan->confs.v[w->conf].path;
}

void next_find(const struct plan *plan, struct next *next)
{
	struct strings saved = { .n = 0 };
	bool first = true;

	*next = (struct next){ .file = NULL };
	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++)
		next->has[q] = TRI_UNKNOWN;
	if (plan->vars.envs)
		vars_env(&plan->vars, "saved_entry", &saved);
	for (size_t i = 0; i < plan->n && saved.n == 1; i++) {
		const struct way *w = &plan->ways[i];
		const struct place *p = way_place(plan, w);

		if (!p || w->is_template ||
		    !is_saved(&plan->confs.v[w->conf], &p->boots[w->boots],
			      saved.v[0]))
			continue;
		take(next, plan, w, first);
		first = false;
	}
	for (size_t i = 0, any = first; i < plan->n && any; i++) {
		if (plan->ways[i].is_template)
			continue;
		take(next, plan, &plan->ways[i], first);
		first = false;
	}
	strings_free(&saved);
}
