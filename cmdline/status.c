// SPDX-License-Identifier: GPL-2.0-only
/* status.c - nopmmir status: how a running guest stands */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "host.h"
#include "kimage.h"
#include "next.h"
#include "nopmmir.h"
#include "options.h"
#include "out.h"
#include "plan.h"
#include "root.h"

const char status_help[] = N_(
	"usage: nopmmir status [--root DIR] [--json]\n"
	"\n"
	"In a running guest: is the kernel patched, which parameters are in force, is\n"
	"the PMU there and with how many slots, is the module loaded, is its host broken,\n"
	"what will the next boot have. The first line is the verdict.\n"
	"\n"
	"  --root DIR    take DIR/proc, DIR/sys and DIR/boot\n"
	"  --json        print one JSON object\n" HELP_COMMON "\n"
	"Exit status: 0 safe: every way to boot that was found is understood, and boots\n"
	"on a broken host; 10 one panics there; 12 unknown, 1 failed, 2 usage.\n");

#define PMUS "/sys/bus/event_source/devices/"

struct pmu {
	char name[64];
	bool has_slots;
	unsigned long slots;
	char cpus[64];
};

struct status {
	struct guest guest;
	enum host host;
	struct pmu *pmus; /* of the CPUs */
	size_t n_pmus;
	struct outcome outcome;
	struct next next; /* the entry that boots by default */
	size_t kernels, unsafe; /* installed or booted; of affected ones those
				 * that boot without a cure */
	char *unsafe_kernel; /* one of them */
};

static int read_pmus(const struct root *r, struct status *s)
{
	char **paths;
	ssize_t n = root_glob(r, PMUS "armv*", &paths);

	if (n < 0)
		return -1;
	s->pmus = nm_alloc((size_t)n * sizeof(*s->pmus));
	for (ssize_t i = 0; i < n; i++) {
		struct pmu *p = &s->pmus[s->n_pmus++];
		char *path, text[32];

		snprintf(p->name, sizeof(p->name), "%s",
			 paths[i] + strlen(PMUS));
		path = nm_asprintf("%s/caps/slots", paths[i]);
		p->has_slots = host_file(r, path, text, sizeof(text));
		p->slots = strtoul(text, NULL, 16);
		free(path);
		path = nm_asprintf("%s/cpus", paths[i]);
		host_file(r, path, p->cpus, sizeof(p->cpus));
		free(path);
	}
	root_list_free(paths, n);
	return 0;
}

/* How many kernels there are, and how many boot bare. */
static void count_kernels(const struct plan *plan, struct status *s)
{
	bool *bare = nm_alloc(plan->kernels.n);

	for (size_t i = 0; i < plan->n; i++) {
		const struct way *w = &plan->ways[i];

		if (w->kernel == KERNEL_NONE || !way_open(w) ||
		    w->verdict != KIMAGE_AFFECTED ||
		    w->has[PARAM_STOCK] != TRI_NO)
			continue;
		bare[plan->kernels.v[w->kernel].same] = true;
	}
	for (size_t i = 0; i < plan->kernels.n; i++) {
		const struct kernel *k = &plan->kernels.v[i];

		if (k->same != i)
			continue;
		s->kernels++;
		if (bare[i] && !s->unsafe++)
			s->unsafe_kernel =
				nm_strdup(*k->version ? k->version : k->path);
	}
	free(bare);
}

static int look(const struct root *r, struct plan *plan, struct status *s)
{
	guest_read(r, &s->guest);
	if (s->guest.running && read_pmus(r, s))
		return -1;
	if (kernels_find(&plan->kernels))
		return -1;
	s->host = host_find(r, &s->guest, &plan->kernels);
	plan_outcome(plan, &s->outcome);
	next_find(plan, &s->next);
	count_kernels(plan, s);
	return 0;
}

static const struct {
	const char *name;
	int status;
} verdicts[] = {
	[VERDICT_SAFE] = { "safe", NM_OK },
	[VERDICT_NOT_SAFE] = { "not safe", NM_AFFECTED },
	[VERDICT_UNKNOWN] = { "unknown", NM_UNKNOWN },
};

static const char *in_force(const struct status *s)
{
	if (s->guest.stock_cmdline == TRI_YES)
		return NM_PARAM_STOCK;
	if (s->guest.patched == TRI_YES && s->guest.param_on == TRI_YES)
		return NM_PARAM_PATCHED;
	return NULL;
}

static void show_running(const struct status *s)
{
	const char *force = in_force(s);
	bool patched = s->guest.patched == TRI_YES;

	nm_print(stdout, "  kernel      %s, %s", s->guest.kernel,
		 patched ? _("patched (it knows " NM_PARAM_PATCHED ")") :
			   _("not patched (it does not know " NM_PARAM_PATCHED
			     ")"));
	nm_print(stdout, "  parameter   %s",
		 force ? force : _("none in force"));
	if (s->guest.patched_cmdline != TRI_NO && !patched)
		printf(_("              " NM_PARAM_PATCHED
			 " is on the command line, without effect\n"));
	if (!s->n_pmus)
		printf(_("  PMU         none\n"));
	for (size_t i = 0; i < s->n_pmus; i++) {
		const struct pmu *p = &s->pmus[i];
		char slots[40] = "";

		if (p->has_slots)
			snprintf(slots, sizeof(slots), _(", slots 0x%lx"),
				 p->slots);
		nm_print(stdout, "  PMU         %s%s%s%s", p->name,
			 *p->cpus ? _(" of CPUs ") : "", p->cpus, slots);
	}
	nm_print(stdout, "  module      %s",
		 *s->guest.module ? s->guest.module : _("not loaded"));
}

static void show_text(const struct plan *plan, const struct status *s)
{
	const struct next *n = &s->next;

	plan_say(plan, &s->outcome, stdout);
	if (s->guest.running)
		show_running(s);
	else
		printf(_("  running     no: there is no /proc in it\n"));
	printf(_("  host        %s\n"), _(host_name(s->host)));
	nm_print(stdout,
		 "  next boot   " NM_PARAM_STOCK_KEY " %s, " NM_PARAM_PATCHED
		 " %s%s%s%s",
		 _(tri_word(n->has[PARAM_STOCK])),
		 _(tri_word(n->has[PARAM_PATCHED])), n->file ? " (" : "",
		 n->file ? n->file : "", n->file ? ")" : "");
	if (s->unsafe)
		nm_print(
			stdout,
			"  kernels     %zu of %zu installed would panic there, such as %s",
			s->unsafe, s->kernels, s->unsafe_kernel);
	else
		printf(_("  kernels     %zu installed\n"), s->kernels);
	mounts_say(plan->root, &plan->mounts);
}

static void show_json(const struct status *s)
{
	struct json_object *o = out_begin("status");
	struct json_object *pmus = json_object_new_array();
	struct json_object *next = json_object_new_object();

	out_string(o, "verdict", verdicts[s->outcome.verdict].name);
	out_string(o, "reason", s->outcome.why);
	out_string(o, "host", host_name(s->host));
	out_string(o, "kernel", s->guest.kernel);
	out_tri(o, "patched", s->guest.patched);
	out_tri(o, "nopmmir", s->guest.param_on);
	out_bool(o, "initcall_blacklist", s->guest.stock_cmdline == TRI_YES);
	out_string(o, "in_force", in_force(s));
	for (size_t i = 0; i < s->n_pmus; i++) {
		struct json_object *p = json_object_new_object();

		out_string(p, "name", s->pmus[i].name);
		if (s->pmus[i].has_slots)
			out_number(p, "slots", (int64_t)s->pmus[i].slots);
		else
			out_put(p, "slots", NULL);
		out_string(p, "cpus", s->pmus[i].cpus);
		json_object_array_add(pmus, p);
	}
	out_put(o, "pmus", pmus);
	out_string(o, "module", s->guest.module);
	out_tri(next, NM_PARAM_PATCHED, s->next.has[PARAM_PATCHED]);
	out_tri(next, NM_PARAM_STOCK_KEY, s->next.has[PARAM_STOCK]);
	out_string(next, "file", s->next.file);
	out_put(o, "next_boot", next);
	out_number(o, "kernels", (int64_t)s->kernels);
	out_number(o, "kernels_not_safe", (int64_t)s->unsafe);
	out_bool(o, "kernels_to_come", s->outcome.covered);
	out_end(o);
}

int cmd_status(int argc, char **argv)
{
	struct status s = { 0 };
	const char *dir = NULL;
	struct root root;
	struct plan plan;
	bool json = false;
	int status;

	status = nm_look_options(argc, argv, &dir, &json);
	if (status >= 0)
		return status;
	if (optind < argc)
		return nm_extra_word(argv[0], argv[optind]);
	if (root_init(&root, dir) < 0) {
		disk_no_root(dir);
		return NM_FAIL;
	}
	status = NM_FAIL;
	if (plan_make(&plan, &root) == 0) {
		if (look(&root, &plan, &s)) {
			nm_err("%s/: %s", root.dir, strerror(errno));
		} else {
			if (json)
				show_json(&s);
			else
				show_text(&plan, &s);
			status = verdicts[s.outcome.verdict].status;
		}
		outcome_free(&s.outcome);
		free(s.unsafe_kernel);
		free(s.pmus);
		plan_free(&plan);
	}
	root_exit(&root);
	return status;
}
