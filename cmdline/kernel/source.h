/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source.h - bytes to read from: a file, or memory (the fuzz targets)
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct source {
	int fd; /* -1: memory */
	const uint8_t *mem; /* owned by the caller */
	uint64_t size;
};

/*
 * source_file() - take the regular file open at @fd.
 * Return: 0, or -1 with errno (EISDIR, ESPIPE: not a regular file).
 */
int source_file(struct source *s, int fd);

void source_mem(struct source *s, const void *mem, size_t size);

/*
 * source_read() - read @len bytes at @offset; fewer only at the end.
 * Return: the bytes read, or -1 with errno.
 */
ssize_t source_read(const struct source *s, void *buf, size_t len,
		    uint64_t offset);

#endif
