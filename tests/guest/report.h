/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report - the lines `guest: key=value` that boot-guest and the cells read
 */
#ifndef GUEST_REPORT_H
#define GUEST_REPORT_H

/*
 * report(): one line `guest: KEY=VALUE`.  A line break within the value becomes
 * a space; what is longer than a line of 1 KiB is cut.
 */
__attribute__((format(printf, 2, 3))) void report(const char *key,
						  const char *value, ...);

/* report_end(): the last line, `guest: end`; waits until the UART has sent it. */
void report_end(void);

#endif
