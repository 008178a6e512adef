/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * decide.h - what is to become of each place; decided once, and kept there
 */
#ifndef DECIDE_H
#define DECIDE_H

#include "plan.h"
#include "state.h"

struct wanted {
	enum param param; /* PARAM_NONE: what each kernel needs */
	char **kernels; /* only these versions */
	size_t kernels_n;
	bool only_add; /* take nothing away */
};

/*
 * decide_enable() - decides about every place of the plan, and makes what
 * the confs shall be.
 * Return: 0, or -1 where a place cannot be as decided, and said so.
 */
int decide_enable(struct plan *plan, const struct wanted *wanted,
		  const struct state *state);
/* The same, for taking away what is ours. */
int decide_disable(struct plan *plan, const struct wanted *wanted,
		   const struct state *state);

/* Is the place among those that are wanted? */
bool decide_selected(const struct wanted *wanted, const struct conf *c,
		     const struct place *p);

/*
 * Is @param in that place ours to take away?  Where a word of it was there
 * before, and not in force, ours was put before or behind it: decide_note() says
 * so in the state.
 */
bool decide_ours(const struct state *state, enum param param,
		 const struct conf *c, const struct place *p);
void decide_note(struct state *state, enum param param, const struct conf *c,
		 const struct place *p);

#endif
