// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan.c - what can boot this system
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "kimage.h"
#include "nopmmir.h"
#include "plan.h"
#include "root.h"
#include "script.h"
#include "uki.h"

/*
 * What firmware and boot loaders start by themselves: systemd-boot all of EFI/Linux,
 * the firmware EFI/BOOT/BOOTAA64.EFI and what its own entries, which are not looked
 * at, may name.
 */
static const char *const uki_patterns[] = {
	"/boot/efi/EFI/*/" EFI_NAME,
	"/boot/EFI/*/" EFI_NAME,
	"/efi/EFI/*/" EFI_NAME,
	"/EFI/*/" EFI_NAME,
};

static struct way *way_new(struct plan *plan)
{
	plan->ways = nm_grow(plan->ways, plan->n, sizeof(*plan->ways));
	plan->ways[plan->n] =
		(struct way){ .conf = KERNEL_NONE, .kernel = KERNEL_NONE };
	return &plan->ways[plan->n++];
}

/* Of two kernels that a way may start: is @a the worse? */
static bool worse(enum kimage_verdict a, enum kimage_verdict b)
{
	static const int badness[] = {
		[KIMAGE_NOT_AFFECTED] = 0,
		[KIMAGE_PATCHED] = 1,
		[KIMAGE_UNKNOWN] = 2,
		[KIMAGE_AFFECTED] = 3,
	};

	return badness[a] > badness[b];
}

/* @why is malloc()ed and taken over, or NULL. */
static void way_takes(struct way *w, size_t kernel, enum kimage_verdict verdict,
		      char *why, bool first)
{
	if (!first && !worse(verdict, w->verdict)) {
		free(why);
		return;
	}
	free(w->why);
	w->why = why;
	w->kernel = kernel;
	w->verdict = verdict;
}

/* @path for the user, "?" for what is not to be known. malloc()ed. */
static char *as_known(const char *path)
{
	char *name = nm_strdup(path);

	for (char *c = name; *c; c++)
		*c = *c == VAR_UNKNOWN ? '?' : *c;
	return name;
}

/* One expansion of a way's kernel. */
static void resolve(struct plan *plan, struct way *w, const struct use *use,
		    const struct device *root, const char *path, bool *first)
{
	struct device on = device_of(&plan->mounts, use, root, path);
	struct paths p = { .n = 0 };
	char *name = as_known(path);
	bool file = false;

	/* GRUB may not find that device: then it is our own file of that name */
	if (on.kind == DEVICE_OTHER) {
		way_takes(
			w, KERNEL_NONE, KIMAGE_UNKNOWN,
			nm_asprintf(_("%s: %s is not known from %s/etc/fstab"),
				    name, on.name, plan->root->dir),
			*first);
		*first = false;
	}
	if (on.kind != DEVICE_LOOPBACK)
		kernels_paths(plan->root, path, use->conf->path, &p);
	for (size_t i = 0; i < p.n; i++) {
		size_t k = kernels_at(&plan->kernels, p.v[i]);
		const struct kernel *kernel;
		char *why = NULL;

		if (k == KERNEL_NONE)
			continue;
		file = true;
		kernel = &plan->kernels.v[k];
		if (kernel->info.verdict == KIMAGE_UNKNOWN)
			why = nm_asprintf("%s%s: %s", plan->root->dir, p.v[i],
					  kernel->info.reason);
		way_takes(w, k, kernel->info.verdict, why, *first);
		*first = false;
	}
	/* a folder, or nothing: GRUB starts nothing by that name */
	if (!file && !p.n && *path && path[strlen(path) - 1] != '/') {
		way_takes(
			w, KERNEL_NONE, KIMAGE_UNKNOWN,
			nm_asprintf(
				_("%s: the kernel of a boot entry is not there"),
				name),
			*first);
		*first = false;
	}
	free(name);
	free(on.name);
	kernels_paths_free(&p);
}

/*
 * The same name in the same folder, without variables, with the same $root and
 * not on a device that the script makes, is the same kernel.
 */
static bool resolved_before(struct plan *plan, struct way *w,
			    const struct conf *c, const struct device *root,
			    const char *path)
{
	const struct script *s = c->places.script;
	char *key;
	size_t way;

	if (strchr(path, VAR_END) || (*path == '(' && s && s->loopbacks.tree))
		return false;
	key = nm_asprintf("%.*s %s %s", (int)(strrchr(c->path, '/') - c->path),
			  c->path, root->name ? root->name : "", path);
	way = *map_add(&plan->resolved, key, (size_t)(w - plan->ways));
	free(key);
	if (&plan->ways[way] == w)
		return false;
	way_takes(w, plan->ways[way].kernel, plan->ways[way].verdict,
		  plan->ways[way].why ? nm_strdup(plan->ways[way].why) : NULL,
		  true);
	return true;
}

static void way_kernel(struct plan *plan, struct way *w)
{
	const struct conf *c = &plan->confs.v[w->conf];
	const struct place *p = &c->places.v[w->place];
	const char *path = p->boots[w->boots].kernel;
	struct use use = { c, p->scope, p->pos, p->root };
	struct device root = device_root(&plan->vars, &plan->mounts, &use);
	struct strings s;
	bool first = true;

	if (!p->image && resolved_before(plan, w, c, &root, path)) {
		free(root.name);
		return;
	}
	vars_expand(&plan->vars, &use, path, &s);
	for (size_t i = 0; i < s.n; i++)
		resolve(plan, w, &use, &root, s.v[i], &first);
	if (first || s.cut) {
		char *text = place_readable(path);

		way_takes(
			w, KERNEL_NONE, KIMAGE_UNKNOWN,
			nm_asprintf(_("%s: which kernel that is is not known"),
				    text),
			first);
		free(text);
	}
	strings_free(&s);
	free(root.name);
}

/* What a place's words come to now, with the new contents where there are. */
static void place_has(const struct plan *plan, const struct way *w,
		      enum tri has[PARAM_COUNT])
{
	const struct conf *c = &plan->confs.v[w->conf];
	const struct place *old = &c->places.v[w->place];
	const struct place *now = conf_place_now(c, w->place);
	struct place at;
	struct strings s;

	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++)
		has[q] = TRI_NO;
	if (!now)
		return;
	at = *now;
	at.scope = old->scope;
	at.pos = old->pos;
	vars_line(&plan->vars, c, &at, old->boots[w->boots].kernel, &s);
	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
		size_t yes = 0;

		for (size_t i = 0; i < s.n; i++)
			yes += param_in(s.v[i], q) == TRI_YES;
		if (yes)
			has[q] = yes == s.n && !s.cut && !old->unclear ?
					 TRI_YES :
					 TRI_UNKNOWN;
	}
	strings_free(&s);
}

/*
 * A unified kernel image has its own line; the options of an entry may replace
 * it, so both are to have a parameter.
 */
static void uki_has(const struct plan *plan, struct way *w)
{
	const char *path = w->kernel == KERNEL_NONE ?
				   NULL :
				   plan->kernels.v[w->kernel].path;
	char *line = path ? uki_line(plan->root, path) : NULL;
	enum tri options[PARAM_COUNT] = { TRI_NO };
	bool replaced = w->conf != KERNEL_NONE && way_place(plan, w)->n;

	if (replaced)
		place_has(plan, w, options);
	for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
		w->has[q] = line ? param_in(line, q) : TRI_UNKNOWN;
		if (replaced && options[q] != w->has[q])
			w->has[q] = TRI_UNKNOWN;
	}
	free(line);
}

/* What a boot loader gives such a kernel is nothing to it. */
static void own_line_has(const struct plan *plan, struct way *w)
{
	const char *line = w->kernel == KERNEL_NONE ?
				   NULL :
				   plan->kernels.v[w->kernel].own_line;

	for (enum param q = PARAM_NONE + 1; line && q < PARAM_COUNT; q++)
		w->has[q] = param_in(line, q);
}

void plan_lines(struct plan *plan)
{
	vars_free(&plan->vars);
	vars_update(&plan->vars, &plan->confs);
	for (size_t i = 0; i < plan->n; i++) {
		struct way *w = &plan->ways[i];

		if (w->conf == KERNEL_NONE ||
		    plan->confs.v[w->conf].places.v[w->place].image)
			uki_has(plan, w);
		else
			place_has(plan, w, w->has);
		own_line_has(plan, w);
	}
}

/* What was not looked into may be one. */
static bool maybe_uki(const struct plan *plan, const struct way *w)
{
	return w->kernel != KERNEL_NONE &&
	       (plan->kernels.unprobed ||
		plan->kernels.v[w->kernel].info.format == KIMAGE_UKI);
}

static void add_entries(struct plan *plan)
{
	for (size_t i = 0; i < plan->confs.n; i++) {
		const struct conf *c = &plan->confs.v[i];
		bool template = c->format->role == ROLE_TEMPLATE;

		if (c->format->role != ROLE_ENTRY && !template)
			continue;
		for (size_t j = 0; j < c->places.n; j++) {
			const struct place *p = &c->places.v[j];

			for (size_t k = 0; k < p->n_boots; k++) {
				struct way *w = way_new(plan);

				w->conf = i;
				w->place = j;
				w->boots = k;
				w->is_template = template;
				way_kernel(plan, w);
				/* another system, a tool of the firmware's */
				if (p->image && !maybe_uki(plan, w)) {
					free(w->why);
					plan->n--;
				}
			}
		}
	}
}

/* Is there a way that starts that kernel? */
static bool starts(const struct plan *plan, size_t kernel)
{
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->ways[i].kernel == kernel)
			return true;
	}
	return false;
}

static int add_ukis(struct plan *plan)
{
	for (size_t i = 0; i < sizeof(uki_patterns) / sizeof(*uki_patterns);
	     i++) {
		char **paths;
		ssize_t n = root_glob(plan->root, uki_patterns[i], &paths);

		if (n < 0) {
			nm_err("%s%s: %s", plan->root->dir, uki_patterns[i],
			       strerror(errno));
			return -1;
		}
		for (ssize_t j = 0; j < n; j++) {
			struct way *w;
			size_t k;

			/* boot loaders are there, too */
			if (!uki_starts(plan->root, paths[j]))
				continue;
			k = kernels_at(&plan->kernels, paths[j]);
			/* by another name of it before, or an entry */
			if (k == KERNEL_NONE || starts(plan, k))
				continue;
			w = way_new(plan);
			w->kernel = k;
			w->verdict = plan->kernels.v[k].info.verdict;
			if (w->verdict == KIMAGE_UNKNOWN)
				w->why = nm_strdup(
					plan->kernels.v[k].info.reason);
		}
		root_list_free(paths, n);
	}
	return 0;
}

int plan_make(struct plan *plan, const struct root *r)
{
	return plan_look(plan, r, false);
}

/* From the confs and the kernels to the ways. */
static int find_ways(struct plan *plan)
{
	vars_update(&plan->vars, &plan->confs);
	add_entries(plan);
	if (add_ukis(plan))
		return -1;
	for (size_t i = 0; i < plan->n; i++)
		plan->n_boot += !plan->ways[i].is_template;
	plan_lines(plan);
	return 0;
}

int plan_look(struct plan *plan, const struct root *r, bool unprobed)
{
	*plan = (struct plan){ .root = r };
	mounts_read(r, &plan->mounts);
	if (conf_scan(r, &plan->mounts, &plan->confs)) {
		plan_free(plan);
		return -1;
	}
	kernels_init(&plan->kernels, r);
	plan->kernels.unprobed = unprobed;
	if (find_ways(plan)) {
		plan_free(plan);
		return -1;
	}
	return 0;
}

int plan_kernels(struct plan *plan, const struct root *r)
{
	*plan = (struct plan){ .root = r };
	kernels_init(&plan->kernels, r);
	if (kernels_find(&plan->kernels)) {
		plan_free(plan);
		return -1;
	}
	/* conf_scan() says what is wrong with an entry, and leaves none */
	mounts_read(r, &plan->mounts);
	(void)conf_scan(r, &plan->mounts, &plan->confs);
	if (find_ways(plan)) {
		plan_free(plan);
		return -1;
	}
	return 0;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		free(plan->ways[i].why);
	free(plan->ways);
	map_free(&plan->resolved);
	vars_free(&plan->vars);
	conf_free(&plan->confs);
	kernels_free(&plan->kernels);
	mounts_free(&plan->mounts);
	*plan = (struct plan){ 0 };
}

const struct place *way_place(const struct plan *plan, const struct way *w)
{
	return w->conf == KERNEL_NONE ?
		       NULL :
		       &plan->confs.v[w->conf].places.v[w->place];
}

char *way_name(const struct plan *plan, const struct way *w)
{
	const struct place *p = way_place(plan, w);

	if (!p)
		return nm_asprintf("%s%s", plan->root->dir,
				   plan->kernels.v[w->kernel].path);
	return nm_asprintf("%s%s: %s", plan->root->dir,
			   plan->confs.v[w->conf].path,
			   p->boots[w->boots].name);
}

bool way_open(const struct way *w)
{
	return !w->is_template && w->has[PARAM_STOCK] != TRI_YES &&
	       (w->verdict == KIMAGE_AFFECTED || w->verdict == KIMAGE_UNKNOWN);
}

/* Kernels to come: whose defaults are there, and have the parameter? */
static bool default_has(const struct plan *plan, const char *format,
			bool *there)
{
	bool all = true;

	*there = false;
	for (size_t i = 0; i < plan->confs.n; i++) {
		const struct conf *c = &plan->confs.v[i];

		if (c->format->role != ROLE_DEFAULT ||
		    strcmp(c->format->name, format))
			continue;
		for (size_t j = 0; j < c->places.n; j++) {
			const struct place *p = conf_place_now(c, j);
			char *line = p ? place_text(p) : NULL;

			*there = true;
			all &= line && param_in(line, PARAM_STOCK) == TRI_YES;
			free(line);
		}
	}
	return *there && all;
}

/* Do new BLS entries get it, by GRUB's environment or by ostree's copying? */
static bool bls_inherits(const struct plan *plan)
{
	struct strings s;
	struct stat st;
	bool has;

	if (root_stat(plan->root, "/ostree/repo", &st) == 0 ||
	    root_stat(plan->root, "/ostree/deploy", &st) == 0 ||
	    root_stat(plan->root, "/run/ostree-booted", &st) == 0)
		return true;
	for (size_t i = 0; i < plan->n; i++) {
		const struct way *w = &plan->ways[i];
		struct use use;

		if (w->conf == KERNEL_NONE ||
		    strcmp(plan->confs.v[w->conf].format->name,
			   format_bls.name))
			continue;
		use = (struct use){ .conf = &plan->confs.v[w->conf] };
		vars_expand(&plan->vars, &use, "\001kernelopts\003", &s);
		has = s.n == 1 && param_in(s.v[0], PARAM_STOCK) == TRI_YES;
		strings_free(&s);
		return has;
	}
	return false;
}

static void find_covered(const struct plan *plan, struct outcome *out)
{
	static const struct {
		const char *entries, *defaults, *file;
	} kinds[] = {
		{ "grub.cfg", "GRUB defaults", "/etc/default/grub" },
		{ "BLS entry", "kernel-install", "/etc/kernel/cmdline" },
		{ "extlinux", "U-Boot menu defaults", "/etc/default/u-boot" },
		{ NULL, "kernel-install", "/etc/kernel/cmdline" },
	};

	out->covered = true;
	for (size_t i = 0; out->covered && i < sizeof(kinds) / sizeof(*kinds);
	     i++) {
		bool used = false, there = false;

		for (size_t j = 0; j < plan->n && !used; j++) {
			const struct way *w = &plan->ways[j];

			if (w->is_template)
				continue;
			used = w->conf == KERNEL_NONE ?
				       !kinds[i].entries :
				       kinds[i].entries &&
					       !strcmp(plan->confs.v[w->conf]
							       .format->name,
						       kinds[i].entries);
		}
		if (!used || default_has(plan, kinds[i].defaults, &there) ||
		    (i == 1 && bls_inherits(plan)))
			continue;
		out->covered = false;
		out->uncovered = nm_asprintf(
			there ? _("%s%s does not have " NM_PARAM_STOCK
				  " for them") :
				_("there is no %s%s that has " NM_PARAM_STOCK
				  " for them"),
			plan->root->dir, kinds[i].file);
	}
}

bool plan_all_seen(const struct plan *plan)
{
	return !mounts_missing(&plan->mounts) && !plan->confs.n_unknown;
}

char *plan_unseen(const struct plan *plan)
{
	const struct mount *missing = mounts_missing(&plan->mounts);

	if (missing)
		return nm_asprintf(_("%s%s, which fstab names, is not mounted"),
				   plan->root->dir, missing->target);
	return plan->confs.n_unknown ? nm_strdup(plan->confs.unknown[0]) : NULL;
}

void plan_outcome(const struct plan *plan, struct outcome *out)
{
	const struct way *open = NULL;

	*out = (struct outcome){ .verdict = VERDICT_SAFE };
	for (size_t i = 0; i < plan->n; i++) {
		const struct way *w = &plan->ways[i];

		if (!way_open(w))
			continue;
		if (w->verdict == KIMAGE_AFFECTED &&
		    w->has[PARAM_STOCK] == TRI_NO) {
			out->unprotected++;
			out->bare = out->bare ? out->bare : w;
		}
		open = open ? open : w;
	}
	find_covered(plan, out);
	if (out->bare) {
		char *name = way_name(plan, out->bare);

		out->verdict = VERDICT_NOT_SAFE;
		out->why = nm_asprintf("%s", name);
		free(name);
		return;
	}
	if (!plan->n_boot) {
		out->why = nm_asprintf(_("no way to boot was found in %s/boot"),
				       plan->root->dir);
	} else if (open) {
		char *name = way_name(plan, open);

		out->why =
			open->why ?
				nm_asprintf("%s: %s", name, open->why) :
				nm_asprintf(
					_("%s: whether its command line has the parameter"),
					name);
		free(name);
	} else {
		out->why = plan_unseen(plan);
	}
	if (out->why)
		out->verdict = VERDICT_UNKNOWN;
}

void outcome_free(struct outcome *out)
{
	free(out->why);
	free(out->uncovered);
}

void plan_say(const struct plan *plan, const struct outcome *out, FILE *to)
{
	const char *dir = plan->root->dir;

	switch (out->verdict) {
	case VERDICT_SAFE:
		nm_print(
			to,
			"safe: this guest boots on a broken host, by every way that was found (%zu)%s",
			plan->n_boot,
			out->covered ?
				_("; kernels installed later are covered") :
				"");
		if (!out->covered)
			nm_print(to,
				 "kernels installed later are not covered: %s",
				 out->uncovered);
		break;
	case VERDICT_NOT_SAFE:
		nm_print(
			to,
			"not safe: on a broken host the next boot may panic (%s); run `nopmmir enable%s%s`",
			out->why, *dir ? " --root " : "", dir);
		break;
	case VERDICT_UNKNOWN:
		nm_print(to, "unknown: %s", out->why);
		break;
	}
}

void plan_say_ways(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct way *w = &plan->ways[i];
		char *name;

		if (!way_open(w))
			continue;
		name = way_name(plan, w);
		if (w->has[PARAM_STOCK] == TRI_UNKNOWN)
			nm_err("%s: not known whether its command line has %s",
			       name, NM_PARAM_STOCK);
		else
			nm_err("%s: has no %s%s%s", name, NM_PARAM_STOCK,
			       w->why ? _(", and its kernel is not known: ") :
					"",
			       w->why ? w->why : "");
		free(name);
	}
	for (size_t i = 0; i < plan->confs.n_unknown; i++)
		nm_err("%s", plan->confs.unknown[i]);
}
