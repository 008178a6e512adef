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

const char diagnose_help[] =
	"usage: nopmmir diagnose [--json] [FILE]\n"
	"\n"
	"Reads a guest's serial console log, or a dmesg or journal, of the guest or of\n"
	"its host, from FILE or standard input; tells this panic from others, decodes\n"
	"what the dump shows and says what to do.\n"
	"\n"
	"  --json        print one JSON object\n" HELP_COMMON "\n"
	"Exit status: 0 it is this panic, or the host's log of it; 20 another undefined\n"
	"instruction; 21 another oops or panic; 22 none of these in it; 1 failed; 2 usage.\n";

int cmd_diagnose(int argc, char **argv)
{
	const char *name = NULL;
	bool json = false;
	int status;
	FILE *f;

	status = nm_look_options(argc, argv, NULL, &json);
	if (status >= 0)
		return status;
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
