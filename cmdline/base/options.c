// SPDX-License-Identifier: GPL-2.0-only
/* options.c - the options of the commands, and words that are none of theirs */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk.h"
#include "nopmmir.h"
#include "options.h"
#include "words.h"

/* Longer words are nobody's slip of the finger. */
#define WORD_MAX 32

/* How many letters are to be added, taken away or changed to make @b of @a. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1];
	size_t n = strlen(b);

	if (strlen(a) > WORD_MAX || n > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

void near_try(struct near *near, const char *name)
{
	size_t len = strlen(near->word);
	/* the beginning of a name is short of letters, not wrong in them */
	size_t d = len && !strncmp(near->word, name, len) ?
			   0 :
			   distance(near->word, name);

	if (d > 2 || d >= len || (near->name && d >= near->distance))
		return;
	near->name = name;
	near->distance = d;
}

int nm_bad_option(char **argv, const struct option *options, int c)
{
	const char *command = argv[0];
	const char *word = argv[optind - 1];
	struct near near = { 0 };
	char *name;

	if (c == ':') {
		nm_err("%s: option '%s' takes a value", command, word);
		return nm_usage(command);
	}
	/* long options have values above those of letters, see options.h */
	if (optopt >= OPTION_LONG) {
		nm_err("%s: option '%.*s' takes no value", command,
		       (int)strcspn(word, "="), word);
		return nm_usage(command);
	}
	if (optopt) {
		nm_err("%s has no option '-%c'", command, optopt);
		return nm_usage(command);
	}
	name = nm_strdup(word + strspn(word, "-"));
	name[strcspn(name, "=")] = '\0';
	near.word = name;
	for (const struct option *o = options; o->name; o++)
		near_try(&near, o->name);
	if (near.name)
		nm_err("%s has no option '%s'; did you mean `--%s`?", command,
		       word, near.name);
	else
		nm_err("%s has no option '%s'", command, word);
	free(name);
	return nm_usage(command);
}

bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int nm_extra_word(const char *command, const char *word)
{
	if (is_directory(word))
		nm_err("%s: '%s' is one word too many; did you mean `--root %s`?",
		       command, word, word);
	else if (!disk_say(word))
		nm_err("%s: '%s' is one word too many", command, word);
	return nm_usage(command);
}

int nm_look_options(int argc, char **argv, const char **dir, bool *json)
{
	enum { ROOT = OPTION_LONG, JSON };
	/* --root is the first, so that a command without it starts behind */
	static const struct option all[] = {
		{ "root", required_argument, NULL, ROOT },
		{ "json", no_argument, NULL, JSON },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const struct option *options = all + !dir;
	int opt;

	while ((opt = getopt_long(argc, argv, OPTION_LETTERS, options, NULL)) !=
	       -1) {
		switch (opt) {
		case ROOT:
			*dir = optarg;
			break;
		case JSON:
			*json = true;
			words_plain();
			break;
		case 'h':
			nm_help(argv[0]);
			return NM_OK;
		default:
			return nm_bad_option(argv, options, opt);
		}
	}
	return -1;
}
