/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * map.h - from strings to numbers, in n log n whatever the strings are: names
 * come from images that may be hostile, so nothing is hashed
 */
#ifndef MAP_H
#define MAP_H

#include <stddef.h>

struct map {
	void *tree;
};

/* The number of @key; NULL: there is none.  It lives as long as the map. */
size_t *map_get(const struct map *m, const char *key);

/*
 * map_add() - the number of @key, which is @value where the key is new; the
 * key is copied.
 */
size_t *map_add(struct map *m, const char *key, size_t value);
void map_free(struct map *m);

#endif
