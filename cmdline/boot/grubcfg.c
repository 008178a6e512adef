// SPDX-License-Identifier: GPL-2.0-only
/*
 * grubcfg.c - the `linux` commands of a grub.cfg
 *
 * Cuts the script into words as GRUB does it: the lexical rules are those of
 * grub-core/script/yylex.l (quotes, escapes, variables, comments, a line that
 * goes on after a backslash), and of the grammar as much as tells where a
 * command begins and which menuentry it is in.  The script is never run, so
 * both branches of an `if` count.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "nopmmir.h"
#include "place.h"

/* Deeper than GRUB's own menus; a bound for hostile files. */
#define MAX_NEST 256

struct lexer {
	const char *buf;
	size_t len, pos;
	char *text; /* the word in hand; none is longer than the file */
	size_t text_len;
};

struct grubword {
	size_t start, end;
	char *text;
	size_t text_len;
	bool quoted; /* "" is an argument, an escaped newline is none */
};

struct command {
	struct grubword *v;
	size_t n;
};

static void command_reset(struct command *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].text);
	free(c->v);
	*c = (struct command){ 0 };
}

/* CHAR of yylex.l: what a bare word is made of. */
static bool is_char(char c)
{
	return !strchr("{}|&$;<> \t\n'\"\\", c) || c == '\0';
}

static void put(struct lexer *l, const char *s, size_t n)
{
	memcpy(l->text + l->text_len, s, n);
	l->text_len += n;
}

/* VARIABLE of yylex.l at buf[pos] == '$': its length; 1: a lone '$'. */
static size_t variable(const struct lexer *l)
{
	size_t i = l->pos + 1;

	if (i < l->len && l->buf[i] == '{') {
		size_t from = ++i;

		while (i < l->len &&
		       (isalnum((unsigned char)l->buf[i]) ||
			(l->buf[i] && strchr("_?#*@", l->buf[i]))))
			i++;
		if (i < l->len && l->buf[i] == '}' && i > from)
			return i + 1 - l->pos;
		return 1;
	}
	if (i < l->len && l->buf[i] && strchr("?#*@", l->buf[i]))
		return 2;
	while (i < l->len &&
	       (isalnum((unsigned char)l->buf[i]) || l->buf[i] == '_'))
		i++;
	return i - l->pos;
}

/* From the byte behind an opening ": up to and with the closing one. */
static bool double_quoted(struct lexer *l)
{
	while (l->pos < l->len && l->buf[l->pos] != '"') {
		if (l->buf[l->pos] == '\\' && l->pos + 1 < l->len) {
			char c = l->buf[l->pos + 1];

			if (c == '$' || c == '\\' || c == '"')
				put(l, &c, 1);
			else if (c != '\n')
				put(l, l->buf + l->pos, 2);
			l->pos += 2;
			continue;
		}
		put(l, l->buf + l->pos, 1);
		l->pos++;
	}
	if (l->pos == l->len)
		return false;
	l->pos++;
	return true;
}

/* A WORD of yylex.l at @pos. Return: false where a quote is left open. */
static bool word(struct lexer *l, struct grubword *w)
{
	size_t n;
	const char *end;

	*w = (struct grubword){ .start = l->pos };
	l->text_len = 0;
	while (l->pos < l->len) {
		char c = l->buf[l->pos];

		if (c == '\\') {
			if (l->pos + 1 == l->len)
				return false;
			if (l->buf[l->pos + 1] != '\n')
				put(l, l->buf + l->pos + 1, 1);
			l->pos += 2;
		} else if (c == '\'') {
			l->pos++;
			end = memchr(l->buf + l->pos, '\'', l->len - l->pos);
			if (!end)
				return false;
			n = (size_t)(end - (l->buf + l->pos));
			put(l, l->buf + l->pos, n);
			l->pos += n + 1;
			w->quoted = true;
		} else if (c == '"') {
			l->pos++;
			w->quoted = true;
			if (!double_quoted(l))
				return false;
		} else if (c == '$') {
			n = variable(l);
			put(l, l->buf + l->pos, n);
			l->pos += n;
		} else if (is_char(c)) {
			put(l, l->buf + l->pos, 1);
			l->pos++;
		} else {
			break;
		}
	}
	w->end = l->pos;
	w->text_len = l->text_len;
	w->text = nm_alloc(w->text_len + 1);
	memcpy(w->text, l->text, w->text_len);
	return true;
}

static bool one_of(const char *text, const char *const *set)
{
	for (; *set; set++) {
		if (!strcmp(text, *set))
			return true;
	}
	return false;
}

/* Words that a command may follow without a separator between. */
static const char *const before_command[] = { "if",   "then",  "else",
					      "elif", "while", "until",
					      "do",   "!",     NULL };
static const char *const linux_commands[] = { "linux", "linux16", "linuxefi",
					      NULL };
static const char *const menu_commands[] = { "menuentry", "submenu", NULL };

/* The path that the menus show: "Advanced options>openEuler (rescue)". */
static char *place_name(char *const *titles, size_t nest, const char *kernel)
{
	char *name = nm_strdup("");

	for (size_t i = 0; i < nest; i++) {
		char *longer;

		if (!titles[i])
			continue;
		longer = nm_asprintf("%s%s%s", name, *name ? ">" : "",
				     titles[i]);
		free(name);
		name = longer;
	}
	if (!*name) {
		free(name);
		name = nm_strdup(kernel);
	}
	return name;
}

static void linux_command(const struct lexer *l, const struct command *c,
			  char *const *titles, size_t nest, struct places *list)
{
	char *name = place_name(titles, nest, c->v[1].text);
	struct place *p = place_new(list, name, c->v[1].text);

	free(name);
	p->lead = " ";
	p->at = c->v[1].end;
	for (size_t i = 2; i < c->n; i++) {
		const struct grubword *g = &c->v[i];
		struct word *w = place_word(p, g->text, g->text_len);

		w->start = g->start;
		w->end = g->end;
		if (l->buf[g->start - 1] == ' ' || l->buf[g->start - 1] == '\t')
			w->sep_start = g->start - 1;
		else
			w->sep_start = g->start;
		w->sep_end = g->start;
	}
}

/* A command is complete. Return: the title, if it begins a menu's block. */
static char *command(const struct lexer *l, const struct command *c,
		     char *const *titles, size_t nest, struct places *list)
{
	if (!c->n)
		return NULL;
	if (!strcmp(c->v[0].text, "blscfg"))
		list->bls = true;
	if (c->n >= 2 && one_of(c->v[0].text, linux_commands))
		linux_command(l, c, titles, nest, list);
	if (c->n >= 2 && one_of(c->v[0].text, menu_commands))
		return nm_strdup(c->v[1].text);
	return NULL;
}

int grubcfg_places(const char *buf, size_t len, const char *arg,
		   struct places *list)
{
	struct lexer l = { .buf = buf, .len = len };
	struct command c = { 0 };
	char *titles[MAX_NEST] = { 0 };
	size_t nest = 0;
	int ret = 0;

	(void)arg;
	l.text = nm_alloc(len + 1);
	while (ret == 0 && l.pos < len) {
		char ch = buf[l.pos];

		if (ch == ' ' || ch == '\t') {
			l.pos++;
		} else if (ch == '#') {
			const char *nl = memchr(buf + l.pos, '\n', len - l.pos);

			l.pos = nl ? (size_t)(nl - buf) : len;
		} else if (ch && strchr("\n;&|<>{}", ch)) {
			char *title = command(&l, &c, titles, nest, list);

			command_reset(&c);
			if (ch == '{' && nest < MAX_NEST) {
				titles[nest++] = title;
				title = NULL;
			} else if (ch == '{') {
				ret = places_error(list, buf, l.pos,
						   "too many { inside another");
			} else if (ch == '}' && nest) {
				free(titles[--nest]);
				titles[nest] = NULL;
			} else if (ch == '}') {
				ret = places_error(list, buf, l.pos,
						   "a } without its {");
			}
			free(title);
			l.pos++;
		} else {
			struct grubword w;

			if (!word(&l, &w))
				ret = places_error(list, buf, w.start,
						   "a quote is not closed");
			if (ret || (!c.n && one_of(w.text, before_command)) ||
			    (!w.text_len && !w.quoted)) {
				free(w.text);
				continue;
			}
			c.v = nm_realloc(c.v, (c.n + 1) * sizeof(*c.v));
			c.v[c.n++] = w;
		}
	}
	if (ret == 0) {
		free(command(&l, &c, titles, nest, list));
		if (nest)
			ret = places_error(list, buf, len, "a } is missing");
	}
	free(l.text);
	command_reset(&c);
	while (nest)
		free(titles[--nest]);
	return ret;
}

int grubcfg_custom_places(const char *buf, size_t len, const char *arg,
			  struct places *list)
{
	static const char tail[] = "exec tail -n +3 $0";

	/* a script that prints its own lines; any other is not GRUB's */
	if (!memmem(buf, len, tail, sizeof(tail) - 1))
		return 0;
	return grubcfg_places(buf, len, arg, list);
}
