// SPDX-License-Identifier: GPL-2.0-only
/*
 * plain.c - a file that is a kernel command line and nothing else, on one line
 * or several, and comments: /etc/kernel/cmdline (kernel-install(8))
 */
#include "format.h"
#include "lines.h"
#include "nopmmir.h"

int plain_places(const char *buf, size_t len, const struct format *format,
		 struct places *list)
{
	struct place *p = place_new(list, format->variable);
	struct line line;
	bool any = false;
	size_t pos = 0;

	while (lines_next(buf, len, &pos, &line)) {
		if (line.key < line.end && buf[line.key] == '#')
			continue;
		place_split(p, buf, line.start, line.end);
		p->line_start = line.start;
		p->line_end = line.next;
		any = true;
	}
	if (!any) {
		bool open = len && buf[len - 1] != '\n';

		p->at = p->line_start = p->line_end = len;
		p->make_head = nm_strdup(open ? "\n" : "");
		p->make_tail = open ? "" : "\n";
	}
	return 0;
}
