/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * token.h - the two parameters as words of a command line that is edited
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>

#include "edits.h"
#include "place.h"

/* Has @place a word that @param's removal would touch? */
bool token_there(const struct place *place, enum param param);

/*
 * token_add() - edits that put @param on @place's command line, which has it
 * not in force; an initcall_blacklist that is there gets one more element.
 * @front: as the first word, for a line whose end the kernel does not read.
 */
void token_add(const struct place *place, enum param param, bool front,
	       struct edits *edits);

/*
 * token_remove() - edits that take away what token_add() puts there, wherever
 * it now stands; other elements of an initcall_blacklist stay.  A list that the
 * file writes with quotes or escapes inside is left: ask token_there() again.
 */
void token_remove(const struct place *place, enum param param,
		  enum removal which, struct edits *edits);

#endif
