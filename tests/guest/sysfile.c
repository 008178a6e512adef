// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sysfile.h"

bool sysfile_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n = -1;

	text[0] = '\0';
	if (fd < 0)
		return false;
	while (used < size - 1 &&
	       (n = read(fd, text + used, size - 1 - used)) > 0)
		used += n;
	close(fd);
	while (used && text[used - 1] == '\n')
		used--;
	text[used] = '\0';
	return used || !n;
}

long sysfile_number(const char *path)
{
	char text[32], *end;
	long n;

	if (!sysfile_read(path, text, sizeof(text)))
		return -1;
	n = strtol(text, &end, 10);
	return end == text ? -1 : n;
}

bool sysfile_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written;

	if (fd < 0)
		return false;
	written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return written;
}
