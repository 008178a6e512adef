// SPDX-License-Identifier: GPL-2.0-only
/*
 * kimage-unpack KERNEL OUT - write the arm64 Image that is in KERNEL
 *
 * For tests: what the tool found in a kernel, to compare with the kernel itself.
 * Exit 0: done; 1: cannot read or write; 2: usage; 3: not an arm64 kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kimage.h"
#include "nopmmir.h"

static bool to_file(void *ctx, const uint8_t *data, size_t len)
{
	return fwrite(data, 1, len, ctx) == len;
}

int main(int argc, char **argv)
{
	struct kimage_info info;
	struct source s;
	FILE *out;
	int fd, rc;

	if (argc != 3) {
		fprintf(stderr, "usage: kimage-unpack KERNEL OUT\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || source_file(&s, fd) < 0) {
		nm_err("%s: %s", argv[1], strerror(errno));
		return 1;
	}
	out = fopen(argv[2], "we");
	if (!out) {
		nm_err("%s: %s", argv[2], strerror(errno));
		close(fd);
		return 1;
	}
	errno = 0;
	rc = kimage_unpack(&s, &info, to_file, out);
	close(fd);
	if (ferror(out) | fclose(out)) {
		nm_err("%s: %s", argv[2], strerror(errno));
		rc = -1;
	} else if (rc < 0) {
		nm_err("%s: %s", argv[1], strerror(errno));
	} else if (rc) {
		nm_err("%s: %s", argv[1], info.reason);
	}
	if (!rc)
		return 0;
	unlink(argv[2]);
	return rc < 0 ? 1 : 3;
}
