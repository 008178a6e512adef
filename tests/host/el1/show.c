// SPDX-License-Identifier: GPL-2.0-only
/* show.c - what a guest sees of the PMU: one line per fact */
#include "el1.h"

#define PMCR_LC			BIT(6)
#define EVENT_CPU_CYCLES	0x11
#define PATTERN			0xdeadbeef12345678

static void show(const char *key, struct el1_value v, u64 field)
{
	if (v.undef)
		uart_printf("el1: %s=undef:%lx\n", key, v.esr);
	else
		uart_printf("el1: %s=%lx\n", key, field);
}

/* 64, 32, or 0 for something else */
static u32 width(u64 readback)
{
	if (readback == PATTERN)
		return 64;
	return readback == (u32)PATTERN ? 32 : 0;
}

static void show_widths(void)
{
	write_sysreg(pmevcntr0_el0, PATTERN);
	uart_printf("el1: width=%u\n", width(read_sysreg(pmevcntr0_el0)));
	write_sysreg(pmselr_el0, 0);
	isb();
	write_sysreg(pmxevcntr_el0, PATTERN);
	uart_printf("el1: width_selected=%u\n",
		    width(read_sysreg(pmxevcntr_el0)));
	write_sysreg(pmccntr_el0, PATTERN);
	uart_printf("el1: width_cycles=%u\n", width(read_sysreg(pmccntr_el0)));
}

/*
 * Counts cycles on counter 0 from just below 2^32 with LP asked for: does it
 * overflow there, and does it go on in the upper half?
 */
static void show_overflow(void)
{
	u64 start = 0xfffffff0, now = start;

	write_sysreg(pmevtyper0_el0, EVENT_CPU_CYCLES);
	write_sysreg(pmevcntr0_el0, start);
	write_sysreg(pmovsclr_el0, BIT(0));
	write_sysreg(pmcr_el0, PMCR_E | PMCR_LC | PMCR_LP);
	write_sysreg(pmcntenset_el0, BIT(0));
	isb();
	for (u32 i = 0; i < 10000000 && now >= start && now <= 0xffffffff; i++)
		now = read_sysreg(pmevcntr0_el0);
	write_sysreg(pmcntenclr_el0, BIT(0));
	isb();
	uart_printf("el1: overflow32=%lu\n", read_sysreg(pmovsclr_el0) & 1);
	uart_printf("el1: beyond32=%u\n", now > 0xffffffff);
}

void el1_main(const u32 *dtb)
{
	struct el1_value v;

	(void)dtb;
	uart_printf("el1: el=%lu\n", read_sysreg(CurrentEL) >> 2);
	v = el1_read(id_aa64dfr0_el1);
	show("pmuver", v, id_field(v.value, ID_AA64DFR0_PMUVER));
	v = el1_read(id_dfr0_el1);
	show("perfmon", v, id_field(v.value, ID_DFR0_PERFMON));
	v = el1_read(pmceid0_el0);
	show("chain", v, (v.value >> 0x1e) & 1);
	v = el1_read(pmceid1_el0);
	show("stall_slot", v, (v.value >> (0x3f - 0x20)) & 1);
	v = el1_read(S3_0_C9_C14_6);
	show("pmmir", v, v.value);
	v = el1_read(pmcr_el0);
	if (v.undef || !PMCR_N(v.value)) {
		show("pmcr", v, v.value);
		return;
	}
	write_sysreg(pmcr_el0, PMCR_LC | PMCR_LP);
	isb();
	v = el1_read(pmcr_el0);
	show("lp", v, (v.value >> 7) & 1);
	show_widths();
	show_overflow();
}
