// SPDX-License-Identifier: GPL-2.0-only
/*
 * escape.c - text of other people's files on its way to a terminal
 */
#include <stdio.h>
#include <string.h>

#include "escape.h"
#include "nopmmir.h"

size_t utf8_char(const char *s, uint32_t *c)
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
	const unsigned char *u = (const unsigned char *)s;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const size_t len = forms[i].len;

		if (*u < forms[i].first || *u > forms[i].last)
			continue;
		if (len > 1 && (u[1] < forms[i].low || u[1] > forms[i].high))
			return 0;
		*c = len > 1 ? *u & (0x7fU >> len) : *u;
		for (size_t j = 1; j < len; j++) {
			if (u[j] < 0x80 || u[j] > 0xbf)
				return 0;
			*c = *c << 6 | (u[j] & 0x3f);
		}
		return len;
	}
	return 0;
}

bool is_plain(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} others[] = {
		{ 0, 0x1f },	    { 0x7f, 0x9f },	{ 0x61c, 0x61c },
		{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (c >= others[i].first && c <= others[i].last)
			return false;
	}
	return true;
}

char *escape_bytes(const char *s, size_t len)
{
	char *out = nm_alloc(4 * len + 1), *to = out;
	const char *end = s + len;

	while (s < end) {
		uint32_t c;
		size_t n = utf8_char(s, &c);

		if (n && is_plain(c)) {
			memcpy(to, s, n);
			to += n;
			s += n;
			continue;
		}
		for (n += !n; n; n--)
			to += sprintf(to, "\\x%02x", (unsigned char)*s++);
	}
	*to = '\0';
	return out;
}

char *escape(const char *s)
{
	return escape_bytes(s, strlen(s));
}
