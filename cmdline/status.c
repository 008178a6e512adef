// SPDX-License-Identifier: GPL-2.0-only
/* status.c - nopmmir status: how a running guest stands */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nopmmir.h"
#include "out.h"
#include "root.h"

#define PATCHED_PARAM "/sys/module/arm_pmu/parameters/nopmmir"
#define MODULE_STATE  "/sys/module/nopmmir/parameters/state"
#define PMUS	      "/sys/bus/event_source/devices/"

struct pmu {
	char name[64];
	bool has_slots;
	unsigned long slots;
	char cpus[64];
};

struct status {
	bool running; /* there is a /proc and a /sys to read */
	char kernel[128]; /* release of the running one */
	enum tri patched; /* the running kernel */
	enum tri param_on; /* arm_pmu.nopmmir of a patched one */
	bool on_cmdline; /* arm_pmu.nopmmir is a word of /proc/cmdline */
	bool stock_cmdline; /* initcall_blacklist names the initcall there */
	struct pmu *pmus; /* of the CPUs */
	size_t n_pmus;
	char module[64]; /* state of nopmmir.ko, "" not loaded */
	enum tri next_safe; /* all that is known about the next boot */
	struct entry_params next; /* of the entry that boots by default */
	size_t kernels, unsafe; /* installed; affected and without a cure */
	char unsafe_kernel[128]; /* one of them */
};

/* The first line of a small file, or all of it; false: not there. */
static bool read_small(const struct root *r, const char *path, char *buf,
		       size_t size)
{
	size_t n = 0;
	int fd = root_open(r, path, O_RDONLY);

	buf[0] = '\0';
	if (fd < 0)
		return false;
	while (n + 1 < size) {
		ssize_t got = read(fd, buf + n, size - 1 - n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	close(fd);
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return true;
}

/* Goes through the words as the kernel's next_arg() does: "..." keeps blanks. */
static const char *next_word(const char *p, char *word, size_t size)
{
	bool quoted = false;
	size_t n = 0;

	while (*p == ' ' || *p == '\t')
		p++;
	if (!*p)
		return NULL;
	for (; *p && (quoted || (*p != ' ' && *p != '\t')); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (n + 1 < size)
			word[n++] = *p;
	}
	word[n] = '\0';
	return p;
}

/* Is @name among the comma-separated @list? */
static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (;;) {
		size_t item = strcspn(list, ",");

		if (item == n && !memcmp(list, name, n))
			return true;
		if (!list[item])
			return false;
		list += item + 1;
	}
}

static void read_cmdline(const struct root *r, struct status *s)
{
	static const char key[] = NM_PARAM_STOCK_KEY "=";
	char *line = nm_alloc(8192), *word = nm_alloc(8192);
	const char *p = line;

	read_small(r, "/proc/cmdline", line, 8192);
	while ((p = next_word(p, word, 8192))) {
		size_t n = strlen(NM_PARAM_PATCHED);

		if (!strncmp(word, NM_PARAM_PATCHED, n) &&
		    (!word[n] || word[n] == '='))
			s->on_cmdline = true;
		if (!strncmp(word, key, sizeof(key) - 1) &&
		    listed(word + sizeof(key) - 1, NM_PARAM_STOCK_INITCALL))
			s->stock_cmdline = true;
	}
	free(word);
	free(line);
}

/* The CPUs' PMUs; DT and ACPI name them armv8_*, armv9_* (arm_pmuv3.c). */
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
		p->has_slots = read_small(r, path, text, sizeof(text));
		p->slots = strtoul(text, NULL, 16);
		free(path);
		path = nm_asprintf("%s/cpus", paths[i]);
		read_small(r, path, p->cpus, sizeof(p->cpus));
		free(path);
	}
	root_list_free(paths, n);
	return 0;
}

static int read_running(const struct root *r, struct status *s)
{
	char value[16];

	s->running = read_small(r, "/proc/sys/kernel/osrelease", s->kernel,
				sizeof(s->kernel));
	s->patched = s->param_on = TRI_UNKNOWN;
	if (!s->running)
		return 0;
	s->patched = TRI_NO;
	if (read_small(r, PATCHED_PARAM, value, sizeof(value))) {
		s->patched = TRI_YES;
		s->param_on = *value == 'Y' || *value == '1' ? TRI_YES : TRI_NO;
	}
	read_cmdline(r, s);
	read_small(r, MODULE_STATE, s->module, sizeof(s->module));
	return read_pmus(r, s);
}

/*
 * Which kernel boots next is the boot loader's secret; the next boot is safe
 * where each kernel is, by itself or by its entries.
 */
static int read_next(const struct root *r, struct status *s)
{
	struct kernel_list list;
	bool unknown = false;

	if (kernels_find(r, &list) < 0)
		return -1;
	if (entry_params(r, NULL, &s->next) < 0)
		nm_warn("the boot entries: %s", strerror(errno));
	s->kernels = list.n;
	for (size_t i = 0; i < list.n; i++) {
		const struct kernel *k = &list.v[i];
		struct entry_params ep = { TRI_UNKNOWN, TRI_UNKNOWN, "" };

		if (k->info.verdict == KIMAGE_UNKNOWN)
			unknown = true;
		if (k->info.verdict != KIMAGE_AFFECTED)
			continue;
		if (entry_params(r, k->version, &ep) < 0)
			nm_warn("the boot entries of %s: %s", k->version,
				strerror(errno));
		if (ep.stock == TRI_UNKNOWN)
			unknown = true;
		if (ep.stock != TRI_NO)
			continue;
		if (!s->unsafe++)
			snprintf(s->unsafe_kernel, sizeof(s->unsafe_kernel),
				 "%s", k->version);
	}
	kernels_free(&list);
	if (s->unsafe)
		s->next_safe = TRI_NO;
	else
		s->next_safe = unknown || !s->kernels ? TRI_UNKNOWN : TRI_YES;
	return 0;
}

static int exit_status(const struct status *s)
{
	static const int statuses[] = {
		[TRI_YES] = NM_OK,
		[TRI_NO] = NM_AFFECTED,
		[TRI_UNKNOWN] = NM_UNKNOWN,
	};

	return statuses[s->next_safe];
}

static const char *verdict(const struct status *s)
{
	switch (s->next_safe) {
	case TRI_YES:
		return "safe: this guest boots on a broken host";
	case TRI_NO:
		return "not safe: on a broken host the next boot may panic; run `nopmmir enable`";
	case TRI_UNKNOWN:
		break;
	}
	return s->kernels ?
		       "unknown: not every kernel or boot entry could be understood" :
		       "unknown: no kernel was found under /boot";
}

static const char *in_force(const struct status *s)
{
	if (s->stock_cmdline)
		return NM_PARAM_STOCK;
	if (s->patched == TRI_YES && s->param_on == TRI_YES)
		return NM_PARAM_PATCHED;
	return NULL;
}

static const char *tri_word(enum tri t)
{
	return t == TRI_YES ? "yes" : t == TRI_NO ? "no" : "unknown";
}

static void show_text(const struct status *s)
{
	const char *force = in_force(s);

	puts(verdict(s));
	if (s->running) {
		printf("  kernel      %s, %s\n", s->kernel,
		       s->patched == TRI_YES ?
			       "patched (it knows " NM_PARAM_PATCHED ")" :
			       "not patched (it does not know " NM_PARAM_PATCHED
			       ")");
		printf("  parameter   %s\n", force ? force : "none in force");
		if (s->on_cmdline && s->patched == TRI_NO)
			printf("              " NM_PARAM_PATCHED
			       " is on the command line, without effect\n");
		if (!s->n_pmus)
			printf("  PMU         none\n");
		for (size_t i = 0; i < s->n_pmus; i++) {
			const struct pmu *p = &s->pmus[i];

			printf("  PMU         %s", p->name);
			if (*p->cpus)
				printf(" of CPUs %s", p->cpus);
			if (p->has_slots)
				printf(", slots 0x%lx", p->slots);
			putchar('\n');
		}
		printf("  module      %s\n",
		       *s->module ? s->module : "not loaded");
	} else {
		printf("  running     no: there is no /proc in it\n");
	}
	printf("  next boot   " NM_PARAM_STOCK_KEY " %s, " NM_PARAM_PATCHED
	       " %s%s%s%s\n",
	       tri_word(s->next.stock), tri_word(s->next.patched),
	       *s->next.where ? " (" : "", s->next.where,
	       *s->next.where ? ")" : "");
	if (s->unsafe)
		printf("  kernels     %zu of %zu installed would panic there, such as %s\n",
		       s->unsafe, s->kernels, s->unsafe_kernel);
	else
		printf("  kernels     %zu installed\n", s->kernels);
}

static void show_json(const struct status *s)
{
	static const char *const verdicts[] = {
		[TRI_YES] = "safe",
		[TRI_NO] = "not safe",
		[TRI_UNKNOWN] = "unknown",
	};
	struct json_object *o = out_begin("status");
	struct json_object *pmus = json_object_new_array();
	struct json_object *next = json_object_new_object();

	out_string(o, "verdict", verdicts[s->next_safe]);
	out_string(o, "kernel", s->kernel);
	out_tri(o, "patched", s->patched);
	out_tri(o, "nopmmir", s->param_on);
	out_bool(o, "initcall_blacklist", s->stock_cmdline);
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
	out_string(o, "module", s->module);
	out_tri(next, NM_PARAM_PATCHED, s->next.patched);
	out_tri(next, NM_PARAM_STOCK_KEY, s->next.stock);
	out_string(next, "file", s->next.where);
	out_put(o, "next_boot", next);
	out_number(o, "kernels", (int64_t)s->kernels);
	out_number(o, "kernels_not_safe", (int64_t)s->unsafe);
	out_end(o);
}

int cmd_status(int argc, char **argv)
{
	struct status s = { .next = { TRI_UNKNOWN, TRI_UNKNOWN, "" } };
	const char *dir = NULL;
	struct root root;
	bool json = false;
	int status;

	status = nm_look_options(argc, argv, &dir, &json);
	if (status >= 0)
		return status;
	if (optind < argc) {
		nm_err("status takes no argument: '%s'", argv[optind]);
		return nm_usage(argv[0]);
	}
	if (root_init(&root, dir) < 0) {
		nm_err("%s: %s", dir ? dir : "/", strerror(errno));
		return NM_FAIL;
	}
	if (read_running(&root, &s) < 0 || read_next(&root, &s) < 0) {
		nm_err("%s: %s", dir ? dir : "/", strerror(errno));
		status = NM_FAIL;
	} else {
		if (json)
			show_json(&s);
		else
			show_text(&s);
		status = exit_status(&s);
	}
	free(s.pmus);
	root_exit(&root);
	return status;
}
