/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * escape.h - text of other people's files on its way to a terminal
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * utf8_char() - read one character (RFC 3629)
 * @s: a string; its NUL is no character
 * @c: the code point
 *
 * Return: its bytes; 0 where no character of UTF-8 begins at @s.
 */
size_t utf8_char(const char *s, uint32_t *c);

/**
 * is_plain() - does a terminal only show this character?
 * @c: a code point
 *
 * Not plain are the controls C0 (ESC, newline, tab ...), DEL and C1, the line
 * and paragraph separators, and the marks that turn the direction of the text
 * that follows (Unicode Standard Annex 9).
 */
bool is_plain(uint32_t c);

/**
 * escape() - a text as it may be shown
 * @s: any bytes
 *
 * Each byte of what is not plain, or not UTF-8, becomes \xNN.
 * Return: malloc()ed.
 */
char *escape(const char *s);

/* The same for @len bytes with a NUL behind them; a NUL among them is \x00. */
char *escape_bytes(const char *s, size_t len);

#endif
