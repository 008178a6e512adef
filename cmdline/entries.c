// SPDX-License-Identifier: GPL-2.0-only
/*
 * entries.c - what the boot entries say, for check and status
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "token.h"

static bool uses_env(const struct place *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!strcmp(p->words[i].text, "$kernelopts") ||
		    !strcmp(p->words[i].text, "${kernelopts}"))
			return true;
	}
	return false;
}

static bool has(const struct found_list *files, const struct place *p,
		enum param param)
{
	if (token_has(p, param))
		return true;
	for (size_t i = 0; uses_env(p) && i < files->n; i++) {
		if (files->v[i].backend->role == ROLE_ENV &&
		    token_has(&files->v[i].places.v[0], param))
			return true;
	}
	return false;
}

static void take(enum tri *t, bool yes, bool first)
{
	if (first)
		*t = yes ? TRI_YES : TRI_NO;
	else if (!yes)
		*t = TRI_NO;
}

int entry_params(const struct root *r, const char *version,
		 struct entry_params *out)
{
	struct found_list files;
	bool first = true;

	*out = (struct entry_params){ TRI_UNKNOWN, TRI_UNKNOWN, "" };
	if (backend_scan(r, &files)) {
		errno = EINVAL;
		return -1;
	}
	for (size_t i = 0; i < files.n; i++) {
		const struct found *f = &files.v[i];

		for (size_t j = 0; j < f->places.n; j++) {
			const struct place *p = &f->places.v[j];

			if (f->backend->role != ROLE_ENTRY || !p->kernel)
				continue;
			if (version &&
			    (!p->version || strcmp(p->version, version)))
				continue;
			take(&out->patched, has(&files, p, PARAM_PATCHED),
			     first);
			take(&out->stock, has(&files, p, PARAM_STOCK), first);
			if (first)
				snprintf(out->where, sizeof(out->where), "%s",
					 f->path);
			first = false;
		}
	}
	backend_free(&files);
	return 0;
}
