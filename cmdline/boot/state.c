// SPDX-License-Identifier: GPL-2.0-only
/*
 * state.c - what `nopmmir enable` found and did
 *
 * One item a line: the kind's name and its strings, with white space and '%'
 * in them written as %XX.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "nopmmir.h"
#include "root.h"
#include "state.h"

#define STATE_MAX (64U << 20)

static const char header[] = "nopmmir-state 1\n";

static const struct {
	const char *name;
	bool a, b, c;
} kinds[STATE_KINDS] = {
	[STATE_PARAM] = { "param", true, false, false },
	[STATE_HAD] = { "had", true, true, true },
	[STATE_LINE] = { "line", false, true, true },
	[STATE_CREATED] = { "created", false, true, false },
};

static int hex(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

char *state_unescape(const char **p, const char *end)
{
	char *out;
	size_t n = 0;

	if (*p == end || **p != ' ')
		return NULL;
	(*p)++;
	out = nm_alloc((size_t)(end - *p) + 1);
	while (*p < end && **p != ' ') {
		char c = *(*p)++;

		if (c == '%') {
			if (end - *p < 2 || hex((*p)[0]) < 0 ||
			    hex((*p)[1]) < 0) {
				free(out);
				return NULL;
			}
			c = (char)(hex((*p)[0]) * 16 + hex((*p)[1]));
			*p += 2;
		}
		out[n++] = c;
	}
	return out;
}

char *state_escape(const char *s)
{
	char *out = nm_alloc(3 * strlen(s) + 1);
	size_t n = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c <= ' ' || c == '%' || c == 0x7f)
			n += (size_t)sprintf(out + n, "%%%02X", c);
		else
			out[n++] = *s;
	}
	return out;
}

static char *item_line(enum state_kind kind, const char *a, const char *b,
		       const char *c)
{
	const char *const parts[] = { a, b, c };
	char *line = nm_strdup(kinds[kind].name);

	for (size_t i = 0; i < 3; i++) {
		char *word, *longer;

		if (!parts[i])
			continue;
		word = state_escape(parts[i]);
		longer = nm_asprintf("%s %s", line, word);
		free(word);
		free(line);
		line = longer;
	}
	return line;
}

/* Takes ownership of @line. */
static void line_add(struct state *s, char *line)
{
	if (*map_add(&s->index, line, s->n) != s->n) {
		free(line);
		return;
	}
	s->lines = nm_grow(s->lines, s->n, sizeof(*s->lines));
	s->lines[s->n++] = line;
}

static bool parse_line(struct state *s, const char *line, const char *end)
{
	for (enum state_kind k = 0; k < STATE_KINDS; k++) {
		size_t n = strlen(kinds[k].name);
		const char *p = line + n;
		char *a, *b, *c;
		bool right;

		if ((size_t)(end - line) <= n || *p != ' ' ||
		    memcmp(line, kinds[k].name, n))
			continue;
		a = kinds[k].a ? state_unescape(&p, end) : NULL;
		b = kinds[k].b ? state_unescape(&p, end) : NULL;
		c = kinds[k].c ? state_unescape(&p, end) : NULL;
		right = p == end && !a == !kinds[k].a && !b == !kinds[k].b &&
			!c == !kinds[k].c;
		/* as it is written now, whatever escapes it was written with */
		if (right)
			line_add(s, item_line(k, a, b, c));
		free(a);
		free(b);
		free(c);
		return right;
	}
	return false;
}

char *state_dir(const struct root *r)
{
	struct stat st;
	char **paths;
	char *dir = NULL;
	ssize_t n;

	/* ostree-prepare-root binds it to the /var of what boots */
	if (root_stat(r, "/usr", &st) && root_stat(r, "/ostree", &st) == 0) {
		n = root_glob(r, "/ostree/deploy/*/var", &paths);
		if (n > 0)
			dir = nm_asprintf("%s/lib/nopmmir", paths[0]);
		root_list_free(paths, n);
	}
	return dir ? dir : nm_strdup("/var/lib/nopmmir");
}

int state_read(const struct root *r, struct state *s)
{
	size_t len, pos = sizeof(header) - 1;
	char *path;

	*s = (struct state){ .dir = state_dir(r) };
	path = nm_asprintf("%s" STATE_NAME, s->dir);
	s->was = root_read(r, path, STATE_MAX, &len, &s->st);
	if (!s->was && errno != ENOENT && errno != ENOTDIR) {
		nm_err("%s%s: %s", r->dir, path, strerror(errno));
		free(path);
		state_free(s);
		return -1;
	}
	free(path);
	if (!s->was)
		return 0;
	if (len < pos || memcmp(s->was, header, pos))
		goto damaged;
	while (pos < len) {
		const char *line = s->was + pos;
		const char *end = memchr(line, '\n', len - pos);

		if (!end || memchr(line, '\0', (size_t)(end - line)) ||
		    !parse_line(s, line, end))
			goto damaged;
		pos = (size_t)(end + 1 - s->was);
	}
	return 0;
damaged:
	nm_err("%s%s" STATE_NAME
	       " is damaged, so what enable did is not known; compare with the backups in %s%s/backup, then remove it",
	       r->dir, s->dir, r->dir, s->dir);
	state_free(s);
	return -1;
}

char *state_text(const struct state *s)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *to;

	if (!s->n)
		return NULL;
	to = open_memstream(&buf, &len);
	if (!to) {
		nm_err("out of memory");
		exit(NM_FAIL);
	}
	fputs(header, to);
	for (size_t i = 0; i < s->n; i++)
		fprintf(to, "%s\n", s->lines[i]);
	if (fclose(to)) {
		nm_err("out of memory");
		exit(NM_FAIL);
	}
	return buf;
}

int state_write(const struct root *r, const struct state *s, const char *text)
{
	const struct stat *was = s->was ? &s->st : NULL;
	char *path = nm_asprintf("%s" STATE_NAME, s->dir);
	int ret = 0;

	if (text) {
		ret = file_mkdirs(r, s->dir);
		if (ret == 0)
			ret = file_prepare(r, path, was, 0644, text,
					   strlen(text));
		if (ret == 0) {
			ret = file_commit(r, path, was);
			if (ret == FILE_NOT_DONE)
				file_abandon(r, path);
		}
	} else if (was) {
		ret = file_remove(r, path, was);
	}
	if (ret)
		nm_err("%s%s: %s", r->dir, path, file_reason());
	free(path);
	return ret ? -1 : 0;
}

void state_add(struct state *s, enum state_kind kind, const char *a,
	       const char *b, const char *c)
{
	line_add(s, item_line(kind, a, b, c));
}

bool state_has(const struct state *s, enum state_kind kind, const char *a,
	       const char *b, const char *c)
{
	char *line = item_line(kind, a, b, c);
	bool has = map_get(&s->index, line);

	free(line);
	return has;
}

bool state_any(const struct state *s)
{
	for (enum param p = PARAM_NONE + 1; p < PARAM_COUNT; p++) {
		if (state_has(s, STATE_PARAM, param_token(p), NULL, NULL))
			return true;
	}
	return false;
}

void state_forget(struct state *s, enum param param)
{
	char **old = s->lines;
	size_t n = s->n;
	char *own = item_line(STATE_PARAM, param_token(param), NULL, NULL);
	char *had[3] = {
		nm_asprintf("%s %s ", kinds[STATE_HAD].name,
			    param_token(param)),
		nm_asprintf("%s first%%20%s ", kinds[STATE_HAD].name,
			    param_token(param)),
		nm_asprintf("%s last%%20%s ", kinds[STATE_HAD].name,
			    param_token(param)),
	};
	bool left = false;

	for (enum param p = PARAM_NONE + 1; p < PARAM_COUNT; p++)
		left |= p != param &&
			state_has(s, STATE_PARAM, param_token(p), NULL, NULL);
	map_free(&s->index);
	s->lines = NULL;
	s->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (left && strcmp(old[i], own) &&
		    strncmp(old[i], had[0], strlen(had[0])) &&
		    strncmp(old[i], had[1], strlen(had[1])) &&
		    strncmp(old[i], had[2], strlen(had[2])))
			line_add(s, old[i]);
		else
			free(old[i]);
	}
	free(old);
	free(own);
	for (size_t i = 0; i < 3; i++)
		free(had[i]);
}

void state_free(struct state *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->lines[i]);
	free(s->lines);
	free(s->dir);
	free(s->was);
	map_free(&s->index);
	*s = (struct state){ 0 };
}
