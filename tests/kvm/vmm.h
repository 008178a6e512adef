/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmm - a small virtual machine monitor on the KVM API, for arm64
 *
 * Just what the guests of this project's tests need: GICv3, PSCI 0.2, a PMUv3,
 * several vCPUs, and a PL011 that can only transmit.  Everything it does not
 * know ends the run with a message.
 */
#ifndef VMM_H
#define VMM_H

#include <stddef.h>
#include <stdint.h>

#define VMM_MAX_CPUS  8
#define VMM_MAX_LOADS 4

/*
 * The guest's physical addresses, those of QEMU's virt machine.  The device
 * tree that tests/kvm/guest-dts writes names the same ones.
 */
#define VMM_GICD_BASE UINT64_C(0x08000000)
#define VMM_GICR_BASE UINT64_C(0x080a0000)
#define VMM_UART_BASE UINT64_C(0x09000000)
#define VMM_UART_SIZE UINT64_C(0x1000)
#define VMM_RAM_BASE  UINT64_C(0x40000000)
#define VMM_PMU_INTID 23 /* PPI 7, the BSA's number for the PMU */

/* KVM's memory slots */
enum { VMM_SLOT_RAM, VMM_SLOT_UART };

/* What the machine is made of; read from a file by config_read(). */
struct config {
	unsigned int cpus;
	unsigned int mem_mib;
	unsigned int pmu; /* 0: the guest gets none, as with QEMU's pmu=off */
	uint64_t entry; /* PC of vCPU 0 */
	uint64_t arg; /* X0 of vCPU 0: the device tree */
	unsigned int loads;
	struct {
		uint64_t addr;
		char path[64];
	} load[VMM_MAX_LOADS];
};

struct vm {
	int kvm; /* /dev/kvm */
	int fd; /* the VM */
	int gic;
	unsigned char *ram;
	uint64_t ram_size; /* bytes */
	struct config config;
};

/* Why a guest ended. */
enum vm_end { VM_OFF, VM_RESET, VM_CRASH };

/* Prints "vmm: ..." with errno's text if @errnum is not 0, and ends the run with status 1. */
void die(int errnum, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

/* Reads "key value" lines from @path; dies on anything it does not know. */
void config_read(struct config *config, const char *path);

/* Makes the VM and its RAM, and loads the files of @config into it. */
void vm_create(struct vm *vm, const struct config *config);

/* GICv3: gic_create() before the vCPUs, gic_init() when all are there. */
void gic_create(struct vm *vm);
void gic_init(struct vm *vm);

/* Makes the vCPUs, runs each in a thread of its own; returns how the guest ended. */
enum vm_end vcpu_run_all(struct vm *vm);

/* Makes the UART: a page that the guest reads without an exit. */
void uart_create(const struct vm *vm);

/* The guest's write of @data to the UART's register at @offset. */
void uart_write(uint64_t offset, uint8_t data);

/* Writes out a last line without an end. */
void uart_flush(void);

/* Prints the host kernel's messages about KVM, and its errors, as "host: ..." lines. */
void kmsg_start(void);
void kmsg_drain(void);

#endif
