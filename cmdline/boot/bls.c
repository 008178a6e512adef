// SPDX-License-Identifier: GPL-2.0-only
/*
 * bls.c - a boot entry by the Boot Loader Specification, type 1
 *
 * One file is one entry; its options may stand on several lines.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "nopmmir.h"
#include "place.h"

int bls_places(const char *buf, size_t len, const char *arg,
	       struct places *list)
{
	char *title = NULL, *version = NULL, *kernel = NULL;
	struct place *p;
	struct line line;
	size_t pos = 0;
	bool options = false;

	(void)arg;
	while (lines_next(buf, len, &pos, &line)) {
		char **to = lines_key(buf, &line, "title")   ? &title :
			    lines_key(buf, &line, "version") ? &version :
			    lines_key(buf, &line, "linux")   ? &kernel :
							       NULL;
		if (to) {
			free(*to);
			*to = lines_value(buf, &line);
		}
	}
	/* an entry of another kind: efi, a unified kernel, another system */
	if (!kernel)
		goto out;
	p = place_new(list, title ? title : "entry", kernel);
	if (!p->version && version)
		p->version = nm_strdup(version);
	for (pos = 0; lines_next(buf, len, &pos, &line);) {
		/* "options" and not even a blank: as if it were not there */
		if (!lines_key(buf, &line, "options") ||
		    line.value == line.key_end)
			continue;
		place_split(p, buf, line.value, line.val_end);
		if (!options || !p->n) {
			p->at = line.value;
			p->line_start = line.start;
			p->line_end = line.next;
		}
		options = true;
	}
	if (!options) {
		bool open = len && buf[len - 1] != '\n';

		p->at = len;
		p->make_head = nm_strdup(open ? "\noptions " : "options ");
		p->make_tail = open ? "" : "\n";
	}
out:
	free(title);
	free(version);
	free(kernel);
	return 0;
}
