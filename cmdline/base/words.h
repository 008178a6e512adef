/* SPDX-License-Identifier: GPL-2.0-only */
/* words.h - the language in which the tool speaks */
#ifndef WORDS_H
#define WORDS_H

/*
 * words_begin() - speak the language that the environment asks for, if there is
 * a catalogue of it and the terminal takes UTF-8; else English.
 */
void words_begin(void);

/* words_plain() - English from now on: for what programs read. */
void words_plain(void);

#endif
