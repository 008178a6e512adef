// SPDX-License-Identifier: GPL-2.0-only
/*
 * step.c - a debugger's single step of an instruction that the monitor traps
 *
 * Whoever emulates an instruction also advances the step (SSAdvance()): the Software
 * Step exception comes behind that instruction, not behind the next one.  PSTATE.BTYPE,
 * as a branch to the instruction leaves it, is 0 behind it, too.  NOP shows what the
 * CPU itself does, the two UNDEFs what they are.
 */
#include "el1.h"

#define MDSCR_SS		BIT(0)
#define MDSCR_KDE		BIT(13)

#define PSR_BTYPE_BR		BIT(10)

/* Each with a second one behind it, which must not be reached. */
#define INSTRUCTIONS(X) \
	X("nop", "nop") \
	X("read_id", "mrs x4, id_aa64dfr0_el1") \
	X("read_pmu", "mrs x4, pmcr_el0") \
	X("write_pmu", "msr pmselr_el0, xzr") \
	X("software_increment", "msr pmswinc_el0, xzr") \
	X("udf", "udf #0") \
	X("undef", "mrs x4, S3_0_C9_C14_6")

void el1_main(const u32 *dtb)
{
	struct el1_record *r = el1_record();
	const u32 *instruction;

	(void)dtb;
	/* The OS lock, which a reset sets, keeps debug exceptions away. */
	write_sysreg(oslar_el1, 0);
	write_sysreg(mdscr_el1, MDSCR_SS | MDSCR_KDE);
	isb();
#define X(name, text)							\
	asm("b 2f\n1: " text "\n\tnop\n\tbrk #1\n2: adr %0, 1b"		\
	    : "=r" (instruction));					\
	el1_execute(PSR_MODE_EL1h | PSR_F | PSR_I | PSR_A | PSR_SS |	\
		    PSR_BTYPE_BR, instruction, r);			\
	uart_printf("el1: %s=%lx,%lu,%lx\n", name, r->esr >> 26,	\
		    r->elr - (uintptr_t)instruction,			\
		    (u64)(r->spsr & (PSR_SS | PSR_BTYPE)));
	INSTRUCTIONS(X)
#undef X
	write_sysreg(mdscr_el1, 0);
}
