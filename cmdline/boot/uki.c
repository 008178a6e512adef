// SPDX-License-Identifier: GPL-2.0-only
/*
 * uki.c - the command line that a unified kernel image holds (UAPI.5)
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kimage.h"
#include "nopmmir.h"
#include "pe.h"
#include "root.h"
#include "uki.h"

/* Where the section table is; and no command line comes near the other. */
#define HEAD_MAX     4096
#define UKI_LINE_MAX (64U << 10)

/*
 * One image's or addon's own.
 * Return: malloc()ed, "" without; NULL: damaged, or not understood.
 */
static char *section_line(const struct root *r, const char *path, bool addon)
{
	uint8_t *head = nm_alloc(HEAD_MAX);
	int fd = root_open(r, path, O_RDONLY);
	struct pe_section s;
	char *line = NULL;
	struct pe pe;
	ssize_t n = fd < 0 ? -1 : pread(fd, head, HEAD_MAX, 0);

	/* which profile boots, and whether an addon is for it, is not known here */
	if (n <= 0 || !pe_parse(&pe, head, (size_t)n) ||
	    pe_section(&pe, head, ".profile", &s) ||
	    (addon && pe_section(&pe, head, ".uname", &s)))
		goto out;
	if (!pe_section(&pe, head, ".cmdline", &s)) {
		line = nm_strdup("");
		goto out;
	}
	if (s.size > s.raw)
		s.size = s.raw;
	if (s.size > UKI_LINE_MAX)
		goto out;
	line = nm_alloc((size_t)s.size + 1);
	if (pread(fd, line, s.size, s.offset) != (ssize_t)s.size) {
		free(line);
		line = NULL;
	}
out:
	if (fd >= 0)
		close(fd);
	free(head);
	return line;
}

bool uki_starts(const struct root *r, const char *path)
{
	uint8_t head[HEAD_MAX];
	struct pe_section s;
	bool starts = false;
	struct pe pe;
	ssize_t n;
	int fd;

	if (strcasestr(path, "/EFI/Linux/"))
		return true;
	fd = root_open(r, path, O_RDONLY);
	n = fd < 0 ? -1 : pread(fd, head, sizeof(head), 0);
	if (n > 0)
		starts = (pe_parse(&pe, head, (size_t)n) &&
			  pe_section(&pe, head, ".linux", &s)) ||
			 (strcasestr(path, "/EFI/BOOT/") &&
			  kimage_is_kernel(head, (size_t)n));
	if (fd >= 0)
		close(fd);
	return starts;
}

/* Adds the lines of the addons that match. Return: as uki_line(). */
static char *add_addons(const struct root *r, char *line, char *pattern)
{
	char **paths;
	ssize_t n = root_glob(r, pattern, &paths);

	if (n < 0) {
		free(line);
		line = NULL;
	}
	for (ssize_t i = 0; i < n && line; i++) {
		char *more = section_line(r, paths[i], true);
		char *both = more ? nm_asprintf("%s %s", line, more) : NULL;

		free(more);
		free(line);
		line = both;
	}
	root_list_free(paths, n);
	free(pattern);
	return line;
}

char *uki_line(const struct root *r, const char *path)
{
	/* /boot/efi/EFI/Linux/linux.efi: its partition is /boot/efi */
	const char *efi = strcasestr(path, "/EFI/");
	char *line = section_line(r, path, false);

	while (efi && strcasestr(efi + 1, "/EFI/"))
		efi = strcasestr(efi + 1, "/EFI/");
	/* those for every image come first (src/boot/stub.c) */
	if (efi)
		line = add_addons(r, line,
				  nm_asprintf("%.*s/loader/addons/*.addon.efi",
					      (int)(efi - path), path));
	line = add_addons(r, line, nm_asprintf("%s.extra.d/*.addon.efi", path));
	/* a control character within it is a blank to systemd-stub */
	for (char *p = line; p && *p; p++)
		*p = *p > 0 && *p < ' ' ? ' ' : *p;
	return line;
}
