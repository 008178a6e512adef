// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdline.c - what a kernel makes of its command line
 *
 * The kernel's own functions are followed, quirks included, since whether a
 * guest boots hangs on them; tests/cmdline/cmdline.table has the lines.
 */
#include <stdbool.h>
#include <string.h>

#include "cmdline.h"

/* lib/ctype.c: the kernel's isspace() also takes Latin-1's no-break space. */
static bool is_space(char c)
{
	return (c >= '\t' && c <= '\r') || c == ' ' || c == '\xa0';
}

/* kernel/params.c: parameqn() */
static bool name_is(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
			return false;
	}
	return true;
}

/* lib/cmdline.c: next_arg(); @args is written to. Return: what is behind it. */
static char *next_arg(char *args, char **param, char **val)
{
	bool in_quote = false, quoted = false;
	size_t i, equals = 0;

	if (*args == '"') {
		args++;
		in_quote = quoted = true;
	}
	for (i = 0; args[i]; i++) {
		if (is_space(args[i]) && !in_quote)
			break;
		if (!equals && args[i] == '=')
			equals = i;
		if (args[i] == '"')
			in_quote = !in_quote;
	}
	*param = args;
	*val = NULL;
	if (equals) {
		args[equals] = '\0';
		*val = args + equals + 1;
		if (**val == '"') {
			(*val)++;
			if (args[i - 1] == '"')
				args[i - 1] = '\0';
		}
	}
	if (quoted && i && args[i - 1] == '"')
		args[i - 1] = '\0';
	if (args[i])
		args[i++] = '\0';
	args += i;
	while (is_space(*args))
		args++;
	return args;
}

/* lib/kstrtox.c: kstrtobool(), before and after t and f were values. */
static enum cmdline_answer bool_value(const char *val,
				      enum cmdline_answer before)
{
	if (!val || strchr("yY1", *val ? *val : 'x'))
		return CMDLINE_YES;
	switch (*val) {
	case 'n':
	case 'N':
	case '0':
		return CMDLINE_NO;
	case 't':
	case 'T':
		return before == CMDLINE_YES ? before : CMDLINE_UNKNOWN;
	case 'f':
	case 'F':
		return before == CMDLINE_NO ? before : CMDLINE_UNKNOWN;
	case 'o':
	case 'O':
		if (val[1] == 'n' || val[1] == 'N')
			return CMDLINE_YES;
		if (val[1] == 'f' || val[1] == 'F')
			return CMDLINE_NO;
		break;
	}
	return before;
}

/* init/main.c: initcall_blacklist() and initcall_blacklisted() */
static bool names_initcall(const char *list)
{
	static const char initcall[] = "armv8_pmu_driver_init";

	for (;;) {
		size_t n = strcspn(list, ",");

		if (n == sizeof(initcall) - 1 && !memcmp(list, initcall, n))
			return true;
		if (!list[n])
			return false;
		list += n + 1;
	}
}

/* The line in @buf, without a last word that is too long to be kept whole. */
static void keep(char *buf, const char *line)
{
	bool in_quote = false;
	size_t end = 0, i;

	for (i = 0; i < CMDLINE_MAX && line[i] && line[i] != '\n'; i++) {
		if (is_space(line[i]) && !in_quote)
			end = i;
		if (line[i] == '"')
			in_quote = !in_quote;
		buf[i] = line[i];
	}
	if (!line[i] || line[i] == '\n' || (is_space(line[i]) && !in_quote))
		end = i;
	buf[end] = '\0';
}

void cmdline_read(const char *line, struct cmdline_params *out)
{
	static const char patched[] = "arm_pmu.nopmmir";
	static const char stock[] = "initcall_blacklist";
	char buf[CMDLINE_MAX + 1], *rest = buf, *param, *val;

	*out = (struct cmdline_params){ CMDLINE_NO, CMDLINE_NO };
	keep(buf, line);
	while (is_space(*rest))
		rest++;
	while (*rest) {
		rest = next_arg(rest, &param, &val);
		if (!val && !strcmp(param, "--"))
			break;
		if (name_is(param, patched, sizeof(patched)))
			out->patched = bool_value(val, out->patched);
		else if (val && name_is(param, stock, sizeof(stock)) &&
			 names_initcall(val))
			out->stock = CMDLINE_YES;
	}
}
