// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz-edit.c - the editors of enable and disable on any bytes; libFuzzer and
 * AFL++
 *
 * The first byte chooses the back end and the parameter, the rest is the file.
 * What must hold for any file that is understood: enable can put the parameter
 * in force, is then content, and disable gives back the file as it was.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "diff.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Which places had the parameter, or did not exist, before. */
struct before {
	enum param param;
	const struct places *places;
};

static const struct place *by_name(const struct places *places,
				   const char *name)
{
	for (size_t i = 0; i < places->n; i++) {
		if (!strcmp(places->v[i].name, name))
			return &places->v[i];
	}
	return NULL;
}

static struct wish add(void *arg, const struct found *f, const struct place *p)
{
	const struct before *b = arg;

	(void)f;
	(void)p;
	return (struct wish){ .add = b->param };
}

static struct wish take(void *arg, const struct found *f, const struct place *p)
{
	const struct before *b = arg;
	const struct place *was = by_name(b->places, p->name);
	struct wish w = { 0 };

	(void)f;
	w.remove[b->param] = !was || !token_there(was, b->param);
	w.drop_line = was && was->make_head;
	return w;
}

/* A " that the kernel would find open swallows whatever comes behind it. */
static bool open_quote(const struct places *places)
{
	for (size_t i = 0; i < places->n; i++) {
		for (size_t j = 0; j < places->v[i].n; j++) {
			bool open = false;

			for (const char *c = places->v[i].words[j].text; *c;
			     c++)
				open ^= *c == '"';
			if (open)
				return true;
		}
	}
	return false;
}

static FILE *null;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* the program's own words, not the engine's */
	null = fopen("/dev/null", "we");
	return null ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct root root = { .fd = -1, .dir = "" };
	struct change_list list = { 0 };
	struct before before;
	struct found f = { .path = "/fuzz" };

	if (!size)
		return 0;
	f.backend = &backends[data[0] % backends_count];
	before.param = data[0] & 0x80 ? PARAM_STOCK : PARAM_PATCHED;
	f.len = size - 1;
	f.buf = nm_alloc(size);
	memcpy(f.buf, data + 1, f.len);
	if (backend_parse(f.backend, f.buf, f.len, &f.places)) {
		places_free(&f.places);
		free(f.buf);
		return 0;
	}
	before.places = &f.places;
	/*
	 * Switched on and off again by hand on one command line: enable adds a
	 * third word, and disable leaves that place alone as one that had it.
	 */
	for (size_t i = 0; i < f.places.n; i++) {
		if (token_there(&f.places.v[i], before.param) &&
		    !token_has(&f.places.v[i], before.param)) {
			places_free(&f.places);
			free(f.buf);
			return 0;
		}
	}
	if (change_plan(&root, &f, add, &before, &list)) {
		/* nothing else may be in the way but a block's size */
		if (!f.backend->fixed_size && !open_quote(&f.places))
			abort();
	} else if (list.n) {
		struct change_list back = { 0 };
		struct change_list again = { 0 };
		struct found g = { .path = "/fuzz", .backend = f.backend };

		g.buf = list.v[0].buf;
		g.len = list.v[0].len;
		diff_print(null, "/fuzz", f.buf, f.len, g.buf, g.len);
		if (change_plan(&root, &g, add, &before, &again) || again.n)
			abort();
		if (change_plan(&root, &g, take, &before, &back) || !back.n ||
		    (!f.backend->fixed_size &&
		     (back.v[0].len != f.len ||
		      memcmp(back.v[0].buf, f.buf, f.len))))
			abort();
		change_free(&back);
	}
	change_free(&list);
	places_free(&f.places);
	free(f.buf);
	return 0;
}
