// SPDX-License-Identifier: GPL-2.0-only
/*
 * undef.c - an injected UNDEF against the CPU's own
 *
 * In every PSTATE that EL1 can have: UDF, which the CPU takes to EL1 itself, and
 * MRS of PMMIR_EL1, which the monitor injects.  Everything that the vector sees
 * is compared.
 *
 * PSTATE.IL is not among the bits: with it set any instruction is an Illegal
 * State exception and neither is decoded.  Nor is SS, which ERET sets only for
 * an external or self-hosted debugger (MDSCR_EL1.SS).
 */
#include "el1.h"

#define SCTLR_SPAN	BIT(23)
#define SCTLR_DSSBS	BIT(44)
#define SCTLR_SPINTMASK	BIT(62)

/* What the exception looked like, ELR as an offset from the instruction */
struct seen {
	u64 vector;
	u64 esr;
	u64 elr;
	u64 spsr;
	u64 far;
	u64 pstate;
};

static struct seen execute(u64 pstate, const u32 *instruction)
{
	struct el1_record *r = el1_record();

	write_sysreg(far_el1, 0x1234567890);
	el1_execute(pstate, instruction, r);
	return (struct seen){
		.vector = r->vector,
		.esr = r->esr,
		.elr = r->elr - (uintptr_t)instruction,
		.spsr = r->spsr,
		.far = r->far,
		.pstate = r->nzcv | r->daif | r->el | r->spsel | r->pan |
			  r->uao | r->dit | r->ssbs | r->tco | r->allint,
	};
}

/* How many ways there are to set the bits of a mask */
static u64 ways(u64 mask)
{
	u64 n = 1;

	for (; mask; mask &= mask - 1)
		n *= 2;
	return n;
}

/* The n-th way to set the bits of a mask */
static u64 bits_of(u64 mask, u64 n)
{
	u64 bits = 0;

	for (u32 i = 0; i < 64; i++) {
		if (!(mask & BIT(i)))
			continue;
		if (n & 1)
			bits |= BIT(i);
		n >>= 1;
	}
	return bits;
}

void el1_main(const u32 *dtb)
{
	u64 pfr1 = read_sysreg(id_aa64pfr1_el1);
	bool nmi = id_field(pfr1, ID_AA64PFR1_NMI);
	bool mte = id_field(pfr1, ID_AA64PFR1_MTE);
	u64 pstates = PSR_NZCV | PSR_DAIF | PSR_BTYPE | PSR_SSBS | PSR_PAN |
		      PSR_UAO | PSR_DIT | BIT(0);
	u64 controls = SCTLR_SPAN | SCTLR_DSSBS;
	u64 sctlr = read_sysreg(sctlr_el1);
	u64 kept = PSR_NZCV | PSR_DIT, lost = 0;
	u64 ones = 0, zeros = 0, combinations = 0, different = 0;
	struct seen diff = { 0 };

	(void)dtb;
	if (mte) {
		pstates |= PSR_TCO;
		el1_record()->has_tco = 1;
	}
	if (nmi) {
		pstates |= PSR_ALLINT;
		controls |= SCTLR_SPINTMASK;
		el1_record()->has_nmi = 1;
	}
	for (u64 c = 0; c < ways(controls); c++) {
		write_sysreg(sctlr_el1, (sctlr & ~controls) |
			     bits_of(controls, c));
		isb();
		for (u64 p = 0; p < ways(pstates); p++) {
			/* EL1t, and bit 0 makes it EL1h */
			u64 pstate = PSR_MODE_EL1t | bits_of(pstates, p);
			struct seen own = execute(pstate, el1_insn_udf);
			struct seen inj = execute(pstate, el1_insn_pmmir);

			combinations++;
			lost |= (inj.pstate ^ pstate) & kept;
			ones |= own.pstate;
			zeros |= ~own.pstate;
			diff.vector |= own.vector ^ inj.vector;
			diff.esr |= own.esr ^ inj.esr;
			diff.elr |= own.elr ^ inj.elr;
			diff.spsr |= own.spsr ^ inj.spsr;
			diff.far |= own.far ^ inj.far;
			diff.pstate |= own.pstate ^ inj.pstate;
			if (own.vector != inj.vector || own.esr != inj.esr ||
			    own.elr != inj.elr || own.spsr != inj.spsr ||
			    own.far != inj.far || own.pstate != inj.pstate)
				different++;
		}
	}
	uart_printf("el1: combinations=%lu different=%lu\n", combinations,
		    different);
	/* What the CPU's own exceptions had both ways: the comparison's reach */
	uart_printf("el1: pstate_both=%lx\n", ones & zeros);
	uart_printf("el1: diff_vector=%lx\n", diff.vector);
	uart_printf("el1: diff_esr=%lx\n", diff.esr);
	uart_printf("el1: diff_elr=%lx\n", diff.elr);
	uart_printf("el1: diff_spsr=%lx\n", diff.spsr);
	uart_printf("el1: diff_far=%lx\n", diff.far);
	uart_printf("el1: diff_pstate=%lx\n", diff.pstate);
	/* AArch64.TakeException() has no line for these. */
	uart_printf("el1: lost_pstate=%lx\n", lost);
}
