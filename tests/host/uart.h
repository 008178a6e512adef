/* SPDX-License-Identifier: GPL-2.0-only */
/* uart.h - the monitor's words on the guest's console */
#ifndef HOST_UART_H
#define HOST_UART_H

#include <stdarg.h>

/*
 * uart_printf() - prints a line on the PL011
 * @fmt: knows %s (char *), %u (u32 or less), %lu and %lx (u64, lx without 0x)
 *
 * The caller holds the lock, or is alone.
 */
void uart_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void uart_vprintf(const char *fmt, va_list args);

#endif
