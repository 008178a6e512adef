/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perf - the PMU's work, asked for by perf_event_open(2)
 */
#ifndef GUEST_PERF_H
#define GUEST_PERF_H

#include <stdint.h>

#include "facts.h"

/*
 * perf_cycles(): CPU_CYCLES (0x11) of a short loop, in cycles, on the cycle
 * counter of the CPU it runs on; 0 if perf refuses or nothing was counted.
 */
uint64_t perf_cycles(const struct facts_pmu *pmu);

/*
 * perf_activate(): on every CPU an event on the cycle counter, and one on an
 * event counter that samples; they stay open.  How many of these count.
 */
unsigned int perf_activate(const struct facts_pmu *pmu);

/*
 * perf_report(): cycles, instructions, sampling by overflow interrupt on the
 * cycle counter and on an event counter, a `long` event on an event counter
 * against the cycle counter, and reads from user space.  A key ends in _ok when
 * it is a verdict: 1, 0, or unsupported; long_ok also refused or uncounted.
 */
void perf_report(const struct facts_pmu *pmu);

#endif
