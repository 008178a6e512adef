/* SPDX-License-Identifier: GPL-2.0-only */
/* pmu.h - what QEMU's event counters do not do by themselves */
#ifndef HOST_PMU_H
#define HOST_PMU_H

#include "sysreg.h"

/*
 * pmu_software_increment() - a guest's write of PMSWINC_EL0
 * @counters: the value written, a bit for each event counter
 * @el: the Exception level of the instruction, 0 or 1
 *
 * QEMU's own increment, done again at EL2, would be filtered as one at EL2.
 */
void pmu_software_increment(u64 counters, u32 el);

/*
 * pmu_chain() - counts by CHAIN what has overflowed since pmu_chain_mark()
 * @el: the Exception level that has run since
 *
 * Before a trapped access to a PMU register: so all of the time in between has
 * had one and the same configuration.
 */
void pmu_chain(u32 el);

/* After one: overflows are counted from here on. */
void pmu_chain_mark(void);

#endif
