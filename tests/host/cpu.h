/* SPDX-License-Identifier: GPL-2.0-only */
/* cpu.h - what belongs to one CPU: its counters, its way into EL1 */
#ifndef HOST_CPU_H
#define HOST_CPU_H

#include "config.h"
#include "sysreg.h"

/* Each CPU writes its own only, so none of this needs a lock. */
struct cpu {
	u64 pmmir;	/* reads of PMMIR_EL1 */
	u64 undef;	/* UNDEFs injected */
	u64 pmu;	/* trapped accesses to PMU registers */
	u64 id;		/* trapped accesses to ID registers */
	u64 smc;	/* trapped SMCs */
	u64 entry;	/* where in EL1 it starts, set before it is turned on */
	u64 context;	/* its x0 there */
	bool starting;	/* turned on, has not read these two yet */
};

extern struct cpu cpus[NR_CPUS];

/*
 * cpu_index() - the index of the CPU with an MPIDR, or NR_CPUS and more
 *
 * QEMU's virt machine puts 16 CPUs in a cluster when it has a GICv3 (hw/arm/
 * virt.c: virt_cpu_mp_affinity()).  start.S computes the same.
 */
static inline u32 cpu_index(u64 mpidr)
{
	if (mpidr & 0xff00ff0000ULL || (mpidr & 0xff) > 15)
		return NR_CPUS;
	return ((mpidr >> 8) & 0xff) * 16 + (mpidr & 0xff);
}

static inline u32 cpu_self(void)
{
	return cpu_index(read_sysreg(mpidr_el1));
}

/* Adds up what all CPUs counted */
struct cpu cpu_totals(void);

#endif
