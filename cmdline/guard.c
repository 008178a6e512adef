// SPDX-License-Identifier: GPL-2.0-only
/*
 * guard.c - nopmmir guard: after a kernel was installed, its entries get what
 * they need
 *
 * For the hooks of the packages: kernel-install's, /etc/kernel/postinst.d, rpm's
 * file triggers.  Only where enable was run on this system, or where this guest
 * knows that its host is broken; else nothing is changed and nothing said.  It
 * never fails: an installation of a kernel must not.  What it cannot do it says.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "nopmmir.h"
#include "root.h"
#include "session.h"

const char guard_help[] = N_(
	"usage: nopmmir guard [--root DIR]\n"
	"\n"
	"For the hooks of packages, after a kernel was installed and its entry made: puts\n"
	"the parameter on entries that need it and have it not, and says so in one line,\n"
	"if `nopmmir enable` was run on this system or this guest knows that its host is\n"
	"broken. Else it changes and says nothing. Takes nothing away.\n"
	"\n" HELP_ROOT HELP_COMMON "\n"
	"Exit status: 0 always, but for 2 usage.\n");

/*
 * Has every way the parameter already, and is there none that was not seen?  Then no
 * kernel need be looked into.
 */
static bool all_have_it(const struct root *r)
{
	struct plan plan;
	bool all;

	if (plan_look(&plan, r, true))
		return false;
	all = plan.n_boot && plan_all_seen(&plan);
	for (size_t i = 0; i < plan.n; i++)
		all &= plan.ways[i].is_template ||
		       plan.ways[i].has[PARAM_STOCK] == TRI_YES;
	plan_free(&plan);
	return all;
}

/* How many ways may start a kernel that panics, without the parameter? */
static size_t open_ways(const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += way_open(&plan->ways[i]);
	return n;
}

/* Return: is every way safe now, or is there a line that says what was done? */
static bool guard(struct session *e)
{
	struct outcome out;
	bool changed, told = false;
	char *state, *id = NULL;
	size_t closed;

	if (session_plan(e) != NM_OK)
		return false;
	/* a container has no boot loader, and its host's word on PMMIR_EL1 */
	if (!e->plan.n_boot)
		return !state_any(&e->state);
	closed = open_ways(&e->plan);
	e->wanted.only_add = true;
	if (decide_enable(&e->plan, &e->wanted, &e->state))
		return false;
	session_note(e);
	state = state_text(&e->state);
	if (session_write(e, state, true, &changed, &id) == 0) {
		const char *rest = "";

		plan_outcome(&e->plan, &out);
		if (out.verdict != VERDICT_SAFE)
			rest = _("; see `nopmmir status`");
		closed -= open_ways(&e->plan);
		told = out.verdict == VERDICT_SAFE || changed;
		if (closed)
			nm_print(
				stdout,
				ngettext(
					"nopmmir: a kernel was installed that panics, or may panic, on a host without PMMIR_EL1: %zu way to boot got %s (run: %s)%s",
					"nopmmir: a kernel was installed that panics, or may panic, on a host without PMMIR_EL1: %zu ways to boot got %s (run: %s)%s",
					closed),
				closed, NM_PARAM_STOCK, id, rest);
		else if (changed)
			nm_print(
				stdout,
				_("nopmmir: a kernel was installed; %s was put where it was missing (run: %s)%s"),
				NM_PARAM_STOCK, id, rest);
		outcome_free(&out);
	}
	free(id);
	free(state);
	return told;
}

int cmd_guard(int argc, char **argv)
{
	struct session e;
	int ret = session_options(&e, argc, argv, 0);

	if (ret < 0)
		ret = session_no_words(argc, argv);
	if (ret >= 0) {
		session_end(&e);
		return ret;
	}
	if (root_init(&e.root, e.dir) == 0) {
		bool known = state_read(&e.root, &e.state) == 0;
		bool wanted = !known || state_any(&e.state) ||
			      host_says_broken(&e.root);

		wanted = wanted && !all_have_it(&e.root);
		state_free(&e.state);
		root_exit(&e.root);
		if (wanted &&
		    (!known || session_begin(&e) != NM_OK || !guard(&e)))
			nm_err("a kernel was installed, and not every way to boot is known to be safe on a broken host; before the next boot: nopmmir status");
	}
	session_end(&e);
	return NM_OK;
}
