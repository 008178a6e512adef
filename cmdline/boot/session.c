// SPDX-License-Identifier: GPL-2.0-only
/*
 * session.c - what the commands share that change files
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "nopmmir.h"
#include "options.h"
#include "root.h"
#include "session.h"
#include "token.h"

static int param_option(struct session *e, const char *command)
{
	e->wanted.param = param_by_name(optarg);
	if (e->wanted.param != PARAM_NONE)
		return -1;
	nm_err("--param is %s or %s, not '%s'", NM_PARAM_PATCHED,
	       NM_PARAM_STOCK_KEY, optarg);
	return nm_usage(command);
}

int session_options(struct session *e, int argc, char **argv,
		    unsigned int known)
{
	enum { ROOT = OPTION_LONG, PARAM, KERNEL, DRY_RUN, UNCHANGED, KEEP };
	static const struct {
		struct option option;
		unsigned int needs;
	} table[] = {
		{ { "root", required_argument, NULL, ROOT }, 0 },
		{ { "help", no_argument, NULL, 'h' }, 0 },
		{ { "param", required_argument, NULL, PARAM }, SESSION_PARAM },
		{ { "kernel", required_argument, NULL, KERNEL },
		  SESSION_PARAM },
		{ { "dry-run", no_argument, NULL, DRY_RUN }, SESSION_DRY_RUN },
		{ { "unchanged-exit-77", no_argument, NULL, UNCHANGED },
		  SESSION_UNCHANGED },
		{ { "keep-bootable", no_argument, NULL, KEEP }, SESSION_KEEP },
	};
	struct option options[sizeof(table) / sizeof(*table) + 1] = { { 0 } };
	size_t n = 0;
	int c, ret = -1;

	*e = (struct session){ .root.fd = -1, .lock.fd = -1 };
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (!table[i].needs || (known & table[i].needs))
			options[n++] = table[i].option;
	}
	while (ret < 0 && (c = getopt_long(argc, argv, OPTION_LETTERS, options,
					   NULL)) != -1) {
		switch (c) {
		case ROOT:
			e->dir = optarg;
			break;
		case PARAM:
			ret = param_option(e, argv[0]);
			break;
		case KERNEL:
			e->wanted.kernels = nm_grow(e->wanted.kernels,
						    e->wanted.kernels_n,
						    sizeof(char *));
			e->wanted.kernels[e->wanted.kernels_n++] = optarg;
			break;
		case DRY_RUN:
			e->dry_run = true;
			break;
		case UNCHANGED:
			e->unchanged_77 = true;
			break;
		case KEEP:
			e->keep_bootable = true;
			break;
		case 'h':
			nm_help(argv[0]);
			ret = NM_OK;
			break;
		default:
			ret = nm_bad_option(argv, options, c);
		}
	}
	return ret;
}

int session_no_words(int argc, char **argv)
{
	if (optind == argc)
		return -1;
	return nm_extra_word(argv[0], argv[optind]);
}

int session_begin(struct session *e)
{
	char *dir;
	int ret;

	if (root_init(&e->root, e->dir)) {
		disk_no_root(e->dir);
		return NM_FAIL;
	}
	if (!e->dry_run) {
		dir = state_dir(&e->root);
		ret = file_lock(&e->root, dir, &e->lock);
		if (ret && errno == EWOULDBLOCK)
			nm_err("another nopmmir is at work on %s/; try again when it has ended",
			       e->root.dir);
		else if (ret)
			nm_err("%s%s/lock: %s; nothing was changed",
			       e->root.dir, dir, strerror(errno));
		free(dir);
		if (ret)
			return errno == EWOULDBLOCK ? NM_BUSY : NM_FAIL;
	}
	return state_read(&e->root, &e->state) ? NM_FAIL : NM_OK;
}

int session_plan(struct session *e)
{
	if (plan_make(&e->plan, &e->root))
		return NM_FAIL;
	e->planned = true;
	/* what a run that was killed left beside the files */
	for (size_t i = 0; !e->dry_run && i < e->plan.confs.n; i++)
		file_abandon(&e->root, e->plan.confs.v[i].path);
	return NM_OK;
}

void session_end(struct session *e)
{
	if (e->planned)
		plan_free(&e->plan);
	file_unlock(&e->root, &e->lock);
	free(e->wanted.kernels);
	state_free(&e->state);
	root_exit(&e->root);
}

int session_write(struct session *e, const char *state, bool state_first,
		  bool *changed, char **id)
{
	struct change_list changes;
	char *own = NULL;
	int ret = -1;

	change_collect(&e->plan.confs, &changes);
	*changed = changes.n;
	if (change_check(&e->root, &changes))
		goto out;
	if (e->dry_run) {
		change_print(&changes);
		ret = 0;
	} else if (changes.n) {
		ret = run_write(&e->root, &e->state, &changes, state,
				state_first, &own);
		if (ret == 0 && !id)
			run_say(&e->root, &e->state, &changes, own);
	} else {
		const char *was = e->state.was ? e->state.was : "";

		ret = strcmp(was, state ? state : "") ?
			      state_write(&e->root, &e->state, state) :
			      0;
	}
out:
	if (id)
		*id = own;
	else
		free(own);
	change_free(&changes);
	return ret;
}

bool session_kernels_found(const struct session *e)
{
	const struct plan *plan = &e->plan;
	bool all = true;

	for (size_t i = 0; i < e->wanted.kernels_n; i++) {
		bool found = false;

		for (size_t j = 0; j < plan->n && !found; j++) {
			const struct place *p = way_place(plan, &plan->ways[j]);

			found = p && !plan->ways[j].is_template &&
				place_is_of(p, e->wanted.kernels[i]);
		}
		if (!found) {
			nm_err("no boot entry boots kernel %s; `nopmmir check%s%s` lists those installed",
			       e->wanted.kernels[i],
			       *e->root.dir ? " --root " : "", e->root.dir);
			all = false;
		}
	}
	return all;
}

int session_no_loader(const struct session *e)
{
	nm_err("no way to boot the system in %s/ was found (no entry of a grub.cfg, of the Boot Loader Specification or of an extlinux.conf, no unified kernel image); nothing was changed. Is its /boot (and /boot/efi) mounted?",
	       e->root.dir);
	for (size_t i = 0; i < e->plan.confs.n_unknown; i++)
		nm_err("%s", e->plan.confs.unknown[i]);
	mounts_say(&e->root, &e->plan.mounts);
	return NM_NO_LOADER;
}

int session_unchanged(const struct session *e)
{
	printf("unchanged\n");
	return e->unchanged_77 ? NM_UNCHANGED : NM_OK;
}

void session_note(struct session *e)
{
	bool new[PARAM_COUNT];

	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++)
		new[q] = !state_has(&e->state, STATE_PARAM, param_token(q),
				    NULL, NULL);
	for (size_t i = 0; i < e->plan.confs.n; i++) {
		const struct conf *c = &e->plan.confs.v[i];

		for (size_t j = 0; j < c->places.n; j++) {
			const struct place *p = &c->places.v[j];
			enum param add = p->decision.add;

			for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT;
			     q++) {
				if (new[q] && token_there(p, q))
					decide_note(&e->state, q, c, p);
			}
			if (add != PARAM_NONE && p->make_head)
				state_add(&e->state, STATE_LINE, NULL, c->path,
					  p->name);
			if (add != PARAM_NONE)
				state_add(&e->state, STATE_PARAM,
					  param_token(add), NULL, NULL);
		}
		if (c->new_buf && c->missing)
			state_add(&e->state, STATE_CREATED, NULL, c->path,
				  NULL);
	}
}

int session_run(int argc, char **argv, unsigned int known,
		int (*work)(struct session *e))
{
	struct session e;
	int ret = session_options(&e, argc, argv, known);

	if (ret < 0)
		ret = session_no_words(argc, argv);
	if (ret < 0) {
		ret = session_begin(&e);
		if (ret == NM_OK)
			ret = session_plan(&e);
		if (ret == NM_OK)
			ret = work(&e);
	}
	session_end(&e);
	return ret;
}
