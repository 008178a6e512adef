/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edits.h - changes to a file as a list of places, so that every byte that is
 * not named stays what it was.
 */
#ifndef EDITS_H
#define EDITS_H

#include <stddef.h>

struct edit {
	size_t off; /* in the old text */
	size_t del; /* bytes taken away there */
	char *ins; /* and what comes instead; "" for nothing */
};

struct edits {
	struct edit *v;
	size_t n;
};

/* Takes away @del bytes at @off and puts a copy of @ins there. */
void edits_add(struct edits *e, size_t off, size_t del, const char *ins);
void edits_free(struct edits *e);

/*
 * edits_apply() - the text that follows from @old.  The edits are sorted by
 * it; what two of them take away goes once.
 * Return: malloc()ed bytes with a NUL behind them, and *@size.
 */
char *edits_apply(struct edits *e, const char *old, size_t len, size_t *size);

#endif
