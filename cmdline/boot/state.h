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

#include "root.h"
#include "token.h"

#define STATE_DIR  "/var/lib/nopmmir"
#define STATE_FILE STATE_DIR "/state"

enum state_kind {
	STATE_PARAM, /* parameter @a was enabled by us */
	STATE_HAD, /* @a was in file @b at place @c before that */
	STATE_LINE, /* the line of file @b's place @c was made by us */
	STATE_CREATED, /* file @b was made by us */
	STATE_KINDS,
};

struct state_item {
	enum state_kind kind;
	char *a, *b, *c; /* those that the kind has not are NULL */
};

struct state {
	struct state_item *v;
	size_t n;
	struct stat st; /* of the file; st_nlink 0: there is none */
};

/* Return: 0 (no file: an empty state), or -1 with the reason said. */
int state_read(const struct root *r, struct state *s);

/* Writes @s, or removes the file where @s is empty. Return: as state_read(). */
int state_write(const struct root *r, struct state *s);

/* Strings that a kind has not are NULL, here as in state_has(). */
void state_add(struct state *s, enum state_kind kind, const char *a,
	       const char *b, const char *c);
bool state_has(const struct state *s, enum state_kind kind, const char *a,
	       const char *b, const char *c);

/* Forgets @param; and the rest too where no parameter is left. */
void state_forget(struct state *s, enum param param);

void state_free(struct state *s);

#endif
