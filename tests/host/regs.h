/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * regs.h - every system register whose access the monitor traps
 *
 * HOST_REGS(X) calls X once per register with
 *
 *	name		the Arm ARM's (DDI 0487)
 *	op0, op1, crn, crm, op2		its encoding
 *	group		what traps it, and which counter counts it:
 *			ID	HCR_EL2.TID3
 *			PMU	MDCR_EL2.TPM
 *	rule		what the model changes (enum reg_rule in regs.c); PASS:
 *			nothing, the trap is a by-product of the group's bit
 *	why		the reason of the row
 *
 * stubs.S makes of each row the two instructions that do the access at EL2,
 * regs.c the table that finds them.  A register that is not here is an unknown
 * access: it is reported and the machine stops.
 */
#ifndef HOST_REGS_H
#define HOST_REGS_H

#define ID_PASS(X, name, crm, op2) \
	X(name, 3, 0, 0, crm, op2, ID, PASS, "TID3 traps its group")
#define ID_RESERVED(X, crm, op2) \
	X(RES_C0_C##crm##_##op2, 3, 0, 0, crm, op2, ID, PASS, \
	  "reserved, RAZ; TID3 traps its group and kernels read ahead")

/* Arm ARM D24.2, HCR_EL2.TID3: Op0 3, Op1 0, CRn 0, CRm 1-7, Op2 0-7 */
#define HOST_REGS_ID(X) \
	ID_PASS(X, ID_PFR0_EL1, 1, 0) \
	ID_PASS(X, ID_PFR1_EL1, 1, 1) \
	X(ID_DFR0_EL1, 3, 0, 0, 1, 2, ID, ID_DFR0, \
	  "PerfMon says the same as PMUVer") \
	ID_PASS(X, ID_AFR0_EL1, 1, 3) \
	ID_PASS(X, ID_MMFR0_EL1, 1, 4) \
	ID_PASS(X, ID_MMFR1_EL1, 1, 5) \
	ID_PASS(X, ID_MMFR2_EL1, 1, 6) \
	ID_PASS(X, ID_MMFR3_EL1, 1, 7) \
	ID_PASS(X, ID_ISAR0_EL1, 2, 0) \
	ID_PASS(X, ID_ISAR1_EL1, 2, 1) \
	ID_PASS(X, ID_ISAR2_EL1, 2, 2) \
	ID_PASS(X, ID_ISAR3_EL1, 2, 3) \
	ID_PASS(X, ID_ISAR4_EL1, 2, 4) \
	ID_PASS(X, ID_ISAR5_EL1, 2, 5) \
	ID_PASS(X, ID_MMFR4_EL1, 2, 6) \
	ID_PASS(X, ID_ISAR6_EL1, 2, 7) \
	ID_PASS(X, MVFR0_EL1, 3, 0) \
	ID_PASS(X, MVFR1_EL1, 3, 1) \
	ID_PASS(X, MVFR2_EL1, 3, 2) \
	ID_RESERVED(X, 3, 3) \
	ID_PASS(X, ID_PFR2_EL1, 3, 4) \
	ID_PASS(X, ID_DFR1_EL1, 3, 5) \
	ID_PASS(X, ID_MMFR5_EL1, 3, 6) \
	ID_RESERVED(X, 3, 7) \
	ID_PASS(X, ID_AA64PFR0_EL1, 4, 0) \
	ID_PASS(X, ID_AA64PFR1_EL1, 4, 1) \
	ID_PASS(X, ID_AA64PFR2_EL1, 4, 2) \
	ID_RESERVED(X, 4, 3) \
	ID_PASS(X, ID_AA64ZFR0_EL1, 4, 4) \
	ID_PASS(X, ID_AA64SMFR0_EL1, 4, 5) \
	ID_RESERVED(X, 4, 6) \
	ID_PASS(X, ID_AA64FPFR0_EL1, 4, 7) \
	X(ID_AA64DFR0_EL1, 3, 0, 0, 5, 0, ID, ID_AA64DFR0, \
	  "PMUVer is what the models are about") \
	ID_PASS(X, ID_AA64DFR1_EL1, 5, 1) \
	ID_PASS(X, ID_AA64DFR2_EL1, 5, 2) \
	ID_RESERVED(X, 5, 3) \
	ID_PASS(X, ID_AA64AFR0_EL1, 5, 4) \
	ID_PASS(X, ID_AA64AFR1_EL1, 5, 5) \
	ID_RESERVED(X, 5, 6) \
	ID_RESERVED(X, 5, 7) \
	ID_PASS(X, ID_AA64ISAR0_EL1, 6, 0) \
	ID_PASS(X, ID_AA64ISAR1_EL1, 6, 1) \
	ID_PASS(X, ID_AA64ISAR2_EL1, 6, 2) \
	ID_PASS(X, ID_AA64ISAR3_EL1, 6, 3) \
	ID_RESERVED(X, 6, 4) \
	ID_RESERVED(X, 6, 5) \
	ID_RESERVED(X, 6, 6) \
	ID_RESERVED(X, 6, 7) \
	ID_PASS(X, ID_AA64MMFR0_EL1, 7, 0) \
	ID_PASS(X, ID_AA64MMFR1_EL1, 7, 1) \
	ID_PASS(X, ID_AA64MMFR2_EL1, 7, 2) \
	ID_PASS(X, ID_AA64MMFR3_EL1, 7, 3) \
	ID_PASS(X, ID_AA64MMFR4_EL1, 7, 4) \
	ID_RESERVED(X, 7, 5) \
	ID_RESERVED(X, 7, 6) \
	ID_RESERVED(X, 7, 7)

#define PMU_PASS(X, name, crm, op2) \
	X(name, 3, 3, 9, crm, op2, PMU, PASS, "TPM traps every PMU register")
#define PMU_PASS_EL1(X, name, crm, op2) \
	X(name, 3, 0, 9, crm, op2, PMU, PASS, "TPM traps every PMU register")
#define PMU_CNTR(X, n, crm, op2) \
	X(PMEVCNTR##n##_EL0, 3, 3, 14, crm, op2, PMU, EVCNTR, \
	  "32 bits wide where the model has no FEAT_PMUv3p5")
#define PMU_TYPER(X, n, crm, op2) \
	X(PMEVTYPER##n##_EL0, 3, 3, 14, crm, op2, PMU, PASS, \
	  "TPM traps every PMU register")

/* The tests build a monitor that does not know one register. */
#ifdef HOST_IGNORANT
#define PMU_PMSWINC(X)
#else
#define PMU_PMSWINC(X) \
	X(PMSWINC_EL0, 3, 3, 9, 12, 4, PMU, PMSWINC, \
	  "at EL2 it would be filtered as EL2's")
#endif

/* Arm ARM D24.5, Performance Monitors registers, as of FEAT_PMUv3p5 */
#define HOST_REGS_PMU(X) \
	X(PMCR_EL0, 3, 3, 9, 12, 0, PMU, PMCR, \
	  "LP is ignored where the model has no FEAT_PMUv3p5") \
	PMU_PASS(X, PMCNTENSET_EL0, 12, 1) \
	PMU_PASS(X, PMCNTENCLR_EL0, 12, 2) \
	PMU_PASS(X, PMOVSCLR_EL0, 12, 3) \
	PMU_PMSWINC(X) \
	PMU_PASS(X, PMSELR_EL0, 12, 5) \
	X(PMCEID0_EL0, 3, 3, 9, 12, 6, PMU, PMCEID0, \
	  "CHAIN, event 0x1E, is the hardware's to show") \
	X(PMCEID1_EL0, 3, 3, 9, 12, 7, PMU, PMCEID1, \
	  "STALL_SLOT, event 0x3F, decides whether kernels read PMMIR_EL1") \
	PMU_PASS(X, PMCCNTR_EL0, 13, 0) \
	PMU_PASS(X, PMXEVTYPER_EL0, 13, 1) \
	X(PMXEVCNTR_EL0, 3, 3, 9, 13, 2, PMU, EVCNTR, \
	  "the selected PMEVCNTR<n>_EL0, and as wide") \
	PMU_PASS(X, PMUSERENR_EL0, 14, 0) \
	PMU_PASS_EL1(X, PMINTENSET_EL1, 14, 1) \
	PMU_PASS_EL1(X, PMINTENCLR_EL1, 14, 2) \
	PMU_PASS(X, PMOVSSET_EL0, 14, 3) \
	X(PMMIR_EL1, 3, 0, 9, 14, 6, PMU, PMMIR, \
	  "what this project is about") \
	PMU_CNTR(X, 0, 8, 0) PMU_CNTR(X, 1, 8, 1) \
	PMU_CNTR(X, 2, 8, 2) PMU_CNTR(X, 3, 8, 3) \
	PMU_CNTR(X, 4, 8, 4) PMU_CNTR(X, 5, 8, 5) \
	PMU_CNTR(X, 6, 8, 6) PMU_CNTR(X, 7, 8, 7) \
	PMU_CNTR(X, 8, 9, 0) PMU_CNTR(X, 9, 9, 1) \
	PMU_CNTR(X, 10, 9, 2) PMU_CNTR(X, 11, 9, 3) \
	PMU_CNTR(X, 12, 9, 4) PMU_CNTR(X, 13, 9, 5) \
	PMU_CNTR(X, 14, 9, 6) PMU_CNTR(X, 15, 9, 7) \
	PMU_CNTR(X, 16, 10, 0) PMU_CNTR(X, 17, 10, 1) \
	PMU_CNTR(X, 18, 10, 2) PMU_CNTR(X, 19, 10, 3) \
	PMU_CNTR(X, 20, 10, 4) PMU_CNTR(X, 21, 10, 5) \
	PMU_CNTR(X, 22, 10, 6) PMU_CNTR(X, 23, 10, 7) \
	PMU_CNTR(X, 24, 11, 0) PMU_CNTR(X, 25, 11, 1) \
	PMU_CNTR(X, 26, 11, 2) PMU_CNTR(X, 27, 11, 3) \
	PMU_CNTR(X, 28, 11, 4) PMU_CNTR(X, 29, 11, 5) \
	PMU_CNTR(X, 30, 11, 6) \
	PMU_TYPER(X, 0, 12, 0) PMU_TYPER(X, 1, 12, 1) \
	PMU_TYPER(X, 2, 12, 2) PMU_TYPER(X, 3, 12, 3) \
	PMU_TYPER(X, 4, 12, 4) PMU_TYPER(X, 5, 12, 5) \
	PMU_TYPER(X, 6, 12, 6) PMU_TYPER(X, 7, 12, 7) \
	PMU_TYPER(X, 8, 13, 0) PMU_TYPER(X, 9, 13, 1) \
	PMU_TYPER(X, 10, 13, 2) PMU_TYPER(X, 11, 13, 3) \
	PMU_TYPER(X, 12, 13, 4) PMU_TYPER(X, 13, 13, 5) \
	PMU_TYPER(X, 14, 13, 6) PMU_TYPER(X, 15, 13, 7) \
	PMU_TYPER(X, 16, 14, 0) PMU_TYPER(X, 17, 14, 1) \
	PMU_TYPER(X, 18, 14, 2) PMU_TYPER(X, 19, 14, 3) \
	PMU_TYPER(X, 20, 14, 4) PMU_TYPER(X, 21, 14, 5) \
	PMU_TYPER(X, 22, 14, 6) PMU_TYPER(X, 23, 14, 7) \
	PMU_TYPER(X, 24, 15, 0) PMU_TYPER(X, 25, 15, 1) \
	PMU_TYPER(X, 26, 15, 2) PMU_TYPER(X, 27, 15, 3) \
	PMU_TYPER(X, 28, 15, 4) PMU_TYPER(X, 29, 15, 5) \
	PMU_TYPER(X, 30, 15, 6) \
	X(PMCCFILTR_EL0, 3, 3, 14, 15, 7, PMU, PASS, \
	  "TPM traps every PMU register")

#define HOST_REGS(X) HOST_REGS_PMU(X) HOST_REGS_ID(X)

#endif
