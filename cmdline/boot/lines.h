/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lines.h - files of lines that are a keyword and its value
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

struct line {
	size_t start, end; /* without the newline */
	size_t next; /* where the next line begins */
	size_t key, key_end; /* the first word; empty for an empty line */
	size_t value, val_end; /* the rest, without blanks around it */
};

/*
 * lines_next() - the line that begins at *@pos, and *@pos behind it.
 * Return: false at the end of the text.
 */
bool lines_next(const char *buf, size_t len, size_t *pos, struct line *line);

/* Is the line's keyword @key?  Case does not count, as in extlinux. */
bool lines_key(const char *buf, const struct line *line, const char *key);

/* The line's value, malloc()ed. */
char *lines_value(const char *buf, const struct line *line);

#endif
