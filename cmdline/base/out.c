// SPDX-License-Identifier: GPL-2.0-only
/* out.c - what --json prints; see out.h */
#include "out.h"

#include <stdio.h>
#include <stdlib.h>

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

/* How many bytes the UTF-8 character at @s has; 0: none (RFC 3629). */
static size_t utf8_length(const unsigned char *s)
{
	static const struct {
		unsigned char first, last, low, high; /* of the 2nd byte */
		size_t len;
	} forms[] = {
		{ 0x01, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (*s < forms[i].first || *s > forms[i].last)
			continue;
		if (forms[i].len > 1 &&
		    (s[1] < forms[i].low || s[1] > forms[i].high))
			return 0;
		for (size_t j = 2; j < forms[i].len; j++) {
			if (s[j] < 0x80 || s[j] > 0xbf)
				return 0;
		}
		return forms[i].len;
	}
	return 0;
}

/* Kernels, paths and logs hold any bytes; JSON holds UTF-8 only. */
static struct json_object *text(const char *s)
{
	char *clean = nm_strdup(s);
	struct json_object *o;
	char *p = clean;

	while (*p) {
		size_t n = utf8_length((unsigned char *)p);

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

void out_end(struct json_object *o)
{
	puts(json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			   JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}
