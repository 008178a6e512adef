// SPDX-License-Identifier: GPL-2.0-only
/*
 * enable.c - nopmmir enable: the parameter that each kernel needs, on the
 * command line of all that boots it
 *
 * All there is is read first and decided place by place; only then is anything
 * written, see run.h.  So a run that ends anywhere can be done again, and
 * disable knows what enable began.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kimage.h"
#include "nopmmir.h"
#include "session.h"

const char enable_help[] = N_(
	"usage: nopmmir enable [--root DIR] [--param arm_pmu.nopmmir|initcall_blacklist]\n"
	"                      [--kernel VERSION]... [--dry-run] [--unchanged-exit-77]\n"
	"\n"
	"Puts the parameter that each kernel needs on the command line of its boot\n"
	"entries and of kernels installed later: initcall_blacklist=armv8_pmu_driver_init\n"
	"for affected kernels; patched ones and those not affected need none. An entry\n"
	"whose kernel is not known gets what the others need. Ends with the verdict of\n"
	"`nopmmir status`; prints the run's id, for `nopmmir restore`.\n"
	"\n" HELP_ROOT
	"  --param NAME  this parameter, whatever `nopmmir check` says\n"
	"  --kernel VERSION\n"
	"                only the entries of this kernel; may be given more than once\n"
	"  --dry-run     change nothing, print a unified diff of what would change\n"
	"  --unchanged-exit-77\n"
	"                exit 77, not 0, where nothing had to change\n" HELP_COMMON
	"\n"
	"Exit status: 0 done or unchanged, and safe; 1 failed, or an entry could not be\n"
	"made safe; 2 usage; 3 no way to boot was found, or what fstab names is not\n"
	"mounted; 4 another run holds the lock; 77 see above.\n");

/* What is said of single ways; of more there is but a number. */
#define WAYS_SAID 20

/* Is @w asked for? */
static bool asked(const struct session *e, const struct way *w)
{
	const struct place *p = way_place(&e->plan, w);

	if (w->is_template)
		return false;
	if (!p)
		return !e->wanted.kernels_n;
	return decide_selected(&e->wanted, &e->plan.confs.v[w->conf], p);
}

static void warn_ways(const struct session *e)
{
	size_t said = 0;

	for (size_t i = 0; i < e->plan.n; i++) {
		const struct way *w = &e->plan.ways[i];
		const struct place *p = way_place(&e->plan, w);
		char *name;

		if (!asked(e, w))
			continue;
		name = way_name(&e->plan, w);
		if (w->why && !e->wanted.param && said++ < WAYS_SAID)
			nm_warn("%s: %s", name, w->why);
		if (w->verdict == KIMAGE_AFFECTED &&
		    e->wanted.param == PARAM_PATCHED && said++ < WAYS_SAID)
			nm_warn("%s: " NM_PARAM_PATCHED
				" does nothing there: its kernel is not patched, and needs " NM_PARAM_STOCK,
				name);
		if (w->kernel != KERNEL_NONE && way_open(w) &&
		    e->plan.kernels.v[w->kernel].own_line && said++ < WAYS_SAID)
			nm_warn("%s: its kernel was built with CONFIG_CMDLINE_FORCE and takes no parameter from a boot loader: boot another one",
				name);
		if ((!p || p->image) && way_open(w) && said++ < WAYS_SAID)
			nm_warn("%s: a unified kernel image holds its command line inside: make it anew from /etc/kernel/cmdline, as with `kernel-install add VERSION IMAGE`, or add an addon to it",
				name);
		free(name);
	}
	if (said > WAYS_SAID)
		nm_warn("... and %zu more", said - WAYS_SAID);
}

/* Has each way that was asked for what it was to get? */
static bool all_given(const struct session *e)
{
	for (size_t i = 0; i < e->plan.n; i++) {
		const struct way *w = &e->plan.ways[i];

		if (!asked(e, w))
			continue;
		if (e->wanted.param != PARAM_NONE ?
			    w->has[e->wanted.param] != TRI_YES :
			    way_open(w))
			return false;
	}
	return true;
}

/* Where not all is well after it: says so. Return: the exit status. */
static int result(const struct session *e, const struct outcome *out)
{
	const struct plan *plan = &e->plan;
	bool all = !e->wanted.param && !e->wanted.kernels_n;

	if (mounts_missing(&plan->mounts)) {
		mounts_say(&e->root, &plan->mounts);
		return NM_NO_LOADER;
	}
	if (all ? out->verdict == VERDICT_SAFE : all_given(e))
		return NM_OK;
	plan_say_ways(plan);
	for (size_t i = 0; i < plan->n; i++) {
		if (!plan->ways[i].is_template && plan->ways[i].why) {
			nm_err("mount /boot and all else that the entries' kernels are on under %s/, or name one with --param: the parameter for all of them",
			       e->root.dir);
			break;
		}
	}
	return NM_FAIL;
}

static int enable(struct session *e)
{
	struct outcome out;
	int ret, unchanged = NM_OK;
	bool changed;
	char *state;

	if (!e->plan.n_boot)
		return session_no_loader(e);
	if (!session_kernels_found(e))
		return NM_FAIL;
	if (decide_enable(&e->plan, &e->wanted, &e->state))
		return NM_FAIL;
	warn_ways(e);
	session_note(e);
	state = state_text(&e->state);
	ret = session_write(e, state, true, &changed, NULL);
	free(state);
	if (ret)
		return NM_FAIL;
	plan_outcome(&e->plan, &out);
	if (!changed)
		unchanged = session_unchanged(e);
	plan_say(&e->plan, &out, e->dry_run ? stderr : stdout);
	ret = result(e, &out);
	outcome_free(&out);
	return ret == NM_OK ? unchanged : ret;
}

int cmd_enable(int argc, char **argv)
{
	return session_run(argc, argv,
			   SESSION_PARAM | SESSION_UNCHANGED | SESSION_DRY_RUN,
			   enable);
}
