// SPDX-License-Identifier: GPL-2.0-only
/*
 * decide.c - what is to become of each place
 */
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "decide.h"
#include "kimage.h"
#include "nopmmir.h"
#include "token.h"

/* What kernels need of which no more is known than that they may boot. */
struct standard {
	enum param param;
	bool known;
};

bool decide_selected(const struct wanted *wanted, const struct conf *c,
		     const struct place *p)
{
	if (!wanted->kernels_n)
		return true;
	if (c->format->role != ROLE_ENTRY)
		return false;
	for (size_t i = 0; i < wanted->kernels_n; i++) {
		if (place_is_of(p, wanted->kernels[i]))
			return true;
	}
	return false;
}

bool decide_ours(const struct state *state, enum param param,
		 const struct conf *c, const struct place *p)
{
	return state_has(state, STATE_PARAM, param_token(param), NULL, NULL) &&
	       !state_has(state, STATE_HAD, param_token(param), c->path,
			  p->name);
}

/* What the state calls a word that was there: with ours before or behind it. */
static char *beside(enum param param, bool first)
{
	return nm_asprintf("%s %s", first ? "first" : "last",
			   param_token(param));
}

void decide_note(struct state *state, enum param param, const struct conf *c,
		 const struct place *p)
{
	char *word = beside(param, p->decision.front);

	state_add(state, STATE_HAD,
		  p->decision.add == param ? word : param_token(param), c->path,
		  p->name);
	free(word);
}

static enum removal removal(const struct state *state, enum param param,
			    const struct conf *c, const struct place *p)
{
	enum removal which = REMOVE_ALL;

	if (!decide_ours(state, param, c, p))
		return REMOVE_NONE;
	for (int first = 0; first < 2; first++) {
		char *word = beside(param, first);

		if (state_has(state, STATE_HAD, word, c->path, p->name))
			which = first ? REMOVE_FIRST : REMOVE_LAST;
		free(word);
	}
	return which;
}

static void learn(struct standard *s, enum kimage_verdict verdict)
{
	if (verdict == KIMAGE_UNKNOWN)
		return;
	s->known = true;
	if (verdict == KIMAGE_AFFECTED)
		s->param = PARAM_STOCK;
}

/*
 * What kernels to come need, and those that an entry does not tell, as far as
 * the known ones tell: if one of them panics, another may too, and booting
 * comes before counting.
 */
static int find_standard(struct plan *plan, const struct wanted *wanted,
			 struct standard *s)
{
	bool open = false;

	*s = (struct standard){ wanted->param, wanted->param != PARAM_NONE };
	if (s->known)
		return 0;
	for (size_t i = 0; i < plan->n; i++) {
		learn(s, plan->ways[i].verdict);
		open |= plan->ways[i].verdict == KIMAGE_UNKNOWN;
	}
	if (s->known && (s->param != PARAM_NONE || !open))
		return 0;
	if (kernels_find(&plan->kernels))
		return -1;
	for (size_t i = 0; i < plan->kernels.n; i++)
		learn(s, plan->kernels.v[i].info.verdict);
	return 0;
}

static void take_others(const struct wanted *wanted, const struct state *state,
			const struct conf *c, struct place *p)
{
	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++)
		p->decision.remove[q] = wanted->only_add ||
							q == p->decision.add ?
						REMOVE_NONE :
						removal(state, q, c, p);
}

/*
 * The place of an entry: the first of its ways is @w, and all @n of them start
 * with its command line.
 */
static void decide_entry(struct plan *plan, const struct way *w, size_t n,
			 const struct wanted *wanted, const struct standard *s,
			 const struct state *state)
{
	struct conf *c = &plan->confs.v[w->conf];
	struct place *p = &c->places.v[w->place];
	enum param add = wanted->param;
	bool known = true, has = true;
	char *text;

	if (p->image || !decide_selected(wanted, c, p))
		return;
	for (size_t i = 0; i < n && wanted->param == PARAM_NONE; i++) {
		if (w[i].verdict == KIMAGE_AFFECTED)
			add = PARAM_STOCK;
		else if (w[i].verdict == KIMAGE_UNKNOWN && s->param)
			add = s->param;
		else if (w[i].verdict == KIMAGE_UNKNOWN)
			known = false;
	}
	if (!known && add == PARAM_NONE)
		return;
	p->decision.add = add;
	take_others(wanted, state, c, p);
	for (size_t i = 0; i < n; i++)
		has &= w[i].has[add] == TRI_YES;
	text = place_text(p);
	if (has || (p->unclear && param_in(text, add) == TRI_YES))
		p->decision.add = PARAM_NONE;
	free(text);
}

static void decide_entries(struct plan *plan, const struct wanted *wanted,
			   const struct standard *s, const struct state *state)
{
	for (size_t i = 0; i < plan->n;) {
		const struct way *w = &plan->ways[i];
		size_t n = 1;

		while (i + n < plan->n && w[n].conf == w->conf &&
		       w[n].place == w->place)
			n++;
		if (w->conf != KERNEL_NONE)
			decide_entry(plan, w, n, wanted, s, state);
		i += n;
	}
}

/* Places of kernels to come, and others that boot nothing by themselves. */
static void decide_others(struct conf *c, const struct wanted *wanted,
			  const struct standard *s, const struct state *state)
{
	for (size_t i = 0; i < c->places.n; i++) {
		struct place *p = &c->places.v[i];
		char *text;

		if ((p->n_boots && c->format->role == ROLE_ENTRY) ||
		    (p->n_boots && c->format->role == ROLE_TEMPLATE) ||
		    !decide_selected(wanted, c, p) || !s->known)
			continue;
		p->decision.add = s->param;
		take_others(wanted, state, c, p);
		text = place_text(p);
		if (s->param != PARAM_NONE &&
		    param_in(text, s->param) == TRI_YES)
			p->decision.add = PARAM_NONE;
		free(text);
	}
}

/* Makes what the confs shall be, of the environment or of the others. */
static int make(struct plan *plan, bool env)
{
	for (size_t i = 0; i < plan->confs.n; i++) {
		struct conf *c = &plan->confs.v[i];

		if ((c->format->role == ROLE_ENV) == env &&
		    change_make(plan->root, &plan->vars, c))
			return -1;
	}
	plan_lines(plan);
	return 0;
}

int decide_enable(struct plan *plan, const struct wanted *wanted,
		  const struct state *state)
{
	struct standard s;

	if (find_standard(plan, wanted, &s))
		return -1;
	for (size_t i = 0; i < plan->confs.n; i++)
		decide_others(&plan->confs.v[i], wanted, &s, state);
	/* what the environment gives, entries need not have themselves */
	if (make(plan, true))
		return -1;
	decide_entries(plan, wanted, &s, state);
	return make(plan, false);
}

int decide_disable(struct plan *plan, const struct wanted *wanted,
		   const struct state *state)
{
	for (size_t i = 0; i < plan->confs.n; i++) {
		struct conf *c = &plan->confs.v[i];

		for (size_t j = 0; j < c->places.n; j++) {
			struct place *p = &c->places.v[j];

			if (p->image || !decide_selected(wanted, c, p))
				continue;
			for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT;
			     q++)
				p->decision.remove[q] =
					!wanted->param || wanted->param == q ?
						removal(state, q, c, p) :
						REMOVE_NONE;
			p->decision.drop_line = state_has(
				state, STATE_LINE, NULL, c->path, p->name);
		}
	}
	return make(plan, true) || make(plan, false) ? -1 : 0;
}
