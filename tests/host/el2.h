/* SPDX-License-Identifier: GPL-2.0-only */
/* el2.h - EL2 as a kernel at EL1 wants it */
#ifndef HOST_EL2_H
#define HOST_EL2_H

/*
 * el2_init() - prepares this CPU's EL2 (and SCTLR_EL1) for a kernel at EL1
 *
 * Everything that the CPU has is left to EL1, as Linux' Documentation/arch/
 * arm64/booting.rst asks; only the accesses of regs.h and SMC are trapped.
 */
void el2_init(void);

#endif
