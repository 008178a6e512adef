/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nopmmir.h - what all parts of the nopmmir tool share: exit statuses, the two
 * parameters, words to the user, memory, the commands.
 */
#ifndef NOPMMIR_H
#define NOPMMIR_H

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * Exit statuses, the same for every command; nopmmir(8) has the same table.
 * A command uses those whose comment names it, and NM_FAIL and NM_USAGE.
 */
enum nm_exit {
	NM_OK = 0, /* done; check, status: not affected or safe;
				 * diagnose: this panic, or its host's log */
	NM_FAIL = 1, /* something failed: the message says what */
	NM_USAGE = 2, /* the command line makes no sense */
	NM_NO_LOADER = 3, /* enable, disable: nothing that boots this
				 * system was recognised; nothing changed */
	NM_BUSY = 4, /* enable, disable: another run holds the lock */
	NM_AFFECTED = 10, /* check: affected; status: the next boot
				 * panics on a broken host */
	NM_PATCHED = 11, /* check: patched */
	NM_UNKNOWN = 12, /* check, status: cannot tell */
	NM_OTHER_UNDEF = 20, /* diagnose: another undefined instruction */
	NM_OTHER_PANIC = 21, /* diagnose: another oops or panic */
	NM_NOTHING = 22, /* diagnose: no oops, no panic, no host's line */
	NM_UNCHANGED = 77, /* enable, disable --unchanged-exit-77 */
};

/* The two parameters (tokens of a kernel command line). */
#define NM_PARAM_PATCHED	"arm_pmu.nopmmir"
#define NM_PARAM_STOCK_KEY	"initcall_blacklist"
#define NM_PARAM_STOCK_INITCALL "armv8_pmu_driver_init"
#define NM_PARAM_STOCK		NM_PARAM_STOCK_KEY "=" NM_PARAM_STOCK_INITCALL

/*
 * Words for the user: _() gives them in the user's language, see words.h; N_()
 * marks those that are given to _() elsewhere.  What nm_print(), nm_err() and
 * their like are given as @fmt they translate themselves.
 */
#ifndef _ /* defined by `make pot`, to find them */
#define _(text)	 gettext(text)
#define N_(text) text
#endif

/* The tool's version: what the Makefile found. */
extern const char nm_version[];

/*
 * One line of text, escaped (escape.h): names and contents of an image or a log
 * can be in it, a newline cannot; its own '\n' comes with it.  nm_err() and the
 * others write to stderr, "nopmmir: " and in nm_warn() "warning: " before it.
 */
void nm_print(FILE *to, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void nm_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void nm_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void nm_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* malloc and friends that end the program with NM_FAIL when memory is out. */
void *nm_alloc(size_t size); /* zeroed */
void *nm_realloc(void *p, size_t size);
/*
 * nm_grow() - room in the array @v of @n elements for one more; ask each time
 * before one is added, from @n 0 on.
 */
void *nm_grow(void *v, size_t n, size_t size);
char *nm_strdup(const char *s);
char *nm_asprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * The commands.  argv[0] is the command's name; each does its own
 * getopt_long() and returns an enum nm_exit.  A command that sees --help calls
 * nm_help(argv[0]) and returns NM_OK; on a wrong option it returns nm_usage().
 */
int cmd_check(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_diagnose(int argc, char **argv);
int cmd_enable(int argc, char **argv);
int cmd_disable(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_guard(int argc, char **argv);

/* Their help: each beside its command. */
extern const char check_help[], status_help[], diagnose_help[], enable_help[],
	disable_help[], restore_help[], guard_help[];

/* What several of them say. */
#define HELP_ROOT \
	"  --root DIR    look at the system in DIR, not at the one that runs\n"
#define HELP_COMMON "  -h, --help    this text\n"

/* Prints the command's help on stdout. */
void nm_help(const char *command);
/* Points to --help on stderr; returns NM_USAGE. */
int nm_usage(const char *command);
/*
 * The options of a command that only looks: --json, --help and, unless dir is
 * NULL, --root.  Returns -1 to go on at argv[optind], else the exit status.
 */
int nm_look_options(int argc, char **argv, const char **dir, bool *json);

/* An answer that may not be known. */
enum tri {
	TRI_NO,
	TRI_YES,
	TRI_UNKNOWN,
};

const char *tri_word(enum tri t); /* "yes", "no", "unknown" */

#endif
