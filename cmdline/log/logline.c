// SPDX-License-Identifier: GPL-2.0-only
/* logline.c - the lines of a console log; see logline.h */
#include "logline.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ESC 0x1b
#define BEL 0x07

/* The byte behind an escape sequence whose ESC was just read (ECMA-48 5.3). */
static int skip_escape(FILE *f)
{
	int c = getc_unlocked(f);

	if (c == '[') { /* CSI: parameters, then one final byte */
		do
			c = getc_unlocked(f);
		while (c >= 0x20 && c <= 0x3f);
		return c >= 0x40 && c <= 0x7e ? getc_unlocked(f) : c;
	}
	/* OSC, DCS and their kin end with BEL or ESC \; never run past a line */
	if (c == ']' || c == 'P' || c == '_' || c == '^' || c == 'X') {
		do
			c = getc_unlocked(f);
		while (c != BEL && c != ESC && c != '\n' && c != EOF);
		if (c == ESC && (c = getc_unlocked(f)) != '\\')
			return c;
		return c == '\n' || c == EOF ? c : getc_unlocked(f);
	}
	while (c >= 0x20 && c <= 0x2f) /* intermediate bytes */
		c = getc_unlocked(f);
	return c >= 0x30 && c <= 0x7e ? getc_unlocked(f) : c;
}

/* One line of printable bytes. */
static bool read_clean(FILE *f, char *buf, size_t size)
{
	size_t n = 0;
	int c = getc_unlocked(f);

	if (c == EOF)
		return false;
	while (c != EOF && c != '\n') {
		if (c == ESC) {
			c = skip_escape(f);
			continue;
		}
		if (c == '\r') {
			c = getc_unlocked(f);
			/* GRUB and firmware end lines with a lone CR too */
			while (c == '\r')
				c = getc_unlocked(f);
			if (c == '\n' || !n)
				continue;
			if (c != EOF)
				ungetc(c, f);
			break;
		}
		if (c == '\t')
			c = ' ';
		if (c >= ' ' && c != 0x7f && n + 1 < size)
			buf[n++] = (char)c;
		c = getc_unlocked(f);
	}
	buf[n] = '\0';
	return true;
}

static const char *skip_spaces(const char *p)
{
	while (*p == ' ')
		p++;
	return p;
}

/* "[    0.568058]", "[T1]", "[    T1]"; the inside without spaces in @in. */
static const char *bracket(const char *p, char *in, size_t size)
{
	size_t n = 0;

	if (*p++ != '[')
		return NULL;
	for (p = skip_spaces(p); *p && *p != ']' && *p != ' '; p++) {
		if (n + 1 >= size)
			return NULL;
		in[n++] = *p;
	}
	in[n] = '\0';
	p = skip_spaces(p);
	return *p == ']' ? p + 1 : NULL;
}

static bool all(const char *s, const char *set)
{
	return *s && !s[strspn(s, set)];
}

/* Is there a time of day, hh:mm:ss, or are there seconds, in what is before @end? */
static bool has_time(const char *p, const char *end)
{
	if (end - p > 10 && strspn(p, "0123456789") == 10 && p[10] == '.')
		return true;
	for (; end - p >= 8; p++) {
		if (isdigit((unsigned char)p[0]) &&
		    isdigit((unsigned char)p[1]) && p[2] == ':' &&
		    isdigit((unsigned char)p[3]) &&
		    isdigit((unsigned char)p[4]) && p[5] == ':' &&
		    isdigit((unsigned char)p[6]) &&
		    isdigit((unsigned char)p[7]))
			return true;
	}
	return false;
}

/*
 * What is behind a logger's prefix, "Nov 22 15:13:01 host kernel: ", ISO dates
 * and all; @p where it has none.  A message may have " kernel: " too: a prefix has
 * the time, and no time stamp of the kernel's own is before it.
 */
static const char *skip_logger(const char *p)
{
	static const char tag[] = " kernel: ";
	const char *q = strstr(p, tag);

	if (!q || q - p >= 128 || *p == '[' || !has_time(p, q))
		return p;
	return q + strlen(tag);
}

bool logline_read(FILE *f, struct logline *line)
{
	char raw[LOGLINE_MAX], in[16];
	const char *p = raw, *q;

	line->caller[0] = '\0';
	line->stamped = false;
	line->stamp = 0;
	if (!read_clean(f, raw, sizeof(raw)))
		return false;
	p = skip_logger(p);
	if (*p == '<') { /* "<4>": /dev/kmsg or dmesg -r */
		q = p + 1 + strspn(p + 1, "0123456789");
		if (q > p + 1 && q < p + 5 && *q == '>')
			p = q + 1;
	}
	q = bracket(skip_spaces(p), in, sizeof(in));
	if (q && all(in, "0123456789.")) {
		line->stamped = true;
		line->stamp = strtod(in, NULL);
		p = q;
		/* "[ 1.5] host kernel: ": journalctl -o short-monotonic */
		q = skip_spaces(p);
		q += strcspn(q, " ");
		if (!strncmp(q, " kernel: ", 9))
			p = q + 9;
		q = bracket(skip_spaces(p), in, sizeof(in));
	}
	if (q && (*in == 'T' || *in == 'C') && all(in + 1, "0123456789")) {
		memcpy(line->caller, in, sizeof(in));
		p = q;
	}
	memcpy(line->text, p, strlen(p) + 1);
	return true;
}
