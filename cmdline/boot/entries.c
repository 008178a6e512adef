// SPDX-License-Identifier: GPL-2.0-only
/*
 * entries.c - what the boot entries say, for check and status
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "token.h"

static bool has(const struct found_list *files, const struct place *p,
		enum param param)
{
	if (token_has(p, param))
		return true;
	for (size_t i = 0; backend_uses_env(p) && i < files->n; i++) {
		if (files->v[i].backend->role == ROLE_ENV &&
		    token_has(&files->v[i].places.v[0], param))
			return true;
	}
	return false;
}

/*
 * GRUB's saved_entry: the entry that boots unless somebody chooses another.
 * Return: malloc()ed, or NULL: there is none.
 */
static char *saved_entry(const struct root *r)
{
	static const char *const where[] = { "/boot/grub2/grubenv",
					     "/boot/grub/grubenv",
					     "/boot/efi/EFI/*/grubenv" };
	char *saved = NULL;

	for (size_t i = 0; !saved && i < sizeof(where) / sizeof(*where); i++) {
		char **paths;
		ssize_t n = root_glob(r, where[i], &paths);
		size_t len;
		char *buf =
			n > 0 ? root_read(r, paths[0], 1U << 16, &len, NULL) :
				NULL;
		struct places places = { 0 };

		if (buf && !grubenv_places(buf, len, "saved_entry", &places) &&
		    places.n && places.v[0].n) {
			const struct place *p = &places.v[0];
			size_t start = p->words[0].start;

			saved = nm_asprintf(
				"%.*s", (int)(p->words[p->n - 1].end - start),
				buf + start);
		}
		places_free(&places);
		free(buf);
		root_list_free(paths, n);
	}
	return saved;
}

/* Is it the entry of that saved_entry: a BLS file's name, or a title? */
static bool is_saved(const struct found *f, const struct place *p,
		     const char *saved)
{
	const char *base = strrchr(f->path, '/') + 1;
	const char *title = strrchr(p->name, '>');
	size_t n = strlen(saved);

	return !strcmp(p->name, saved) ||
	       (title && !strcmp(title + 1, saved)) ||
	       (!strncmp(base, saved, n) && !strcmp(base + n, ".conf"));
}

/* What one more entry of those that count means for the answer. */
static void take(enum tri *t, bool yes, bool first, enum tri mixed)
{
	if (first)
		*t = yes ? TRI_YES : TRI_NO;
	else if (*t != (yes ? TRI_YES : TRI_NO))
		*t = mixed;
}

int entry_params(const struct root *r, const char *version,
		 struct entry_params *out)
{
	/* of several that may boot by default nobody knows which one will */
	enum tri mixed = version ? TRI_NO : TRI_UNKNOWN;
	char *saved = version ? NULL : saved_entry(r);
	struct found_list files;
	bool first = true, found = false;

	*out = (struct entry_params){ TRI_UNKNOWN, TRI_UNKNOWN, "" };
	if (backend_scan(r, &files)) {
		free(saved);
		errno = EINVAL;
		return -1;
	}
	for (size_t i = 0; i < files.n && !found; i++) {
		const struct found *f = &files.v[i];

		for (size_t j = 0; j < f->places.n && !found; j++) {
			const struct place *p = &f->places.v[j];

			if (f->backend->role != ROLE_ENTRY || !p->kernel)
				continue;
			if (version &&
			    (!p->version || strcmp(p->version, version)))
				continue;
			found = saved && is_saved(f, p, saved);
			first |= found;
			take(&out->patched, has(&files, p, PARAM_PATCHED),
			     first, mixed);
			take(&out->stock, has(&files, p, PARAM_STOCK), first,
			     mixed);
			if (first)
				snprintf(out->where, sizeof(out->where), "%s",
					 f->path);
			first = false;
		}
	}
	free(saved);
	backend_free(&files);
	return 0;
}
