// SPDX-License-Identifier: GPL-2.0-only
/* el1.c - what the bare test programs of this folder are made of */
#include "el1.h"

struct el1_record el1_records[EL1_CPUS];

#define SAME_OFFSET(field, offset) \
	_Static_assert(offsetof(struct el1_record, field) == (offset), #field)
SAME_OFFSET(x1, RECORD_X1);
SAME_OFFSET(resume, RECORD_RESUME);
SAME_OFFSET(count, RECORD_COUNT);
SAME_OFFSET(vector, RECORD_VECTOR);
SAME_OFFSET(esr, RECORD_ESR);
SAME_OFFSET(elr, RECORD_ELR);
SAME_OFFSET(spsr, RECORD_SPSR);
SAME_OFFSET(far, RECORD_FAR);
SAME_OFFSET(nzcv, RECORD_NZCV);
SAME_OFFSET(tco, RECORD_TCO);
SAME_OFFSET(allint, RECORD_ALLINT);
SAME_OFFSET(has_nmi, RECORD_HAS_NMI);
SAME_OFFSET(has_tco, RECORD_HAS_TCO);
_Static_assert(sizeof(struct el1_record) == RECORD_SIZE, "RECORD_SIZE");

/* start.S */
extern const char el1_secondary[];

/* Programs with one CPU have none. */
__attribute__((weak)) void el1_cpu_main(u64 cpu)
{
	(void)cpu;
}

struct el1_record *el1_record(void)
{
	return (struct el1_record *)read_sysreg(tpidr_el1);
}

u64 el1_smc(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;
	register u64 x3 asm("x3") = arg3;

	asm volatile("smc #0" : "+r" (x0), "+r" (x1), "+r" (x2), "+r" (x3)
		     : : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
		     "x12", "x13", "x14", "x15", "x16", "x17", "memory");
	return x0;
}

/* QEMU's virt machine with a GICv3: 16 CPUs in a cluster, all of EL1_CPUS */
u64 el1_mpidr(u64 cpu)
{
	return cpu;
}

u64 el1_cpu_on(u64 cpu)
{
	return el1_smc(PSCI_CPU_ON, el1_mpidr(cpu), (uintptr_t)el1_secondary,
		       cpu);
}

void el1_cpu_off(void)
{
	el1_smc(PSCI_CPU_OFF, 0, 0, 0);
}

void el1_off(void)
{
	el1_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
}

void el1_reset(void)
{
	el1_smc(PSCI_SYSTEM_RESET, 0, 0, 0);
}
