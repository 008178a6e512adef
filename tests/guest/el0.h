/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * el0 - PMMIR_EL1 is none of user space's business
 */
#ifndef GUEST_EL0_H
#define GUEST_EL0_H

/*
 * el0_report(): el0_sigill=1 if an MRS of PMMIR_EL1 at EL0 gets SIGILL, at
 * the MRS itself; a hook for EL1's must not answer it.
 */
void el0_report(void);

#endif
