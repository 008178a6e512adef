// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest.c - what a guest may rely on: its registers, its CPUs, its device tree
 */
#include "el1.h"

#define VIRT_RAM_BASE		0x40000000
#define PSCI_ALREADY_ON		((u64)-4)
#define PSCI_INVALID_PARAMETERS	((u64)-2)
#define PSCI_NOT_SUPPORTED	((u64)-1)
#define AFFINITY_OFF		1

/* What a CPU found when it started; written with caches off */
static volatile struct {
	u64 runs;
	u64 context;
	u64 el;
	u64 mpidr;
	u64 pmuver;
	u64 pmmir_esr;
} found[EL1_CPUS];

/* One trapped instruction each, and the registers it may change */
#define INSTRUCTIONS(X) \
	X("read", "mrs x5, id_aa64dfr0_el1", BIT(5)) \
	X("read_xzr", "mrs xzr, id_aa64dfr0_el1", 0) \
	X("read_x30", "mrs x30, id_aa64dfr0_el1", BIT(30)) \
	X("read_pmu", "mrs x0, pmcr_el0", BIT(0)) \
	X("write_pmu", "msr pmselr_el0, xzr", 0) \
	X("undef", "mrs x7, S3_0_C9_C14_6", 0) \
	X("smc", "smc #0", BIT(0))

static void show_registers(void)
{
	const u32 *instruction;

#define X(name, text, may)						\
	asm("b 2f\n1: " text "\n2: adr %0, 1b" : "=r" (instruction));	\
	uart_printf("el1: kept_%s=%s\n", name,				\
		    el1_registers(instruction) & ~(may) ? "no" : "yes");
	INSTRUCTIONS(X)
#undef X
}

/* A CPU stays on until its run, the n-th, is released. */
static volatile u64 released;

void el1_cpu_main(u64 cpu)
{
	struct el1_value v = el1_read(S3_0_C9_C14_6);

	found[cpu].context = cpu;
	found[cpu].el = read_sysreg(CurrentEL) >> 2;
	found[cpu].mpidr = read_sysreg(mpidr_el1) & 0xff00ffffff;
	found[cpu].pmuver = id_field(read_sysreg(id_aa64dfr0_el1),
				     ID_AA64DFR0_PMUVER);
	found[cpu].pmmir_esr = v.esr;
	dsb();
	while (released <= found[cpu].runs)
		asm volatile("yield");
	found[cpu].runs++;
}

/* Until the CPU has run @runs times and is off: PSCI says when. */
static bool wait_for(u64 cpu, u64 runs)
{
	for (u32 i = 0; i < 100000000; i++) {
		if (found[cpu].runs == runs &&
		    el1_smc(PSCI_AFFINITY_INFO, el1_mpidr(cpu), 0, 0) ==
		    AFFINITY_OFF)
			return true;
	}
	return false;
}

/* All other CPUs, on and off, twice: the second time is hotplug. */
static void show_cpus(void)
{
	u64 cpus = 1, good = 0, late = 0;

	for (u64 runs = 1; runs <= 2; runs++) {
		for (u64 cpu = 1; cpu < EL1_CPUS; cpu++) {
			if (el1_cpu_on(cpu) != 0)
				break;
			cpus += runs == 1;
			/* Too late, and may not change where the first one goes. */
			late += el1_smc(PSCI_CPU_ON, el1_mpidr(cpu), 0, 0) == 0;
		}
		released = runs;
		for (u64 cpu = 1; cpu < cpus; cpu++) {
			if (wait_for(cpu, runs) && found[cpu].context == cpu &&
			    found[cpu].el == 1 &&
			    found[cpu].mpidr == el1_mpidr(cpu) &&
			    found[cpu].pmuver == found[1].pmuver &&
			    found[cpu].pmmir_esr == found[1].pmmir_esr)
				good++;
		}
	}
	uart_printf("el1: cpus=%lu good_starts=%lu late_starts=%lu\n", cpus,
		    good, late);
	uart_printf("el1: cpu1_pmuver=%lu cpu1_pmmir_esr=%lx\n",
		    found[1].pmuver, found[1].pmmir_esr);
}

static void show_psci(void)
{
	u64 on_self = el1_cpu_on(0);
	u64 on_none = el1_smc(PSCI_CPU_ON, 0xff00000000, 0, 0);
	u64 suspend = el1_smc(PSCI_SYSTEM_SUSPEND, 0, 0, 0);

	uart_printf("el1: on_self=%s\n",
		    on_self == PSCI_ALREADY_ON ? "already-on" : "other");
	uart_printf("el1: on_none=%s\n",
		    on_none == PSCI_INVALID_PARAMETERS ? "invalid" : "other");
	uart_printf("el1: system_suspend=%s\n",
		    suspend == PSCI_NOT_SUPPORTED ? "not-supported" : "other");
}

/* As little of a device tree as two facts need: its words, its strings */
static void show_tree(const u32 *dtb)
{
	u32 words = __builtin_bswap32(dtb[1]) / 4;
	const char *pmu = "arm,armv8-pmuv3";
	u32 nodes = 0;

	for (u32 i = 0; i + 3 < words; i++) {
		const char *s = (const char *)&dtb[i];
		u32 n = 0;

		if (!dtb[i] && dtb[i + 1] == __builtin_bswap32(VIRT_RAM_BASE) &&
		    !dtb[i + 2])
			uart_printf("el1: memory=%lx\n",
				    (u64)__builtin_bswap32(dtb[i + 3]));
		while (pmu[n] && s[n] == pmu[n])
			n++;
		nodes += !pmu[n];
	}
	uart_printf("el1: pmu_nodes=%u\n", nodes);
}

void el1_main(const u32 *dtb)
{
	uart_printf("el1: el=%lu\n", read_sysreg(CurrentEL) >> 2);
	show_registers();
	show_cpus();
	show_psci();
	show_tree(dtb);
}
