// SPDX-License-Identifier: GPL-2.0-only
/*
 * vars.c - what GRUB's variables may be worth where a text uses them
 *
 * Nothing is run: a variable may be worth whatever is set before, on any way
 * through the script, in the file at hand, in files that may have read it and
 * in the environment blocks; and nothing, unless it is set in any case.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "grubenv.h"
#include "nopmmir.h"
#include "script.h"
#include "vars.h"

#define NONE ((size_t)-1)
/* Bounds for hostile scripts; beyond them a value is not known. */
#define DEPTH_MAX  8
#define CHAIN_MAX  1000
#define LENGTH_MAX (64U << 10)
#define TAKES_MAX  4096 /* for one text */
#define TAKES_ALL  1000000UL

/* Between the arguments of a line that is made. */
#define NEXT_WORD '\005'

struct value {
	char *text; /* variables marked; NULL: not to be known */
	size_t conf, scope, pos;
	bool always, fallback, env;
	size_t next, last; /* of the same name; @last: in the first one only */
};

static void add(struct vars *vars, const char *name, struct value value)
{
	size_t at = vars->n;
	size_t *first = map_add(&vars->names, name, at);

	vars->values = nm_grow(vars->values, at, sizeof(*vars->values));
	vars->values[at] = value;
	vars->values[at].next = NONE;
	if (*first != at)
		vars->values[vars->values[*first].last].next = at;
	vars->values[*first].last = at;
	vars->n++;
}

/* A value of an environment block, its backslashes undone. */
static char *env_text(const char *buf, const struct grubenv_item *x)
{
	char *text = nm_alloc(x->value_end - x->value + 1);
	size_t n = 0;

	for (size_t i = x->value; i < x->value_end; i++) {
		if (buf[i] == '\\' && i + 1 < x->value_end)
			i++;
		text[n++] = (unsigned char)buf[i] <= VAR_UNKNOWN ? '?' : buf[i];
	}
	return text;
}

static void add_env(struct vars *vars, const struct conf *c, size_t conf)
{
	const char *buf = c->new_buf ? c->new_buf : c->buf;
	size_t len = c->new_buf ? c->new_len : c->len;
	struct grubenv_item x;
	size_t pos = 0;

	vars->envs++;
	while (grubenv_next(buf, len, &pos, &x) > 0) {
		char *name = nm_asprintf("%.*s", (int)(x.name_end - x.name),
					 buf + x.name);

		add(vars, name,
		    (struct value){ .text = env_text(buf, &x),
				    .conf = conf,
				    .env = true });
		free(name);
	}
}

void vars_update(struct vars *vars, const struct conf_list *confs)
{
	if (!vars->left) {
		vars->left = nm_alloc(sizeof(*vars->left));
		*vars->left = TAKES_ALL;
	}
	vars->confs = confs;
	for (; vars->confs_n < confs->n; vars->confs_n++) {
		const struct conf *c = &confs->v[vars->confs_n];
		const struct script *s = c->places.script;

		if (c->format->role == ROLE_ENV)
			add_env(vars, c, vars->confs_n);
		if (c->format->role != ROLE_ENTRY)
			continue;
		for (size_t i = 0; s && i < s->n_assigns; i++) {
			const struct assign *a = &s->assigns[i];

			add(vars, a->name,
			    (struct value){
				    .text = a->value ? nm_strdup(a->value) :
						       NULL,
				    .conf = vars->confs_n,
				    .scope = a->scope,
				    .pos = a->pos,
				    .always = a->always,
				    .fallback = a->fallback });
		}
	}
}

void vars_free(struct vars *vars)
{
	for (size_t i = 0; i < vars->n; i++)
		free(vars->values[i].text);
	free(vars->values);
	free(vars->left);
	map_free(&vars->names);
	*vars = (struct vars){ 0 };
}

void strings_free(struct strings *s)
{
	while (s->n)
		free(s->v[--s->n]);
}

/* Takes ownership of @text. */
static void put(struct strings *s, char *text)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!strcmp(s->v[i], text)) {
			free(text);
			return;
		}
	}
	if (s->n == VARS_MAX) {
		s->cut = true;
		free(text);
		return;
	}
	s->v[s->n++] = text;
}

static char *unknown(void)
{
	return nm_asprintf("%c", VAR_UNKNOWN);
}

/* How deep in variables of variables, and how many more values are taken. */
struct budget {
	unsigned int depth, *left;
};

static void expand(const struct vars *vars, const struct use *use,
		   const char *text, struct budget budget, struct strings *out);

/* The values that are being collected for one use of a variable. */
struct candidates {
	const struct vars *vars;
	struct budget budget;
	struct strings out;
	bool unset; /* it may be worth nothing */
};

static void clear(struct candidates *c)
{
	strings_free(&c->out);
	c->out.cut = false;
	c->unset = false;
}

static void take(struct candidates *c, const struct value *v)
{
	struct use at = { .conf = &c->vars->confs->v[v->conf],
			  .scope = v->scope,
			  .pos = v->pos };
	struct strings s = { .n = 0 };

	if (!v->text || !*c->budget.left || !*c->vars->left) {
		put(&c->out, unknown());
		return;
	}
	--*c->budget.left;
	--*c->vars->left;
	if (v->env)
		put(&s, nm_strdup(v->text));
	else
		expand(c->vars, &at, v->text,
		       (struct budget){ c->budget.depth + 1, c->budget.left },
		       &s);
	c->out.cut |= s.cut;
	for (size_t i = 0; i < s.n; i++) {
		if (!*s.v[i])
			c->unset = true;
		put(&c->out, s.v[i]);
	}
}

/* What other files set, and environment blocks. */
static void take_others(struct candidates *c, const struct use *use,
			size_t first, bool fallback)
{
	const struct vars *vars = c->vars;
	size_t env = NONE, envs = 0;

	for (size_t i = first; i != NONE; i = vars->values[i].next) {
		const struct value *v = &vars->values[i];
		const struct conf *conf = &vars->confs->v[v->conf];

		if (conf == use->conf || v->fallback != fallback)
			continue;
		if (v->env) {
			envs += v->conf != env;
			env = v->conf;
		} else if (!script_sees(conf->places.script, 0, v->scope)) {
			continue;
		}
		if (v->always || fallback)
			c->unset = false;
		take(c, v);
	}
	if (envs && envs == vars->envs)
		c->unset = false;
}

static void take_own(struct candidates *c, const struct use *use, size_t first)
{
	const struct vars *vars = c->vars;
	const struct script *s = use->conf->places.script;
	bool hidden = false;

	for (size_t i = first; s && i != NONE; i = vars->values[i].next) {
		const struct value *v = &vars->values[i];

		if (&vars->confs->v[v->conf] != use->conf ||
		    !script_sees(s, use->scope, v->scope) ||
		    (v->scope == use->scope && v->pos >= use->pos))
			continue;
		if (v->fallback && !c->unset)
			continue;
		if (v->fallback)
			c->unset = false;
		else if (v->always)
			clear(c);
		take(c, v);
		hidden |= script_submenu_between(s, use->scope, v->scope);
	}
	c->unset |= hidden;
}

static bool exported(const struct vars *vars, const char *name)
{
	for (size_t i = 0; i < vars->confs->n; i++) {
		const struct script *s = vars->confs->v[i].places.script;

		if (s && map_get(&s->exported, name))
			return true;
	}
	return false;
}

static void builtin(struct candidates *c, const struct use *use,
		    const char *name)
{
	static const char *const folders[] = { "prefix", "config_directory",
					       "cmdpath" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		const char *slash = strrchr(use->conf->path, '/');

		if (strcmp(name, folders[i]) || !slash)
			continue;
		put(&c->out, nm_asprintf("%.*s", (int)(slash - use->conf->path),
					 use->conf->path));
		c->unset = false;
	}
	if (!strcmp(name, "root") || isdigit((unsigned char)*name) ||
	    strchr("?#*@", *name)) {
		put(&c->out, unknown());
		c->unset = false;
	}
}

/* All that @name may be worth at @use. */
static void worth(const struct vars *vars, const struct use *use,
		  const char *name, struct budget budget, struct strings *out)
{
	struct candidates c = { .vars = vars, .budget = budget, .unset = true };
	const size_t *first = map_get(&vars->names, name);
	size_t length = 0;

	builtin(&c, use, name);
	for (size_t i = first ? *first : NONE; i != NONE && length <= CHAIN_MAX;
	     i = vars->values[i].next)
		length++;
	if (length > CHAIN_MAX || budget.depth == DEPTH_MAX) {
		put(&c.out, unknown());
	} else if (first) {
		bool seen;

		take_others(&c, use, *first, false);
		take_own(&c, use, *first);
		if (c.unset)
			take_others(&c, use, *first, true);
		seen = use->conf->places.script &&
		       !script_submenu_between(use->conf->places.script,
					       use->scope, 0);
		if (!seen && use->conf->places.script && !exported(vars, name))
			c.unset = true;
	}
	if (c.unset || !c.out.n)
		put(&c.out, nm_strdup(""));
	*out = c.out;
}

/* Puts each of @more behind each of @out. */
static void product(struct strings *out, struct strings *more)
{
	struct strings all = { .cut = out->cut || more->cut };

	for (size_t i = 0; i < out->n; i++) {
		for (size_t j = 0; j < more->n; j++) {
			if (strlen(out->v[i]) + strlen(more->v[j]) > LENGTH_MAX)
				all.cut = true;
			else
				put(&all,
				    nm_asprintf("%s%s", out->v[i], more->v[j]));
		}
	}
	strings_free(out);
	strings_free(more);
	*out = all;
}

static void expand(const struct vars *vars, const struct use *use,
		   const char *text, struct budget budget, struct strings *out)
{
	out->n = 0;
	out->cut = false;
	put(out, nm_strdup(""));
	while (*text) {
		struct strings more = { .n = 0 };
		const char *end = strchr(text, VAR_END);
		char *part;

		if ((*text == VAR_BARE || *text == VAR_QUOTED) && end) {
			part = nm_asprintf("%.*s", (int)(end - text - 1),
					   text + 1);
			worth(vars, use, part, budget, &more);
			free(part);
			/* an argument's own variable is cut into arguments */
			for (size_t i = 0;
			     !budget.depth && *text == VAR_BARE && i < more.n;
			     i++) {
				for (char *p = more.v[i]; *p; p++)
					*p = *p == ' ' || *p == '\t' ?
						     NEXT_WORD :
						     *p;
			}
			text = end + 1;
		} else {
			size_t n = 1 + strcspn(text + 1, "\001\002");

			put(&more, nm_asprintf("%.*s", (int)n, text));
			text += n;
		}
		product(out, &more);
	}
}

static void expand_text(const struct vars *vars, const struct use *use,
			const char *text, struct strings *out)
{
	unsigned int left = TAKES_MAX;

	expand(vars, use, text, (struct budget){ 0, &left }, out);
}

void vars_expand(const struct vars *vars, const struct use *use,
		 const char *text, struct strings *out)
{
	expand_text(vars, use, text, out);
	/* an expansion that is several words is no name of a file */
	for (size_t i = 0; i < out->n; i++) {
		for (char *p = out->v[i]; *p; p++)
			*p = *p == NEXT_WORD ? ' ' : *p;
	}
}

/* grub_create_loader_cmdline(): an argument with a blank goes into "...". */
static size_t quoted(char *to, const char *arg, size_t len)
{
	bool blank = memchr(arg, ' ', len);
	size_t n = 0;

	if (blank)
		to[n++] = '"';
	for (size_t i = 0; i < len; i++) {
		if (arg[i] == '\\' && i + 3 < len && arg[i + 1] == 'x' &&
		    isxdigit((unsigned char)arg[i + 2]) &&
		    isxdigit((unsigned char)arg[i + 3])) {
			memcpy(to + n, arg + i, 4);
			n += 4;
			i += 3;
			continue;
		}
		if (strchr("\\'\"", arg[i]))
			to[n++] = '\\';
		to[n++] = arg[i];
	}
	if (blank)
		to[n++] = '"';
	return n;
}

static char *as_grub(const char *text)
{
	char *line = nm_alloc(3 * strlen(text) + 4);
	size_t n = 0;

	for (;;) {
		size_t len = strcspn(text, "\005");

		if (len || !text[len])
			n += quoted(line + n, text, len);
		if (!text[len])
			return line;
		line[n++] = ' ';
		text += len + 1;
	}
}

static char *as_it_is(const char *text)
{
	char *line = nm_strdup(text);

	for (char *p = line; *p; p++)
		*p = *p == NEXT_WORD ? ' ' : *p;
	return line;
}

void vars_line(const struct vars *vars, const struct conf *conf,
	       const struct place *p, const char *kernel, struct strings *out)
{
	bool grub = conf->places.script &&
		    conf->format->flags & FORMAT_GRUB_SCRIPT;
	struct use use = { .conf = conf, .scope = p->scope, .pos = p->pos };
	size_t room = strlen(kernel) + 16, n;
	char *all;

	for (size_t i = 0; i < p->n; i++)
		room += strlen(p->words[i].text) + 1;
	all = nm_alloc(room);
	/* GRUB on arm64: the kernel's path comes first */
	n = 0;
	if (grub || !strcmp(conf->format->name, format_bls.name))
		n = (size_t)sprintf(all, "BOOT_IMAGE=%s", kernel);
	for (size_t i = 0; i < p->n; i++)
		n += (size_t)sprintf(all + n, "%s%s", n ? "\005" : "",
				     p->words[i].text);
	if (!strchr(all, VAR_END)) {
		out->n = 0;
		out->cut = false;
		put(out, nm_strdup(all));
	} else {
		expand_text(vars, &use, all, out);
	}
	free(all);
	for (size_t i = 0; i < out->n; i++) {
		char *line = grub ? as_grub(out->v[i]) : as_it_is(out->v[i]);

		free(out->v[i]);
		out->v[i] = line;
	}
}

void vars_env(const struct vars *vars, const char *name, struct strings *out)
{
	const size_t *first = map_get(&vars->names, name);

	out->n = 0;
	out->cut = false;
	for (size_t i = first ? *first : NONE; i != NONE;
	     i = vars->values[i].next) {
		if (vars->values[i].env)
			put(out, nm_strdup(vars->values[i].text));
	}
}
