// SPDX-License-Identifier: GPL-2.0-only
/*
 * extlinux.c - the menu file of syslinux, which U-Boot reads as well
 *
 * A label's own `append` replaces the one before the first label; a label that
 * has neither gets a line of its own.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "nopmmir.h"
#include "place.h"

struct label {
	char *name, *kernel;
	struct line append_line;
	struct line after; /* where a line of its own would go */
	bool append;
};

static void append_place(const char *buf, const struct line *line,
			 const char *name, const char *kernel,
			 struct places *list)
{
	struct place *p = place_new(list, name, kernel);

	place_split(p, buf, line->value, line->val_end);
	p->at = line->value;
	p->line_start = line->start;
	p->line_end = line->next;
}

static void label_end(const char *buf, size_t len, struct label *label,
		      bool global, struct places *list)
{
	if (label->kernel && label->append) {
		append_place(buf, &label->append_line, label->name,
			     label->kernel, list);
	} else if (label->kernel && !global) {
		const struct line *line = &label->after;
		struct place *p = place_new(list, label->name, label->kernel);
		bool open = line->next == len && buf[len - 1] != '\n';

		p->at = line->next;
		p->make_head = nm_asprintf("%s%.*sappend ", open ? "\n" : "",
					   (int)(line->key - line->start),
					   buf + line->start);
		p->make_tail = open ? "" : "\n";
	}
	free(label->name);
	free(label->kernel);
	*label = (struct label){ 0 };
}

int extlinux_places(const char *buf, size_t len, const char *arg,
		    struct places *list)
{
	struct label label = { 0 };
	struct line line;
	bool global = false;
	size_t pos = 0;

	(void)arg;
	while (lines_next(buf, len, &pos, &line)) {
		if (lines_key(buf, &line, "label")) {
			label_end(buf, len, &label, global, list);
			label.name = lines_value(buf, &line);
		} else if (lines_key(buf, &line, "append")) {
			/* no blank to write behind: another line, that wins */
			if (line.value == line.key_end) {
				label.after = line;
			} else if (label.name) {
				label.append = true;
				label.append_line = line;
			} else {
				global = true;
				append_place(buf, &line, "append", NULL, list);
			}
		} else if (label.name && (lines_key(buf, &line, "linux") ||
					  lines_key(buf, &line, "kernel"))) {
			free(label.kernel);
			label.kernel = lines_value(buf, &line);
			label.after = line;
		}
	}
	label_end(buf, len, &label, global, list);
	return 0;
}
