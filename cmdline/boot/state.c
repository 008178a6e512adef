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
#include "state.h"

#define STATE_MAX (4U << 20)

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

/* The next string of a line at *@p; NULL: there is none, or it is damaged. */
static char *unescape(const char **p, const char *end)
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

static void escape(FILE *to, const char *s)
{
	fputc(' ', to);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c <= ' ' || c == '%' || c == 0x7f)
			fprintf(to, "%%%02X", c);
		else
			fputc(c, to);
	}
}

/* Takes ownership of the strings. */
static void item_add(struct state *s, enum state_kind kind, char *a, char *b,
		     char *c)
{
	s->v = nm_realloc(s->v, (s->n + 1) * sizeof(*s->v));
	s->v[s->n++] = (struct state_item){ kind, a, b, c };
}

static bool parse_line(struct state *s, const char *line, const char *end)
{
	for (enum state_kind k = 0; k < STATE_KINDS; k++) {
		size_t n = strlen(kinds[k].name);
		const char *p = line + n;
		char *a, *b, *c;

		if ((size_t)(end - line) <= n || *p != ' ' ||
		    memcmp(line, kinds[k].name, n))
			continue;
		a = kinds[k].a ? unescape(&p, end) : NULL;
		b = kinds[k].b ? unescape(&p, end) : NULL;
		c = kinds[k].c ? unescape(&p, end) : NULL;
		if (p == end && !a == !kinds[k].a && !b == !kinds[k].b &&
		    !c == !kinds[k].c) {
			item_add(s, k, a, b, c);
			return true;
		}
		free(a);
		free(b);
		free(c);
		return false;
	}
	return false;
}

int state_read(const struct root *r, struct state *s)
{
	size_t len, pos = sizeof(header) - 1;
	char *buf;

	*s = (struct state){ 0 };
	buf = root_read(r, STATE_FILE, STATE_MAX, &len, &s->st);
	if (!buf) {
		s->st.st_nlink = 0;
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		nm_err("%s%s: %s", r->dir, STATE_FILE, strerror(errno));
		return -1;
	}
	if (len < pos || memcmp(buf, header, pos))
		goto damaged;
	while (pos < len) {
		const char *line = buf + pos;
		const char *end = memchr(line, '\n', len - pos);

		if (!end || !parse_line(s, line, end))
			goto damaged;
		pos = (size_t)(end + 1 - buf);
	}
	free(buf);
	return 0;
damaged:
	nm_err("%s%s is damaged, so what enable did is not known; compare with the backups in %s%s/backup, then remove it",
	       r->dir, STATE_FILE, r->dir, STATE_DIR);
	free(buf);
	state_free(s);
	return -1;
}

int state_write(const struct root *r, struct state *s)
{
	const struct stat *was = s->st.st_nlink ? &s->st : NULL;
	char *buf = NULL;
	size_t len = 0;
	int ret;
	FILE *to;

	if (!s->n) {
		ret = was ? file_remove(r, STATE_FILE, was) : 0;
		goto out;
	}
	to = open_memstream(&buf, &len);
	if (!to) {
		ret = -1;
		goto out;
	}
	fputs(header, to);
	for (size_t i = 0; i < s->n; i++) {
		const struct state_item *x = &s->v[i];

		fputs(kinds[x->kind].name, to);
		if (x->a)
			escape(to, x->a);
		if (x->b)
			escape(to, x->b);
		if (x->c)
			escape(to, x->c);
		fputc('\n', to);
	}
	if (fclose(to)) {
		ret = -1;
		goto out;
	}
	ret = file_mkdirs(r, STATE_DIR);
	if (ret == 0)
		ret = file_prepare(r, STATE_FILE, was, 0644, buf, len);
	if (ret == 0 && file_commit(r, STATE_FILE, was)) {
		file_abandon(r, STATE_FILE);
		ret = -1;
	}
out:
	if (ret)
		nm_err("%s%s: %s", r->dir, STATE_FILE, strerror(errno));
	free(buf);
	return ret;
}

void state_add(struct state *s, enum state_kind kind, const char *a,
	       const char *b, const char *c)
{
	if (state_has(s, kind, a, b, c))
		return;
	item_add(s, kind, a ? nm_strdup(a) : NULL, b ? nm_strdup(b) : NULL,
		 c ? nm_strdup(c) : NULL);
}

static bool equal(const char *x, const char *y)
{
	return x && y ? !strcmp(x, y) : x == y;
}

bool state_has(const struct state *s, enum state_kind kind, const char *a,
	       const char *b, const char *c)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct state_item *x = &s->v[i];

		if (x->kind == kind && equal(x->a, a) && equal(x->b, b) &&
		    equal(x->c, c))
			return true;
	}
	return false;
}

void state_forget(struct state *s, enum param param)
{
	bool left = false;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].kind == STATE_PARAM &&
		    strcmp(s->v[i].a, param_token(param)))
			left = true;
	}
	for (size_t i = 0; i < s->n; i++) {
		struct state_item *x = &s->v[i];

		if (left && !equal(x->a, param_token(param))) {
			s->v[n++] = *x;
			continue;
		}
		free(x->a);
		free(x->b);
		free(x->c);
	}
	s->n = n;
}

void state_free(struct state *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].a);
		free(s->v[i].b);
		free(s->v[i].c);
	}
	free(s->v);
	s->v = NULL;
	s->n = 0;
}
