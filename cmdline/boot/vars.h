/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vars.h - what GRUB's variables may be worth where a text uses them
 */
#ifndef VARS_H
#define VARS_H

#include "conf.h"

/* More expansions of one text are not gone through. */
#define VARS_MAX 64
/* Stands in an expansion for what is not to be known. */
#define VAR_UNKNOWN '\004'

struct strings {
	char *v[VARS_MAX];
	size_t n;
	bool cut; /* there are more */
};

struct vars {
	const struct conf_list *confs;
	struct value *values;
	size_t n;
	size_t confs_n; /* confs whose values are in */
	size_t envs; /* environment blocks among them */
	unsigned long *left; /* values that are taken in all uses, still */
	struct map names; /* the first value of a name */
};

/* Takes in the confs that were added since the last call. */
void vars_update(struct vars *vars, const struct conf_list *confs);
void vars_free(struct vars *vars);

/* Where a text stands that uses variables. */
struct use {
	const struct conf *conf;
	size_t scope, pos;
	/*
	 * The values that $root may have there, the last one first: the number in
	 * script.roots, counted from 1; 0: it is what it was when GRUB read the
	 * file.
	 */
	size_t root;
};

/* All that @text may be.  @out is to be given to strings_free(). */
void vars_expand(const struct vars *vars, const struct use *use,
		 const char *text, struct strings *out);

/*
 * vars_line() - all that the kernel may get from a place's words, joined as
 * GRUB does it (grub-core/lib/cmdline.c) where GRUB reads the file, else as
 * they are.
 */
void vars_line(const struct vars *vars, const struct conf *conf,
	       const struct place *p, const char *kernel, struct strings *out);
/* All values that environment blocks give a variable. */
void vars_env(const struct vars *vars, const char *name, struct strings *out);
void strings_free(struct strings *s);

#endif
