// SPDX-License-Identifier: GPL-2.0-only
/*
 * host.c - what this guest knows of its host
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "nopmmir.h"
#include "param.h"
#include "root.h"

#define PATCHED_PARAM  "/sys/module/arm_pmu/parameters/nopmmir"
#define MODULE_STATE   "/sys/module/nopmmir/parameters/state"
#define PMUS	       "/sys/bus/event_source/devices/armv*"
#define GUEST_LINE_MAX 8192

bool host_file(const struct root *r, const char *path, char *buf, size_t size)
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

void guest_read(const struct root *r, struct guest *g)
{
	char *line = nm_alloc(GUEST_LINE_MAX);
	char value[16], **paths;
	ssize_t n;

	*g = (struct guest){ .patched = TRI_UNKNOWN, .param_on = TRI_UNKNOWN };
	g->running = host_file(r, "/proc/sys/kernel/osrelease", g->kernel,
			       sizeof(g->kernel));
	if (!g->running) {
		free(line);
		return;
	}
	g->patched = TRI_NO;
	if (host_file(r, PATCHED_PARAM, value, sizeof(value))) {
		g->patched = TRI_YES;
		g->param_on = *value == 'Y' || *value == '1' ? TRI_YES : TRI_NO;
	}
	host_file(r, "/proc/cmdline", line, GUEST_LINE_MAX);
	g->patched_cmdline = param_in(line, PARAM_PATCHED);
	g->stock_cmdline = param_in(line, PARAM_STOCK);
	free(line);
	host_file(r, MODULE_STATE, g->module, sizeof(g->module));
	/* DT and ACPI name them armv8_*, armv9_* (arm_pmuv3.c) */
	n = root_glob(r, PMUS, &paths);
	g->has_pmu = n > 0;
	for (ssize_t i = 0; i < n; i++) {
		char *path = nm_asprintf("%s/caps/slots", paths[i]);

		if (host_file(r, path, value, sizeof(value)))
			g->slots |= strtoul(value, NULL, 16) != 0;
		free(path);
	}
	root_list_free(paths, n);
}

/* The kernel's words, each record a read(). */
static bool log_says(int fd)
{
	char buf[8192];
	bool says = false;
	ssize_t n;

	while (!says && ((n = read(fd, buf, sizeof(buf) - 1)) > 0 ||
			 (n < 0 && (errno == EPIPE || errno == EINTR)))) {
		if (n < 0)
			continue;
		buf[n] = '\0';
		says = strstr(buf, "PMMIR_EL1") && strstr(buf, "undefined");
	}
	return says;
}

bool host_says_broken(const struct root *r)
{
	char state[64];
	bool says = false;
	int fd;

	if (host_file(r, MODULE_STATE, state, sizeof(state)) &&
	    !strcmp(state, "restored"))
		return true;
	/* a root's own is a file, for root_open() opens no device */
	fd = root_is_system(r) ?
		     open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) :
		     root_open(r, "/dev/kmsg", O_RDONLY);
	if (fd >= 0) {
		says = log_says(fd);
		close(fd);
	}
	return says;
}

/* Does the running kernel read PMMIR_EL1 when it probes a PMU that has it? */
static bool reads_it(const struct guest *g, struct kernels *kernels)
{
	static const char *const images[] = { "/boot/vmlinuz-%s",
					      "/boot/Image-%s",
					      "/usr/lib/modules/%s/vmlinuz",
					      "/lib/modules/%s/vmlinuz" };

	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		const char *mark = strstr(images[i], "%s");
		char *path = nm_asprintf("%.*s%s%s", (int)(mark - images[i]),
					 images[i], g->kernel, mark + 2);
		size_t k = strchr(g->kernel, '/') ? KERNEL_NONE :
						    kernels_at(kernels, path);

		free(path);
		if (k != KERNEL_NONE)
			return kernels->v[k].info.reads;
	}
	return false;
}

enum host host_find(const struct root *r, const struct guest *g,
		    struct kernels *kernels)
{
	if (!g->running)
		return HOST_UNKNOWN;
	if (host_says_broken(r))
		return HOST_BROKEN;
	if (!g->has_pmu || g->stock_cmdline != TRI_NO || *g->module)
		return HOST_UNKNOWN;
	/* a register that was read, or 0 because it was spared */
	if (g->slots)
		return HOST_FINE;
	/* a patched kernel survives the read: its log may be gone */
	if (g->patched != TRI_NO)
		return HOST_UNKNOWN;
	return reads_it(g, kernels) ? HOST_FINE : HOST_UNKNOWN;
}

const char *host_name(enum host h)
{
	static const char *const names[] = {
		[HOST_UNKNOWN] = N_("unknown"),
		[HOST_FINE] = N_("fine"),
		[HOST_BROKEN] = N_("broken"),
	};

	return names[h];
}
