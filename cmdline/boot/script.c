// SPDX-License-Identifier: GPL-2.0-only
/*
 * script.c - what a script of GRUB's says besides its `linux` commands
 */
#include <stdlib.h>
#include <string.h>

#include "nopmmir.h"
#include "place.h"
#include "script.h"

struct script *script_new(void)
{
	struct script *s = nm_alloc(sizeof(*s));

	script_scope(s, SCOPE_FILE, 0);
	return s;
}

void script_free(struct script *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_assigns; i++) {
		free(s->assigns[i].name);
		free(s->assigns[i].value);
	}
	for (size_t i = 0; i < s->n_roots; i++)
		free(s->roots[i].value);
	for (size_t i = 0; i < s->n_includes; i++)
		free(s->includes[i].path);
	for (size_t i = 0; i < s->n_notes; i++)
		free(s->notes[i].why);
	free(s->scopes);
	free(s->assigns);
	free(s->roots);
	free(s->includes);
	free(s->notes);
	map_free(&s->exported);
	map_free(&s->loopbacks);
	map_free(&s->commands);
	free(s);
}

size_t script_scope(struct script *s, enum scope_kind kind, size_t parent)
{
	s->scopes = nm_grow(s->scopes, s->n_scopes, sizeof(*s->scopes));
	s->scopes[s->n_scopes] = (struct scope){ kind, parent };
	return s->n_scopes++;
}

struct assign *script_assign(struct script *s, const char *name, size_t len,
			     const char *value)
{
	struct assign *a;

	s->assigns = nm_grow(s->assigns, s->n_assigns, sizeof(*s->assigns));
	a = &s->assigns[s->n_assigns++];
	*a = (struct assign){ .name = nm_asprintf("%.*s", (int)len, name),
			      .value = value ? nm_strdup(value) : NULL };
	return a;
}

size_t script_root(struct script *s, const struct assign *a, size_t next)
{
	const char *value = a->value ? a->value : "";
	/* where variables are in it, it may be worth something else now */
	bool fixed = !strchr(value, VAR_END);
	size_t n = 0;

	for (size_t i = next; i; i = s->roots[i - 1].next) {
		if ((fixed && !strcmp(s->roots[i - 1].value, value)) ||
		    n++ == ROOTS_MAX)
			return next;
	}
	s->roots = nm_grow(s->roots, s->n_roots, sizeof(*s->roots));
	s->roots[s->n_roots] = (struct root_value){ .value = nm_strdup(value),
						    .scope = a->scope,
						    .pos = a->pos,
						    .next = next };
	return ++s->n_roots;
}

struct include *script_include(struct script *s, enum include_kind kind,
			       const char *path)
{
	struct include *x;

	s->includes = nm_grow(s->includes, s->n_includes, sizeof(*s->includes));
	x = &s->includes[s->n_includes++];
	*x = (struct include){ .kind = kind,
			       .path = path ? nm_strdup(path) : NULL };
	return x;
}

void script_note(struct script *s, size_t pos, const char *why)
{
	s->notes = nm_grow(s->notes, s->n_notes, sizeof(*s->notes));
	s->notes[s->n_notes++] = (struct note){ nm_strdup(_(why)), pos };
}

bool script_sees(const struct script *s, size_t scope, size_t other)
{
	/* a function may be called from anywhere */
	while (s->scopes[other].kind == SCOPE_FUNCTION)
		other = s->scopes[other].parent;
	while (scope != other && scope)
		scope = s->scopes[scope].parent;
	return scope == other;
}

bool script_submenu_between(const struct script *s, size_t scope, size_t outer)
{
	for (; scope != outer && scope; scope = s->scopes[scope].parent) {
		if (s->scopes[scope].kind == SCOPE_SUBMENU)
			return true;
	}
	return false;
}
