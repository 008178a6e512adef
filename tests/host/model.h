/* SPDX-License-Identifier: GPL-2.0-only */
/* model.h - what a host shows of the PMU: one row per host model */
#ifndef HOST_MODEL_H
#define HOST_MODEL_H

#include "sysreg.h"

/* The numbers are those of the configuration word. */
enum model_id {
	MODEL_BROKEN = 1,
	MODEL_CAPPED = 2,
	MODEL_EMULATED = 3,
	MODEL_NATIVE = 4,
	MODEL_NOPMU = 5,
	MODEL_BROKEN_NOSTALL = 6,
};

/* What a read of PMMIR_EL1 gives */
enum model_pmmir {
	PMMIR_UNDEF,	/* an exception with ESR_EL1 0x02000000 */
	PMMIR_ZERO,
	PMMIR_SLOTS,	/* the hardware's value */
};

struct model {
	char name[16];
	u8 pmuver;		/* PMUVer, unless the configuration overrides */
	bool pmu;		/* there is a PMU */
	bool lp;		/* PMCR_EL0.LP works, from FEAT_PMUv3p5 on */
	u8 pmmir;		/* enum model_pmmir */
	bool stall_slot;	/* PMCEID1_EL0 shows STALL_SLOT, event 0x3F */
	bool chain;		/* PMCEID0_EL0 shows CHAIN, event 0x1E */
	bool chain_counts;	/* and it counts */
};

/* PMMIR_EL1.SLOTS where the model shows the hardware's: see model.c */
#define MODEL_SLOTS		0x8

/*
 * model_select() - sets the model of this run
 * @config: the configuration word
 *
 * Return: false if the word names no model.
 */
bool model_select(u64 config);

/* The row of this run */
const struct model *model(void);

/* PMUVer as shown: the model's own or the override, 0 to 15 */
u32 model_pmuver(void);

/*
 * Whether event counters are 64 bits wide and PMCR_EL0.LP is there: the host
 * must do it, and PMUVer promise it (FEAT_PMUv3p5; Arm ARM D24.5, PMCR_EL0).
 */
bool model_has_long_counters(void);

#endif
