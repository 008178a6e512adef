// SPDX-License-Identifier: GPL-2.0-only
/*
 * lock.c - mutual exclusion by plain loads and stores
 *
 * The monitor runs with its MMU off, so its memory is Device-nGnRnE, where the
 * Arm ARM (B2.12) promises nothing of exclusives and atomics.  Lamport's bakery
 * needs neither: take a number, wait for all who have a lower one.
 */
#include "cpu.h"
#include "lock.h"

static volatile u32 choosing[NR_CPUS];
static volatile u32 number[NR_CPUS];

/* Whether CPU @other goes before us, who drew @mine */
static bool is_before(u32 other, u32 me, u32 mine)
{
	u32 theirs = number[other];

	return theirs && (theirs < mine || (theirs == mine && other < me));
}

void lock(void)
{
	u32 me = cpu_self();
	u32 mine = 0;

	choosing[me] = 1;
	dmb();
	for (u32 i = 0; i < NR_CPUS; i++) {
		if (number[i] > mine)
			mine = number[i];
	}
	number[me] = ++mine;
	dmb();
	choosing[me] = 0;
	dmb();
	for (u32 i = 0; i < NR_CPUS; i++) {
		if (i == me)
			continue;
		while (choosing[i])
			;
		dmb();
		while (is_before(i, me, mine))
			;
	}
	dmb();
}

void unlock(void)
{
	dmb();
	number[cpu_self()] = 0;
}
