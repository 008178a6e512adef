// SPDX-License-Identifier: GPL-2.0-only
/*
 * token.c - the two parameters as exact tokens of a kernel command line
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "nopmmir.h"
#include "token.h"

static const struct {
	const char *token;
	const char *key;
	const char *element; /* of a comma separated list; NULL: a bool */
} params[PARAM_COUNT] = {
	[PARAM_PATCHED] = { NM_PARAM_PATCHED, NM_PARAM_PATCHED, NULL },
	[PARAM_STOCK] = { NM_PARAM_STOCK, NM_PARAM_STOCK_KEY,
			  NM_PARAM_STOCK_INITCALL },
};

/*
 * If the word sets @key: its value, "" for a word without '='; else NULL.  As
 * in the kernel's next_arg(), a " at the word's or the value's start and the
 * one at its end are not part of it; *@len is the value's length.
 */
static const char *value_of(const char *text, const char *key, size_t *len)
{
	size_t n = strlen(text);

	if (n && text[0] == '"') {
		text++;
		n--;
		if (n && text[n - 1] == '"')
			n--;
	}
	for (; *key; key++, text++, n--) {
		char c = n ? *text : '\0';

		if (c != *key && !(c == '-' && *key == '_'))
			return NULL;
	}
	*len = 0;
	if (!n)
		return "";
	if (*text != '=')
		return NULL;
	text++;
	n--;
	if (n && text[0] == '"') {
		text++;
		n--;
		if (n && text[n - 1] == '"')
			n--;
	}
	*len = n;
	return text;
}

/* Where @element is in the list value[0, len); NULL: it is not. */
static const char *element_in(const char *value, size_t len,
			      const char *element)
{
	const char *end = value + len;
	size_t n = strlen(element);

	while (value < end) {
		const char *comma = memchr(value, ',', (size_t)(end - value));
		const char *to = comma ? comma : end;

		if ((size_t)(to - value) == n && !memcmp(value, element, n))
			return value;
		value = to + 1;
	}
	return NULL;
}

/* How many words are the kernel's: those behind "--" are init's. */
static size_t kernels_own(const struct place *place)
{
	size_t n = 0;

	while (n < place->n && strcmp(place->words[n].text, "--"))
		n++;
	return n;
}

/* Would token_remove() touch this word? */
static bool ours(const struct word *w, enum param param)
{
	size_t len;
	const char *value;

	if (!params[param].element)
		return !strcmp(w->text, params[param].token);
	value = value_of(w->text, params[param].key, &len);
	return value && element_in(value, len, params[param].element);
}

bool token_there(const struct place *place, enum param param)
{
	size_t n = kernels_own(place);

	for (size_t i = 0; i < n; i++) {
		if (ours(&place->words[i], param))
			return true;
	}
	return false;
}

/* A list that can take one more element right behind its last byte. */
static bool extensible(const struct word *w, const char *key)
{
	size_t len;
	const char *value = value_of(w->text, key, &len);

	/*
	 * As long in the file as in its text: no quoting, no variable; a
	 * separate word does as well, since the kernel adds up the lists.
	 */
	return value && len && !strpbrk(w->text, "\"$") &&
	       w->end - w->start == strlen(w->text) && value[len - 1] != ',';
}

void token_add(const struct place *place, enum param param, bool front,
	       struct edits *edits)
{
	size_t n = front ? 0 : kernels_own(place);
	const char *token = params[param].token;
	char *text;

	for (size_t i = 0; params[param].element && i < n; i++) {
		const struct word *w = &place->words[i];

		if (!extensible(w, params[param].key))
			continue;
		text = nm_asprintf(",%s", params[param].element);
		edits_add(edits, w->end, 0, text);
		free(text);
		return;
	}
	if (n) {
		const struct word *w = &place->words[n - 1];

		text = nm_asprintf("%s%s", w->blank, token);
		edits_add(edits, w->end, 0, text);
	} else if (place->make_head) {
		text = nm_asprintf("%s%s%s", place->make_head, token,
				   place->make_tail);
		edits_add(edits, place->at, 0, text);
	} else if (place->n && !*place->lead) {
		/* the first word is "--", or what is not read to its end */
		text = nm_asprintf("%s%s", token, place->blank);
		edits_add(edits, place->words[0].start, 0, text);
	} else {
		text = nm_asprintf("%s%s", place->lead, token);
		edits_add(edits, place->at, 0, text);
	}
	free(text);
}

/* The list value[0, len) without @element; malloc()ed. */
static char *list_without(const char *value, size_t len, const char *element)
{
	char *out = nm_alloc(len + 1);
	const char *end = value + len;
	size_t n = 0;
	bool first = true;

	while (value <= end) {
		const char *comma = memchr(value, ',', (size_t)(end - value));
		size_t part = (size_t)((comma ? comma : end) - value);

		if (part != strlen(element) || memcmp(value, element, part)) {
			if (!first)
				out[n++] = ',';
			memcpy(out + n, value, part);
			n += part;
			first = false;
		}
		value += part + 1;
	}
	return out;
}

void token_remove(const struct place *place, enum param param,
		  enum removal which, struct edits *edits)
{
	size_t n = which == REMOVE_NONE ? 0 : kernels_own(place);
	size_t from = 0;

	while (which == REMOVE_LAST && n && !ours(&place->words[n - 1], param))
		n--;
	if (which == REMOVE_LAST && n)
		from = n - 1;
	while (which == REMOVE_FIRST && from < n &&
	       !ours(&place->words[from], param))
		from++;
	if (which == REMOVE_FIRST && from < n)
		n = from + 1;
	for (size_t i = from; i < n; i++) {
		const struct word *w = &place->words[i];
		const char *element = params[param].element;
		char *rest = NULL;
		size_t len;

		if (!ours(w, param))
			continue;
		if (element) {
			const char *value =
				value_of(w->text, params[param].key, &len);

			rest = list_without(value, len, element);
			/* the same in the file as in the text: no quoting */
			if (*rest && w->end - w->start == strlen(w->text))
				edits_add(edits,
					  w->start + (size_t)(value - w->text),
					  len, rest);
		}
		if (!rest || !*rest) {
			edits_add(edits, w->start, w->end - w->start, "");
			edits_add(edits, w->sep_start,
				  w->sep_end - w->sep_start, "");
		}
		free(rest);
	}
}
