/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stubs.S - one access at EL2 per register of regs.h and direction
 *
 * MRS and MSR have the register in their encoding, so an access chosen at run
 * time needs either generated code or all of them: these are all of them.
 *
 * struct reg_value stub(u64 value, u64 fault): returns the value read (or the
 * one written) in x0 and, as the caller passes 0, fault 0 in x1.  A stub that
 * faults returns from sync_current in start.S, with fault 1.  REG_STUB_SIZE
 * bytes per row, in the order of regs.h.
 */
#include "regs.h"

	.section .text.stubs, "ax"
	.balign	16
	.globl	stubs
stubs:
#define X(name, op0, op1, crn, crm, op2, group, rule, why) \
	mrs	x0, S##op0##_##op1##_C##crn##_C##crm##_##op2; \
	ret; \
	msr	S##op0##_##op1##_C##crn##_C##crm##_##op2, x0; \
	ret;
	HOST_REGS(X)
#undef X
	.globl	stubs_end
stubs_end:

	.section .note.GNU-stack, "", %progbits
