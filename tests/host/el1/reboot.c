// SPDX-License-Identifier: GPL-2.0-only
/*
 * reboot.c - reads PMMIR_EL1 three times and reboots, then once and powers off
 *
 * Which time it is, is told by a word of RAM, which a reset leaves alone.
 */
#include "el1.h"

#define MARK_ADDRESS		0x44000000
#define MARK			0x6e6f706d6d697221

static struct el1_value pmmir(void)
{
	return el1_read(S3_0_C9_C14_6);
}

void el1_main(const u32 *dtb)
{
	volatile u64 *mark = (volatile u64 *)MARK_ADDRESS;

	(void)dtb;
	if (*mark == MARK) {
		uart_printf("el1: boot=2 undef=%u\n", pmmir().undef);
		return;
	}
	*mark = MARK;
	dsb();
	uart_printf("el1: boot=1 undef=%u\n", pmmir().undef);
	pmmir();
	pmmir();
	el1_reset();
}
