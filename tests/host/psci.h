/* SPDX-License-Identifier: GPL-2.0-only */
/* psci.h - the guest's SMCs, and our own */
#ifndef HOST_PSCI_H
#define HOST_PSCI_H

#include "trap.h"

#define PSCI_SYSTEM_OFF		0x84000008

/* EC 0x17: SMC from AArch64 */
enum trap_result psci_trap(struct frame *f);

/* Turns the machine off */
void psci_off(void) __attribute__((noreturn));

#endif
