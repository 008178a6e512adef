// SPDX-License-Identifier: GPL-2.0-only
/*
 * grubenv.c - GRUB's environment block: NAME=VALUE lines in a file of a fixed
 * size, filled up with '#' (grub-core/lib/envblk.c)
 *
 * GRUB writes it while it boots, sector by sector in place, so its size must
 * never change.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "grubenv.h"
#include "nopmmir.h"

static const char signature[] = "# GRUB Environment Block\n";

int grubenv_next(const char *buf, size_t len, size_t *pos,
		 struct grubenv_item *item)
{
	if (!*pos) {
		if (len < sizeof(signature) - 1 ||
		    memcmp(buf, signature, sizeof(signature) - 1))
			return -1;
		*pos = sizeof(signature) - 1;
	}
	while (*pos < len) {
		size_t end = *pos;

		/*
		 * A line that is a comment (grub-editenv of 2.06 and later
		 * writes one), or the filling, which no newline ends.
		 */
		if (buf[*pos] == '#') {
			const char *nl = memchr(buf + *pos, '\n', len - *pos);

			*pos = nl ? (size_t)(nl + 1 - buf) : len;
			continue;
		}
		/* a backslash quotes itself and a newline */
		while (end < len && buf[end] != '\n')
			end += buf[end] == '\\' && end + 1 < len ? 2 : 1;
		if (end >= len)
			return -1;
		item->name = item->name_end = *pos;
		item->value_end = end;
		while (item->name_end < end && buf[item->name_end] != '=')
			item->name_end++;
		*pos = end + 1;
		item->value = item->name_end + 1;
		if (item->name_end < end)
			return 1;
	}
	return 0;
}

int grubenv_places(const char *buf, size_t len, const struct format *format,
		   struct places *list)
{
	size_t n = strlen(format->variable), pos = 0;
	struct grubenv_item x;
	int ret;

	while ((ret = grubenv_next(buf, len, &pos, &x)) > 0) {
		struct place *p;

		if (x.name_end - x.name != n ||
		    memcmp(buf + x.name, format->variable, n))
			continue;
		p = place_new(list, format->variable);
		place_split(p, buf, x.value, x.value_end);
		p->line_start = x.name;
		p->line_end = x.value_end + 1;
	}
	if (ret < 0)
		return places_error(
			list, buf, pos,
			pos ? N_("a line is not ended") :
			      N_("this is no GRUB environment block"));
	return 0;
}

int grubenv_fit(char **buf, size_t *len, size_t want)
{
	size_t text = *len;

	while (text && (*buf)[text - 1] == '#')
		text--;
	if (text > want)
		return -1;
	*buf = nm_realloc(*buf, want + 1);
	memset(*buf + text, '#', want - text);
	(*buf)[want] = '\0';
	*len = want;
	return 0;
}
