/* SPDX-License-Identifier: GPL-2.0-only */
/* lock.h - one lock for the UART and for turning CPUs on */
#ifndef HOST_LOCK_H
#define HOST_LOCK_H

/* Waits for the lock.  Not recursive. */
void lock(void);
void unlock(void);

#endif
