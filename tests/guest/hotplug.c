// SPDX-License-Identifier: GPL-2.0-only
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "hotplug.h"
#include "perf.h"
#include "report.h"
#include "sysfile.h"

/* hotplug_counts(): runs on the CPU, and its cycle counter counts it. */
static bool hotplug_counts(const struct facts_pmu *pmu, int cpu)
{
	cpu_set_t old, only;
	bool counts;

	sched_getaffinity(0, sizeof(old), &old);
	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	if (sched_setaffinity(0, sizeof(only), &only))
		return false;
	counts = sched_getcpu() == cpu &&
		 (!pmu->name[0] || perf_cycles(pmu) > 0);
	sched_setaffinity(0, sizeof(old), &old);
	return counts;
}

void hotplug_report(const struct facts_pmu *pmu)
{
	int cpu = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	char path[64];
	bool before, off, on, after;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	if (cpu < 1 || access(path, W_OK)) {
		report("hotplug_ok", "unsupported");
		return;
	}
	before = hotplug_counts(pmu, cpu);
	off = sysfile_write(path, "0") && sysfile_number(path) == 0 &&
	      !hotplug_counts(pmu, cpu);
	on = sysfile_write(path, "1") && sysfile_number(path) == 1;
	after = hotplug_counts(pmu, cpu);
	report("hotplug", "before %d off %d on %d after %d", before, off, on,
	       after);
	report("hotplug_ok", "%d", before && off && on && after);
}
