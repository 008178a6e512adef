// SPDX-License-Identifier: GPL-2.0-only
/*
 * device.c - the device that GRUB takes a file from
 *
 * A script finds it by `search`, which may lead to another disk, with another
 * system's kernel of the same name; only the UUID there tells them apart.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "nopmmir.h"
#include "script.h"

static bool is_by_uuid(const char *name)
{
	return !strncmp(name, DEVICE_UUID, strlen(DEVICE_UUID));
}

/* Takes ownership of @name. */
static struct device device(const struct mounts *mounts, const struct use *use,
			    char *name)
{
	struct device d = { DEVICE_OWN, name };
	bool by_uuid = is_by_uuid(name);
	const char *uuid = name + (by_uuid ? strlen(DEVICE_UUID) : 0);

	if (map_get(&use->conf->places.script->loopbacks, name))
		d.kind = DEVICE_LOOPBACK;
	/* by a variable that is worth nothing GRUB finds no device */
	else if (by_uuid && *uuid && !strchr(uuid, VAR_UNKNOWN) &&
		 mounts_exclude(mounts, uuid))
		d.kind = DEVICE_OTHER;
	/* without the VAR_UNKNOWN */
	if (d.kind == DEVICE_OTHER)
		memmove(name, name + 1, strlen(name));
	if (d.kind == DEVICE_OWN) {
		free(name);
		d.name = NULL;
	}
	return d;
}

/* Is there something else than our own that a script may lead to? */
static bool may_be_other(const struct mounts *mounts, const struct use *use)
{
	const struct script *s = use->conf->places.script;

	return s && (s->loopbacks.tree || mounts_can_exclude(mounts));
}

/* The device of one value of $root, "hd0,gpt2" or "(hd0,gpt2)". */
static struct device of_value(const struct vars *vars,
			      const struct mounts *mounts,
			      const struct conf *conf,
			      const struct root_value *v)
{
	const struct use use = { conf, v->scope, v->pos, v->next };
	struct device d = { DEVICE_OWN, NULL };
	struct strings s;

	vars_expand(vars, &use, v->value, &s);
	for (size_t i = 0; i < s.n && d.kind == DEVICE_OWN; i++) {
		const char *text = s.v[i] + strspn(s.v[i], "(");

		d = device(mounts, &use,
			   nm_asprintf("%.*s", (int)strcspn(text, ",)"), text));
	}
	strings_free(&s);
	return d;
}

struct device device_root(const struct vars *vars, const struct mounts *mounts,
			  const struct use *use)
{
	const struct script *s = use->conf->places.script;
	struct device d = { DEVICE_OWN, NULL };
	size_t n = 0;

	if (!may_be_other(mounts, use))
		return d;
	for (size_t i = use->root; i && d.kind == DEVICE_OWN;
	     i = s->roots[i - 1].next) {
		if (n++ < ROOTS_MAX)
			d = of_value(vars, mounts, use->conf, &s->roots[i - 1]);
		else
			d = (struct device){ DEVICE_OTHER, nm_strdup("$root") };
	}
	return d;
}

struct device device_of(const struct mounts *mounts, const struct use *use,
			const struct device *root, const char *path)
{
	const char *end = *path == '(' ? strchr(path, ')') : NULL;

	if (end && (path[1] != VAR_UNKNOWN || is_by_uuid(path + 1)) &&
	    may_be_other(mounts, use))
		return device(mounts, use,
			      nm_asprintf("%.*s", (int)(end - path - 1),
					  path + 1));
	return (struct device){ root->kind,
				root->name ? nm_strdup(root->name) : NULL };
}
