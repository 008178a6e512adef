// SPDX-License-Identifier: GPL-2.0-only
/*
 * plain.c - a file that is a kernel command line and nothing else, on one line
 * or several: /etc/kernel/cmdline (kernel-install(8))
 */
#include "lines.h"
#include "nopmmir.h"
#include "place.h"

int plain_places(const char *buf, size_t len, const char *arg,
		 struct places *list)
{
	struct place *p = place_new(list, arg, NULL);
	struct line line;
	size_t pos = 0;

	while (lines_next(buf, len, &pos, &line)) {
		if (line.key < line.end && buf[line.key] == '#')
			continue;
		place_split(p, buf, line.start, line.end);
	}
	p->at = 0;
	return 0;
}
