/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h - what can boot this system: the one model that enable, disable,
 * check and status share
 *
 * Each way to boot is an entry of a boot loader, or a unified kernel image, the
 * kernel file that it starts, and the command line that this kernel gets; each
 * known, or not known and why.
 */
#ifndef PLAN_H
#define PLAN_H

#include "conf.h"
#include "kernels.h"
#include "kimage.h"
#include "mounts.h"
#include "nopmmir.h"
#include "root.h"
#include "vars.h"

struct way {
	size_t conf; /* whose entry it is; KERNEL_NONE: a UKI of its own */
	size_t place, boots; /* in there */
	size_t kernel; /* that it starts, or the worst of several that it may
			* start; KERNEL_NONE: not known */
	enum kimage_verdict verdict; /* of that one */
	char *why; /* KIMAGE_UNKNOWN: why */
	enum tri has[PARAM_COUNT]; /* in what the kernel reads of its line */
	bool is_template; /* boots nothing before grub-mkconfig runs */
};

struct plan {
	const struct root *root;
	struct conf_list confs;
	struct kernels kernels;
	struct vars vars;
	struct mounts mounts;
	struct way *ways;
	size_t n;
	struct map resolved; /* the first way of a kernel's name in a file */
	size_t n_boot; /* ways that are no template */
};

/*
 * plan_make() - looks at everything.  After each call that changes what the
 * confs shall be, plan_lines() reads the command lines again.
 * Return: 0, or -1 where a file cannot be read or understood, and said so; then
 * there is nothing to free.
 */
int plan_make(struct plan *plan, const struct root *r);
/* The same; @unprobed: no kernel is looked into, and each verdict is unknown. */
int plan_look(struct plan *plan, const struct root *r, bool unprobed);
void plan_lines(struct plan *plan);
/*
 * plan_kernels() - the plan with all kernels that are installed, first those;
 * entries that cannot be read are said and left out.
 * Return: 0, or -1 after saying why.
 */
int plan_kernels(struct plan *plan, const struct root *r);
void plan_free(struct plan *plan);

enum verdict { VERDICT_SAFE, VERDICT_NOT_SAFE, VERDICT_UNKNOWN };

/* What a guest's next boots come to on a broken host. */
struct outcome {
	enum verdict verdict;
	char *why; /* the first reason, where it is not safe */
	size_t unprotected; /* ways that start an affected kernel bare */
	const struct way *bare; /* one of them; or NULL */
	bool covered; /* kernels installed later, as far as defaults tell */
	char *uncovered; /* why not */
};

void plan_outcome(const struct plan *plan, struct outcome *out);
void outcome_free(struct outcome *out);

/* plan_all_seen() - could all be looked at that may boot this system? */
bool plan_all_seen(const struct plan *plan);

/*
 * plan_unseen() - what may boot this system and could not be looked at: the first
 * reason, malloc()ed; NULL: nothing.
 */
char *plan_unseen(const struct plan *plan);

/*
 * plan_say() - the verdict line on @to, and the second one where kernels to
 * come are not covered.
 */
void plan_say(const struct plan *plan, const struct outcome *out, FILE *to);

/* Says on stderr what is not understood, or bare, way by way. */
void plan_say_ways(const struct plan *plan);

/* Has a way no parameter that its kernel is known, or not known not, to need? */
bool way_open(const struct way *w);

/* "DIR/boot/grub2/grub.cfg: openEuler (5.10)", malloc()ed. */
char *way_name(const struct plan *plan, const struct way *w);

const struct place *way_place(const struct plan *plan, const struct way *w);

#endif
