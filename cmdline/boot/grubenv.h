/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grubenv.h - GRUB's environment block
 */
#ifndef GRUBENV_H
#define GRUBENV_H

#include <stdbool.h>
#include <stddef.h>

/* A variable in a block: offsets in it. */
struct grubenv_item {
	size_t name, name_end;
	size_t value, value_end; /* before the newline */
};

/*
 * grubenv_next() - the variable that begins at *@pos or behind, and *@pos
 * behind it; begin with *@pos 0.
 * Return: 1; 0: no more; -1: this is no environment block, at *@pos.
 */
int grubenv_next(const char *buf, size_t len, size_t *pos,
		 struct grubenv_item *item);

/*
 * grubenv_fit() - fill up or shorten the '#' at the end of the block *@buf of
 * *@len bytes (malloc()ed) to @want bytes.
 * Return: 0, or -1: the text itself is longer than that.
 */
int grubenv_fit(char **buf, size_t *len, size_t want);

#endif
