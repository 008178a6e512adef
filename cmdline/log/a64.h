/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * a64.h - the few A64 instructions that a dump's "Code:" line is read for
 * (Arm ARM C6.2); Xt 31 is XZR
 */
#ifndef A64_H
#define A64_H

#include <stdbool.h>
#include <stdint.h>

/* mrs Xt, PMMIR_EL1 (S3_0_C9_C14_6) */
static inline bool a64_mrs_pmmir(uint32_t insn)
{
	return (insn & 0xffffffe0) == 0xd5389ec0;
}

/* any mrs or msr (register) */
static inline bool a64_sysreg(uint32_t insn)
{
	return (insn & 0xffd00000) == 0xd5100000;
}

/* "x23", or "xzr" */
const char *a64_xname(unsigned int reg);

/* "mrs x23, S3_0_C9_C14_6" for what a64_sysreg() takes; static storage. */
const char *a64_sysreg_text(uint32_t insn);

/*
 * a64_pmuver_register() - which register holds PMUVer at the last of @words,
 * the read of PMMIR_EL1?  Told by the words before it: the compiler's
 * `cmp Xn, #4` of `pmuver >= ID_AA64DFR0_EL1_PMUVer_V3P4` (or #5), or
 * `ubfx Xd, Xn, #8, #4` (ID_AA64DFR0_EL1.PMUVer, Arm ARM D19.2), with nothing
 * behind that may write the register.
 * Return: 0 to 30, or -1 where the words do not tell; *@by is the instruction.
 */
int a64_pmuver_register(const uint32_t *words, const bool *known,
			unsigned int n, uint32_t *by);

/* "cmp x19, #4" and the like for *@by of a64_pmuver_register(). */
const char *a64_pmuver_text(uint32_t by);

#endif
