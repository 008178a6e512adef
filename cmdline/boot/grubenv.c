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

#include "grubenv.h"
#include "nopmmir.h"
#include "place.h"

static const char signature[] = "# GRUB Environment Block\n";

int grubenv_places(const char *buf, size_t len, const char *arg,
		   struct places *list)
{
	size_t name = strlen(arg);
	size_t pos = sizeof(signature) - 1;

	if (len < pos || memcmp(buf, signature, pos))
		return places_error(list, buf, 0,
				    "this is no GRUB environment block");
	while (pos < len && buf[pos] != '#') {
		size_t end = pos;

		/* a backslash quotes itself and a newline */
		while (end < len && buf[end] != '\n')
			end += buf[end] == '\\' && end + 1 < len ? 2 : 1;
		if (end >= len)
			return places_error(list, buf, pos,
					    "a line is not ended");
		if (end - pos > name && buf[pos + name] == '=' &&
		    !memcmp(buf + pos, arg, name)) {
			struct place *p = place_new(list, arg, NULL);

			place_split(p, buf, pos + name + 1, end);
			p->line_start = pos;
			p->line_end = end + 1;
		}
		pos = end + 1;
	}
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
