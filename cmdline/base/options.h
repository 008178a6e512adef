/* SPDX-License-Identifier: GPL-2.0-only */
/* options.h - the options of the commands, and words that are none of theirs */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "nopmmir.h"

struct option;

/*
 * What getopt_long() is called with: the letters, a colon first so that it is
 * this tool that says what is wrong.  Long options without a letter have
 * values from OPTION_LONG on.
 */
#define OPTION_LETTERS ":h"
#define OPTION_LONG    256

/* The name that is most like a word which is none: start with { @word }. */
struct near {
	const char *word;
	const char *name; /* NULL: none is like it */
	size_t distance;
};

/* near_try() - take @name, which must live on, if it is the nearest so far. */
void near_try(struct near *near, const char *name);

/*
 * nm_bad_option() - say what is wrong with the option at which getopt_long()
 * returned @c, '?' or ':'.
 * Return: nm_usage().
 */
int nm_bad_option(char **argv, const struct option *options, int c);

/*
 * nm_extra_word() - say that @command takes no @word; of a directory, where it
 * would go.
 * Return: nm_usage().
 */
int nm_extra_word(const char *command, const char *word);

bool is_directory(const char *path); /* links are followed */

#endif
