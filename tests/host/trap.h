/* SPDX-License-Identifier: GPL-2.0-only */
/* trap.h - exceptions taken to EL2 */
#ifndef HOST_TRAP_H
#define HOST_TRAP_H

#include "sysreg.h"

/* What start.S saves; its offsets are there. */
struct frame {
	u64 x[32];	/* x[31] is 0: XZR is a register like the others */
	u64 elr;
	u64 spsr;
	u64 esr;
	u64 pad;
};

/* What became of a trap */
enum trap_result {
	TRAP_DONE,	/* emulated: go on after the instruction */
	TRAP_RETURN,	/* ELR and SPSR are as they shall be */
	TRAP_UNKNOWN,	/* nobody's: dump and stop */
};

/* Called by start.S on a synchronous exception from a lower EL */
void trap_sync(struct frame *f);

/* Called by start.S on any other exception; does not return */
void trap_unexpected(struct frame *f) __attribute__((noreturn));

/*
 * trap_stop() - says why, after "nopmmir-host: ", and turns the machine off
 *
 * Other CPUs that want to say something wait for ever.
 */
void trap_stop(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

#endif
