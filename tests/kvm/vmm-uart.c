// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmm-uart.c - the transmitting half of a PL011 (Arm DDI 0183)
 *
 * It never has anything to receive and never is full, so Linux's driver writes
 * all it has at once (pl011_tx_chars()) and needs no interrupt.  What it reads
 * never changes, so its page is memory to which the guest cannot write
 * (KVM_MEM_READONLY): only writes exit to the VMM.  Whole lines go out, so that
 * they do not mix with the host's.
 */
#include <errno.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "vmm.h"

#define UARTDR	      0x000
#define UARTFR	      0x018
#define UARTFR_RXFE   0x10
#define UARTFR_TXFE   0x80
#define UARTPERIPHID0 0xfe0

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char line[512];
static size_t used;

void uart_create(const struct vm *vm)
{
	/* UARTPeriphID0-3: part 0x011, designer 0x41, revision 1; UARTPCellID0-3 */
	static const uint8_t id[] = { 0x11, 0x10, 0x14, 0x00,
				      0x0d, 0xf0, 0x05, 0xb1 };
	uint32_t *regs = mmap(NULL, VMM_UART_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region region = {
		.slot = VMM_SLOT_UART,
		.flags = KVM_MEM_READONLY,
		.guest_phys_addr = VMM_UART_BASE,
		.memory_size = VMM_UART_SIZE,
		.userspace_addr = (uintptr_t)regs,
	};
	unsigned int i;

	if (regs == MAP_FAILED)
		die(errno, "the UART's page");
	regs[UARTFR / 4] = UARTFR_RXFE | UARTFR_TXFE;
	for (i = 0; i < sizeof(id); i++)
		regs[UARTPERIPHID0 / 4 + i] = id[i];
	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region))
		die(errno, "KVM_SET_USER_MEMORY_REGION, the UART");
}

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

void uart_write(uint64_t offset, uint8_t data)
{
	if (offset != UARTDR)
		return;
	pthread_mutex_lock(&lock);
	transmit((char)data);
	pthread_mutex_unlock(&lock);
}

void uart_flush(void)
{
	pthread_mutex_lock(&lock);
	if (used)
		transmit('\n');
	pthread_mutex_unlock(&lock);
}
