// SPDX-License-Identifier: GPL-2.0-only
/*
 * lines.c - files of lines that are a keyword and its value
 */
#define _GNU_SOURCE
#include <string.h>
#include <strings.h>

#include "lines.h"
#include "nopmmir.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool lines_next(const char *buf, size_t len, size_t *pos, struct line *line)
{
	const char *nl;
	size_t i = *pos;

	if (i >= len)
		return false;
	nl = memchr(buf + i, '\n', len - i);
	line->start = i;
	line->end = nl ? (size_t)(nl - buf) : len;
	line->next = *pos = nl ? line->end + 1 : len;
	while (i < line->end && is_blank(buf[i]))
		i++;
	line->key = i;
	while (i < line->end && !is_blank(buf[i]))
		i++;
	line->key_end = i;
	while (i < line->end && is_blank(buf[i]))
		i++;
	line->value = i;
	line->val_end = line->end;
	while (line->val_end > i && is_blank(buf[line->val_end - 1]))
		line->val_end--;
	return true;
}

bool lines_key(const char *buf, const struct line *line, const char *key)
{
	return line->key_end - line->key == strlen(key) &&
	       !strncasecmp(buf + line->key, key, strlen(key));
}

char *lines_value(const char *buf, const struct line *line)
{
	size_t n = line->val_end - line->value;
	char *value = nm_alloc(n + 1);

	memcpy(value, buf + line->value, n);
	return value;
}
