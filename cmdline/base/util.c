// SPDX-License-Identifier: GPL-2.0-only
/* util.c - words to the user and memory; see nopmmir.h */
#include "nopmmir.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 0))) static void
say(const char *prefix, const char *fmt, va_list ap)
{
	fprintf(stderr, "nopmmir: %s", prefix);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void nm_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void nm_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("warning: ", fmt, ap);
	va_end(ap);
}

void nm_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void nm_line(FILE *to, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(to, fmt, ap);
	fputc('\n', to);
	va_end(ap);
}

const char *tri_word(enum tri t)
{
	return t == TRI_YES ? "yes" : t == TRI_NO ? "no" : "unknown";
}

static void *checked(void *p)
{
	if (!p) {
		nm_err("out of memory");
		exit(NM_FAIL);
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
