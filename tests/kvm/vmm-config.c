// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmm-config.c - what machine to make, from a file of "key value" lines
 *
 *   cpus N             vCPUs
 *   mem MIB            RAM
 *   pmu 0|1            a PMUv3 or none
 *   load ADDRESS PATH  put a file into the guest's RAM
 *   entry ADDRESS      where vCPU 0 starts
 *   arg VALUE          its X0
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vmm.h"

static void add_load(struct config *config, const char *value)
{
	unsigned int n = config->loads;

	if (n == VMM_MAX_LOADS)
		die(0, "config: more than %d loads", VMM_MAX_LOADS);
	if (sscanf(value, "%" SCNi64 " %63s", (int64_t *)&config->load[n].addr,
		   config->load[n].path) != 2)
		die(0, "config: load needs an address and a path, not: %s",
		    value);
	config->loads++;
}

void config_read(struct config *config, const char *path)
{
	const struct {
		const char *key;
		const char *format;
		void *field;
	} keys[] = {
		{ "cpus", "%u", &config->cpus },
		{ "mem", "%u", &config->mem_mib },
		{ "pmu", "%u", &config->pmu },
		{ "entry", "%" SCNi64, &config->entry },
		{ "arg", "%" SCNi64, &config->arg },
	};
	const size_t n = sizeof(keys) / sizeof(keys[0]);
	FILE *file = fopen(path, "re");
	char line[128];

	memset(config, 0, sizeof(*config));
	if (!file)
		die(errno, "%s", path);

	while (fgets(line, sizeof(line), file)) {
		char key[16];
		int used;
		size_t i;

		if (sscanf(line, "%15s %n", key, &used) != 1)
			continue;
		if (!strcmp(key, "load")) {
			add_load(config, line + used);
			continue;
		}
		for (i = 0; i < n && strcmp(key, keys[i].key); i++)
			;
		if (i == n ||
		    sscanf(line + used, keys[i].format, keys[i].field) != 1)
			die(0, "config: do not understand: %s", line);
	}
	fclose(file);

	if (!config->cpus || config->cpus > VMM_MAX_CPUS || !config->mem_mib ||
	    !config->entry)
		die(0, "config: needs cpus (1 to %d), mem and entry",
		    VMM_MAX_CPUS);
}
