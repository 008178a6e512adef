/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * place.h - a place where a kernel command line is written, whatever the file
 *
 * Each format's parser (grubcfg.c, shellvar.c, bls.c, ...) finds the places in
 * a file and cuts each into words with their offsets in the file; token.c then
 * adds and removes words without knowing the format, plan.c tells what kernels
 * get from them.
 */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "param.h"

/*
 * A variable of GRUB in a text stands there as VAR_BARE or VAR_QUOTED, its name
 * and VAR_END; parsers let no such byte of a file into a text.
 */
#define VAR_BARE   '\001' /* its value is cut into words */
#define VAR_QUOTED '\002' /* its value is (a part of) one word */
#define VAR_END	   '\003'

/* One argument of the kernel, and where it stands in the file. */
struct word {
	char *text; /* what the kernel gets, the file's quoting undone */
	size_t start, end; /* its bytes in the file */
	/*
	 * The one separator that goes when the word goes: the one before it,
	 * or behind it for the first of several words.  Empty: none.
	 */
	size_t sep_start, sep_end;
	const char *blank; /* how to write a separator right behind it */
	bool self; /* the variable's own earlier value, and no more */
};

/* Which words of a parameter go: one, where another was there before ours. */
enum removal { REMOVE_NONE, REMOVE_ALL, REMOVE_FIRST, REMOVE_LAST };

/* What is to become of a place; decide.c makes it, once. */
struct decision {
	enum removal remove[PARAM_COUNT];
	enum param add; /* PARAM_NONE: nothing */
	bool front; /* ... as the first word */
	bool drop_line; /* if no word is left */
};

/* A kernel that boots with a place's command line. */
struct boots {
	char *name; /* for messages: the entry's title */
	char *kernel; /* as the file names it, GRUB's variables marked */
	char *version; /* as well as the kernel's name tells; or NULL */
	char *id; /* that saved_entry may name it by; or NULL */
};

struct place {
	char *name; /* for messages and the state: a title, a variable */
	struct boots *boots; /* none: kernels to come */
	size_t n_boots;
	char *version; /* that the entry itself says (BLS); or NULL */
	struct word *words;
	size_t n;
	size_t at; /* where the first word of an empty place goes */
	const char *lead; /* what has to stand before it */
	const char *blank; /* what has to stand between it and a next word */
	/*
	 * A place that does not exist yet: a line to be made at @at, from
	 * @make_head, the words and @make_tail.
	 */
	char *make_head;
	const char *make_tail;
	/* The line that holds nothing but this place, with its newline. */
	size_t line_start, line_end;
	size_t scope, pos, root; /* in a script of GRUB's: as in struct use */
	bool image; /* @boots names a UKI: its own command line counts too */
	bool unclear; /* readers of the format differ about this place */
	struct decision decision;
};

struct script;

struct places {
	struct place *v;
	size_t n;
	struct script *script; /* of a grub.cfg; or NULL */
	size_t error_line; /* not 0: the line that was not understood */
	const char *error; /* and why */
};

/* A new place at the list's end; @name is copied. */
struct place *place_new(struct places *list, const char *name);
/* @kernel boots with it; both strings are copied. */
void place_boots(struct place *p, const char *name, const char *kernel);
/* A new word at the place's end; @text is copied. */
struct word *place_word(struct place *p, const char *text, size_t len);
void places_free(struct places *list);

/* Says what was not understood at @off of @buf. Return: -1. */
int places_error(struct places *list, const char *buf, size_t off,
		 const char *why);

/*
 * place_split() - cut buf[start, end) into the place's words as the kernel
 * does it (lib/cmdline.c, next_arg()): at white space outside of ".  Where it
 * has none, its first is to come to @start.
 */
void place_split(struct place *p, const char *buf, size_t start, size_t end);

/*
 * place_version() - the version in a kernel's path: behind the first '-' of
 * "vmlinuz-VERSION", or the directory's name in ".../VERSION/linux".
 * Return: malloc()ed, or NULL where the path holds none.
 */
char *place_version(const char *path);

/* Does the place say of itself that it boots kernel @version? */
bool place_is_of(const struct place *p, const char *version);

/* Its words as one line, as the file has them. malloc()ed. */
char *place_text(const struct place *p);

/* @text for the user: variables as GRUB writes them. malloc()ed. */
char *place_readable(const char *text);

#endif
