// SPDX-License-Identifier: GPL-2.0-only
/*
 * ids.c - every register of regs.h that a read of changes nothing in
 *
 * Also runs without the monitor, then at EL2: what differs is the monitor's.
 */
#include "el1.h"
#include "../regs.h"

static void show(const char *name, struct el1_value v)
{
	if (v.undef)
		uart_printf("el1: %s=undef\n", name);
	else
		uart_printf("el1: %s=%lx\n", name, v.value);
}

void el1_main(const u32 *dtb)
{
	(void)dtb;
#define X(name, op0, op1, crn, crm, op2, group, rule, why) \
	show(#name, el1_read(S##op0##_##op1##_C##crn##_C##crm##_##op2));
	HOST_REGS_ID(X)
#undef X
}
