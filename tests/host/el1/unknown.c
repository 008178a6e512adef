// SPDX-License-Identifier: GPL-2.0-only
/* unknown.c - a write of PMSWINC_EL0; the monitor may not know it */
#include "el1.h"

void el1_main(const u32 *dtb)
{
	(void)dtb;
	asm volatile("mov x9, xzr\n\tmsr pmswinc_el0, x9" : : : "x9");
	uart_printf("el1: went-on\n");
}
