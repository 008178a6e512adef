// SPDX-License-Identifier: GPL-2.0-only
/* check.c - nopmmir check: which kernels panic on a broken host */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "nopmmir.h"

/* What a verdict means to the one who asks, and how bad it is. */
static const struct {
	int status;
	int badness;
	const char *needs; /* to boot on a broken host */
	const char *text;
} verdicts[] = {
	[KIMAGE_NOT_AFFECTED] = { NM_OK, 0, NULL,
				  "nothing, it does not read PMMIR_EL1" },
	[KIMAGE_PATCHED] = { NM_PATCHED, 1, NULL,
			     "nothing (" NM_PARAM_PATCHED
			     " spares it the one undefined read)" },
	[KIMAGE_UNKNOWN] = { NM_UNKNOWN, 2, NULL, NULL },
	[KIMAGE_AFFECTED] = { NM_AFFECTED, 3, NM_PARAM_STOCK, NM_PARAM_STOCK },
};

struct check {
	struct json_object *kernels; /* NULL: text */
	enum kimage_verdict worst;
	bool failed;
};

static const char *tri_word(enum tri t)
{
	return t == TRI_YES ? "yes" : t == TRI_NO ? "no" : "unknown";
}

static void show_text(const char *path, const char *version,
		      const struct kimage_info *info,
		      const struct entry_params *ep)
{
	char format[64];

	printf("%s: %s\n", path, kimage_verdict_name(info->verdict));
	if (info->verdict == KIMAGE_UNKNOWN)
		printf("  because   %s\n", info->reason);
	if (info->format != KIMAGE_NONE)
		printf("  format    %s\n",
		       kimage_format_name(info, format, sizeof(format)));
	if (*version)
		printf("  version   %s\n", version);
	if (info->verdict == KIMAGE_UNKNOWN)
		return;
	if (info->reads)
		printf("  reads     mrs x%u, PMMIR_EL1 (%08" PRIx32
		       ") at offset 0x%" PRIx64 "%s\n",
		       info->word & 31, info->word, info->offset,
		       info->reads > 1 ? " and more" : "");
	printf("  needs     %s\n", verdicts[info->verdict].text);
	if (ep) {
		enum tri has = info->verdict == KIMAGE_AFFECTED ? ep->stock :
								  ep->patched;

		if (info->verdict == KIMAGE_NOT_AFFECTED)
			return;
		printf("  has it    %s%s%s%s\n", tri_word(has),
		       has == TRI_UNKNOWN ? ": no boot entry of it was found" :
					    "",
		       *ep->where ? ", by " : "", ep->where);
	}
}

static struct json_object *entry_json(const char *path, const char *version,
				      const struct kimage_info *info,
				      const struct entry_params *ep)
{
	static const char *const formats[] = {
		[KIMAGE_NONE] = NULL,	      [KIMAGE_RAW] = "raw",
		[KIMAGE_EFISTUB] = "efistub", [KIMAGE_PACKED] = "packed",
		[KIMAGE_ZBOOT] = "zboot",     [KIMAGE_UKI] = "uki",
	};
	struct json_object *o = json_object_new_object();
	char word[16] = "";

	out_string(o, "path", path);
	out_string(o, "verdict", kimage_verdict_name(info->verdict));
	out_string(o, "reason", info->reason);
	out_string(o, "format", formats[info->format]);
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

		out_tri(e, NM_PARAM_PATCHED, ep->patched);
		out_tri(e, NM_PARAM_STOCK_KEY, ep->stock);
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

/* A kernel that is installed has boot entries; others are just files. */
static void check_installed(struct check *c, const struct root *r,
			    const struct kernel *k)
{
	struct entry_params ep = { TRI_UNKNOWN, TRI_UNKNOWN, "" };

	if (*k->version && k->info.verdict != KIMAGE_UNKNOWN &&
	    entry_params(r, k->version, &ep) < 0)
		nm_warn("the boot entries of %s: %s", k->version,
			strerror(errno));
	show(c, k->path, k->version, &k->info, &ep);
}

static void check_all(struct check *c, const struct root *r)
{
	struct kernel_list list;

	if (kernels_find(r, &list) < 0) {
		c->failed = true;
		return;
	}
	if (!list.n) {
		nm_err("no kernel was found in %s/boot or %s/lib/modules: name one",
		       r->dir, r->dir);
		c->failed = true;
	}
	for (size_t i = 0; i < list.n; i++)
		check_installed(c, r, &list.v[i]);
	kernels_free(&list);
}

static void check_file(struct check *c, const struct root *r, const char *path)
{
	struct kimage_info info;
	int fd;

	if (r)
		fd = root_open(r, path, O_RDONLY);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || kimage_probe(fd, &info) < 0) {
		nm_err("%s: %s", path,
		       errno == ESPIPE ? "not a regular file" :
					 strerror(errno));
		c->failed = true;
	} else {
		show(c, path, info.version, &info, NULL);
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
		nm_err("%s: %s", dir ? dir : "/", strerror(errno));
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
