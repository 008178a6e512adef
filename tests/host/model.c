// SPDX-License-Identifier: GPL-2.0-only
/*
 * model.c - the host models
 *
 * What each row says was measured on real hosts, or is in the KVM commit named.
 *
 * QEMU's CPU has PMMIR_EL1 = 0 and neither STALL_SLOT nor CHAIN, the hardware
 * under the real hosts has all three.  So SLOTS and the events' bits come from
 * here where a row says so.  CHAIN counts by pmu.c; a host that shows the
 * hardware's bit without emulating the event is 4.19.  STALL_SLOT counts nothing,
 * which no kernel asks at boot.
 */
#include "config.h"
#include "model.h"

static const struct model models[] = {
	/*
	 * No c854188ea010: KVM hands out the hardware's PMUVer and PMCEID1_EL0,
	 * has no entry for PMMIR_EL1, ignores PMCR_EL0.LP and keeps event
	 * counters in 32 bits (4.19.90 on Kunpeng 920 7260Z).
	 */
	[MODEL_BROKEN] = {
		.name = "broken", .pmuver = 6, .pmu = true, .lp = false,
		.pmmir = PMMIR_UNDEF, .stall_slot = true, .chain = true,
	},
	/*
	 * The same, but that it hides STALL_SLOT, so that kernels before 6.7
	 * do not read PMMIR_EL1 there and keep PMUv3p5 (another 4.19.90).
	 */
	[MODEL_BROKEN_NOSTALL] = {
		.name = "broken-nostall", .pmuver = 6, .pmu = true, .lp = false,
		.pmmir = PMMIR_UNDEF, .stall_slot = false, .chain = true,
	},
	/* c854188ea010 (v5.7, 4.19.y, 5.4.y): PMUVer at most PMUv3p1 */
	[MODEL_CAPPED] = {
		.name = "capped", .pmuver = 4, .pmu = true, .lp = false,
		.pmmir = PMMIR_UNDEF, .stall_slot = true, .chain = true,
		.chain_counts = true,
	},
	/*
	 * 46081078feb4 (v5.12): PMUVer at most PMUv3p4, PMMIR_EL1 reads 0,
	 * STALL_SLOT hidden; from v6.3 on PMUv3p5 and LP too, so an override
	 * gets them.
	 */
	[MODEL_EMULATED] = {
		.name = "emulated", .pmuver = 5, .pmu = true, .lp = true,
		.pmmir = PMMIR_ZERO, .stall_slot = false, .chain = true,
		.chain_counts = true,
	},
	/* Hardware, or a hypervisor that does it right */
	[MODEL_NATIVE] = {
		.name = "native", .pmuver = 6, .pmu = true, .lp = true,
		.pmmir = PMMIR_SLOTS, .stall_slot = true, .chain = true,
		.chain_counts = true,
	},
	/* pmu=off */
	[MODEL_NOPMU] = {
		.name = "nopmu", .pmuver = 0, .pmu = false, .lp = false,
		.pmmir = PMMIR_UNDEF,
	},
};

static u32 current_id;
static u32 current_pmuver;

bool model_select(u64 config)
{
	u32 id = CONFIG_MODEL(config);

	if (id >= ARRAY_SIZE(models) || !models[id].name[0])
		return false;
	current_id = id;
	current_pmuver = models[id].pmuver;
	if (CONFIG_HAS_PMUVER(config))
		current_pmuver = CONFIG_PMUVER(config);
	return true;
}

const struct model *model(void)
{
	return &models[current_id];
}

u32 model_pmuver(void)
{
	return current_pmuver;
}

bool model_has_long_counters(void)
{
	return model()->lp && current_pmuver >= PMUVER_V3P5 &&
	       current_pmuver != PMUVER_IMP_DEF;
}
