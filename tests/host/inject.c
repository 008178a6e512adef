// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject.c - the PSTATE after a trapped instruction
 *
 * The CPU did these steps for the exception to EL2.  For the guest they must be
 * as if it had never left EL1: what follows is the Arm ARM's pseudocode (J1.1),
 * line by line, with EL1 as the target.
 */
#include "cpu.h"
#include "inject.h"

/* Vector offsets from VBAR_ELx, Arm ARM D1.3.1 */
#define VECTOR_SYNC_EL1t	0x000
#define VECTOR_SYNC_EL1h	0x200
#define VECTOR_SYNC_EL0_64	0x400

#define SCTLR_EL1_SPAN		BIT(23)
#define SCTLR_EL1_DSSBS		BIT(44)
#define SCTLR_EL1_SPINTMASK	BIT(62)
#define GCSCR_EL1_EXLOCKEN	BIT(6)
/* GCSCR_EL1 is S3_0_C2_C5_0 to older assemblers. */

void inject_skip(struct frame *f)
{
	f->elr += 4;
	/* SSAdvance(), and BTypeNext is 0 after MRS, MSR and SMC */
	f->spsr &= ~(PSR_SS | PSR_BTYPE);
}

static u64 vector_offset(u64 spsr)
{
	switch (spsr & PSR_MODE_MASK) {
	case PSR_MODE_EL0t:
		return VECTOR_SYNC_EL0_64;
	case PSR_MODE_EL1t:
		return VECTOR_SYNC_EL1t;
	default:
		return VECTOR_SYNC_EL1h;
	}
}

/*
 * PSTATE at the vector, AArch64.TakeException().  NZCV and DIT have no line
 * there: they stay.  SS, IL and BTYPE are 0.
 */
static u64 vector_pstate(u64 spsr)
{
	u64 pfr1 = read_sysreg(id_aa64pfr1_el1);
	u64 sctlr = read_sysreg(sctlr_el1);
	bool from_el1 = (spsr & PSR_MODE_MASK) != PSR_MODE_EL0t;
	u64 pstate = PSR_MODE_EL1h | PSR_DAIF;

	pstate |= spsr & PSR_NZCV;
	pstate |= spsr & PSR_DIT;

	if (id_field(read_sysreg(id_aa64mmfr1_el1), ID_AA64MMFR1_PAN)) {
		pstate |= spsr & PSR_PAN;
		if (!(sctlr & SCTLR_EL1_SPAN))
			pstate |= PSR_PAN;
	}
	/* PSTATE.UAO = '0' */
	if (id_field(pfr1, ID_AA64PFR1_MTE))
		pstate |= PSR_TCO;
	if (id_field(pfr1, ID_AA64PFR1_SSBS) && sctlr & SCTLR_EL1_DSSBS)
		pstate |= PSR_SSBS;
	if (id_field(pfr1, ID_AA64PFR1_NMI) && !(sctlr & SCTLR_EL1_SPINTMASK))
		pstate |= PSR_ALLINT;
	if (id_field(pfr1, ID_AA64PFR1_GCS) && from_el1 &&
	    read_sysreg(S3_0_C2_C5_0) & GCSCR_EL1_EXLOCKEN)
		pstate |= PSR_EXLOCK;
	return pstate;
}

void inject_undef(struct frame *f)
{
	u64 offset = vector_offset(f->spsr);

	/* AArch64.ReportException(): EC 0, IL 1, ISS 0 */
	write_sysreg(esr_el1, (u64)ESR_EC_UNKNOWN << 26 | ESR_IL);
	write_sysreg(elr_el1, f->elr);
	write_sysreg(spsr_el1, f->spsr);
	f->elr = read_sysreg(vbar_el1) + offset;
	f->spsr = vector_pstate(f->spsr);
	cpus[cpu_self()].undef++;
}
