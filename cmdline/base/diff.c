// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff.c - a unified diff of two versions of a file, for --dry-run
 *
 * Its own, since minimal images and initramfs have no diff(1).  The versions
 * differ in few lines, so after a difference the nearest lines that agree again
 * are looked for; that is always a right diff, if not always the shortest.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diff.h"
#include "escape.h"
#include "nopmmir.h"

#define CONTEXT 3

struct text {
	const char **line; /* line[n] is the end */
	size_t n;
};

/* Lines old[a, a + del) become new[b, b + ins). */
struct hunk {
	size_t a, del, b, ins;
};

static struct text lines_of(const char *buf, size_t len)
{
	struct text t = { 0 };
	const char *end = buf + len;

	t.line = nm_alloc(sizeof(*t.line));
	t.line[0] = buf;
	while (t.line[t.n] < end) {
		const char *from = t.line[t.n];
		const char *nl = memchr(from, '\n', (size_t)(end - from));

		t.line = nm_realloc(t.line, (t.n + 2) * sizeof(*t.line));
		t.line[++t.n] = nl ? nl + 1 : end;
	}
	return t;
}

static bool same(const struct text *a, size_t i, const struct text *b, size_t j)
{
	size_t n = (size_t)(a->line[i + 1] - a->line[i]);

	return (size_t)(b->line[j + 1] - b->line[j]) == n &&
	       !memcmp(a->line[i], b->line[j], n);
}

/* The shortest way from old line @i and new line @j to lines that agree. */
static struct hunk differ(const struct text *a, size_t i, const struct text *b,
			  size_t j)
{
	size_t left = a->n - i, right = b->n - j;

	for (size_t d = 1; d < left + right; d++) {
		for (size_t ins = 0; ins <= d; ins++) {
			size_t del = d - ins;

			if (del < left && ins < right &&
			    same(a, i + del, b, j + ins))
				return (struct hunk){ i, del, j, ins };
		}
	}
	return (struct hunk){ i, left, j, right };
}

/* As it is for patch(1), escaped for one who reads it on a terminal. */
static void print_line(FILE *to, char mark, const struct text *t, size_t i)
{
	size_t n = (size_t)(t->line[i + 1] - t->line[i]);
	bool whole = t->line[i][n - 1] == '\n';

	fputc(mark, to);
	if (isatty(fileno(to))) {
		char *line = nm_alloc(n + 1), *shown;

		memcpy(line, t->line[i], n - whole);
		shown = escape_bytes(line, n - whole);
		fputs(shown, to);
		free(shown);
		free(line);
	} else {
		fwrite(t->line[i], 1, n - whole, to);
	}
	fputs(whole ? "\n" : "\n\\ No newline at end of file\n", to);
}

/* A name that is not plain is quoted as git and patch(1) have it. */
static void print_name(FILE *to, const char *mark, const char *side,
		       const char *path)
{
	char *shown = escape(path);

	fprintf(to, "%s ", mark);
	if (!strcmp(shown, path)) {
		fprintf(to, "%s%s\n", side, path);
	} else {
		fprintf(to, "\"%s", side);
		for (const char *p = path; *p; p++) {
			unsigned char c = (unsigned char)*p;

			if (c < ' ' || c > '~' || c == '"' || c == '\\')
				fprintf(to, "\\%03o", c);
			else
				fputc(c, to);
		}
		fputs("\"\n", to);
	}
	free(shown);
}

static void print_hunks(FILE *to, const struct text *a, const struct text *b,
			const struct hunk *h, size_t n)
{
	const struct hunk *last = &h[n - 1];
	size_t before = h->a < CONTEXT ? h->a : CONTEXT;
	size_t after = a->n - (last->a + last->del);
	size_t from = h->a - before, from_b = h->b - before;
	size_t count, count_b, i = from;

	after = after < CONTEXT ? after : CONTEXT;
	count = last->a + last->del + after - from;
	count_b = last->b + last->ins + after - from_b;
	/* of an empty range, the line before it is named */
	fprintf(to, "@@ -%zu,%zu +%zu,%zu @@\n", from + (count > 0), count,
		from_b + (count_b > 0), count_b);
	for (size_t k = 0; k < n; k++) {
		for (; i < h[k].a; i++)
			print_line(to, ' ', a, i);
		for (; i < h[k].a + h[k].del; i++)
			print_line(to, '-', a, i);
		for (size_t j = 0; j < h[k].ins; j++)
			print_line(to, '+', b, h[k].b + j);
	}
	for (; i < from + count; i++)
		print_line(to, ' ', a, i);
}

void diff_print(FILE *to, const char *path, const char *old, size_t old_len,
		const char *new, size_t new_len)
{
	struct text a = lines_of(old ? old : "", old ? old_len : 0);
	struct text b = lines_of(new ? new : "", new ? new_len : 0);
	struct hunk *h = NULL;
	size_t n = 0, first = 0, i = 0, j = 0;

	while (i < a.n || j < b.n) {
		if (i < a.n && j < b.n && same(&a, i, &b, j)) {
			i++;
			j++;
			continue;
		}
		h = nm_realloc(h, (n + 1) * sizeof(*h));
		h[n] = differ(&a, i, &b, j);
		i += h[n].del;
		j += h[n].ins;
		n++;
	}
	if (n) {
		print_name(to, "---", old ? "a" : "/dev/null", old ? path : "");
		print_name(to, "+++", new ? "b" : "/dev/null", new ? path : "");
	}
	for (size_t k = 1; k <= n; k++) {
		/* hunks whose contexts would touch are printed as one */
		if (k < n &&
		    h[k].a - (h[k - 1].a + h[k - 1].del) <= 2 * CONTEXT)
			continue;
		print_hunks(to, &a, &b, h + first, k - first);
		first = k;
	}
	free(h);
	free(a.line);
	free(b.line);
}
