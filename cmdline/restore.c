// SPDX-License-Identifier: GPL-2.0-only
/*
 * restore.c - nopmmir restore: the bytes that were there before a run
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nopmmir.h"
#include "session.h"

const char restore_help[] = N_(
	"usage: nopmmir restore RUN [--root DIR] [--dry-run]\n"
	"\n"
	"Puts back the bytes that were there before the run of that id, which enable and\n"
	"disable print, if nobody changed them since. The last ten runs are kept.\n"
	"\n" HELP_ROOT
	"  --dry-run     change nothing, print a unified diff of what would change\n" HELP_COMMON
	"\n"
	"Exit status: 0 done, or as it was before that run already; 1 failed, nothing was\n"
	"changed; 2 usage; 4 another run holds the lock.\n");

static int restore(struct session *e, const char *run)
{
	struct change_list changes;
	struct outcome out;
	char *state, *id = NULL;
	const char *was = e->state.was ? e->state.was : "";
	int ret = 0;

	if (run_undo(&e->root, &e->state, run, &changes, &state))
		return NM_FAIL;
	if (e->dry_run)
		change_print(&changes);
	else if (changes.n)
		ret = run_write(&e->root, &e->state, &changes, state, state,
				&id);
	else if (strcmp(was, state ? state : ""))
		ret = state_write(&e->root, &e->state, state);
	else
		printf("unchanged\n");
	if (id)
		run_say(&e->root, &e->state, &changes, id);
	free(id);
	free(state);
	change_free(&changes);
	if (ret)
		return NM_FAIL;
	if (!e->dry_run && session_plan(e) == NM_OK) {
		plan_outcome(&e->plan, &out);
		plan_say(&e->plan, &out, stdout);
		outcome_free(&out);
	}
	return NM_OK;
}

int cmd_restore(int argc, char **argv)
{
	struct session e;
	int ret = session_options(&e, argc, argv, SESSION_DRY_RUN);

	if (ret < 0 && optind + 1 != argc) {
		nm_err("restore takes one run's id");
		ret = nm_usage(argv[0]);
	}
	if (ret < 0) {
		ret = session_begin(&e);
		if (ret == NM_OK)
			ret = restore(&e, argv[optind]);
	}
	session_end(&e);
	return ret;
}
