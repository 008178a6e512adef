// SPDX-License-Identifier: GPL-2.0-only
/*
 * psci.c - the guest's SMCs: PSCI (Arm DEN0022) and what else goes to firmware
 *
 * QEMU is the firmware; with virtualization=on it takes SMC and starts a CPU at
 * EL2.  A call with an entry point is redirected through the monitor, the ends
 * of a run print its counters, all others are QEMU's to answer.
 */
#include "cpu.h"
#include "lock.h"
#include "model.h"
#include "psci.h"
#include "uart.h"

#define PSCI_AFFINITY_INFO	0xc4000004
#define PSCI_FEATURES		0x8400000a
#define PSCI_NOT_SUPPORTED	((u64)-1)
#define PSCI_ON_PENDING		((u64)-5)
#define AFFINITY_OFF		1
/* SMCCC (Arm DEN0028): SMC64 or SMC32, which has 32-bit arguments */
#define SMC64			BIT(30)

enum psci_action {
	SMC_PASS,
	SMC_CPU_ON,
	SMC_SUSPEND,
	SMC_REFUSE,
	SMC_OFF,
	SMC_RESET,
	SMC_RESET2,
};

/* first function, last function, action, why */
#define SMC_CALLS(X) \
	X(0x84000001, 0x84000001, SUSPEND, "power down returns at EL2") \
	X(0xc4000001, 0xc4000001, SUSPEND, "power down returns at EL2") \
	X(0x84000003, 0x84000003, CPU_ON, "starts a CPU at EL2") \
	X(0xc4000003, 0xc4000003, CPU_ON, "starts a CPU at EL2") \
	X(0x84000008, 0x84000008, OFF, "SYSTEM_OFF ends the run") \
	X(0x84000009, 0x84000009, RESET, "SYSTEM_RESET ends the run") \
	X(0x84000012, 0x84000012, RESET2, "SYSTEM_RESET2 ends the run") \
	X(0xc4000012, 0xc4000012, RESET2, "SYSTEM_RESET2 ends the run") \
	X(0x8400000c, 0x8400000c, REFUSE, "CPU_DEFAULT_SUSPEND: EL2 entry") \
	X(0xc400000c, 0xc400000c, REFUSE, "CPU_DEFAULT_SUSPEND: EL2 entry") \
	X(0x8400000e, 0x8400000e, REFUSE, "SYSTEM_SUSPEND: EL2 entry") \
	X(0xc400000e, 0xc400000e, REFUSE, "SYSTEM_SUSPEND: EL2 entry") \
	X(0x80000000, 0x8000ffff, PASS, "Arm architecture calls") \
	X(0xc0000000, 0xc000ffff, PASS, "Arm architecture calls") \
	X(0x84000000, 0x8400ffff, PASS, "standard secure: PSCI, TRNG, SDEI") \
	X(0xc4000000, 0xc400ffff, PASS, "standard secure: PSCI, TRNG, SDEI") \
	X(0x85000000, 0x8500ffff, PASS, "standard hypervisor: PV time") \
	X(0xc5000000, 0xc500ffff, PASS, "standard hypervisor: PV time") \
	X(0x86000000, 0x8600ffff, PASS, "vendor hypervisor: which one?") \
	X(0xc6000000, 0xc600ffff, PASS, "vendor hypervisor: which one?")

static const struct {
	u32 first;
	u32 last;
	u8 action;
} calls[] = {
#define X(first, last, action, why) { first, last, SMC_##action },
	SMC_CALLS(X)
#undef X
};

/* start.S */
extern const char monitor_secondary[];

/*
 * smc() - calls the firmware with x[0] to x[7], which get its answer
 *
 * QEMU's conduit answers in x0; SMCCC 1.0 lets x0 to x17 change.
 */
static void smc(u64 *x)
{
	register u64 x0 asm("x0") = x[0];
	register u64 x1 asm("x1") = x[1];
	register u64 x2 asm("x2") = x[2];
	register u64 x3 asm("x3") = x[3];
	register u64 x4 asm("x4") = x[4];
	register u64 x5 asm("x5") = x[5];
	register u64 x6 asm("x6") = x[6];
	register u64 x7 asm("x7") = x[7];

	asm volatile("smc #0"
		     : "+r" (x0), "+r" (x1), "+r" (x2), "+r" (x3), "+r" (x4),
		       "+r" (x5), "+r" (x6), "+r" (x7)
		     :
		     : "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
		       "x16", "x17", "memory");
	x[0] = x0;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
	x[4] = x4;
	x[5] = x5;
	x[6] = x6;
	x[7] = x7;
}

static u64 psci_call(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	u64 x[8] = { function, arg1, arg2, arg3 };

	smc(x);
	return x[0];
}

void psci_off(void)
{
	psci_call(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		wfi();
}

/* The line that tests/boot-guest reads */
static void psci_report(const char *reason)
{
	struct cpu sum = cpu_totals();

	lock();
	uart_printf("\nnopmmir-host: model=%s pmuver=%u pmmir=%lu undef=%lu "
		    "pmu=%lu id=%lu smc=%lu reason=%s\n",
		    model()->name, model_pmuver(), sum.pmmir, sum.undef,
		    sum.pmu, sum.id, sum.smc, reason);
	unlock();
}

/*
 * CPU_ON(target, entry, context).  The target reads its record when it starts, so
 * until then nobody may write it: such a CPU is ON_PENDING, also where QEMU, which
 * does not know that state, would start it again.  Nor may one that is on.
 */
static u64 psci_cpu_on(u64 function, u64 target, u64 entry, u64 context)
{
	u32 i = cpu_index(target);
	bool off;
	u64 ret;

	/* One that is not there is for the firmware to refuse. */
	if (i >= NR_CPUS &&
	    psci_call(PSCI_AFFINITY_INFO, target, 0, 0) == AFFINITY_OFF)
		trap_stop("CPU_ON of CPU %lx: there is room for %u CPUs\n",
			  target, (u32)NR_CPUS);
	lock();
	if (i < NR_CPUS && cpus[i].starting) {
		unlock();
		return PSCI_ON_PENDING;
	}
	off = i < NR_CPUS &&
	      psci_call(PSCI_AFFINITY_INFO, target, 0, 0) == AFFINITY_OFF;
	if (off) {
		cpus[i].entry = entry;
		cpus[i].context = context;
		cpus[i].starting = true;
		dsb();
	}
	ret = psci_call(function, target, (uintptr_t)monitor_secondary, 0);
	if (off && ret)
		cpus[i].starting = false;
	unlock();
	return ret;
}

/*
 * CPU_SUSPEND(state, entry, context): QEMU waits for an interrupt and returns,
 * whatever the state; firmware that powers down comes back by way of us.
 */
static u64 psci_suspend(u64 function, u64 state, u64 entry, u64 context)
{
	struct cpu *cpu = &cpus[cpu_self()];

	cpu->entry = entry;
	cpu->context = context;
	dsb();
	return psci_call(function, state, (uintptr_t)monitor_secondary, 0);
}

static u8 psci_action(u64 function)
{
	for (u32 i = 0; i < ARRAY_SIZE(calls); i++) {
		if (function >= calls[i].first && function <= calls[i].last)
			return calls[i].action;
	}
	trap_stop("unknown access: smc of function %lx: stopped\n", function);
}

enum trap_result psci_trap(struct frame *f)
{
	u64 function = (u32)f->x[0];
	u64 mask = function & SMC64 ? ~0ULL : 0xffffffffULL;
	u64 arg1 = f->x[1] & mask, arg2 = f->x[2] & mask;
	u64 arg3 = f->x[3] & mask;

	if (ESR_SMC_IMM(f->esr))
		trap_stop("unknown access: smc #%lx at pc=%lx: stopped\n",
			  ESR_SMC_IMM(f->esr), f->elr);
	cpus[cpu_self()].smc++;

	switch (psci_action(function)) {
	case SMC_CPU_ON:
		f->x[0] = psci_cpu_on(function, arg1, arg2, arg3);
		break;
	case SMC_SUSPEND:
		f->x[0] = psci_suspend(function, arg1, arg2, arg3);
		break;
	case SMC_REFUSE:
		f->x[0] = PSCI_NOT_SUPPORTED;
		break;
	case SMC_OFF:
		psci_report("off");
		smc(f->x);
		break;
	case SMC_RESET2:
		/* Comes back where it is not there: then the run goes on. */
		if (psci_call(PSCI_FEATURES, function, 0, 0) & BIT(31)) {
			f->x[0] = PSCI_NOT_SUPPORTED;
			break;
		}
		psci_report("reset");
		smc(f->x);
		break;
	case SMC_RESET:
		psci_report("reset");
		smc(f->x);
		break;
	default:
		smc(f->x);
	}
	return TRAP_DONE;
}
