// SPDX-License-Identifier: GPL-2.0-only
/*
 * enable.c - `nopmmir enable` and `nopmmir disable`
 *
 * Both read all there is first, decide place by place, and only then write: the
 * backups, the new contents beside the files, the state (disable: last), and at
 * the end the new contents take the files' places.  So a run that ends anywhere
 * can be done again, and disable knows what enable began.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "file.h"
#include "grubby.h"
#include "state.h"

/* What is known of a kernel that an entry names. */
struct probe {
	char *kernel; /* as the entry names it */
	bool there;
	enum kimage_verdict verdict;
};

struct run {
	struct root root;
	struct state state;
	struct found_list files;
	/* options */
	enum param param;
	char **kernels;
	size_t kernels_n;
	bool dry_run, unchanged_77;
	/* findings */
	struct probe *probes;
	size_t probes_n;
	enum param standard; /* for kernels to come */
	bool standard_known;
	size_t unknown, absent;
};

static bool selected(const struct run *run, const struct found *f,
		     const struct place *p)
{
	if (!run->kernels_n)
		return true;
	if (f->backend->role != ROLE_ENTRY || !p->version)
		return false;
	for (size_t i = 0; i < run->kernels_n; i++) {
		if (!strcmp(run->kernels[i], p->version))
			return true;
	}
	return false;
}

static const struct probe *probe(struct run *run, const char *kernel)
{
	struct kimage_info info;
	struct probe *new;
	char *path;
	int fd;

	for (size_t i = 0; i < run->probes_n; i++) {
		if (!strcmp(run->probes[i].kernel, kernel))
			return &run->probes[i];
	}
	run->probes = nm_realloc(run->probes,
				 (run->probes_n + 1) * sizeof(*run->probes));
	new = &run->probes[run->probes_n++];
	*new = (struct probe){ .kernel = nm_strdup(kernel) };
	path = backend_kernel(&run->root, kernel);
	fd = path ? root_open(&run->root, path, O_RDONLY) : -1;
	if (fd < 0) {
		nm_warn("%s: the kernel of a boot entry is not there", kernel);
		run->absent++;
	} else if (kimage_probe(fd, &info)) {
		nm_warn("%s%s: %s", run->root.dir, path, strerror(errno));
		run->unknown++;
		new->there = true;
	} else {
		new->there = true;
		new->verdict = info.verdict;
		if (info.verdict == KIMAGE_UNKNOWN) {
			nm_warn("%s%s: %s", run->root.dir, path, info.reason);
			run->unknown++;
		}
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return new;
}

/* What a kernel of that verdict needs. Return: false: that is not known. */
static bool needs(enum kimage_verdict verdict, enum param *param)
{
	*param = verdict == KIMAGE_AFFECTED ? PARAM_STOCK : PARAM_NONE;
	return verdict != KIMAGE_UNKNOWN;
}

/*
 * What kernels to come need, as far as those tell that are there: if one of
 * them panics, the next one of its kind may too, and booting comes before
 * counting.
 */
static void find_standard(struct run *run)
{
	struct kernel_list installed;

	if (run->param != PARAM_NONE) {
		run->standard = run->param;
		run->standard_known = true;
		return;
	}
	for (size_t i = 0; i < run->files.n; i++) {
		const struct found *f = &run->files.v[i];

		for (size_t j = 0; j < f->places.n; j++) {
			const struct place *p = &f->places.v[j];
			enum param param;

			if (f->backend->role != ROLE_ENTRY || !p->kernel ||
			    !needs(probe(run, p->kernel)->verdict, &param))
				continue;
			run->standard_known = true;
			if (param != PARAM_NONE)
				run->standard = param;
		}
	}
	/* no entries, as with a unified kernel image */
	if (run->probes_n || kernels_find(&run->root, &installed))
		return;
	for (size_t i = 0; i < installed.n; i++) {
		enum param param;

		if (!needs(installed.v[i].info.verdict, &param))
			continue;
		run->standard_known = true;
		if (param != PARAM_NONE)
			run->standard = param;
	}
	kernels_free(&installed);
}

/* Does the entry use the variable of GRUB's environment, and has that it? */
static bool env_gives(const struct run *run, const struct place *p,
		      enum param param)
{
	if (!backend_uses_env(p))
		return false;
	for (size_t i = 0; i < run->files.n; i++) {
		const struct found *f = &run->files.v[i];

		if (f->backend->role == ROLE_ENV && f->places.n &&
		    (token_has(&f->places.v[0], param) ||
		     (!run->kernels_n && run->standard == param)))
			return true;
	}
	return false;
}

/* Is @param in that place ours to take away? */
static bool is_ours(const struct run *run, enum param param,
		    const struct found *f, const struct place *p)
{
	return state_has(&run->state, STATE_PARAM, param_token(param), NULL,
			 NULL) &&
	       !state_has(&run->state, STATE_HAD, param_token(param), f->path,
			  p->name);
}

static struct wish enable_wish(void *arg, const struct found *f,
			       const struct place *p)
{
	struct run *run = arg;
	struct wish w = { .add = run->param };

	if (!selected(run, f, p))
		return (struct wish){ 0 };
	if (run->param == PARAM_NONE) {
		if (f->backend->role == ROLE_ENTRY && p->kernel) {
			if (!needs(probe(run, p->kernel)->verdict, &w.add))
				return (struct wish){ 0 };
		} else if (run->standard_known) {
			w.add = run->standard;
		} else {
			return (struct wish){ 0 };
		}
	}
	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++)
		w.remove[q] = q != w.add && is_ours(run, q, f, p);
	if (w.add != PARAM_NONE && env_gives(run, p, w.add))
		w.add = PARAM_NONE;
	return w;
}

static struct wish disable_wish(void *arg, const struct found *f,
				const struct place *p)
{
	struct run *run = arg;
	struct wish w = { 0 };

	if (!selected(run, f, p))
		return w;
	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++)
		w.remove[q] = (!run->param || run->param == q) &&
			      is_ours(run, q, f, p);
	w.drop_line =
		state_has(&run->state, STATE_LINE, NULL, f->path, p->name);
	return w;
}

/*
 * Before the first change of a parameter: where it is already, it is not ours.
 * And what is about to be made: a line, a file.
 */
static void note(struct run *run, const struct change_list *changes)
{
	bool new[PARAM_COUNT];

	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++)
		new[q] = !state_has(&run->state, STATE_PARAM, param_token(q),
				    NULL, NULL);
	for (size_t i = 0; i < run->files.n; i++) {
		const struct found *f = &run->files.v[i];

		for (size_t j = 0; j < f->places.n; j++) {
			const struct place *p = &f->places.v[j];
			struct wish w = enable_wish(run, f, p);

			for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT;
			     q++) {
				if (new[q] && token_there(p, q))
					state_add(&run->state, STATE_HAD,
						  param_token(q), f->path,
						  p->name);
			}
			if (w.add != PARAM_NONE && p->make_head)
				state_add(&run->state, STATE_LINE, NULL,
					  f->path, p->name);
		}
	}
	for (size_t i = 0; i < run->files.n; i++) {
		const struct found *f = &run->files.v[i];

		for (size_t j = 0; j < f->places.n; j++) {
			struct wish w = enable_wish(run, f, &f->places.v[j]);

			if (w.add != PARAM_NONE &&
			    !token_has(&f->places.v[j], w.add))
				state_add(&run->state, STATE_PARAM,
					  param_token(w.add), NULL, NULL);
		}
	}
	for (size_t i = 0; i < changes->n; i++) {
		if (changes->v[i].file->missing)
			state_add(&run->state, STATE_CREATED, NULL,
				  changes->v[i].file->path, NULL);
	}
}

/* A file that enable made goes when nothing but its source is in it. */
static void drop_created(struct run *run, struct change_list *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		struct change *c = &changes->v[i];
		char *from;
		size_t len;

		if (!state_has(&run->state, STATE_CREATED, NULL, c->file->path,
			       NULL))
			continue;
		from = root_read(&run->root, c->file->backend->from, c->len,
				 &len, NULL);
		if (from && len == c->len && !memcmp(from, c->buf, len)) {
			free(c->buf);
			c->buf = NULL;
		}
		free(from);
	}
}

/* A parameter that is there without us: said, so that nobody searches. */
static void say_others(const struct run *run)
{
	for (size_t i = 0; i < run->files.n; i++) {
		const struct found *f = &run->files.v[i];

		for (size_t j = 0; j < f->places.n; j++) {
			const struct place *p = &f->places.v[j];

			for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT;
			     q++) {
				if (selected(run, f, p) && token_there(p, q) &&
				    !is_ours(run, q, f, p))
					nm_info("%s%s: %s: %s stays, since enable did not put it there",
						run->root.dir, f->path, p->name,
						param_token(q));
			}
		}
	}
}

/* Unified kernel images hold their command line inside, often signed. */
static void say_uki(const struct run *run)
{
	static const char *const where[] = { "/boot/efi/EFI/Linux/*.efi",
					     "/boot/EFI/Linux/*.efi",
					     "/efi/EFI/Linux/*.efi" };

	for (size_t i = 0; i < sizeof(where) / sizeof(*where); i++) {
		char **paths;
		ssize_t n = root_glob(&run->root, where[i], &paths);

		for (ssize_t j = 0; j < n; j++)
			nm_warn("%s%s: a unified kernel image holds its command line inside: make it anew from /etc/kernel/cmdline, as with `kernel-install add VERSION IMAGE`",
				run->root.dir, paths[j]);
		root_list_free(paths, n);
	}
}

static bool kernels_found(const struct run *run)
{
	bool all = true;

	for (size_t i = 0; i < run->kernels_n; i++) {
		bool found = false;

		for (size_t j = 0; j < run->files.n; j++) {
			const struct found *f = &run->files.v[j];

			for (size_t k = 0; k < f->places.n; k++) {
				const char *v = f->places.v[k].version;

				found |= f->backend->role == ROLE_ENTRY && v &&
					 !strcmp(v, run->kernels[i]);
			}
		}
		if (!found) {
			nm_err("no boot entry boots kernel %s; `nopmmir check%s%s` lists those installed",
			       run->kernels[i],
			       *run->root.dir ? " --root " : "", run->root.dir);
			all = false;
		}
	}
	return all;
}

static int finish_unchanged(const struct run *run)
{
	printf("unchanged\n");
	return run->unchanged_77 ? NM_UNCHANGED : NM_OK;
}

static void say_changes(const struct run *run,
			const struct change_list *changes, const char *backup)
{
	for (size_t i = 0; i < changes->n; i++) {
		const struct change *c = &changes->v[i];

		printf("%s %s%s (%s)\n",
		       !c->buf		? "removed" :
		       c->file->missing ? "created" :
					  "changed",
		       run->root.dir, c->file->path, c->file->backend->name);
	}
	printf("the files as they were: %s%s\n", run->root.dir, backup);
}

/* Is any place there but the crash kernel's, which boots nothing by itself? */
static bool loader_found(const struct run *run)
{
	for (size_t i = 0; i < run->files.n; i++) {
		if (run->files.v[i].backend->role != ROLE_KDUMP &&
		    run->files.v[i].places.n)
			return true;
	}
	return false;
}

/*
 * From the plan to the disk.  Whatever needs room is written before the first
 * file is replaced; enable's state is on disk before it, too.
 */
static int write_files(struct run *run, const struct change_list *changes,
		       bool enable)
{
	char *backup = NULL;
	int ret = NM_FAIL;

	if (change_backup(&run->root, changes, &backup))
		goto out;
	if (change_prepare(&run->root, changes)) {
		change_backup_drop(&run->root, backup);
		goto out;
	}
	if (enable && state_write(&run->root, &run->state)) {
		change_abandon(&run->root, changes);
		change_backup_drop(&run->root, backup);
		goto out;
	}
	if (change_commit(&run->root, changes) == 0) {
		say_changes(run, changes, backup);
		ret = NM_OK;
	}
out:
	free(backup);
	return ret;
}

/* Decides about all files; what only grubby can change goes to @grubby. */
static int plan(struct run *run, change_wish wish, struct change_list *changes,
		struct change_list *grubby)
{
	for (size_t i = 0; i < run->files.n; i++) {
		const struct found *f = &run->files.v[i];

		if (change_plan(&run->root, f, wish, run,
				grubby_is(f) ? grubby : changes))
			return -1;
	}
	return 0;
}

/* Shows what is planned, or does it. Return: an exit status. */
static int carry_out(struct run *run, const struct change_list *changes,
		     const struct change_list *grubby, bool enable)
{
	int ret = NM_OK;

	if (change_check(&run->root, changes))
		return NM_FAIL;
	if (run->dry_run) {
		change_print(changes);
		grubby_print(grubby);
		return NM_OK;
	}
	if (enable)
		note(run, changes);
	if (changes->n)
		ret = write_files(run, changes, enable);
	else if (enable && state_write(&run->root, &run->state))
		ret = NM_FAIL;
	if (ret == NM_OK && grubby->n && grubby_apply(grubby))
		ret = NM_FAIL;
	return ret;
}

static int enable(struct run *run)
{
	struct change_list changes = { 0 }, grubby = { 0 };
	bool any;
	int ret = NM_FAIL;

	find_standard(run);
	if (plan(run, enable_wish, &changes, &grubby))
		goto out;
	any = changes.n || grubby.n;
	ret = any ? carry_out(run, &changes, &grubby, true) : NM_OK;
	if (ret == NM_OK && any)
		say_uki(run);
	if (ret == NM_OK && run->unknown) {
		nm_err("%zu kernel%s left without a parameter, as it is not known which: name one with --param",
		       run->unknown, run->unknown > 1 ? "s are" : " is");
		ret = NM_FAIL;
	} else if (ret == NM_OK && run->absent &&
		   run->absent == run->probes_n) {
		nm_err("none of the entries' kernels is there: mount /boot under the root, or name the parameter with --param");
		ret = NM_FAIL;
	} else if (ret == NM_OK && !any) {
		ret = finish_unchanged(run);
	}
out:
	change_free(&changes);
	change_free(&grubby);
	return ret;
}

static int disable(struct run *run)
{
	struct change_list changes = { 0 }, grubby = { 0 };
	size_t before = run->state.n;
	bool any;
	int ret = NM_FAIL;

	if (plan(run, disable_wish, &changes, &grubby))
		goto out;
	say_others(run);
	drop_created(run, &changes);
	any = changes.n || grubby.n;
	ret = any ? carry_out(run, &changes, &grubby, false) : NM_OK;
	if (ret == NM_OK && !run->dry_run && !run->kernels_n) {
		for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
			if (!run->param || run->param == q)
				state_forget(&run->state, q);
		}
		if (run->state.n != before &&
		    state_write(&run->root, &run->state))
			ret = NM_FAIL;
	}
	if (ret == NM_OK && any)
		say_uki(run);
	else if (ret == NM_OK)
		ret = finish_unchanged(run);
out:
	change_free(&changes);
	change_free(&grubby);
	return ret;
}

static void run_free(struct run *run)
{
	for (size_t i = 0; i < run->probes_n; i++)
		free(run->probes[i].kernel);
	free(run->probes);
	free(run->kernels);
	state_free(&run->state);
	backend_free(&run->files);
	root_exit(&run->root);
}

/* Return: -1, or the exit status where the options are the end of it. */
static int options(struct run *run, int argc, char **argv, const char **dir)
{
	enum { ROOT = 1, PARAM, KERNEL, DRY_RUN, UNCHANGED, HELP };
	static const struct option table[] = {
		{ "root", required_argument, NULL, ROOT },
		{ "param", required_argument, NULL, PARAM },
		{ "kernel", required_argument, NULL, KERNEL },
		{ "dry-run", no_argument, NULL, DRY_RUN },
		{ "unchanged-exit-77", no_argument, NULL, UNCHANGED },
		{ "help", no_argument, NULL, HELP },
		{ 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
		switch (c) {
		case ROOT:
			*dir = optarg;
			break;
		case PARAM:
			run->param = param_by_name(optarg);
			if (run->param == PARAM_NONE) {
				nm_err("--param is %s or %s, not '%s'",
				       NM_PARAM_PATCHED, NM_PARAM_STOCK_KEY,
				       optarg);
				return nm_usage(argv[0]);
			}
			break;
		case KERNEL:
			run->kernels = nm_realloc(run->kernels,
						  (run->kernels_n + 1) *
							  sizeof(char *));
			run->kernels[run->kernels_n++] = optarg;
			break;
		case DRY_RUN:
			run->dry_run = true;
			break;
		case UNCHANGED:
			run->unchanged_77 = true;
			break;
		case HELP:
			nm_help(argv[0]);
			return NM_OK;
		default:
			return nm_usage(argv[0]);
		}
	}
	if (optind < argc) {
		nm_err("'%s' is one word too many", argv[optind]);
		return nm_usage(argv[0]);
	}
	return -1;
}

static int command(int argc, char **argv, int (*work)(struct run *run))
{
	struct run run = { .root.fd = -1 };
	const char *dir = NULL;
	int lock = -1;
	int ret = options(&run, argc, argv, &dir);

	if (ret >= 0) {
		run_free(&run);
		return ret;
	}
	ret = NM_FAIL;
	if (root_init(&run.root, dir)) {
		nm_err("%s: %s", dir && *dir ? dir : "--root", strerror(errno));
		goto out;
	}
	if (!run.dry_run) {
		lock = file_lock(&run.root);
		if (lock < 0 && errno == EWOULDBLOCK) {
			nm_err("another nopmmir is at work on %s/; try again when it has ended",
			       run.root.dir);
			ret = NM_BUSY;
			goto out;
		}
		if (lock < 0) {
			nm_err("%s/: %s", run.root.dir, strerror(errno));
			goto out;
		}
	}
	if (state_read(&run.root, &run.state) ||
	    backend_scan(&run.root, &run.files))
		goto out;
	/* what a run that was killed left beside the files */
	for (size_t i = 0; !run.dry_run && i < run.files.n; i++)
		file_abandon(&run.root, run.files.v[i].path);
	if (!*run.root.dir)
		grubby_scan(&run.root, &run.files);
	if (!loader_found(&run)) {
		nm_err("nothing that boots the system in %s/ was recognised (grub.cfg, BLS entries, extlinux.conf, /etc/kernel/cmdline); nothing was changed. Is its /boot mounted?",
		       run.root.dir);
		say_uki(&run);
		ret = NM_NO_LOADER;
	} else if (kernels_found(&run)) {
		ret = work(&run);
	}
out:
	if (lock >= 0)
		close(lock);
	run_free(&run);
	return ret;
}

int cmd_enable(int argc, char **argv)
{
	return command(argc, argv, enable);
}

int cmd_disable(int argc, char **argv)
{
	return command(argc, argv, disable);
}
