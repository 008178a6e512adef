/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * token.h - the two parameters as exact tokens of a kernel command line
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>

#include "edits.h"
#include "place.h"

enum param {
	PARAM_NONE,
	PARAM_PATCHED, /* NM_PARAM_PATCHED */
	PARAM_STOCK, /* NM_PARAM_STOCK */
	PARAM_COUNT,
};

/* What is written on the command line for it. */
const char *param_token(enum param p);

/*
 * param_by_name() - the parameter of that name, with or without the value.
 * Return: PARAM_NONE where there is none.
 */
enum param param_by_name(const char *name);

/*
 * token_has() - is @param in force in @place?  Only words before "--" count
 * (the rest is init's), '-' and '_' are one in a name, and of several
 * arm_pmu.nopmmir the last one decides, all as in the kernel's parse_args().
 */
bool token_has(const struct place *place, enum param param);

/* Has @place a word that @param's removal would touch? */
bool token_there(const struct place *place, enum param param);

/*
 * token_add() - edits that put @param in force in @place; none where it is.
 * An initcall_blacklist that is there gets one more element.
 */
void token_add(const struct place *place, enum param param,
	       struct edits *edits);

/*
 * token_remove() - edits that take away what token_add() puts there, wherever
 * it now stands; other elements of an initcall_blacklist stay.  A list that the
 * file writes with quotes or escapes inside is left: ask token_there() again.
 */
void token_remove(const struct place *place, enum param param,
		  struct edits *edits);

#endif
