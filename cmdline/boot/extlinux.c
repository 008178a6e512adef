// SPDX-License-Identifier: GPL-2.0-only
/*
 * extlinux.c - the menu file of syslinux, which U-Boot reads as well
 *
 * A label's own `append` replaces the one before the first label, which U-Boot
 * does not know (boot/pxe_utils.c); a label that has neither gets a line of its
 * own.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "lines.h"
#include "nopmmir.h"
#include "script.h"

#define NONE ((size_t)-1)

struct label {
	char *name, *kernel;
	struct line append_line;
	struct line after; /* where a line of its own would go */
	bool append;
};

struct menu {
	const char *buf;
	size_t len;
	struct places *list;
	struct label label; /* the one at hand */
	size_t global; /* the place of the append for all; NONE */
};

static size_t append_place(const struct menu *m, const struct line *line,
			   const char *name)
{
	struct place *p = place_new(m->list, name);

	place_split(p, m->buf, line->value, line->val_end);
	p->line_start = line->start;
	p->line_end = line->next;
	return m->list->n - 1;
}

static void label_end(struct menu *m)
{
	struct label *label = &m->label;
	size_t at = m->global;

	if (label->kernel && label->append) {
		at = append_place(m, &label->append_line, label->name);
	} else if (label->kernel && at == NONE) {
		const struct line *line = &label->after;
		struct place *p = place_new(m->list, label->name);
		bool open = line->next == m->len && m->buf[m->len - 1] != '\n';

		p->at = line->next;
		p->make_head = nm_asprintf("%s%.*sappend ", open ? "\n" : "",
					   (int)(line->key - line->start),
					   m->buf + line->start);
		p->make_tail = open ? "" : "\n";
		at = m->list->n - 1;
	}
	if (label->kernel) {
		place_boots(&m->list->v[at], label->name, label->kernel);
		m->list->v[at].unclear = at == m->global;
	}
	free(label->name);
	free(label->kernel);
	*label = (struct label){ 0 };
}

static void line_of_menu(struct menu *m, const struct line *line)
{
	const char *buf = m->buf;
	struct label *label = &m->label;

	if (lines_key(buf, line, "label")) {
		label_end(m);
		label->name = lines_value(buf, line);
	} else if (lines_key(buf, line, "append")) {
		/* no blank to write behind: another line, that wins */
		if (line->value == line->key_end) {
			label->after = *line;
		} else if (label->name) {
			label->append = true;
			label->append_line = *line;
		} else {
			m->global = append_place(m, line, "append");
		}
	} else if (label->name && (lines_key(buf, line, "linux") ||
				   lines_key(buf, line, "kernel") ||
				   lines_key(buf, line, "fit"))) {
		free(label->kernel);
		label->kernel = lines_value(buf, line);
		label->after = *line;
	} else if (lines_key(buf, line, "include") ||
		   (lines_key(buf, line, "menu") &&
		    !strncasecmp(buf + line->value, "include", 7))) {
		if (!m->list->script)
			m->list->script = script_new();
		script_note(m->list->script, line->start,
			    "a menu that is included is not looked into");
	}
}

int extlinux_places(const char *buf, size_t len, const struct format *format,
		    struct places *list)
{
	struct menu m = { buf, len, list, { 0 }, NONE };
	struct line line;
	size_t pos = 0;

	(void)format;
	while (lines_next(buf, len, &pos, &line))
		line_of_menu(&m, &line);
	label_end(&m);
	return 0;
}
