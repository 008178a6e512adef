/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grubby.h - boot entries that only grubby knows
 */
#ifndef GRUBBY_H
#define GRUBBY_H

#include "change.h"

/*
 * grubby_scan() - adds to @list, the files of the running system, what grubby
 * shows of entries whose kernel none of these files names.  Each is as a file
 * of its own, for grubby_is() to tell.  Nothing where there is no grubby.
 */
void grubby_scan(const struct root *r, struct found_list *list);
bool grubby_is(const struct found *f);

/* The commands that make these changes, on stdout, as comments of a diff. */
void grubby_print(const struct change_list *list);

/*
 * grubby_apply() - has grubby make these changes, and looks at what it then
 * shows.  Return: 0, or -1 after saying what is not as it should be.
 */
int grubby_apply(const struct change_list *list);

#endif
