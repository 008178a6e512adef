// SPDX-License-Identifier: GPL-2.0-only
/* cpu.c - the CPUs' records */
#include "cpu.h"

struct cpu cpus[NR_CPUS];

struct cpu cpu_totals(void)
{
	struct cpu sum = { 0 };

	for (u32 i = 0; i < NR_CPUS; i++) {
		sum.pmmir += cpus[i].pmmir;
		sum.undef += cpus[i].undef;
		sum.pmu += cpus[i].pmu;
		sum.id += cpus[i].id;
		sum.smc += cpus[i].smc;
	}
	return sum;
}
