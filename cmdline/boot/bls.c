// SPDX-License-Identifier: GPL-2.0-only
/*
 * bls.c - a boot entry by the Boot Loader Specification, type 1
 *
 * One file is one entry; its options may stand on several lines.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "lines.h"
#include "nopmmir.h"

/* GRUB expands $NAME and ${NAME} of an entry as of its own script (blscfg.c). */
static char *marked(const char *text)
{
	char *out = nm_alloc(2 * strlen(text) + 1);
	size_t n = 0;

	while (*text) {
		bool brace = text[0] == '$' && text[1] == '{';
		const char *name = text + 1 + brace;
		size_t len = 0;

		while (*text == '$' &&
		       (isalnum((unsigned char)name[len]) || name[len] == '_'))
			len++;
		if (!len || (brace && name[len] != '}')) {
			out[n++] = *text < ' ' && *text > 0 && *text != '\t' ?
					   '?' :
					   *text;
			text++;
			continue;
		}
		out[n++] = VAR_BARE;
		memcpy(out + n, name, len);
		n += len;
		out[n++] = VAR_END;
		text = name + len + brace;
	}
	return out;
}

struct bls {
	char *title, *version, *kernel, *image;
};

static void read_keys(const char *buf, size_t len, struct bls *b)
{
	struct line line;
	size_t pos = 0;

	while (lines_next(buf, len, &pos, &line)) {
		char **to = lines_key(buf, &line, "title")   ? &b->title :
			    lines_key(buf, &line, "version") ? &b->version :
			    lines_key(buf, &line, "linux")   ? &b->kernel :
			    lines_key(buf, &line, "uki")     ? &b->image :
			    lines_key(buf, &line, "efi")     ? &b->image :
							       NULL;

		if (to) {
			free(*to);
			*to = lines_value(buf, &line);
		}
	}
}

static void options(const char *buf, size_t len, struct place *p)
{
	struct line line;
	bool any = false;

	for (size_t pos = 0; lines_next(buf, len, &pos, &line);) {
		/* "options" and not even a blank: as if it were not there */
		if (!lines_key(buf, &line, "options") ||
		    line.value == line.key_end)
			continue;
		place_split(p, buf, line.value, line.val_end);
		if (!any || !p->n) {
			p->line_start = line.start;
			p->line_end = line.next;
		}
		any = true;
	}
	for (size_t i = 0; i < p->n; i++) {
		char *text = marked(p->words[i].text);

		free(p->words[i].text);
		p->words[i].text = text;
	}
	if (!any) {
		bool open = len && buf[len - 1] != '\n';

		p->at = len;
		p->make_head = nm_strdup(open ? "\noptions " : "options ");
		p->make_tail = open ? "" : "\n";
	}
}

int bls_places(const char *buf, size_t len, const struct format *format,
	       struct places *list)
{
	struct bls b = { 0 };
	struct place *p;
	char *kernel;

	(void)format;
	read_keys(buf, len, &b);
	/* an entry of another kind: another system, a tool of the firmware's */
	if (b.kernel || b.image) {
		p = place_new(list, b.title ? b.title : "entry");
		kernel = marked(b.kernel ? b.kernel : b.image);
		place_boots(p, p->name, kernel);
		free(kernel);
		p->image = !b.kernel;
		if (b.version)
			p->version = nm_strdup(b.version);
		options(buf, len, p);
	}
	free(b.title);
	free(b.version);
	free(b.kernel);
	free(b.image);
	return 0;
}
