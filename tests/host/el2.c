// SPDX-License-Identifier: GPL-2.0-only
/*
 * el2.c - EL2 as a kernel at EL1 wants it
 *
 * Documentation/arch/arm64/booting.rst of Linux lists, feature by feature, what
 * whoever owns EL2 must open for a kernel at EL1.  The table is that list: a
 * feature that the ID registers announce adds its bits to a control register.
 * So a newer QEMU, whose -cpu max has more features, needs a row at most.
 */
#include "el2.h"
#include "sysreg.h"
#include "trap.h"

/* ID registers by encoding: older assemblers do not know all names. */
#define EL2_IDS(X) \
	X(PFR0, S3_0_C0_C4_0) \
	X(PFR1, S3_0_C0_C4_1) \
	X(PFR2, S3_0_C0_C4_2) \
	X(SMFR0, S3_0_C0_C4_5) \
	X(DFR0, S3_0_C0_C5_0) \
	X(ISAR1, S3_0_C0_C6_1) \
	X(ISAR2, S3_0_C0_C6_2) \
	X(MMFR0, S3_0_C0_C7_0) \
	X(MMFR1, S3_0_C0_C7_1) \
	X(MMFR3, S3_0_C0_C7_3)

/*
 * Control registers, in the order in which they are written: the bits that do
 * not depend on a feature, and the ID field, and its value, from which on the
 * register is there.
 */
#define EL2_CONTROLS(X) \
	X(HCR, hcr_el2, HCR_BASE, PFR0, 8, 0) \
	X(CPTR, cptr_el2, CPTR_BASE, PFR0, 8, 0) \
	X(MDCR, mdcr_el2, MDCR_TPM, PFR0, 8, 0) \
	X(SCTLR, sctlr_el2, SCTLR_EL2_RES1, PFR0, 8, 0) \
	X(ZCR, S3_4_C1_C2_0, 0, PFR0, 32, 1) \
	X(SMCR, S3_4_C1_C2_6, 0, PFR1, 24, 1) \
	X(HCRX, S3_4_C1_C2_2, 0, MMFR1, 40, 1) \
	X(HFGRTR, S3_4_C1_C1_4, 0, MMFR0, 56, 1) \
	X(HFGWTR, S3_4_C1_C1_5, 0, MMFR0, 56, 1) \
	X(HFGITR, S3_4_C1_C1_6, 0, MMFR0, 56, 1) \
	X(HDFGRTR, S3_4_C3_C1_4, 0, MMFR0, 56, 1) \
	X(HDFGWTR, S3_4_C3_C1_5, 0, MMFR0, 56, 1) \
	X(HAFGRTR, S3_4_C3_C1_6, 0, PFR0, 44, 1) \
	X(HFGRTR2, S3_4_C3_C1_2, 0, MMFR0, 56, 2) \
	X(HFGWTR2, S3_4_C3_C1_3, 0, MMFR0, 56, 2) \
	X(HFGITR2, S3_4_C3_C1_7, 0, MMFR0, 56, 2) \
	X(HDFGRTR2, S3_4_C3_C1_0, 0, MMFR0, 56, 2) \
	X(HDFGWTR2, S3_4_C3_C1_1, 0, MMFR0, 56, 2) \
	X(MPAM2, S3_4_C10_C5_0, 0, PFR0, 40, 1) \
	X(LORC, S3_0_C10_C4_3, 0, MMFR1, 16, 1) \
	X(ICC_SRE, S3_4_C12_C9_5, ICC_SRE_BASE, PFR0, 24, 1) \
	X(ICH_HCR, S3_4_C12_C11_0, 0, PFR0, 24, 1)

/*
 * HCR_EL2: EL1 is AArch64 (RW); ID registers (TID3) and SMC (TSC) are trapped,
 * the one for the models, the other for CPU_ON; HVC is UNDEF (HCD), as if there
 * were no EL2.
 */
#define HCR_TID3		BIT(18)
#define HCR_TSC			BIT(19)
#define HCR_HCD			BIT(29)
#define HCR_RW			BIT(31)
#define HCR_E2H			BIT(34)
#define HCR_BASE		(HCR_RW | HCR_TID3 | HCR_TSC | HCR_HCD)
/* CPTR_EL2 with E2H 0: RES1 bits, among them TSM [12] and TZ [8] */
#define CPTR_BASE		0x33ff
#define CPTR_TZ			BIT(8)
#define CPTR_TSM		BIT(12)
/* MDCR_EL2: PMU registers are trapped */
#define MDCR_TPM		BIT(6)
#define MDCR_HPMD		BIT(17)
#define MDCR_HCCD		BIT(23)
#define SCTLR_EL2_RES1		0x30c50830
#define SCTLR_EL1_RES1		0x30d00800
#define CNTHCTL_EL1PCTEN	BIT(0)
#define CNTHCTL_EL1PCEN		BIT(1)
/* ICC_SRE_EL2: SRE, Enable: ICC_SRE_EL1, and with it the CPU interface */
#define ICC_SRE_BASE		(BIT(0) | BIT(3))

/*
 * feature, ID register, field, from which value on, control register, the bits
 * (set, but CPTR_EL2: cleared), what they let EL1 do
 */
#define EL2_FEATURES(X) \
	X(PAuth, ISAR1, 4, 1, HCR, 3ULL << 40, "APK, API: keys, QARMA5") \
	X(PAuth, ISAR1, 8, 1, HCR, 3ULL << 40, "the same, IMP DEF") \
	X(PACQARMA3, ISAR2, 12, 1, HCR, 3ULL << 40, "the same, QARMA3") \
	X(RASv1p1, PFR0, 28, 2, HCR, BIT(47), "FIEN: fault injection") \
	X(CSV2_2, PFR0, 56, 2, HCR, BIT(53), "EnSCXT: SCXTNUM_EL1") \
	X(CSV2_1p2, PFR1, 32, 2, HCR, BIT(53), "the same") \
	X(MTE2, PFR1, 8, 2, HCR, BIT(56), "ATA: allocation tags") \
	X(SVE, PFR0, 32, 1, CPTR, CPTR_TZ, "SVE") \
	X(SVE, PFR0, 32, 1, ZCR, 0xf, "LEN: the longest vectors") \
	X(SME, PFR1, 24, 1, CPTR, CPTR_TSM, "SME") \
	X(SME, PFR1, 24, 1, SMCR, 0xf, "LEN: the longest vectors") \
	X(SME, PFR1, 24, 1, SCTLR, BIT(60), "EnTP2: TPIDR2_EL0") \
	X(SME_FA64, SMFR0, 60, 8, SMCR, BIT(31), "FA64: all of A64") \
	X(SME2, SMFR0, 56, 1, SMCR, BIT(30), "EZT0: ZT0") \
	X(SPE, DFR0, 32, 1, MDCR, 3ULL << 12, "E2PB: the buffer is EL1's") \
	X(TRBE, DFR0, 44, 1, MDCR, 3ULL << 24, "E2TB: the buffer is EL1's") \
	X(MTPMU, DFR0, 48, 1, MDCR, BIT(28), "MTPME: PMEVTYPER.MT") \
	X(LS64, ISAR1, 60, 1, HCRX, BIT(1), "EnALS") \
	X(LS64_V, ISAR1, 60, 2, HCRX, BIT(2), "EnASR") \
	X(LS64_ACCDATA, ISAR1, 60, 3, HCRX, BIT(0), "EnAS0") \
	X(MOPS, ISAR2, 16, 1, HCRX, BIT(11), "MSCEn: CPY, SET") \
	X(TCR2, MMFR3, 0, 1, HCRX, BIT(14), "TCR2En") \
	X(SCTLR2, MMFR3, 4, 1, HCRX, BIT(15), "SCTLR2En") \
	X(D128, MMFR3, 32, 1, HCRX, BIT(17), "D128En") \
	X(SYSREG128, ISAR2, 32, 1, HCRX, BIT(21), "EnIDCP128") \
	X(GCS, PFR1, 44, 1, HCRX, BIT(22), "GCSEn") \
	X(FPMR, PFR2, 32, 1, HCRX, BIT(23), "EnFPM") \
	X(LS64_ACCDATA, ISAR1, 60, 3, HFGRTR, BIT(50), "nACCDATA_EL1") \
	X(LS64_ACCDATA, ISAR1, 60, 3, HFGWTR, BIT(50), "nACCDATA_EL1") \
	X(GCS, PFR1, 44, 1, HFGRTR, 3ULL << 52, "nGCS_EL0, nGCS_EL1") \
	X(GCS, PFR1, 44, 1, HFGWTR, 3ULL << 52, "nGCS_EL0, nGCS_EL1") \
	X(GCS, PFR1, 44, 1, HFGITR, 7ULL << 57, "nGCSPUSHM, STR, EPP") \
	X(SME, PFR1, 24, 1, HFGRTR, 3ULL << 54, "nSMPRI, nTPIDR2_EL0") \
	X(SME, PFR1, 24, 1, HFGWTR, 3ULL << 54, "nSMPRI, nTPIDR2_EL0") \
	X(THE, PFR1, 48, 1, HFGRTR, BIT(56), "nRCWMASK_EL1") \
	X(THE, PFR1, 48, 1, HFGWTR, BIT(56), "nRCWMASK_EL1") \
	X(S1PIE, MMFR3, 8, 1, HFGRTR, 3ULL << 57, "nPIRE0_EL1, nPIR_EL1") \
	X(S1PIE, MMFR3, 8, 1, HFGWTR, 3ULL << 57, "nPIRE0_EL1, nPIR_EL1") \
	X(S1POE, MMFR3, 16, 1, HFGRTR, 3ULL << 59, "nPOR_EL0, nPOR_EL1") \
	X(S1POE, MMFR3, 16, 1, HFGWTR, 3ULL << 59, "nPOR_EL0, nPOR_EL1") \
	X(S2POE, MMFR3, 20, 1, HFGRTR, BIT(61), "nS2POR_EL1") \
	X(S2POE, MMFR3, 20, 1, HFGWTR, BIT(61), "nS2POR_EL1") \
	X(AIE, MMFR3, 24, 1, HFGRTR, 3ULL << 62, "nMAIR2, nAMAIR2_EL1") \
	X(AIE, MMFR3, 24, 1, HFGWTR, 3ULL << 62, "nMAIR2, nAMAIR2_EL1") \
	X(BRBE, DFR0, 52, 1, HFGITR, 3ULL << 55, "nBRBINJ, nBRBIALL") \
	X(BRBE, DFR0, 52, 1, HDFGRTR, 7ULL << 59, "nBRBIDR, CTL, DATA") \
	X(BRBE, DFR0, 52, 1, HDFGWTR, 3ULL << 60, "nBRBCTL, nBRBDATA") \
	X(SPEv1p2, DFR0, 32, 3, HDFGRTR, BIT(62), "nPMSNEVFR_EL1") \
	X(SPEv1p2, DFR0, 32, 3, HDFGWTR, BIT(62), "nPMSNEVFR_EL1") \
	X(FGT2, MMFR0, 56, 2, HFGRTR2, 7, "nPFAR, nERXGSR, nRCWSMASK") \
	X(FGT2, MMFR0, 56, 2, HFGWTR2, 7, "nPFAR, nERXGSR, nRCWSMASK") \
	X(FGT2, MMFR0, 56, 2, HFGITR2, BIT(1), "nDCCIVAPS") \
	X(FGT2, MMFR0, 56, 2, HDFGRTR2, 0x1ffffff, "all are negative") \
	X(FGT2, MMFR0, 56, 2, HDFGWTR2, 0x1ffffff, "all are negative")

enum el2_id {
#define X(id, reg) ID_##id,
	EL2_IDS(X)
#undef X
	ID_COUNT
};

enum el2_control {
#define X(control, reg, base, id, field, min) CONTROL_##control,
	EL2_CONTROLS(X)
#undef X
	CONTROL_COUNT
};

/* "This field of this ID register is at least this" */
struct el2_has {
	u8 id;
	u8 field;
	u8 min;
};

static const struct {
	struct el2_has has;
	u8 control;
	u64 bits;
} features[] = {
#define X(feature, id, field, min, control, bits, why) \
	{ { ID_##id, field, min }, CONTROL_##control, bits },
	EL2_FEATURES(X)
#undef X
};

static const struct {
	struct el2_has has;
	u64 base;
} controls[] = {
#define X(control, reg, base, id, field, min) \
	{ { ID_##id, field, min }, base },
	EL2_CONTROLS(X)
#undef X
};

/* 0xf is "not implemented" in the signed fields among them. */
static bool cpu_has(const u64 *ids, const struct el2_has *has)
{
	u32 field = id_field(ids[has->id], has->field);

	return field >= has->min && field != 0xf;
}

/* Counting stops at EL2, so the monitor is not in the guest's counts. */
static u64 el2_mdcr_pmu(u64 dfr0)
{
	u32 pmuver = id_field(dfr0, ID_AA64DFR0_PMUVER);
	u64 mdcr;

	if (pmuver == PMUVER_NONE || pmuver == PMUVER_IMP_DEF)
		return 0;
	/* HPMN: below PMCR_EL0.N the last counters would be EL2's own. */
	mdcr = PMCR_N(read_sysreg(pmcr_el0));
	if (pmuver >= PMUVER_V3P1)
		mdcr |= MDCR_HPMD;
	if (pmuver >= PMUVER_V3P5)
		mdcr |= MDCR_HCCD;
	return mdcr;
}

void el2_init(void)
{
	u64 ids[ID_COUNT];
	u64 value[CONTROL_COUNT];
	bool present[CONTROL_COUNT];

#define X(id, reg) ids[ID_##id] = read_sysreg(reg);
	EL2_IDS(X)
#undef X
	for (u32 i = 0; i < CONTROL_COUNT; i++) {
		value[i] = controls[i].base;
		present[i] = cpu_has(ids, &controls[i].has);
	}
	/* FEAT_AMUv1 is older than FEAT_FGT; the register needs both. */
	present[CONTROL_HAFGRTR] &= present[CONTROL_HFGRTR];

	for (u32 i = 0; i < ARRAY_SIZE(features); i++) {
		u32 c = features[i].control;

		if (!cpu_has(ids, &features[i].has))
			continue;
		/* CPTR_EL2's bits trap when set, all others' when clear. */
		if (c == CONTROL_CPTR)
			value[c] &= ~features[i].bits;
		else
			value[c] |= features[i].bits;
	}
	value[CONTROL_MDCR] |= el2_mdcr_pmu(ids[ID_DFR0]);

	/* CPTR_EL2 opens ZCR_EL2 and SMCR_EL2, but only after an ISB. */
#define X(control, reg, base, id, field, min)				\
	if (present[CONTROL_##control]) {				\
		write_sysreg(reg, value[CONTROL_##control]);		\
		isb();							\
	}
	EL2_CONTROLS(X)
#undef X
	if (read_sysreg(hcr_el2) & HCR_E2H)
		trap_stop("this CPU has no HCR_EL2.E2H = 0 (FEAT_E2H0)\n");

	write_sysreg(vttbr_el2, 0);
	write_sysreg(hstr_el2, 0);
	write_sysreg(vpidr_el2, read_sysreg(midr_el1));
	write_sysreg(vmpidr_el2, read_sysreg(mpidr_el1));
	write_sysreg(cnthctl_el2, CNTHCTL_EL1PCTEN | CNTHCTL_EL1PCEN);
	write_sysreg(cntvoff_el2, 0);
	/* UNKNOWN after a reset into EL2; MMU and caches off, little endian */
	write_sysreg(sctlr_el1, SCTLR_EL1_RES1);
	isb();
}
