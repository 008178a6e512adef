// SPDX-License-Identifier: GPL-2.0-only
/* source.c - bytes to read from; see source.h */
#include "source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int source_file(struct source *s, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : ESPIPE;
		return -1;
	}
	s->fd = fd;
	s->mem = NULL;
	s->size = (uint64_t)st.st_size;
	return 0;
}

void source_mem(struct source *s, const void *mem, size_t size)
{
	s->fd = -1;
	s->mem = mem;
	s->size = size;
}

ssize_t source_read(const struct source *s, void *buf, size_t len,
		    uint64_t offset)
{
	size_t got = 0;

	if (offset >= s->size)
		return 0;
	if (len > s->size - offset)
		len = (size_t)(s->size - offset);
	if (s->fd < 0) {
		memcpy(buf, s->mem + offset, len);
		return (ssize_t)len;
	}
	while (got < len) {
		ssize_t n = pread(s->fd, (char *)buf + got, len - got,
				  (off_t)(offset + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}
