// SPDX-License-Identifier: GPL-2.0-only
/* options.c - the options of the commands that only look; see nopmmir.h */
#include <getopt.h>

#include "nopmmir.h"

int nm_look_options(int argc, char **argv, const char **dir, bool *json)
{
	/* --root is the first, so that a command without it starts behind */
	static const struct option options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options + !dir, NULL)) !=
	       -1) {
		switch (opt) {
		case 'r':
			*dir = optarg;
			break;
		case 'j':
			*json = true;
			break;
		case 'h':
			nm_help(argv[0]);
			return NM_OK;
		default:
			return nm_usage(argv[0]);
		}
	}
	return -1;
}
