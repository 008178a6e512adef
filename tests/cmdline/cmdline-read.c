// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdline-read LINE... - what cmdline_read() says of each, in the words of
 * dracut/50nopmmir/cmdline.sh
 */
#include <stdio.h>

#include "cmdline.h"

int main(int argc, char **argv)
{
	static const char *const words[] = { "no", "yes", "unknown" };

	for (int i = 1; i < argc; i++) {
		struct cmdline_params p;

		cmdline_read(argv[i], &p);
		printf("%s %s\n", words[p.patched], words[p.stock]);
	}
	return 0;
}
