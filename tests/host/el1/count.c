// SPDX-License-Identifier: GPL-2.0-only
/*
 * count.c - software increments, overflows and CHAIN: what the counters hold after
 *
 * A line per case: counters 0 and 1 and the overflow flags.  Also runs without
 * the monitor, then at EL2, where NSH decides.
 */
#include "el1.h"

#define EVENT_SW_INCR	0x00
#define EVENT_CYCLES	0x11
#define EVENT_CHAIN	0x1e
/* PMEVTYPER<n>_EL0: not at EL1, not at EL0, at EL2 too */
#define NOT_EL1		BIT(31)
#define NOT_EL0		BIT(30)
#define EL2_TOO		BIT(27)
#define FULL		0xffffffff
#define USER_EN		BIT(0)
/*
 * Where time counts, QEMU starts a counter again in about one of 400 runs
 * (pmu.c): one run would not see what comes of it.
 */
#define CYCLES_RUNS	500
#define TRAPS		16

/* What is done with the counters */
enum how {
	AT_EL1,		/* a write of PMSWINC_EL0 */
	AT_EL0,		/* a write of 1 to it, at EL0 */
	CYCLES,		/* nothing but time, until counter 0 has gone over */
	FLAGGED,	/* the same, with its overflow flag set before */
};

static const struct set_up {
	char name[16];	/* a pointer would be an absolute address */
	enum how how;
	u64 type[2];
	u64 start[2];
	u64 enabled;
	u64 pmcr;
	u64 written;	/* to PMSWINC_EL0 */
} cases[] = {
#define INCR	EVENT_SW_INCR
#define CHAIN	EVENT_CHAIN
#define ON	PMCR_E
	{ "increment", AT_EL1, { INCR, CHAIN }, { 5, 7 }, 3, ON, 1 },
	{ "both", AT_EL1, { INCR, INCR }, { 5, 7 }, 3, ON, 3 },
	{ "the_other", AT_EL1, { INCR, INCR }, { 5, 7 }, 3, ON, 2 },
	{ "none", AT_EL1, { INCR, INCR }, { 5, 7 }, 3, ON, 0 },
	{ "no_such_counter", AT_EL1, { INCR, INCR }, { 5, 7 }, 3, ON, BIT(30) },
	{ "other_event", AT_EL1, { 0x3ff, CHAIN }, { 5, 7 }, 3, ON, 3 },
	{ "counter_off", AT_EL1, { INCR, CHAIN }, { 5, 7 }, 2, ON, 1 },
	{ "all_off", AT_EL1, { INCR, CHAIN }, { 5, 7 }, 3, 0, 1 },
	{ "not_el1", AT_EL1, { INCR | NOT_EL1, CHAIN }, { FULL, 7 }, 3, ON, 1 },
	{ "not_el0", AT_EL1, { INCR | NOT_EL0, CHAIN }, { 5, 7 }, 3, ON, 1 },
	{ "el2_too", AT_EL1, { INCR | EL2_TOO, CHAIN }, { 5, 7 }, 3, ON, 1 },
	{ "overflow", AT_EL1, { INCR, INCR }, { FULL, 7 }, 3, ON, 1 },
	{ "chain", AT_EL1, { INCR, CHAIN }, { FULL, 7 }, 3, ON, 1 },
	{ "chain_overflow", AT_EL1, { INCR, CHAIN }, { FULL, FULL }, 3, ON, 1 },
	{ "chain_off", AT_EL1, { INCR, CHAIN }, { FULL, 7 }, 1, ON, 1 },
	{ "chain_not_el1", AT_EL1, { INCR, CHAIN | NOT_EL1 }, { FULL, 7 }, 3,
	  ON, 1 },
	{ "chain_below", AT_EL1, { CHAIN, INCR }, { 5, FULL }, 3, ON, 2 },
	{ "long", AT_EL1, { INCR, CHAIN }, { FULL, 7 }, 3, ON | PMCR_LP, 1 },
	{ "long_overflow", AT_EL1, { INCR, CHAIN }, { ~0ULL, 7 }, 3,
	  ON | PMCR_LP, 1 },
	{ "el0", AT_EL0, { INCR, CHAIN }, { FULL, 7 }, 3, ON, 1 },
	{ "el0_not_el1", AT_EL0, { INCR | NOT_EL1, CHAIN }, { FULL, 7 }, 3, ON,
	  1 },
	{ "el0_not_el0", AT_EL0, { INCR | NOT_EL0, CHAIN }, { FULL, 7 }, 3, ON,
	  1 },
	{ "cycles", CYCLES, { EVENT_CYCLES, CHAIN }, { FULL - 15, 7 }, 3, ON,
	  0 },
	{ "cycles_overflow", CYCLES, { EVENT_CYCLES, CHAIN },
	  { FULL - 15, FULL }, 3, ON, 0 },
	{ "cycles_flagged", FLAGGED, { EVENT_CYCLES, CHAIN }, { FULL - 15, 7 },
	  3, ON, 0 },
};

static void set_up(const struct set_up *c)
{
	write_sysreg(pmcr_el0, 0);
	write_sysreg(pmcntenclr_el0, FULL);
	write_sysreg(pmovsclr_el0, FULL);
	write_sysreg(pmovsset_el0, c->how == FLAGGED);
	write_sysreg(pmevtyper0_el0, c->type[0]);
	write_sysreg(pmevtyper1_el0, c->type[1]);
	write_sysreg(pmevcntr0_el0, c->start[0]);
	write_sysreg(pmevcntr1_el0, c->start[1]);
	write_sysreg(pmcntenset_el0, c->enabled);
	write_sysreg(pmcr_el0, c->pmcr);
	isb();
}

static void run(const struct set_up *c)
{
	switch (c->how) {
	case AT_EL1:
		write_sysreg(pmswinc_el0, c->written);
		break;
	case AT_EL0:
		/* Allowed as all others; SW alone QEMU does not trap to EL2. */
		write_sysreg(pmuserenr_el0, USER_EN);
		el1_execute(PSR_MODE_EL0t | PSR_DAIF, el1_insn_swinc,
			    el1_record());
		break;
	case CYCLES:
	case FLAGGED:
		for (u32 i = 0; i < 10000000; i++) {
			if ((u32)read_sysreg(pmevcntr0_el0) < c->start[0])
				break;
		}
		/* QEMU's timer for it fires at one of these. */
		for (u32 i = 0; i < TRAPS; i++)
			read_sysreg(pmovsset_el0);
		/* Then counter 0 has any value. */
		write_sysreg(pmcr_el0, 0);
		write_sysreg(pmevcntr0_el0, 0);
		break;
	}
	isb();
}

struct counted {
	u64 counter[2];
	u64 overflows;
};

static struct counted count(const struct set_up *c)
{
	set_up(c);
	run(c);
	return (struct counted) {
		{ read_sysreg(pmevcntr0_el0), read_sysreg(pmevcntr1_el0) },
		read_sysreg(pmovsset_el0)
	};
}

static bool same(const struct counted *a, const struct counted *b)
{
	return a->counter[0] == b->counter[0] &&
	       a->counter[1] == b->counter[1] && a->overflows == b->overflows;
}

static void show(const struct set_up *c, const struct counted *counted)
{
	uart_printf("el1: %s=%lx,%lx,%lx\n", c->name, counted->counter[0],
		    counted->counter[1], counted->overflows);
}

void el1_main(const u32 *dtb)
{
	bool bare = read_sysreg(CurrentEL) >> 2 == 2;

	(void)dtb;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct set_up *c = &cases[i];
		u32 runs = c->how < CYCLES ? 1 : CYCLES_RUNS;
		struct counted first, now;

		/* At EL2 nothing but what NSH does is of interest. */
		if (bare && c->how != AT_EL1)
			continue;
		first = count(c);
		now = first;
		while (--runs && same(&now, &first))
			now = count(c);
		show(c, &first);
		if (!same(&now, &first))
			show(c, &now);
	}
}
