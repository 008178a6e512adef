// SPDX-License-Identifier: GPL-2.0-only
/*
 * trap.c - exceptions taken to EL2, by class
 *
 * What is in no row is not ours to guess at: everything that tells what it was
 * is printed, and the machine stops.
 */
#include "inject.h"
#include "lock.h"
#include "psci.h"
#include "regs_access.h"
#include "trap.h"
#include "uart.h"

/* Exception class (Arm ARM D24.2, ESR_EL2.EC), handler, what makes it trap */
#define TRAPS(X) \
	X(ESR_EC_SMC64, psci_trap, "HCR_EL2.TSC: CPU_ON must come by here") \
	X(ESR_EC_SYS64, regs_trap, "HCR_EL2.TID3 and MDCR_EL2.TPM: regs.h")

static void trap_dump(const struct frame *f)
{
	uart_printf("esr=%lx pc=%lx spsr=%lx far=%lx hpfar=%lx\n",
		    f->esr, f->elr, f->spsr, read_sysreg(far_el2),
		    read_sysreg(hpfar_el2));
	for (u32 i = 0; i < 31; i++)
		uart_printf("x%u=%lx%s", i, f->x[i], i % 4 == 3 ? "\n" : " ");
	uart_printf("\n");
}

void trap_stop(const char *fmt, ...)
{
	va_list args;

	lock();
	uart_printf("\nnopmmir-host: ");
	va_start(args, fmt);
	uart_vprintf(fmt, args);
	va_end(args);
	psci_off();
}

void trap_unexpected(struct frame *f)
{
	lock();
	uart_printf("\nnopmmir-host: unexpected exception: stopped\n");
	trap_dump(f);
	psci_off();
}

void trap_sync(struct frame *f)
{
	enum trap_result result = TRAP_UNKNOWN;

	switch (ESR_EC(f->esr)) {
#define X(ec, handler, why) case ec: result = handler(f); break;
	TRAPS(X)
#undef X
	}

	switch (result) {
	case TRAP_DONE:
		inject_skip(f);
		break;
	case TRAP_RETURN:
		break;
	case TRAP_UNKNOWN:
		lock();
		uart_printf("\nnopmmir-host: unknown trap: EC %lx: stopped\n",
			    ESR_EC(f->esr));
		trap_dump(f);
		psci_off();
	}
}
