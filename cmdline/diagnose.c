// SPDX-License-Identifier: GPL-2.0-only
/* diagnose.c - nopmmir diagnose: is it this panic, and what to do */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "nopmmir.h"
#include "report.h"

/* NULL with errno; reading a directory would fail late, so here. */
static FILE *log_open(const char *name)
{
	FILE *f = name ? fopen(name, "re") : stdin;
	struct stat st;

	if (f && !fstat(fileno(f), &st) && S_ISDIR(st.st_mode)) {
		if (name)
			fclose(f);
		errno = EISDIR;
		return NULL;
	}
	return f;
}

int cmd_diagnose(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *name = NULL;
	bool json = false;
	int opt, status;
	FILE *f;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			json = true;
			break;
		case 'h':
			nm_help(argv[0]);
			return NM_OK;
		default:
			return nm_usage(argv[0]);
		}
	}
	if (argc - optind > 1) {
		nm_err("diagnose takes one log at a time");
		return nm_usage(argv[0]);
	}
	if (optind < argc && strcmp(argv[optind], "-"))
		name = argv[optind];
	f = log_open(name);
	if (!f) {
		nm_err("%s: %s", name ? name : "standard input",
		       strerror(errno));
		return NM_FAIL;
	}
	status = report_log(f, name ? name : "standard input", json);
	if (name)
		fclose(f);
	return status;
}
