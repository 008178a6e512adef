/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.h - one run that changes files: its backups, by its id, and the order in
 * which things reach the disk
 *
 * backup/RUN holds each file as it was, under its own path, the state as it
 * was (.state), and .run, which tells what the run made of them.
 */
#ifndef RUN_H
#define RUN_H

#include "change.h"
#include "root.h"
#include "state.h"

/* Older ones go when a run is done. */
#define RUNS_KEPT 10

/*
 * run_write() - the backups, the new contents beside the files, the state and,
 * last, the new contents in the files' places.  Whatever needs room is written
 * before the first file is replaced.  @state: the state's text as it shall be
 * (NULL: none), written before the files where @state_first, so that a run that
 * is killed is known.  *@id is the run's, malloc()ed, where the files were
 * changed, else NULL.
 * Return: 0, or -1 after saying why.
 */
int run_write(const struct root *r, const struct state *s,
	      const struct change_list *changes, const char *state,
	      bool state_first, char **id);

/*
 * run_undo() - the changes that put back what was there before run @id, and the
 * state's text from then, or as it is now where later runs changed it.
 * Return: 0; -1 after saying why: no such run, or somebody changed a file since.
 */
int run_undo(const struct root *r, const struct state *s, const char *id,
	     struct change_list *changes, char **state);

/*
 * run_lost() - a file that a kept run changed and whose folder is not there
 * now, as when its partition is not mounted; malloc()ed, NULL: none.
 */
char *run_lost(const struct root *r, const struct state *s);

/* Prints what was changed, where the backups are, and the run's id. */
void run_say(const struct root *r, const struct state *s,
	     const struct change_list *changes, const char *id);

#endif
