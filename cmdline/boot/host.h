/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.h - what this guest knows of its host
 */
#ifndef HOST_H
#define HOST_H

#include "kernels.h"
#include "nopmmir.h"
#include "root.h"

enum host { HOST_UNKNOWN, HOST_FINE, HOST_BROKEN };

/* What the running kernel and the hardware show. */
struct guest {
	bool running; /* there is a /proc and a /sys to read */
	char kernel[128]; /* release of the running kernel */
	enum tri patched;
	enum tri param_on; /* arm_pmu.nopmmir of a patched one */
	enum tri patched_cmdline, stock_cmdline; /* of /proc/cmdline */
	bool has_pmu; /* the CPUs' PMU was probed */
	bool slots; /* ... and its PMMIR_EL1 is not 0 */
	char module[64]; /* state of nopmmir.ko, "" not loaded */
};

void guest_read(const struct root *r, struct guest *g);

/*
 * host_says_broken() - did the patched kernel or the module say that PMMIR_EL1
 * is undefined here?
 */
bool host_says_broken(const struct root *r);

/*
 * host_find() - broken: by their own words.  Fine: a kernel that reads PMMIR_EL1
 * has probed the PMU, without a parameter that spares it the read, and lives.
 */
enum host host_find(const struct root *r, const struct guest *g,
		    struct kernels *kernels);

const char *host_name(enum host h);

/* The first line of a small file; false: not there. */
bool host_file(const struct root *r, const char *path, char *buf, size_t size);

#endif
