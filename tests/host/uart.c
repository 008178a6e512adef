// SPDX-License-Identifier: GPL-2.0-only
/*
 * uart.c - PL011 output
 *
 * The guest owns the UART; we borrow it.  So its control register is as it was
 * when a line is out (PrimeCell UART PL011 TRM, DDI 0183, chapter 3).
 */
#include "config.h"
#include "sysreg.h"
#include "uart.h"

#define UARTDR			0x00
#define UARTFR			0x18
#define UARTFR_BUSY		BIT(3)
#define UARTFR_TXFF		BIT(5)
#define UARTCR			0x30
#define UARTCR_UARTEN		BIT(0)
#define UARTCR_TXE		BIT(8)

static volatile u32 *uart_reg(u32 offset)
{
	return (volatile u32 *)(uintptr_t)(VIRT_UART + offset);
}

static void uart_putc(char c)
{
	while (*uart_reg(UARTFR) & UARTFR_TXFF)
		;
	*uart_reg(UARTDR) = (u8)c;
}

static void uart_number(u64 value, u32 base)
{
	char digits[20];
	u32 n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (n)
		uart_putc(digits[--n]);
}

void uart_vprintf(const char *fmt, va_list args)
{
	u32 cr = *uart_reg(UARTCR);

	*uart_reg(UARTCR) = cr | UARTCR_UARTEN | UARTCR_TXE;
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			uart_putc(*fmt);
			continue;
		}
		fmt++;
		if (*fmt == 's') {
			for (const char *s = va_arg(args, char *); *s; s++)
				uart_putc(*s);
		} else if (*fmt == 'u') {
			uart_number(va_arg(args, u32), 10);
		} else {
			/* %lu or %lx */
			fmt++;
			uart_number(va_arg(args, u64), *fmt == 'x' ? 16 : 10);
		}
	}
	while (*uart_reg(UARTFR) & UARTFR_BUSY)
		;
	*uart_reg(UARTCR) = cr;
}

void uart_printf(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	uart_vprintf(fmt, args);
	va_end(args);
}
