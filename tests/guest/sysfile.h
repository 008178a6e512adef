/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sysfile - the one-value files of /proc and /sys
 */
#ifndef GUEST_SYSFILE_H
#define GUEST_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * sysfile_read(): a file's first SIZE - 1 bytes as a string, without the line
 * break at its end.  False, and an empty string, if there is no such file.
 */
bool sysfile_read(const char *path, char *text, size_t size);

/* sysfile_number(): the decimal number in a file, or -1. */
long sysfile_number(const char *path);

/* sysfile_write(): false if the kernel refuses it. */
bool sysfile_write(const char *path, const char *text);

#endif
