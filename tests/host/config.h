/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * config.h - where the monitor lives and how QEMU's command line configures it
 *
 * tests/boot-guest writes what is read here; README.md says the same in words.
 */
#ifndef HOST_CONFIG_H
#define HOST_CONFIG_H

/* QEMU's virt machine, hw/arm/virt.c: memmap */
#define VIRT_FLASH		0x00000000
#define VIRT_UART		0x09000000
#define VIRT_RAM		0x40000000

/*
 * The monitor has the last 2 MiB of RAM: image, .bss and stacks from the
 * bottom, the configuration word in the last 8 bytes.  The word is outside the
 * image because both are written again by QEMU's loader at each reset, in an
 * order that is not ours to choose.
 */
#define MONITOR_SIZE		0x200000
#define CONFIG_OFFSET		(MONITOR_SIZE - 8)

/* More CPUs than these are refused, in words. */
#define NR_CPUS			32
/* Each CPU's stack; a power of two, see start.S. */
#define STACK_SHIFT		11

/* Configuration word: bits [3:0] the model, enum model_id */
#define CONFIG_MODEL(c)		((c) & 0xf)
/* bits [7:4] the PMUVer to show, if bit 8 is set; else the model's own */
#define CONFIG_PMUVER(c)	(((c) >> 4) & 0xf)
#define CONFIG_HAS_PMUVER(c)	(((c) >> 8) & 1)
/* bit 9: go on at the flash (UEFI), not at QEMU's boot stub (-kernel) */
#define CONFIG_UEFI(c)		(((c) >> 9) & 1)
/* bits [31:16] the size of the RAM in MiB */
#define CONFIG_MEM_MIB(c)	(((c) >> 16) & 0xffff)
/* bits [63:48] "NP": someone did write this word */
#define CONFIG_MAGIC(c)		((c) >> 48)
#define CONFIG_MAGIC_VALUE	0x4e50

#endif
