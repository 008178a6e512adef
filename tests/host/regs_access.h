/* SPDX-License-Identifier: GPL-2.0-only */
/* regs_access.h - trapped system register accesses, by the table of regs.h */
#ifndef HOST_REGS_ACCESS_H
#define HOST_REGS_ACCESS_H

#include "trap.h"

/* EC 0x18: MSR, MRS */
enum trap_result regs_trap(struct frame *f);

#endif
