// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz-edit.c - the editors of enable and disable on any bytes; libFuzzer and
 * AFL++
 *
 * The first byte chooses the format and the parameter, the rest is the file.
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
#include "nopmmir.h"
#include "root.h"
#include "token.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FILE *null;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* the program's own words, not the engine's */
	null = fopen("/dev/null", "we");
	return null ? 0 : -1;
}

static const struct place *by_name(const struct places *places,
				   const char *name)
{
	for (size_t i = 0; i < places->n; i++) {
		if (!strcmp(places->v[i].name, name))
			return &places->v[i];
	}
	return NULL;
}

/* Has the place @param in force, by what its own words say? */
static bool has(const struct place *p, enum param param)
{
	char *text = place_text(p);
	bool is = param_in(text, param) == TRI_YES;

	free(text);
	return is;
}

/*
 * A command line that no place in it is read of: a quote, its length, or a kernel
 * whose name, which comes first there, holds words of its own, such as "--".
 */
static bool unreadable(const struct places *places)
{
	static const char strange[] = "\"'\\\n\r\v\f\xa0\001\002\003";

	for (size_t i = 0; i < places->n; i++) {
		size_t quotes = 0, len = 0;

		for (size_t j = 0; j < places->v[i].n; j++) {
			for (const char *c = places->v[i].words[j].text; *c;
			     c++, len++)
				quotes += strchr(strange, *c) != NULL;
		}
		for (size_t j = 0; j < places->v[i].n_boots; j++) {
			const char *kernel = places->v[i].boots[j].kernel;

			len += 2 * strlen(kernel);
			quotes += strpbrk(kernel, strange) ||
				  strpbrk(kernel, " \t");
		}
		if (quotes || len > 1900)
			return true;
	}
	return false;
}

static void decide_add(struct conf *c, enum param param)
{
	for (size_t i = 0; i < c->places.n; i++) {
		struct place *p = &c->places.v[i];

		p->decision.add = p->image || has(p, param) ? PARAM_NONE :
							      param;
	}
}

static void decide_take(struct conf *c, const struct places *was,
			enum param param)
{
	for (size_t i = 0; i < c->places.n; i++) {
		struct place *p = &c->places.v[i];
		const struct place *before = by_name(was, p->name);

		p->decision.remove[param] =
			before && token_there(before, param) ? REMOVE_NONE :
							       REMOVE_ALL;
		p->decision.drop_line = before && before->make_head;
	}
}

/* The conf as it is after its change, to be changed again. */
static struct conf after(const struct conf *c)
{
	struct conf next = { .path = c->path, .format = c->format };

	next.len = c->new_len;
	next.buf = nm_alloc(next.len + 1);
	memcpy(next.buf, c->new_buf, next.len);
	if (format_parse(next.format, next.buf, next.len, &next.places))
		abort();
	return next;
}

static void conf_end(struct conf *c)
{
	places_free(&c->places);
	places_free(&c->new_places);
	free(c->buf);
	free(c->new_buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct root root = { .fd = -1, .dir = "" };
	struct conf_list none = { 0 };
	struct vars vars = { 0 };
	struct conf c = { .path = "/fuzz" }, d;
	enum param param;
	bool skip = false;

	if (!size)
		return 0;
	c.format = &formats[data[0] % formats_count];
	param = data[0] & 0x80 ? PARAM_STOCK : PARAM_PATCHED;
	c.len = size - 1;
	c.buf = nm_alloc(size);
	memcpy(c.buf, data + 1, c.len);
	if (format_parse(c.format, c.buf, c.len, &c.places)) {
		conf_end(&c);
		return 0;
	}
	/*
	 * Switched on and off again by hand on one command line: enable adds a
	 * third word, and disable leaves that place alone as one that had it.
	 */
	for (size_t i = 0; i < c.places.n; i++)
		skip |= token_there(&c.places.v[i], param) &&
			!has(&c.places.v[i], param);
	decide_add(&c, param);
	if (skip) {
		conf_end(&c);
		return 0;
	}
	vars_update(&vars, &none);
	if (change_make(&root, &vars, &c)) {
		/* nothing else may be in the way but a block's size */
		if (!(c.format->flags & FORMAT_FIXED_SIZE) &&
		    !unreadable(&c.places))
			abort();
	} else if (c.new_buf) {
		diff_print(null, "/fuzz", c.buf, c.len, c.new_buf, c.new_len);
		d = after(&c);
		decide_take(&d, &c.places, param);
		if (change_make(&root, &vars, &d) || !d.new_buf ||
		    (!(c.format->flags & FORMAT_FIXED_SIZE) &&
		     (d.new_len != c.len || memcmp(d.new_buf, c.buf, c.len))))
			abort();
		conf_end(&d);
	}
	conf_end(&c);
	vars_free(&vars);
	return 0;
}
