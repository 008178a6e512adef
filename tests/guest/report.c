// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "report.h"

void report(const char *key, const char *value, ...)
{
	char line[1024];
	va_list args;
	char *p;

	va_start(args, value);
	vsnprintf(line, sizeof(line), value, args);
	va_end(args);
	for (p = line; *p; p++)
		if (*p == '\n')
			*p = *(p + 1) ? ' ' : '\0';
	printf("guest: %s=%s\n", key, line);
	/* line by line: a guest that dies later has said what it knew */
	fflush(stdout);
}

void report_end(void)
{
	puts("guest: end");
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
}
