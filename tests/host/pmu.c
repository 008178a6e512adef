// SPDX-License-Identifier: GPL-2.0-only
/*
 * pmu.c - what QEMU's event counters do not do by themselves
 *
 * Software increments belong to the Exception level of the guest's instruction,
 * and CHAIN is an event that QEMU does not have.  What follows is the Arm ARM's
 * pseudocode: AArch64.PMUEvent(), CountPMUEvents(), IncrementEventCounter().
 *
 * An overflow of a counter that QEMU increments is found by the upper half of its
 * 64 bits, when the guest touches the PMU the next time.  The monitor's own time
 * is not in it: nothing counts at EL2 (el2_mdcr_pmu()).
 *
 * QEMU starts all counters again from 0 if its timer for the next overflow fires
 * within an ERET, between the two halves of its bookkeeping.  Then the upper half
 * is the same or less, and only a flag that was not set before tells whether QEMU
 * took that for an overflow.  One of a counter whose flag was set is lost.
 */
#include "cpu.h"
#include "model.h"
#include "pmu.h"

#define EVENT_SW_INCR		0x00
#define EVENT_CHAIN		0x1e
/* PMEVTYPER<n>_EL0; NSK, NSU and M are RES0, as the machine has no EL3. */
#define TYPER_EVENT(typer)	((typer) & 0xffff)
#define TYPER_U			BIT(30)
#define TYPER_P			BIT(31)

/* What pmu_chain_mark() saw last on each CPU: an even counter's upper half, flags */
static struct mark {
	u32 upper[16];
	u64 flags;
} marks[NR_CPUS];

/* Counter @n for PMXEVTYPER_EL0 and PMXEVCNTR_EL0; returns the one before. */
static u64 counter_select(u64 n)
{
	u64 before = read_sysreg(pmselr_el0);

	write_sysreg(pmselr_el0, n);
	isb();
	return before;
}

static u64 counter_read(u32 n)
{
	u64 before = counter_select(n);
	u64 value = read_sysreg(pmxevcntr_el0);

	write_sysreg(pmselr_el0, before);
	return value;
}

static u32 counter_count(void)
{
	return PMCR_N(read_sysreg(pmcr_el0));
}

/* Whether PMCR_EL0.LP, which only some models have, is in force */
static bool counters_are_long(void)
{
	return model_has_long_counters() && read_sysreg(pmcr_el0) & PMCR_LP;
}

/* CountPMUEvents(): @n counts @event, now, at @el */
static bool counter_counts(u32 n, u32 event, u32 el)
{
	u64 before = counter_select(n);
	u64 typer = read_sysreg(pmxevtyper_el0);

	write_sysreg(pmselr_el0, before);
	return TYPER_EVENT(typer) == event &&
	       !(typer & (el ? TYPER_P : TYPER_U)) &&
	       read_sysreg(pmcr_el0) & PMCR_E &&
	       read_sysreg(pmcntenset_el0) & BIT(n);
}

static void counter_increment(u32 n, u64 increment, u32 el);

/* PMUEvent() for CHAIN, after @overflows of counter @n */
static void counter_overflowed(u32 n, u64 overflows, u32 el)
{
	if (model()->chain_counts && !(n & 1) && n + 1 < counter_count() &&
	    counter_counts(n + 1, EVENT_CHAIN, el))
		counter_increment(n + 1, overflows, el);
}

/* IncrementEventCounter() */
static void counter_increment(u32 n, u64 increment, u32 el)
{
	u64 before = counter_select(n);
	u64 old = read_sysreg(pmxevcntr_el0);
	u64 new = old + increment;
	bool overflow = new >> 32 != old >> 32;

	if (counters_are_long())
		overflow = new < old;
	write_sysreg(pmxevcntr_el0, model_has_long_counters() ? new : (u32)new);
	write_sysreg(pmselr_el0, before);
	if (!overflow)
		return;
	write_sysreg(pmovsset_el0, BIT(n));
	if (!counters_are_long())
		counter_overflowed(n, (new >> 32) - (old >> 32), el);
}

void pmu_software_increment(u64 counters, u32 el)
{
	for (u32 n = 0; n < counter_count(); n++) {
		if (counters & BIT(n) && counter_counts(n, EVENT_SW_INCR, el))
			counter_increment(n, 1, el);
	}
}

void pmu_chain(u32 el)
{
	const struct mark *mark = &marks[cpu_self()];
	u64 raised;

	if (!model()->chain_counts || counters_are_long())
		return;
	raised = read_sysreg(pmovsset_el0) & ~mark->flags;
	for (u32 n = 0; n + 1 < counter_count(); n += 2) {
		u32 before = mark->upper[n / 2];
		u32 now = counter_read(n) >> 32;

		if (now > before)
			counter_overflowed(n, now - before, el);
		else if (raised & BIT(n))
			counter_overflowed(n, 1, el);
	}
}

void pmu_chain_mark(void)
{
	struct mark *mark = &marks[cpu_self()];

	if (!model()->chain_counts)
		return;
	mark->flags = read_sysreg(pmovsset_el0);
	for (u32 n = 0; n + 1 < counter_count(); n += 2)
		mark->upper[n / 2] = counter_read(n) >> 32;
}
