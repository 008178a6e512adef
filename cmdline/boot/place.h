/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * place.h - a place where a kernel command line is written, whatever the file
 *
 * Each format's parser (grubcfg.c, shellvar.c, bls.c, ...) finds the places in
 * a file and cuts each into words with their offsets in the file; token.c then
 * adds and removes words without knowing the format.
 */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stddef.h>

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
};

struct place {
	char *name; /* for messages and the state: a title, a variable */
	char *kernel; /* the kernel as the file names it; NULL: any to come */
	char *version; /* of that kernel, as well as its name tells; or NULL */
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
};

struct places {
	struct place *v;
	size_t n;
	bool bls; /* a grub.cfg that runs blscfg */
	size_t error_line; /* not 0: the line that was not understood */
	const char *error; /* and why */
};

/* A new place at the list's end; @name and @kernel (or NULL) are copied. */
struct place *place_new(struct places *list, const char *name,
			const char *kernel);
/* A new word at the place's end; @text is copied. */
struct word *place_word(struct place *p, const char *text, size_t len);
void places_free(struct places *list);

/* Says what was not understood at @off of @buf. Return: -1. */
int places_error(struct places *list, const char *buf, size_t off,
		 const char *why);

/*
 * place_split() - cut buf[start, end) into the place's words as the kernel
 * does it (lib/cmdline.c, next_arg()): at white space outside of ".
 */
void place_split(struct place *p, const char *buf, size_t start, size_t end);

/*
 * place_version() - the version in a kernel's path: behind the first '-' of
 * "vmlinuz-VERSION", or the directory's name in ".../VERSION/linux".
 * Return: malloc()ed, or NULL where the path holds none.
 */
char *place_version(const char *path);

/*
 * The parsers.  Each adds the places of buf[0, len) to @list; @arg is what its
 * row in backend.c says.
 * Return: 0, or -1 after places_error().
 */
int grubcfg_places(const char *buf, size_t len, const char *arg,
		   struct places *list);
/* /etc/grub.d/40_custom, which becomes part of the next grub.cfg as it is. */
int grubcfg_custom_places(const char *buf, size_t len, const char *arg,
			  struct places *list);
int grubenv_places(const char *buf, size_t len, const char *arg,
		   struct places *list);
int bls_places(const char *buf, size_t len, const char *arg,
	       struct places *list);
int shellvar_places(const char *buf, size_t len, const char *arg,
		    struct places *list);
int extlinux_places(const char *buf, size_t len, const char *arg,
		    struct places *list);
int plain_places(const char *buf, size_t len, const char *arg,
		 struct places *list);

#endif
