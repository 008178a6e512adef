/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * state.h - what `nopmmir enable` found and did, so that `disable` takes away
 * that and no more: /var/lib/nopmmir/state
 *
 * Not what was written is kept but what was there before: other tools copy a
 * parameter of ours to new entries, and those are to lose it as well.
 */
#ifndef STATE_H
#define STATE_H

#include "map.h"
#include "param.h"
#include "root.h"

#define STATE_NAME "/state"

enum state_kind {
	STATE_PARAM, /* parameter @a was enabled by us */
	STATE_HAD, /* @a was in file @b at place @c before that */
	STATE_LINE, /* the line of file @b's place @c was made by us */
	STATE_CREATED, /* file @b was made by us */
	STATE_KINDS,
};

struct state {
	char *dir; /* that holds it, inside the root */
	char **lines; /* one item each, as it is written; NULL: forgotten */
	size_t n;
	struct map index;
	char *was; /* the file as it was read; NULL: there was none */
	struct stat st;
};

/*
 * state_dir() - /var/lib/nopmmir; where the root is the physical one of an
 * ostree system, the one that the booted system sees as that. malloc()ed.
 */
char *state_dir(const struct root *r);

/* Return: 0 (no file: an empty state), or -1 with the reason said. */
int state_read(const struct root *r, struct state *s);

/* The file's contents as they shall be; NULL: no file. malloc()ed. */
char *state_text(const struct state *s);

/*
 * state_write() - makes @text the file, or removes it where @text is NULL.
 * Return: 0, or -1 with the reason said.
 */
int state_write(const struct root *r, const struct state *s, const char *text);

/* Strings that a kind has not are NULL, here as in state_has(). */
void state_add(struct state *s, enum state_kind kind, const char *a,
	       const char *b, const char *c);
bool state_has(const struct state *s, enum state_kind kind, const char *a,
	       const char *b, const char *c);

/* Was any parameter enabled? */
bool state_any(const struct state *s);

/* Forgets @param; and the rest too where no parameter is left. */
void state_forget(struct state *s, enum param param);

void state_free(struct state *s);

/* A string as a word of a line: white space and '%' as %XX. */
char *state_escape(const char *s);
/* And back, from the word at *@p that ' ' comes before; NULL: damaged. */
char *state_unescape(const char **p, const char *end);

#endif
