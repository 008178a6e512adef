/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * diff.h - a unified diff of two versions of a file, for --dry-run
 */
#ifndef DIFF_H
#define DIFF_H

#include <stddef.h>
#include <stdio.h>

/*
 * diff_print() - what patch -p1 needs to make @new out of @old; nothing where
 * they are the same.  @path is absolute; NULL for @old or @new: the file is
 * created or removed.
 */
void diff_print(FILE *to, const char *path, const char *old, size_t old_len,
		const char *new, size_t new_len);

#endif
