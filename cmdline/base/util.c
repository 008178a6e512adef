// SPDX-License-Identifier: GPL-2.0-only
/* util.c - words to the user and memory; see nopmmir.h */
#include "nopmmir.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"

/* nm_err() would want memory, too. */
__attribute__((noreturn)) static void out_of_memory(void)
{
	fputs("nopmmir: out of memory\n", stderr);
	exit(NM_FAIL);
}

__attribute__((format(printf, 3, 0))) static void
print_line(FILE *to, const char *prefix, const char *fmt, va_list ap)
{
	char *text, *shown;

	if (vasprintf(&text, _(fmt), ap) < 0)
		out_of_memory();
	shown = escape(text);
	fprintf(to, "%s%s\n", prefix, shown);
	free(shown);
	free(text);
}

void nm_print(FILE *to, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(to, "", fmt, ap);
	va_end(ap);
}

void nm_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(stderr, "nopmmir: ", fmt, ap);
	va_end(ap);
}

void nm_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(stderr, _("nopmmir: warning: "), fmt, ap);
	va_end(ap);
}

void nm_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(stderr, "nopmmir: ", fmt, ap);
	va_end(ap);
}

static void *checked(void *p)
{
	if (!p) {
		out_of_memory();
	}
	return p;
}

void *nm_alloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *nm_realloc(void *p, size_t size)
{
	return checked(realloc(p, size ? size : 1));
}

void *nm_grow(void *v, size_t n, size_t size)
{
	/* grows at each power of two */
	if (n & (n - 1))
		return v;
	return nm_realloc(v, (n ? 2 * n : 1) * size);
}

const char *tri_word(enum tri t)
{
	return t == TRI_YES ? N_("yes") :
	       t == TRI_NO  ? N_("no") :
			      N_("unknown");
}

char *nm_strdup(const char *s)
{
	return checked(strdup(s));
}

char *nm_asprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return checked(n < 0 ? NULL : s);
}
