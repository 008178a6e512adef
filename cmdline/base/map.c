// SPDX-License-Identifier: GPL-2.0-only
/*
 * map.c - from strings to numbers: the C library's balanced tree
 */
#define _GNU_SOURCE
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "nopmmir.h"

struct item {
	const char *key;
	size_t value;
	char own[]; /* the key of an entry that is in the tree */
};

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->key,
		      ((const struct item *)b)->key);
}

size_t *map_get(const struct map *m, const char *key)
{
	struct item look = { .key = key };
	struct item **at = tfind(&look, &m->tree, by_key);

	return at ? &(*at)->value : NULL;
}

size_t *map_add(struct map *m, const char *key, size_t value)
{
	size_t *old = map_get(m, key);
	size_t n = strlen(key) + 1;
	struct item *e;

	if (old)
		return old;
	e = nm_alloc(sizeof(*e) + n);
	memcpy(e->own, key, n);
	e->key = e->own;
	e->value = value;
	if (!tsearch(e, &m->tree, by_key)) {
		nm_err("out of memory");
		exit(NM_FAIL);
	}
	return &e->value;
}

void map_free(struct map *m)
{
	tdestroy(m->tree, free);
	m->tree = NULL;
}
