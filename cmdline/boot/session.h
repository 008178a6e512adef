/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session.h - what the commands share that change files: enable, disable, restore
 * and guard
 */
#ifndef SESSION_H
#define SESSION_H

#include "decide.h"
#include "file.h"
#include "root.h"
#include "run.h"

struct session {
	struct root root;
	struct state state;
	struct plan plan;
	bool planned;
	struct file_lock lock;
	/* options */
	const char *dir;
	struct wanted wanted;
	bool dry_run, unchanged_77, keep_bootable;
};

enum session_options {
	SESSION_PARAM = 1, /* --param, --kernel */
	SESSION_UNCHANGED = 2, /* --unchanged-exit-77 */
	SESSION_KEEP = 4, /* --keep-bootable */
	SESSION_DRY_RUN = 8,
};

/*
 * session_options() - reads the command's options; --root and --help are always
 * among them.  The words behind them begin at argv[optind].
 * Return: -1, or the exit status where the options are the end of it.
 */
int session_options(struct session *e, int argc, char **argv,
		    unsigned int known);

/*
 * session_begin() - the root, the lock (unless it is a dry run) and the state;
 * session_plan(), the plan.  Return: NM_OK, or the exit status after saying why.
 */
int session_begin(struct session *e);
int session_plan(struct session *e);
void session_end(struct session *e);

/*
 * session_run() - a command from its options to its end: @work with the plan
 * made, where no word is left behind the options.  Return: the exit status.
 */
int session_run(int argc, char **argv, unsigned int known,
		int (*work)(struct session *e));

/* No word may be left behind the options. Return: -1, or NM_USAGE. */
int session_no_words(int argc, char **argv);

/*
 * session_write() - what was decided, to the disk, or as a diff for a dry run.
 * @state: as run_write() says.  *@changed: was there anything to do?
 * What was done is printed, or where @id is not NULL only *@id set, malloc()ed.
 * Return: 0, or -1 after saying why.
 */
int session_write(struct session *e, const char *state, bool state_first,
		  bool *changed, char **id);

/* Says what of the kernels that were asked for no entry boots. */
bool session_kernels_found(const struct session *e);

/* Says that no way to boot was found. Return: NM_NO_LOADER. */
int session_no_loader(const struct session *e);

/* "unchanged". Return: the exit status. */
int session_unchanged(const struct session *e);

/*
 * session_note() - into the state, before the first change of a parameter: where
 * it is already, it is not ours; and what is about to be made, a line, a file.
 */
void session_note(struct session *e);

#endif
