// SPDX-License-Identifier: GPL-2.0-only
/*
 * grubcheck.c - ask GRUB's own parser about a grub.cfg
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "grubcheck.h"
#include "child.h"

int grubcheck(const char *buf, size_t len)
{
	static const char *const programs[] = { "grub-script-check",
						"grub2-script-check" };
	int fd = memfd_create("grub.cfg", MFD_CLOEXEC);
	int ret = -1;

	if (fd < 0)
		return -1;
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0) {
			close(fd);
			return -1;
		}
		buf += n;
		len -= (size_t)n;
	}
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		const char *const argv[] = { programs[i], NULL };

		if (lseek(fd, 0, SEEK_SET) == 0)
			ret = child_run(argv, fd, NULL);
		if (ret >= 0)
			break;
	}
	close(fd);
	return ret < 0 ? -1 : ret != 0;
}
