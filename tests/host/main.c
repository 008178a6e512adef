// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - from reset to EL1
 *
 * README.md says how QEMU is to be called.
 */
#include "config.h"
#include "cpu.h"
#include "dtb.h"
#include "el2.h"
#include "lock.h"
#include "model.h"
#include "pmu.h"
#include "psci.h"
#include "trap.h"
#include "uart.h"

/* hw/arm/boot.c: bootloader_aarch64[], the device tree's address in the stub */
#define STUB_DTB		(VIRT_RAM + 0x18)

#define CURRENT_EL(reg)		(((reg) >> 2) & 3)

/* start.S */
void main_start(u64 base) __attribute__((noreturn));
void main_secondary(void) __attribute__((noreturn));
void start_el1(u64 entry, u64 context) __attribute__((noreturn));
void park(void) __attribute__((noreturn));

/* Without EL2 QEMU takes PSCI calls by HVC. */
static void __attribute__((noreturn)) main_off_at_el1(void)
{
	register u64 x0 asm("x0") = PSCI_SYSTEM_OFF;

	asm volatile("hvc #0" : "+r" (x0) : : "memory");
	park();
}

/* CPU 0, at reset; @base is where the image is. */
void main_start(u64 base)
{
	u64 config = *(volatile u64 *)(base + CONFIG_OFFSET);
	u64 ram_end = VIRT_RAM + CONFIG_MEM_MIB(config) * 0x100000;
	bool uefi = CONFIG_UEFI(config);
	u64 dtb;

	if (CURRENT_EL(read_sysreg(CurrentEL)) != 2) {
		uart_printf("nopmmir-host: not at EL2: QEMU needs -machine virt,virtualization=on\n");
		main_off_at_el1();
	}
	if (CONFIG_MAGIC(config) != CONFIG_MAGIC_VALUE ||
	    base + MONITOR_SIZE != ram_end || !model_select(config))
		trap_stop("bad configuration word %lx at %lx: stopped\n",
			  config, base + CONFIG_OFFSET);

	dtb = uefi ? VIRT_RAM : *(volatile u64 *)STUB_DTB;
	dtb_edit(dtb, ram_end, MONITOR_SIZE, !model()->pmu);

	uart_printf("nopmmir-host: start model=%s pmuver=%u cpus started at EL1 by %s, %lu MiB\n",
		    model()->name, model_pmuver(), uefi ? "uefi" : "dt",
		    CONFIG_MEM_MIB(config));
	el2_init();
	start_el1(uefi ? VIRT_FLASH : VIRT_RAM, 0);
}

/* Any CPU, turned on by the guest */
void main_secondary(void)
{
	struct cpu *cpu = &cpus[cpu_self()];
	u64 entry = cpu->entry;
	u64 context = cpu->context;

	dmb();
	cpu->starting = false;
	el2_init();
	pmu_chain_mark();
	start_el1(entry, context);
}
