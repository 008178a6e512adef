/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grubenv.h - GRUB's environment block
 */
#ifndef GRUBENV_H
#define GRUBENV_H

#include <stddef.h>

/*
 * grubenv_fit() - fill up or shorten the '#' at the end of the block *@buf of
 * *@len bytes (malloc()ed) to @want bytes.
 * Return: 0, or -1: the text itself is longer than that.
 */
int grubenv_fit(char **buf, size_t *len, size_t want);

#endif
