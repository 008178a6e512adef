/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * logline.h - the lines of a console log, without what terminals, serial ports
 * and loggers add to them
 */
#ifndef LOGLINE_H
#define LOGLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a line has beyond this is dropped; the kernel's own limit is 1024. */
#define LOGLINE_MAX 2048

struct logline {
	char text[LOGLINE_MAX]; /* the kernel's message */
	char caller[16]; /* "T1", "C0" (PRINTK_CALLER), or "" */
	bool stamped; /* it had a time stamp of the kernel's own, of */
	double stamp; /* that many seconds since boot; else 0 */
};

/*
 * logline_read() - the next line of @f, which may end in LF, CR LF or CR, or
 * not at all.  Escape sequences (ECMA-48) and control characters are dropped,
 * and of the front a syslog level, a journal's or syslog's prefix up to
 * "kernel: ", a time stamp and a caller.
 * Return: false at the end (ferror() tells why).
 */
bool logline_read(FILE *f, struct logline *line);

#endif
