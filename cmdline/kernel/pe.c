// SPDX-License-Identifier: GPL-2.0-only
/* pe.c - fields of a PE/COFF header; see pe.h */
#include "pe.h"

#include <string.h>

#include "le.h"

#define COFF_HEADER  24 /* with the "PE\0\0" before it */
#define SECTION_SIZE 40

bool pe_parse(struct pe *pe, const uint8_t *head, size_t len)
{
	size_t at;

	if (len < 0x40 || memcmp(head, "MZ", 2))
		return false;
	at = le32(head + 0x3c);
	if (at > len || len - at < COFF_HEADER || memcmp(head + at, "PE\0", 4))
		return false;
	pe->machine = le16(head + at + 4);
	pe->sections = le16(head + at + 6);
	pe->table = at + COFF_HEADER + le16(head + at + 20);
	return pe->table <= len &&
	       (len - pe->table) / SECTION_SIZE >= pe->sections;
}

static void section(const struct pe *pe, const uint8_t *head, unsigned int i,
		    struct pe_section *s)
{
	const uint8_t *p = head + pe->table + (size_t)i * SECTION_SIZE;

	s->size = le32(p + 8);
	s->address = le32(p + 12);
	s->raw = le32(p + 16);
	s->offset = le32(p + 20);
}

bool pe_section(const struct pe *pe, const uint8_t *head, const char *name,
		struct pe_section *s)
{
	for (unsigned int i = 0; i < pe->sections; i++) {
		const uint8_t *p = head + pe->table + (size_t)i * SECTION_SIZE;

		if (strncmp((const char *)p, name, 8))
			continue;
		section(pe, head, i, s);
		return true;
	}
	return false;
}

uint64_t pe_end(const struct pe *pe, const uint8_t *head)
{
	uint64_t end = 0;

	for (unsigned int i = 0; i < pe->sections; i++) {
		struct pe_section s;
		uint64_t e;

		section(pe, head, i, &s);
		e = (uint64_t)s.offset + s.raw;
		if (s.raw && e > end)
			end = e;
	}
	return end;
}
