/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * script.h - what a script of GRUB's says besides its `linux` commands: its
 * variables, and the files that it goes on with
 *
 * The script is not run: its conditions hang on the machine.  What may be set
 * is collected, and whether it is set whatever happens.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "map.h"

/*
 * What a variable is worth that `search` sets to the device with a UUID: not to
 * be known (VAR_UNKNOWN), but for that.
 */
#define DEVICE_UUID "\004UUID="

/* The file's own commands, or the block of a menuentry, submenu or function. */
enum scope_kind { SCOPE_FILE, SCOPE_ENTRY, SCOPE_SUBMENU, SCOPE_FUNCTION };

struct scope {
	enum scope_kind kind;
	size_t parent; /* of scope 0, the file: itself */
};

struct assign {
	char *name;
	char *value; /* variables marked as in place.h; NULL: not to be known */
	size_t scope, pos;
	bool always; /* no condition and no loop around it, within its scope */
	bool fallback; /* only where the variable is empty */
};

/* More values of $root, but for one, are not kept. */
#define ROOTS_MAX 16

/* One more value that GRUB's $root may have at some place of a script. */
struct root_value {
	char *value; /* marked as in place.h */
	size_t scope, pos; /* where it is set */
	size_t next; /* the one before it, as struct use has it */
};

enum include_kind { INCLUDE_CONFIG, INCLUDE_ENV, INCLUDE_BLS };

struct include {
	enum include_kind kind;
	char *path; /* variables marked; NULL: the default of the command */
	size_t scope, pos, root; /* as in struct use */
	bool guarded; /* by a condition, such as [ -f FILE ] */
	bool optional; /* guarded, and read into the script, as custom.cfg */
};

/* Something that may boot a kernel, or change what does, in a way not known. */
struct note {
	char *why;
	size_t pos;
};

struct script {
	struct scope *scopes;
	size_t n_scopes;
	struct assign *assigns;
	size_t n_assigns;
	struct root_value *roots;
	size_t n_roots;
	struct include *includes;
	size_t n_includes;
	struct note *notes;
	size_t n_notes;
	struct map exported; /* variables that submenus see */
	struct map loopbacks; /* devices that are files */
	struct map commands; /* variables that are set; 1: maybe to "linux" */
	bool bls; /* it runs blscfg */
};

struct script *script_new(void);
void script_free(struct script *s);

/* A new scope inside of @parent. Return: its number. */
size_t script_scope(struct script *s, enum scope_kind kind, size_t parent);
/* Strings are copied here and below; those that may be NULL say so above. */
struct assign *script_assign(struct script *s, const char *name, size_t len,
			     const char *value);
/* Return: one more value than @next has, as struct use has it. */
size_t script_root(struct script *s, const struct assign *a, size_t next);
struct include *script_include(struct script *s, enum include_kind kind,
			       const char *path);
void script_note(struct script *s, size_t pos, const char *why);

/*
 * script_sees() - does @scope run after or inside of @other, so that what is
 * set there is set here?
 */
bool script_sees(const struct script *s, size_t scope, size_t other);

/* Is a submenu between @scope and @outer, that is: only exports come through? */
bool script_submenu_between(const struct script *s, size_t scope, size_t outer);

#endif
