// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmm-uart.c - the transmitting half of a PL011 (Arm DDI 0183)
 *
 * It never has anything to receive and never is full, so Linux's driver writes
 * all it has at once (pl011_tx_chars()) and needs no interrupt.  Whole lines go
 * out, so that they do not mix with the host's.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "vmm.h"

#define UARTDR	      0x000
#define UARTFR	      0x018
#define UARTFR_RXFE   0x10
#define UARTFR_TXFE   0x80
#define UARTPERIPHID0 0xfe0
#define UARTPCELLID3  0xffc

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char line[512];
static size_t used;

static void flush_line(void)
{
	fwrite(line, 1, used, stdout);
	used = 0;
}

static void transmit(char c)
{
	line[used++] = c;
	if (c == '\n' || used == sizeof(line))
		flush_line();
}

static uint32_t read_reg(uint64_t offset)
{
	/* UARTPeriphID0-3: part 0x011, designer 0x41, revision 1; UARTPCellID0-3 */
	static const uint8_t id[] = { 0x11, 0x10, 0x14, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1 };

	if (offset == UARTFR)
		return UARTFR_RXFE | UARTFR_TXFE;
	if (offset >= UARTPERIPHID0 && offset <= UARTPCELLID3)
		return id[(offset - UARTPERIPHID0) / 4];
	return 0;
}

void uart_access(uint64_t offset, uint8_t *data, unsigned int len, int is_write)
{
	uint32_t val;

	pthread_mutex_lock(&lock);
	if (!is_write) {
		val = read_reg(offset);
		memset(data, 0, len);
		memcpy(data, &val, len < sizeof(val) ? len : sizeof(val));
	} else if (offset == UARTDR) {
		transmit((char)data[0]);
	}
	pthread_mutex_unlock(&lock);
}

void uart_flush(void)
{
	pthread_mutex_lock(&lock);
	if (used)
		transmit('\n');
	pthread_mutex_unlock(&lock);
}
