// SPDX-License-Identifier: GPL-2.0-only
/* out.c - what --json prints; see out.h */
#include "nopmmir.h"
#include "out.h"

#include <stdio.h>
#include <stdlib.h>

#include "escape.h"

struct json_object *out_begin(const char *command)
{
	struct json_object *o = json_object_new_object();

	out_string(o, "command", command);
	out_number(o, "schema", JSON_SCHEMA);
	return o;
}

void out_put(struct json_object *o, const char *key, struct json_object *value)
{
	json_object_object_add(o, key, value);
}

/* Kernels, paths and logs hold any bytes; JSON holds UTF-8 only. */
static struct json_object *text(const char *s)
{
	char *clean = nm_strdup(s);
	struct json_object *o;
	char *p = clean;

	while (*p) {
		uint32_t c;
		size_t n = utf8_char(p, &c);

		if (!n) {
			*p = '?';
			n = 1;
		}
		p += n;
	}
	o = json_object_new_string(clean);
	free(clean);
	return o;
}

void out_string(struct json_object *o, const char *key, const char *value)
{
	out_put(o, key, value && *value ? text(value) : NULL);
}

void out_bool(struct json_object *o, const char *key, bool value)
{
	out_put(o, key, json_object_new_boolean(value));
}

void out_tri(struct json_object *o, const char *key, enum tri value)
{
	if (value == TRI_UNKNOWN)
		out_put(o, key, NULL);
	else
		out_bool(o, key, value == TRI_YES);
}

void out_number(struct json_object *o, const char *key, int64_t value)
{
	out_put(o, key, json_object_new_int64(value));
}

/*
 * json-c escapes the controls below a space, so those that are left are its
 * own newlines; the others that are not plain are only in strings, where \u is
 * the same character.
 */
void out_end(struct json_object *o)
{
	const char *s = json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			   JSON_C_TO_STRING_NOSLASHESCAPE);

	while (*s) {
		uint32_t c;
		size_t n = utf8_char(s, &c);

		if (c < ' ' || is_plain(c))
			fwrite(s, 1, n, stdout);
		else
			printf("\\u%04x", (unsigned int)c);
		s += n;
	}
	putchar('\n');
	json_object_put(o);
}
