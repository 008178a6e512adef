// SPDX-License-Identifier: GPL-2.0-only
/* check.c - nopmmir check: which kernels panic on a broken host */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "kimage.h"
#include "nopmmir.h"
#include "options.h"
#include "out.h"
#include "plan.h"
#include "root.h"

const char check_help[] = N_(
	"usage: nopmmir check [--root DIR] [--json] [KERNEL...]\n"
	"\n"
	"Looks into each KERNEL (raw, EFI stub, gzip, xz, zstd, lz4, lzma, EFI zboot,\n"
	"unified kernel image), or into each kernel installed, and tells whether it\n"
	"reads PMMIR_EL1 and whether it knows the parameter arm_pmu.nopmmir.\n"
	"\n" HELP_ROOT "                (a KERNEL is then a path in DIR)\n"
	"  --json        print one JSON object\n" HELP_COMMON "\n"
	"Exit status: 0 not affected, 10 affected, 11 patched, 12 unknown; with several\n"
	"kernels the worst: affected, unknown, patched, not affected. 1 failed, 2 usage.\n");

/* What a verdict means to the one who asks, and how bad it is. */
static const struct {
	int status;
	int badness;
	const char *needs; /* to boot on a broken host */
	const char *text;
} verdicts[] = {
	[KIMAGE_NOT_AFFECTED] = { NM_OK, 0, NULL,
				  N_("nothing, it does not read PMMIR_EL1") },
	[KIMAGE_PATCHED] = { NM_PATCHED, 1, NULL,
			     N_("nothing (" NM_PARAM_PATCHED
				" spares it the one undefined read)") },
	[KIMAGE_UNKNOWN] = { NM_UNKNOWN, 2, NULL, NULL },
	[KIMAGE_AFFECTED] = { NM_AFFECTED, 3, NM_PARAM_STOCK, NM_PARAM_STOCK },
};

struct check {
	struct json_object *kernels; /* NULL: text */
	enum kimage_verdict worst;
	bool failed;
};

/* What the ways to boot a kernel have. */
struct entry_params {
	enum tri has[PARAM_COUNT]; /* TRI_YES: each of them */
	const char *where; /* the file of the first; NULL: there is none */
};

static void show_text(const char *path, const char *version,
		      const struct kimage_info *info,
		      const struct entry_params *ep)
{
	char format[64];

	nm_print(stdout, "%s: %s", path, _(kimage_verdict_name(info->verdict)));
	if (info->verdict == KIMAGE_UNKNOWN)
		nm_print(stdout, "  because   %s", info->reason);
	if (info->format != KIMAGE_NONE)
		printf(_("  format    %s\n"),
		       kimage_format_name(info, format, sizeof(format)));
	if (*version)
		nm_print(stdout, "  version   %s", version);
	if (info->verdict == KIMAGE_UNKNOWN)
		return;
	if (info->reads)
		printf(_("  reads     mrs x%u, PMMIR_EL1 (%08" PRIx32
			 ") at offset 0x%" PRIx64 "%s\n"),
		       info->word & 31, info->word, info->offset,
		       info->reads > 1 ? _(" and more") : "");
	printf(_("  needs     %s\n"), _(verdicts[info->verdict].text));
	if (ep) {
		enum tri has = info->verdict == KIMAGE_AFFECTED ?
				       ep->has[PARAM_STOCK] :
				       ep->has[PARAM_PATCHED];

		if (info->verdict == KIMAGE_NOT_AFFECTED)
			return;
		nm_print(stdout, "  has it    %s%s%s%s", _(tri_word(has)),
			 ep->where ? "" : _(": no boot entry of it was found"),
			 ep->where ? _(", by ") : "",
			 ep->where ? ep->where : "");
	}
}

static struct json_object *entry_json(const char *path, const char *version,
				      const struct kimage_info *info,
				      const struct entry_params *ep)
{
	static const char *const names[] = {
		[KIMAGE_NONE] = NULL,	      [KIMAGE_RAW] = "raw",
		[KIMAGE_EFISTUB] = "efistub", [KIMAGE_PACKED] = "packed",
		[KIMAGE_ZBOOT] = "zboot",     [KIMAGE_UKI] = "uki",
	};
	struct json_object *o = json_object_new_object();
	char word[16] = "";

	out_string(o, "path", path);
	out_string(o, "verdict", kimage_verdict_name(info->verdict));
	out_string(o, "reason", info->reason);
	out_string(o, "format", names[info->format]);
	out_string(o, "packing", info->packing);
	out_string(o, "version", version);
	if (info->reads)
		snprintf(word, sizeof(word), "%08" PRIx32, info->word);
	out_number(o, "pmmir_reads", info->reads);
	out_string(o, "word", word);
	out_bool(o, "knows_parameter", info->has_param);
	out_string(o, "needs", verdicts[info->verdict].needs);
	if (ep) {
		struct json_object *e = json_object_new_object();

		out_tri(e, NM_PARAM_PATCHED, ep->has[PARAM_PATCHED]);
		out_tri(e, NM_PARAM_STOCK_KEY, ep->has[PARAM_STOCK]);
		out_string(e, "file", ep->where);
		out_put(o, "boot_entry", e);
	} else {
		out_put(o, "boot_entry", NULL);
	}
	return o;
}

static void show(struct check *c, const char *path, const char *version,
		 const struct kimage_info *info, const struct entry_params *ep)
{
	if (verdicts[info->verdict].badness > verdicts[c->worst].badness)
		c->worst = info->verdict;
	if (c->kernels)
		json_object_array_add(c->kernels,
				      entry_json(path, version, info, ep));
	else
		show_text(path, version, info, ep);
}

/* What each kernel's ways have, by the index of the first of its copies. */
static struct entry_params *find_params(const struct plan *plan)
{
	struct entry_params *all = nm_alloc(plan->kernels.n * sizeof(*all));

	for (size_t i = 0; i < plan->n; i++) {
		const struct way *w = &plan->ways[i];
		struct entry_params *ep;

		if (w->is_template || w->kernel == KERNEL_NONE)
			continue;
		ep = &all[plan->kernels.v[w->kernel].same];
		for (enum param q = PARAM_NONE + 1; q < PARAM_COUNT; q++) {
			if (!ep->where || ep->has[q] == TRI_YES)
				ep->has[q] = w->has[q];
			else if (w->has[q] == TRI_NO)
				ep->has[q] = TRI_NO;
		}
		if (!ep->where)
			ep->where = w->conf == KERNEL_NONE ?
					    plan->kernels.v[w->kernel].path :
					    plan->confs.v[w->conf].path;
	}
	for (size_t i = 0; i < plan->kernels.n; i++) {
		for (enum param q = PARAM_NONE + 1;
		     q < PARAM_COUNT && !all[i].where; q++)
			all[i].has[q] = TRI_UNKNOWN;
	}
	return all;
}

static void check_all(struct check *c, const struct root *r)
{
	struct entry_params *params;
	struct plan plan;

	/* the kernels first: an entry's file that is broken stops no check */
	if (plan_kernels(&plan, r)) {
		nm_err("%s/: the kernels could not be listed", r->dir);
		c->failed = true;
		return;
	}
	if (!plan.kernels.n) {
		nm_err("no kernel was found in %s/boot or %s/lib/modules: name one",
		       r->dir, r->dir);
		mounts_say(r, &plan.mounts);
		c->failed = true;
	}
	params = find_params(&plan);
	for (size_t i = 0; i < plan.kernels.n; i++) {
		const struct kernel *k = &plan.kernels.v[i];

		if (k->same == i)
			show(c, k->path, k->version, &k->info, &params[i]);
	}
	free(params);
	plan_free(&plan);
}

static void check_file(struct check *c, const struct root *r, const char *path)
{
	struct kimage_info info;
	int fd;

	if (r)
		fd = root_open(r, path, O_RDONLY);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (!r && is_directory(path)) {
		nm_err("%s: a directory, and not a kernel; did you mean `--root %s`?",
		       path, path);
		c->failed = true;
	} else if (fd < 0 || kimage_probe(fd, &info) < 0) {
		nm_err("%s: %s", path,
		       errno == ESPIPE ? _("not a regular file") :
					 strerror(errno));
		c->failed = true;
	} else {
		show(c, path, info.version, &info, NULL);
		if (!r && info.format == KIMAGE_NONE)
			disk_say(path);
	}
	if (fd >= 0)
		close(fd);
}

int cmd_check(int argc, char **argv)
{
	struct check c = { .worst = KIMAGE_NOT_AFFECTED };
	const char *dir = NULL;
	struct root root;
	bool json = false;
	int status;

	status = nm_look_options(argc, argv, &dir, &json);
	if (status >= 0)
		return status;
	if (root_init(&root, dir) < 0) {
		disk_no_root(dir);
		return NM_FAIL;
	}
	if (json)
		c.kernels = json_object_new_array();
	if (optind == argc)
		check_all(&c, &root);
	for (int i = optind; i < argc; i++)
		check_file(&c, dir ? &root : NULL, argv[i]);
	root_exit(&root);
	if (json) {
		struct json_object *o = out_begin("check");

		out_string(o, "verdict",
			   c.failed && !json_object_array_length(c.kernels) ?
				   NULL :
				   kimage_verdict_name(c.worst));
		out_put(o, "kernels", c.kernels);
		out_end(o);
	}
	return c.failed ? NM_FAIL : verdicts[c.worst].status;
}
