// SPDX-License-Identifier: GPL-2.0-only
/*
 * disable.c - nopmmir disable: what enable put there, taken away
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kimage.h"
#include "nopmmir.h"
#include "root.h"
#include "session.h"
#include "token.h"

const char disable_help[] = N_(
	"usage: nopmmir disable [--root DIR] [--param arm_pmu.nopmmir|initcall_blacklist]\n"
	"                       [--kernel VERSION]... [--keep-bootable] [--dry-run]\n"
	"                       [--unchanged-exit-77]\n"
	"\n"
	"Takes exactly that away which `nopmmir enable` put there, also where other\n"
	"tools edited the files in between, and says what the next boot of each affected\n"
	"kernel will be on a broken host.\n"
	"\n" HELP_ROOT "  --param NAME  only this parameter\n"
	"  --kernel VERSION\n"
	"                only the entries of this kernel; may be given more than once\n"
	"  --keep-bootable\n"
	"                nothing at all, where a kernel that may panic may need what is\n"
	"                there: for the removal of the package\n"
	"  --dry-run     change nothing, print a unified diff of what would change\n"
	"  --unchanged-exit-77\n"
	"                exit 77, not 0, where nothing had to change\n" HELP_COMMON
	"\n"
	"Exit status: 0 done or unchanged, 1 failed, 2 usage, 3 no way to boot was\n"
	"found, 4 another run holds the lock, 77 see above.\n");

/* A parameter that is there without us: said, so that nobody searches. */
static void say_others(const struct session *e)
{
	struct stat st;
	bool ostree = root_stat(&e->root, "/boot/ostree", &st) == 0 ||
		      root_stat(&e->root, "/ostree", &st) == 0;

	for (size_t i = 0; i < e->plan.confs.n; i++) {
		const struct conf *c = &e->plan.confs.v[i];

		for (size_t j = 0; j < c->places.n; j++) {
			const struct place *p = &c->places.v[j];

			for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT;
			     q++) {
				if (decide_selected(&e->wanted, c, p) &&
				    token_there(p, q) &&
				    !decide_ours(&e->state, q, c, p))
					nm_info("%s%s: %s: %s stays, since enable did not put it there%s",
						e->root.dir, c->path, p->name,
						param_token(q),
						ostree ?
							_("; if it did so offline, on the mounted disk, run disable there, with --root") :
							"");
			}
		}
	}
}

/* A file that enable made goes when nothing but its source is in it. */
static void drop_created(struct session *e)
{
	for (size_t i = 0; i < e->plan.confs.n; i++) {
		struct conf *c = &e->plan.confs.v[i];
		char *from;
		size_t len;

		if (!c->new_buf || !c->format->from ||
		    !state_has(&e->state, STATE_CREATED, NULL, c->path, NULL))
			continue;
		from = root_read(&e->root, c->format->from, c->new_len, &len,
				 NULL);
		c->removed = from && len == c->new_len &&
			     !memcmp(from, c->new_buf, len);
		free(from);
	}
}

/* Is anything of ours left where it will be? */
static bool any_left(const struct session *e, enum param q)
{
	for (size_t i = 0; i < e->plan.confs.n; i++) {
		const struct conf *c = &e->plan.confs.v[i];

		for (size_t j = 0; j < c->places.n; j++) {
			const struct place *now = conf_place_now(c, j);

			if (now && token_there(now, q) &&
			    decide_ours(&e->state, q, c, &c->places.v[j]))
				return true;
		}
	}
	return false;
}

/* The state afterwards, where all of it could be looked at. */
static void forget(struct session *e)
{
	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
		bool all = !e->wanted.kernels_n &&
			   (!e->wanted.param || e->wanted.param == q);

		if (all || (e->wanted.kernels_n && !any_left(e, q)))
			state_forget(&e->state, q);
	}
}

/* The next boot by a way of which the kernel is not known. */
static void say_unknown(const struct plan *plan, const struct way *w)
{
	char *name;

	if (w->has[PARAM_STOCK] == TRI_YES)
		return;
	name = way_name(plan, w);
	nm_print(
		stdout,
		"next boot by %s: on a broken host it may panic without " NM_PARAM_STOCK
		", as its kernel is not known: %s",
		name, w->why);
	free(name);
}

/*
 * What the next boot of each affected kernel will be on a broken host; and of what is
 * not known, where it has no parameter.
 */
static void say_next(const struct session *e)
{
	const struct plan *plan = &e->plan;

	for (size_t i = 0; i < plan->n; i++) {
		const struct way *w = &plan->ways[i];
		char *name;

		if (w->is_template)
			continue;
		if (w->verdict == KIMAGE_UNKNOWN)
			say_unknown(plan, w);
		if (w->verdict != KIMAGE_AFFECTED)
			continue;
		name = way_name(plan, w);
		nm_print(
			stdout, "next boot of %s by %s: on a broken host it %s",
			plan->kernels.v[w->kernel].path, name,
			w->has[PARAM_STOCK] == TRI_YES ?
				_("boots: " NM_PARAM_STOCK " is there") :
			w->has[PARAM_STOCK] == TRI_NO ?
				_("panics: the kernel is affected, and no " NM_PARAM_STOCK
				  " is there") :
				_("may panic: whether " NM_PARAM_STOCK
				  " is there is not known"));
		free(name);
	}
}

static bool may_panic(enum kimage_verdict verdict)
{
	return verdict == KIMAGE_AFFECTED || verdict == KIMAGE_UNKNOWN;
}

/* Which ways have the parameter; as long as plan->n, malloc()ed. */
static enum tri *stock_of(const struct plan *plan)
{
	enum tri *has = nm_alloc(plan->n * sizeof(*has));

	for (size_t i = 0; i < plan->n; i++)
		has[i] = plan->ways[i].has[PARAM_STOCK];
	return has;
}

/* Is the parameter to be taken from that place? */
static bool taken(const struct conf *c, const struct place *p)
{
	return c->new_buf && p->decision.remove[PARAM_STOCK] != REMOVE_NONE &&
	       token_there(p, PARAM_STOCK);
}

/*
 * Ways of a kernel that may panic without the parameter, which had it by @had, or
 * may have had it, and now are further from it. *@first: one of them.
 * Return: how many.
 */
static size_t bared(const struct plan *plan, const enum tri *had,
		    const struct way **first)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct way *w = &plan->ways[i];
		const struct place *p = way_place(plan, w);
		enum tri has = w->has[PARAM_STOCK];

		if (w->is_template || !may_panic(w->verdict) ||
		    had[i] == TRI_NO || has == TRI_YES)
			continue;
		/* what is not known before and after may have lost it */
		if (has == had[i] && !(p && taken(&plan->confs.v[w->conf], p)))
			continue;
		if (!n++)
			*first = w;
	}
	return n;
}

/* Would the parameter be taken from that file? */
static bool taken_from(const struct conf *c)
{
	for (size_t j = 0; j < c->places.n; j++) {
		if (taken(c, &c->places.v[j]))
			return true;
	}
	return false;
}

/* The files from which the parameter would be taken. malloc()ed; NULL: none. */
static char *files_taken(const struct plan *plan)
{
	char *all = NULL;

	for (size_t i = 0; i < plan->confs.n; i++) {
		const struct conf *c = &plan->confs.v[i];
		char *more;

		if (!taken_from(c))
			continue;
		more = nm_asprintf("%s%s%s%s", all ? all : "", all ? ", " : "",
				   plan->root->dir, c->path);
		free(all);
		all = more;
	}
	return all;
}

/* Does a way start that kernel, or a copy of it? */
static bool started(const struct plan *plan, const struct kernel *kernel)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct way *w = &plan->ways[i];

		if (!w->is_template && w->kernel != KERNEL_NONE &&
		    plan->kernels.v[w->kernel].same == kernel->same)
			return true;
	}
	return false;
}

/*
 * A kernel that may panic, and an entry that was not seen, or will be made yet, of
 * what would be taken away.  Where the kernels cannot be listed, one may be such a
 * kernel.  Return: why, malloc()ed; NULL: there is none.
 */
static char *unseen(struct plan *plan)
{
	char *menu = plan_unseen(plan);

	if (kernels_find(&plan->kernels))
		return menu ? menu :
			      nm_strdup(_("the kernels cannot be listed"));
	for (size_t i = 0; i < plan->kernels.n; i++) {
		const struct kernel *kernel = &plan->kernels.v[i];

		if (!may_panic(kernel->info.verdict))
			continue;
		if (menu)
			return menu;
		if (!started(plan, kernel))
			return nm_asprintf(_("no entry starts %s%s yet"),
					   plan->root->dir, kernel->path);
	}
	free(menu);
	return NULL;
}

/*
 * A kernel that may panic has the parameter by a word that stays, but what would be
 * taken away is what its entry is made of next time: a menu is made anew with each
 * kernel, and knows no word that was written into it.  Return: such a way, or NULL.
 */
static const struct way *made_anew(const struct plan *plan)
{
	bool from = false;

	for (size_t i = 0; i < plan->confs.n; i++)
		from |= plan->confs.v[i].format->role != ROLE_ENTRY &&
			taken_from(&plan->confs.v[i]);
	for (size_t i = 0; from && i < plan->n; i++) {
		const struct way *w = &plan->ways[i];

		if (!w->is_template && may_panic(w->verdict) &&
		    w->has[PARAM_STOCK] != TRI_NO)
			return w;
	}
	return NULL;
}

/*
 * keep() - does a kernel need, or may it need, what would be taken away?  Says which,
 * and how to take it away.  @had: of stock_of() before it.
 */
static bool keep(struct session *e, const enum tri *had)
{
	const char *dir = e->root.dir, *state = e->state.dir;
	char *files = files_taken(&e->plan), *where;
	const struct way *w = NULL;
	size_t n;
	bool kept;

	if (!files)
		return false;
	n = bared(&e->plan, had, &w);
	if (!w)
		w = made_anew(&e->plan);
	where = w ? way_name(&e->plan, w) : unseen(&e->plan);
	kept = where;
	if (n)
		nm_print(
			stdout,
			ngettext(
				"kept: " NM_PARAM_STOCK
				" on the command line of %zu way to boot (%s), as without it the kernel may panic, and %s%s with the state and backups",
				"kept: " NM_PARAM_STOCK
				" on the command line of %zu ways to boot (%s), as without it the kernel may panic, and %s%s with the state and backups",
				n),
			n, where, dir, state);
	else if (w)
		nm_print(
			stdout,
			"kept: " NM_PARAM_STOCK
			" in %s, as boot entries are made of it and without it the kernel of %s may panic, and %s%s with the state and backups",
			files, where, dir, state);
	else if (kept)
		nm_print(
			stdout,
			"kept: " NM_PARAM_STOCK
			" in %s, as a kernel is installed that may panic without it and not every way to boot is known (%s), and %s%s with the state and backups",
			files, where, dir, state);
	if (kept)
		nm_print(
			stdout,
			"to take it away: `nopmmir disable%s%s` while nopmmir is installed, or by hand that word from %s, then %s%s",
			*dir ? " --root " : "", dir, files, dir, state);
	free(where);
	free(files);
	return kept;
}

static int disable(struct session *e)
{
	bool changed, lost, kept;
	char *text, *where;
	enum tri *had;
	int ret;

	if (!e->plan.n_boot)
		return session_no_loader(e);
	if (!session_kernels_found(e))
		return NM_FAIL;
	had = stock_of(&e->plan);
	ret = decide_disable(&e->plan, &e->wanted, &e->state);
	kept = !ret && e->keep_bootable && keep(e, had);
	free(had);
	if (ret)
		return NM_FAIL;
	if (kept)
		return NM_OK;
	say_others(e);
	drop_created(e);
	where = run_lost(&e->root, &e->state);
	lost = where;
	if (lost)
		nm_err("%s%s: a run of enable changed it, and its folder is not there: the state is kept; mount it and run this again",
		       e->root.dir, where);
	else
		forget(e);
	free(where);
	text = state_text(&e->state);
	ret = session_write(e, text, false, &changed, NULL);
	free(text);
	if (ret)
		return NM_FAIL;
	ret = changed ? NM_OK : session_unchanged(e);
	say_next(e);
	return lost ? NM_FAIL : ret;
}

int cmd_disable(int argc, char **argv)
{
	return session_run(argc, argv,
			   SESSION_PARAM | SESSION_UNCHANGED | SESSION_DRY_RUN |
				   SESSION_KEEP,
			   disable);
}
