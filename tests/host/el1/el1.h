/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * el1.h - what the bare test programs of this folder are made of
 *
 * A program is one file with el1_main().  It runs at EL1 under the monitor, with
 * the MMU off, prints lines "el1: key=value ..." and powers off.
 */
#ifndef HOST_EL1_H
#define HOST_EL1_H

#include "el1_offsets.h"
#include "../sysreg.h"
#include "../uart.h"

/* The last exception of a CPU, and the PSTATE at its vector */
struct el1_record {
	u64 x1;		/* saved by the vector */
	u64 resume;	/* where to go on, 0: after the instruction */
	u64 count;	/* exceptions so far */
	u64 vector;	/* 0 to 15: offset from VBAR_EL1 / 0x80 */
	u64 esr;
	u64 elr;
	u64 spsr;
	u64 far;
	u64 nzcv;
	u64 daif;
	u64 el;
	u64 spsel;
	u64 pan;
	u64 uao;
	u64 dit;
	u64 ssbs;
	u64 tco;
	u64 allint;
	u64 has_nmi;	/* FEAT_NMI: there is an ALLINT to look at */
	u64 has_tco;	/* FEAT_MTE: there is a TCO to look at */
};

extern struct el1_record el1_records[EL1_CPUS];

/* The program: CPU 0, with the device tree's address; then the machine is off. */
void el1_main(const u32 *dtb);
/* Another CPU, by el1_cpu_on(); then it is off. */
void el1_cpu_main(u64 cpu);

/* This CPU's record */
struct el1_record *el1_record(void);

/* start.S */
void el1_execute(u64 pstate, const u32 *instruction, struct el1_record *record);
u64 el1_registers(const u32 *instruction);
extern const u32 el1_insn_udf[], el1_insn_pmmir[], el1_insn_swinc[];

/* PSCI; el1_cpu_on() starts CPU number @cpu in el1_cpu_main(). */
u64 el1_smc(u64 function, u64 arg1, u64 arg2, u64 arg3);
u64 el1_cpu_on(u64 cpu);
u64 el1_mpidr(u64 cpu);
void el1_cpu_off(void);
void el1_off(void);
void el1_reset(void);

#define PSCI_CPU_SUSPEND	0xc4000001
#define PSCI_CPU_OFF		0x84000002
#define PSCI_CPU_ON		0xc4000003
#define PSCI_AFFINITY_INFO	0xc4000004
#define PSCI_SYSTEM_OFF		0x84000008
#define PSCI_SYSTEM_RESET	0x84000009
#define PSCI_SYSTEM_SUSPEND	0xc400000e

/* A register's value, or the ESR of the exception that reading it took */
struct el1_value {
	u64 value;
	u64 esr;
	bool undef;
};

#define el1_read(reg)							\
({									\
	u64 count_ = el1_record()->count;				\
	struct el1_value v_ = { 0 };					\
	asm volatile("mrs %0, " #reg : "+r" (v_.value) : : "memory");	\
	v_.undef = el1_record()->count != count_;			\
	if (v_.undef)							\
		v_.esr = el1_record()->esr;				\
	v_;								\
})

#endif
