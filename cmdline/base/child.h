/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * child.h - other programs, run without a shell
 */
#ifndef CHILD_H
#define CHILD_H

#include <stddef.h>

/* More than any of them has to say; the rest is not read. */
#define CHILD_OUT_MAX (1U << 20)

/*
 * child_run() - run argv[0], found by PATH, and wait for it.  @in is its
 * standard input (-1: none).  Its standard output becomes *@out, malloc()ed
 * with a NUL behind it, or is dropped where @out is NULL; its words on standard
 * error are dropped: what they are about is the caller's to say.
 * Return: its exit status; -1 where it could not be run or was killed.
 */
int child_run(const char *const argv[], int in, char **out);

#endif
