/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * next.h - the entry that boots unless somebody chooses another
 */
#ifndef NEXT_H
#define NEXT_H

#include "nopmmir.h"
#include "plan.h"

struct next {
	enum tri has[PARAM_COUNT]; /* TRI_UNKNOWN where entries differ and
				    * nothing says which one it is */
	const char *file; /* the first that was believed, in the plan; or NULL */
};

void next_find(const struct plan *plan, struct next *next);

#endif
