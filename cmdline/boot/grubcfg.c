// SPDX-License-Identifier: GPL-2.0-only
/*
 * grubcfg.c - the `linux` commands of a grub.cfg
 *
 * Cuts the script into words as GRUB does it: the lexical rules are those of
 * grub-core/script/yylex.l (quotes, escapes, variables, comments, a line that
 * goes on after a backslash), and of the grammar as much as tells where a
 * command begins and which block and condition it is in.  The script is never
 * run, so both branches of an `if` count.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "nopmmir.h"
#include "script.h"

/* Deeper than GRUB's own menus; a bound for hostile files. */
#define MAX_NEST 256

struct lexer {
	const char *buf; /* without carriage returns */
	size_t len, pos;
	const size_t
		*origin; /* where each byte stands in the file; NULL: there */
	char *text; /* the word in hand; none is longer than three files */
	size_t text_len;
};

struct grubword {
	size_t start, end; /* in the file */
	bool glued; /* no blank before it */
	char *text;
	size_t text_len;
	bool quoted; /* "" is an argument, an escaped newline is none */
};

struct command {
	struct grubword *v;
	size_t n;
};

/* An if or a loop that is open. */
struct condition {
	char *empty; /* the variable whose emptiness is the condition; or NULL */
	bool testing; /* the condition is still to come */
	bool negated;
};

struct block {
	char *title; /* NULL: none that the menu shows */
	char *id; /* the menuentry's --id; or NULL */
	size_t scope;
	size_t conditions; /* that were open when it began */
	size_t root; /* as in struct use */
};

struct parser {
	struct lexer lex;
	struct command c;
	struct block blocks[MAX_NEST];
	size_t nest;
	size_t root; /* outside of all blocks */
	struct condition *conditions;
	size_t n_conditions;
	struct places *list;
	struct script *script;
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
	for (size_t i = 0; i < n; i++) {
		bool mark = s[i] == VAR_BARE || s[i] == VAR_QUOTED ||
			    s[i] == VAR_END;

		l->text[l->text_len++] = mark ? '?' : s[i];
	}
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

/* At a '$': the variable there goes to the text, marked. */
static void put_variable(struct lexer *l, char mark)
{
	const char *at = l->buf + l->pos;
	size_t n = variable(l);

	if (n == 1) {
		/* $"..." is "..." in the user's language */
		if (mark == VAR_QUOTED || l->pos + 1 == l->len || at[1] != '"')
			put(l, at, 1);
	} else {
		size_t brace = at[1] == '{';

		l->text[l->text_len++] = mark;
		put(l, at + 1 + brace, n - 1 - 2 * brace);
		l->text[l->text_len++] = VAR_END;
	}
	l->pos += n;
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
		} else if (l->buf[l->pos] == '$') {
			put_variable(l, VAR_QUOTED);
		} else {
			put(l, l->buf + l->pos, 1);
			l->pos++;
		}
	}
	if (l->pos == l->len)
		return false;
	l->pos++;
	return true;
}

/* From a place in the text that is read to that in the file. */
static size_t in_file(const struct lexer *l, size_t pos)
{
	return l->origin ? l->origin[pos] : pos;
}

/* A WORD of yylex.l at @pos. Return: false where a quote is left open. */
static bool word(struct lexer *l, struct grubword *w)
{
	size_t n, from = l->pos;
	const char *end;

	*w = (struct grubword){ .start = in_file(l, from) };
	w->glued = !from ||
		   (l->buf[from - 1] != ' ' && l->buf[from - 1] != '\t');
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
			put_variable(l, VAR_BARE);
		} else if (is_char(c)) {
			put(l, l->buf + l->pos, 1);
			l->pos++;
		} else {
			break;
		}
	}
	w->end = in_file(l, l->pos - 1) + 1;
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
static const char *const config_commands[] = { "source",
					       ".",
					       "configfile",
					       "normal",
					       "extract_entries_source",
					       "extract_entries_configfile",
					       NULL };
/* They boot kernels, or read menus, that this program knows nothing of. */
static const char *const strange_commands[] = { "chainloader",
						"multiboot",
						"multiboot2",
						"xen_hypervisor",
						"legacy_configfile",
						"legacy_source",
						"syslinux_configfile",
						"syslinux_source",
						"extract_syslinux_entries",
						NULL };

static size_t scope(const struct parser *p)
{
	return p->nest ? p->blocks[p->nest - 1].scope : 0;
}

/* What $root may be, at the command in hand. */
static size_t *root(struct parser *p)
{
	return p->nest ? &p->blocks[p->nest - 1].root : &p->root;
}

static bool conditional(const struct parser *p)
{
	return p->n_conditions >
	       (p->nest ? p->blocks[p->nest - 1].conditions : 0);
}

/* A word that a command may follow: what it means for the conditions. */
static void keyword(struct parser *p, const char *text)
{
	struct condition *top =
		p->n_conditions ? &p->conditions[p->n_conditions - 1] : NULL;

	if (one_of(text,
		   (const char *const[]){ "if", "while", "until", NULL })) {
		p->conditions = nm_grow(p->conditions, p->n_conditions,
					sizeof(*p->conditions));
		p->conditions[p->n_conditions++] =
			(struct condition){ .testing = *text == 'i' };
	} else if (!strcmp(text, "!") && top) {
		top->negated = true;
	} else if (*text == 'e' && top) { /* else, elif */
		free(top->empty);
		top->empty = NULL;
		top->testing = false;
	}
}

static void condition_end(struct parser *p)
{
	size_t outside = p->nest ? p->blocks[p->nest - 1].conditions : 0;

	if (p->n_conditions > outside)
		free(p->conditions[--p->n_conditions].empty);
}

/* The name of the variable that is all of @text (but @before); or NULL. */
static char *only_variable(const char *text, const char *before)
{
	size_t n = strlen(before);
	const char *end;

	if (strncmp(text, before, n) ||
	    (text[n] != VAR_BARE && text[n] != VAR_QUOTED))
		return NULL;
	text += n + 1;
	end = strchr(text, VAR_END);
	return end && !end[1] ? nm_asprintf("%.*s", (int)(end - text), text) :
				NULL;
}

/* [ -z "$x" ], [ "x$x" = x ]: the variable's name; or NULL. */
static char *tested_empty(const struct command *c)
{
	const struct grubword *v = c->v;

	if (c->n == 4 && !strcmp(v[0].text, "[") && !strcmp(v[1].text, "-z") &&
	    !strcmp(v[3].text, "]"))
		return only_variable(v[2].text, "");
	if (c->n == 3 && !strcmp(v[0].text, "test") && !strcmp(v[1].text, "-z"))
		return only_variable(v[2].text, "");
	if (c->n == 5 && !strcmp(v[0].text, "[") && !strcmp(v[2].text, "=") &&
	    !strcmp(v[4].text, "]"))
		return only_variable(v[1].text, v[3].text);
	return NULL;
}

/* The path that the menus show: "Advanced options>openEuler (rescue)". */
static char *place_name(const struct parser *p, const char *kernel)
{
	char *name = nm_strdup("");

	for (size_t i = 0; i < p->nest; i++) {
		char *longer;

		if (!p->blocks[i].title)
			continue;
		longer = nm_asprintf("%s%s%s", name, *name ? ">" : "",
				     p->blocks[i].title);
		free(name);
		name = longer;
	}
	if (!*name) {
		free(name);
		name = place_readable(kernel);
	}
	return name;
}

static void linux_command(struct parser *p)
{
	const struct command *c = &p->c;
	char *name = place_name(p, c->v[1].text);
	struct place *new = place_new(p->list, name);

	place_boots(new, name, c->v[1].text);
	free(name);
	if (p->nest && p->blocks[p->nest - 1].id)
		new->boots->id = nm_strdup(p->blocks[p->nest - 1].id);
	new->scope = scope(p);
	new->pos = c->v[0].start;
	new->root = *root(p);
	new->lead = " ";
	new->at = c->v[1].end;
	for (size_t i = 2; i < c->n; i++) {
		const struct grubword *g = &c->v[i];
		struct word *w = place_word(new, g->text, g->text_len);

		w->start = g->start;
		w->end = g->end;
		w->sep_start = g->glued ? g->start : g->start - 1;
		w->sep_end = g->start;
	}
}

static void assign(struct parser *p, const char *name, size_t len,
		   const char *value)
{
	struct assign *a = script_assign(p->script, name, len, value);
	size_t *linux = map_add(&p->script->commands, a->name, 0);

	*linux |= !value || strchr(value, VAR_END) ||
		  one_of(value, linux_commands);
	a->scope = scope(p);
	a->pos = p->c.v[0].start;
	a->always = !conditional(p);
	if (p->n_conditions) {
		const char *empty = p->conditions[p->n_conditions - 1].empty;

		a->fallback = empty && !strcmp(empty, a->name);
	}
	if (!strcmp(a->name, "root"))
		*root(p) = script_root(p->script, a, a->always ? 0 : *root(p));
}

/* The variable that a text "NAME=..." sets: the length of its name; 0: none. */
static size_t name_length(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return text[n] == '=' ? n : 0;
}

/* A device that `search` finds; that it has @uuid is all that is known of it. */
static void assign_device(struct parser *p, const char *name, const char *uuid)
{
	char *device = uuid ? nm_asprintf(DEVICE_UUID "%s", uuid) : NULL;

	assign(p, name, strlen(name), device);
	free(device);
}

/* What the options of a `search` say. */
struct search {
	const char *var; /* --set=VAR */
	bool set, uuid, label;
};

/* What the word behind an option of search's is. */
enum search_next { NEXT_ARGUMENT, NEXT_HINT, NEXT_VAR };

static enum search_next search_option(struct search *s, const char *text)
{
	char last = text[strlen(text) - 1];

	if (text[1] != '-') {
		s->set |= strchr(text, 's') != NULL;
		s->uuid |= strchr(text, 'u') != NULL;
		s->label |= strchr(text, 'l') != NULL;
		return last == 's' ? NEXT_VAR :
		       last == 'h' ? NEXT_HINT :
				     NEXT_ARGUMENT;
	}
	s->uuid |= !strcmp(text, "--fs-uuid");
	s->label |= !strcmp(text, "--label");
	if (!strncmp(text, "--set=", 6)) {
		s->set = true;
		s->var = text + 6;
	}
	if (!strcmp(text, "--set")) {
		s->set = true;
		return NEXT_VAR;
	}
	return !strncmp(text, "--hint", 6) && !strchr(text, '=') ?
		       NEXT_HINT :
		       NEXT_ARGUMENT;
}

/*
 * search: its arguments are taken as GRUB does it (grub-core/lib/arg.c,
 * commands/search_wrap.c).
 */
static void search(struct parser *p)
{
	const struct command *c = &p->c;
	struct search s = { .var = NULL };
	const char *id = NULL, *maybe = NULL;
	bool options = true;

	for (size_t i = 1; i < c->n; i++) {
		const char *text = c->v[i].text;
		const char *next = i + 1 < c->n ? c->v[i + 1].text : NULL;
		char *variable = only_variable(text, "");
		/* some options, or none */
		bool bare = variable && *text == VAR_BARE && next;

		if (options && !strcmp(text, "--")) {
			options = false;
		} else if (options && *text == '-' && text[1]) {
			enum search_next is = search_option(&s, text);

			if (next && is == NEXT_VAR && *next != '-')
				s.var = next;
			/* VAR may be left out, as it is before an option */
			i += next && (is == NEXT_HINT || s.var == next);
		} else if (bare) {
			maybe = text;
		} else if (!id) {
			id = text;
		}
		free(variable);
	}
	id = id ? id : maybe;
	if (!id) {
		id = s.var;
		s.var = NULL;
	}
	if (s.set && id)
		assign_device(p, s.var ? s.var : "root",
			      s.uuid && !s.label ? id : NULL);
}

/* search.fs_uuid UUID NAME, search.file and search.fs_label */
static void search_by(struct parser *p, const char *first)
{
	if (p->c.n > 2)
		assign_device(p, p->c.v[2].text,
			      !strcmp(first, "search.fs_uuid") ?
				      p->c.v[1].text :
				      NULL);
}

/*
 * --set=NAME, --set NAME, --set N:NAME, -s NAME of probe, regexp and others:
 * what they find out is the machine's.
 */
static void set_option(struct parser *p, size_t i)
{
	const char *text = p->c.v[i].text;
	const char *name = NULL;
	const char *colon;

	if (!strncmp(text, "--set=", 6))
		name = text + 6;
	else if ((!strcmp(text, "--set") || !strcmp(text, "-s")) &&
		 i + 1 < p->c.n)
		name = p->c.v[i + 1].text;
	if (!name || *name == '-')
		return;
	colon = strchr(name, ':');
	name = colon ? colon + 1 : name;
	assign(p, name, strlen(name), NULL);
}

/* set, NAME=VALUE, unset, export, read, for and what sets by an option. */
static void variables(struct parser *p, const char *first)
{
	const struct command *c = &p->c;
	size_t from = !strcmp(first, "set");

	if (!strcmp(first, "search")) {
		search(p);
		return;
	}
	if (!strncmp(first, "search.", 7)) {
		search_by(p, first);
		return;
	}
	for (size_t i = from; i < c->n && i < from + 1; i++) {
		size_t n = name_length(c->v[i].text);

		if (n)
			assign(p, c->v[i].text, n, c->v[i].text + n + 1);
	}
	for (size_t i = 1; i < c->n; i++) {
		if (!strcmp(first, "unset"))
			assign(p, c->v[i].text, strlen(c->v[i].text), "");
		else if (!strcmp(first, "export"))
			map_add(&p->script->exported, c->v[i].text, 1);
		else if (!strcmp(first, "read"))
			assign(p, c->v[i].text, strlen(c->v[i].text), NULL);
		else if (!strcmp(first, "for") && i > 2)
			assign(p, c->v[1].text, strlen(c->v[1].text),
			       c->v[i].text);
		else if (strcmp(first, "load_env"))
			set_option(p, i);
	}
}

static struct include *include(struct parser *p, enum include_kind kind,
			       const char *path)
{
	struct include *x = script_include(p->script, kind, path);

	x->scope = scope(p);
	x->pos = p->c.v[0].start;
	x->root = *root(p);
	x->guarded = p->n_conditions;
	return x;
}

static void load_env(struct parser *p)
{
	const char *path = NULL;

	for (size_t i = 1; i < p->c.n; i++) {
		const char *text = p->c.v[i].text;

		if (!strncmp(text, "--file=", 7))
			path = text + 7;
		else if ((!strcmp(text, "-f") || !strcmp(text, "--file")) &&
			 i + 1 < p->c.n)
			path = p->c.v[++i].text;
	}
	include(p, INCLUDE_ENV, path);
}

/* The commands of @set that a command's word may become. */
static bool may_be(const char *pattern, const char *const *set)
{
	for (; *set; set++) {
		if (!fnmatch(pattern, *set, 0))
			return true;
	}
	return false;
}

/*
 * Is it a linux command, or may it become one: linux$suffix, $linux?  GRUB
 * expands a command's name like any word.  What the script has set so far
 * decides, and where it has set nothing, the word's other letters.
 */
static bool is_linux(const struct parser *p)
{
	const char *text = p->c.v[0].text;
	char *pattern;
	size_t n = 0, letters = 0;
	bool is;

	if (!strchr(text, VAR_END))
		return one_of(text, linux_commands);
	pattern = nm_alloc(2 * strlen(text) + 1);
	for (; *text; text++) {
		if (*text == VAR_BARE || *text == VAR_QUOTED) {
			pattern[n++] = '*';
			text = strchr(text, VAR_END);
			continue;
		}
		letters++;
		if (strchr("*?[\\", *text))
			pattern[n++] = '\\';
		pattern[n++] = *text;
	}
	is = may_be(pattern, linux_commands) &&
	     (letters || strchr("/(\001\002", p->c.v[1].text[0]));
	free(pattern);
	if (is && !letters) {
		/* $x alone: anything, unless the script says what */
		char *name = only_variable(p->c.v[0].text, "");
		const size_t *linux =
			name ? map_get(&p->script->commands, name) : NULL;

		free(name);
		is = !linux || *linux;
	}
	return is;
}

/* What else than variables and menus. */
static void other_command(struct parser *p, const char *first)
{
	const struct command *c = &p->c;

	if (!strcmp(first, "blscfg")) {
		p->script->bls = true;
		include(p, INCLUDE_BLS, c->n > 1 ? c->v[1].text : NULL);
	} else if (!strcmp(first, "load_env")) {
		load_env(p);
	} else if (c->n >= 2 && one_of(first, config_commands)) {
		include(p, INCLUDE_CONFIG, c->v[1].text)->optional =
			p->n_conditions &&
			(!strcmp(first, "source") || !strcmp(first, "."));
	} else if (!strcmp(first, "loopback") && c->n >= 2) {
		map_add(&p->script->loopbacks,
			c->v[c->n > 2 ? c->n - 2 : 1].text, 1);
	} else if (one_of(first, strange_commands)) {
		char *why = nm_asprintf(_("`%s` is not understood"), first);

		script_note(p->script, p->c.v[0].start, why);
		free(why);
	} else if (!strcmp(first, "eval")) {
		for (size_t i = 1; i < c->n; i++) {
			if (strstr(c->v[i].text, "linux"))
				script_note(
					p->script, c->v[0].start,
					"`eval` of a linux command is not understood");
		}
	} else if (c->n >= 2 && is_linux(p)) {
		linux_command(p);
	}
}

/* A command is complete. */
static void command(struct parser *p)
{
	const char *first = p->c.n ? p->c.v[0].text : NULL;
	struct condition *top =
		p->n_conditions ? &p->conditions[p->n_conditions - 1] : NULL;

	if (!first)
		return;
	if (!strcmp(first, "fi") || !strcmp(first, "done")) {
		condition_end(p);
		return;
	}
	if (top && top->testing) {
		if (!top->negated)
			top->empty = tested_empty(&p->c);
		top->testing = false;
	}
	if (!strcmp(first, "for")) {
		p->conditions = nm_grow(p->conditions, p->n_conditions,
					sizeof(*p->conditions));
		p->conditions[p->n_conditions++] = (struct condition){ 0 };
	}
	variables(p, first);
	other_command(p, first);
}

/* A '{'. Return: 0, or -1. */
static int block_begin(struct parser *p)
{
	const struct command *c = &p->c;
	const char *first = c->n ? c->v[0].text : "";
	bool menu = !strcmp(first, "menuentry") || !strcmp(first, "submenu");
	enum scope_kind kind = !strcmp(first, "submenu")  ? SCOPE_SUBMENU :
			       menu			  ? SCOPE_ENTRY :
			       !strcmp(first, "function") ? SCOPE_FUNCTION :
							    SCOPE_FILE;
	struct block *b;

	if (p->nest == MAX_NEST)
		return places_error(p->list, p->lex.buf, p->lex.pos,
				    "too many { inside another");
	b = &p->blocks[p->nest];
	*b = (struct block){ .scope = scope(p),
			     .conditions = p->n_conditions,
			     .root = *root(p) };
	if (kind != SCOPE_FILE)
		b->scope = script_scope(p->script, kind, b->scope);
	if (menu && c->n >= 2)
		b->title = place_readable(c->v[1].text);
	for (size_t i = 2; menu && i + 1 < c->n; i++) {
		char *option = only_variable(c->v[i].text, "");

		if (!b->id &&
		    (!strcmp(c->v[i].text, "--id") ||
		     (option && !strcmp(option, "menuentry_id_option"))))
			b->id = nm_strdup(c->v[i + 1].text);
		free(option);
	}
	p->nest++;
	return 0;
}

static int block_end(struct parser *p)
{
	struct block *b;

	if (!p->nest)
		return places_error(p->list, p->lex.buf, p->lex.pos,
				    "a } without its {");
	b = &p->blocks[p->nest - 1];
	/* an if that is left open in it */
	while (p->n_conditions > b->conditions)
		free(p->conditions[--p->n_conditions].empty);
	free(b->title);
	free(b->id);
	p->nest--;
	return 0;
}

/* The byte at @pos that ends a command. */
static int separator(struct parser *p, char ch)
{
	int ret = 0;

	command(p);
	if (ch == '{')
		ret = block_begin(p);
	else if (ch == '}')
		ret = block_end(p);
	command_reset(&p->c);
	p->lex.pos++;
	return ret;
}

static int parse(struct parser *p)
{
	struct lexer *l = &p->lex;

	while (l->pos < l->len) {
		char ch = l->buf[l->pos];
		struct grubword w;

		if (ch == ' ' || ch == '\t') {
			l->pos++;
			continue;
		}
		if (ch == '#') {
			const char *nl =
				memchr(l->buf + l->pos, '\n', l->len - l->pos);

			l->pos = nl ? (size_t)(nl - l->buf) : l->len;
			continue;
		}
		if (ch && strchr("\n;&|<>{}", ch)) {
			if (separator(p, ch))
				return -1;
			continue;
		}
		if (!word(l, &w))
			return places_error(p->list, l->buf,
					    l->origin ? l->pos : w.start,
					    "a quote is not closed");
		if (!p->c.n && one_of(w.text, before_command)) {
			keyword(p, w.text);
			free(w.text);
		} else if (!w.text_len && !w.quoted) {
			free(w.text);
		} else {
			p->c.v = nm_grow(p->c.v, p->c.n, sizeof(*p->c.v));
			p->c.v[p->c.n++] = w;
		}
	}
	command(p);
	return p->nest ?
		       places_error(p->list, l->buf, l->len, "a } is missing") :
		       0;
}

/* GRUB drops every carriage return that it reads (grub_file_getline()). */
static char *without_cr(const char *buf, size_t len, size_t *size,
			size_t **origin)
{
	char *out = nm_alloc(len + 1);
	size_t n = 0;

	*origin = nm_alloc((len + 1) * sizeof(**origin));
	for (size_t i = 0; i < len; i++) {
		if (buf[i] == '\r')
			continue;
		(*origin)[n] = i;
		out[n++] = buf[i];
	}
	(*origin)[n] = len;
	*size = n;
	return out;
}

int grubcfg_places(const char *buf, size_t len, const struct format *format,
		   struct places *list)
{
	struct parser *p = nm_alloc(sizeof(*p));
	size_t *origin = NULL;
	char *own = NULL;
	int ret;

	(void)format;
	p->lex = (struct lexer){ .buf = buf, .len = len };
	if (memchr(buf, '\r', len)) {
		p->lex.buf = own = without_cr(buf, len, &p->lex.len, &origin);
		p->lex.origin = origin;
	}
	p->lex.text = nm_alloc(2 * len + 2);
	p->list = list;
	p->script = list->script = script_new();
	ret = parse(p);
	command_reset(&p->c);
	while (p->nest) {
		free(p->blocks[--p->nest].title);
		free(p->blocks[p->nest].id);
	}
	while (p->n_conditions)
		free(p->conditions[--p->n_conditions].empty);
	free(p->conditions);
	free(p->lex.text);
	free(own);
	free(origin);
	free(p);
	return ret;
}

int grubcfg_custom_places(const char *buf, size_t len,
			  const struct format *format, struct places *list)
{
	static const char tail[] = "exec tail -n +3 $0";

	/* a script that prints its own lines; any other is not GRUB's */
	if (!memmem(buf, len, tail, sizeof(tail) - 1))
		return 0;
	return grubcfg_places(buf, len, format, list);
}
