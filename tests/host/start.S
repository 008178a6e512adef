/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * start.S - entry points, exception vectors, the way into EL1
 *
 * The contract at entry:
 *
 *   monitor_start, CPU 0, from QEMU's reset: EL2, MMU off; registers hold
 *   nothing we need.  The image is where QEMU's loader put it, 4 KiB aligned
 *   at least; .bss holds what the last run left and is cleared here.  All
 *   other CPUs are off (PSCI).
 *
 *   monitor_secondary, any CPU, from PSCI CPU_ON or CPU_SUSPEND: EL2, MMU off,
 *   reset values; where it goes on in EL1 is in its struct cpu.
 *
 * Code and data are reached PC-relative only, so the image runs anywhere; the
 * Makefile proves that by linking it twice.
 */
#include "config.h"

#define FRAME_ELR	256
#define FRAME_SIZE	288

	.section .text.start, "ax"
	.globl	monitor_start
monitor_start:
	msr	daifset, #0xf
	adrp	x0, bss_start
	add	x0, x0, :lo12:bss_start
	adrp	x1, bss_end
	add	x1, x1, :lo12:bss_end
1:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	1b
	bl	set_stack
	bl	set_vectors
	adrp	x0, monitor_start
	bl	main_start
	b	park

	.globl	monitor_secondary
monitor_secondary:
	msr	daifset, #0xf
	bl	set_stack
	bl	set_vectors
	bl	main_secondary
	b	park

/* SP = the end of stack number Aff1 * 16 + Aff0, as cpu_index() has it */
set_stack:
	mrs	x0, mpidr_el1
	ubfx	x1, x0, #8, #8
	and	x0, x0, #0xff
	add	x0, x0, x1, lsl #4
	add	x0, x0, #1
	adrp	x1, stacks
	add	x1, x1, :lo12:stacks
	add	x1, x1, x0, lsl #STACK_SHIFT
	mov	sp, x1
	ret

/* At EL1 there is no VBAR_EL2; main_start() then says what is wrong. */
set_vectors:
	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	b.ne	1f
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el2, x0
	isb
1:	ret

	.globl	park
park:
	wfi
	b	park

/*
 * void start_el1(u64 entry, u64 context): EL1h, DAIF masked, MMU off, x0 is the
 * context and x1 to x3 are 0 (booting.rst, PSCI 6.4).  Does not return.
 */
	.globl	start_el1
start_el1:
	msr	elr_el2, x0
	mov	x2, #0x3c5
	msr	spsr_el2, x2
	mov	x0, x1
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	eret

/* struct frame of trap.h */
.macro	save_frame
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp, #16 * 0]
	stp	x2, x3, [sp, #16 * 1]
	stp	x4, x5, [sp, #16 * 2]
	stp	x6, x7, [sp, #16 * 3]
	stp	x8, x9, [sp, #16 * 4]
	stp	x10, x11, [sp, #16 * 5]
	stp	x12, x13, [sp, #16 * 6]
	stp	x14, x15, [sp, #16 * 7]
	stp	x16, x17, [sp, #16 * 8]
	stp	x18, x19, [sp, #16 * 9]
	stp	x20, x21, [sp, #16 * 10]
	stp	x22, x23, [sp, #16 * 11]
	stp	x24, x25, [sp, #16 * 12]
	stp	x26, x27, [sp, #16 * 13]
	stp	x28, x29, [sp, #16 * 14]
	stp	x30, xzr, [sp, #16 * 15]
	mrs	x0, elr_el2
	mrs	x1, spsr_el2
	stp	x0, x1, [sp, #FRAME_ELR]
	mrs	x0, esr_el2
	str	x0, [sp, #FRAME_ELR + 16]
	mov	x0, sp
.endm

sync_lower:
	save_frame
	bl	trap_sync
	ldp	x0, x1, [sp, #FRAME_ELR]
	msr	elr_el2, x0
	msr	spsr_el2, x1
	ldp	x0, x1, [sp, #16 * 0]
	ldp	x2, x3, [sp, #16 * 1]
	ldp	x4, x5, [sp, #16 * 2]
	ldp	x6, x7, [sp, #16 * 3]
	ldp	x8, x9, [sp, #16 * 4]
	ldp	x10, x11, [sp, #16 * 5]
	ldp	x12, x13, [sp, #16 * 6]
	ldp	x14, x15, [sp, #16 * 7]
	ldp	x16, x17, [sp, #16 * 8]
	ldp	x18, x19, [sp, #16 * 9]
	ldp	x20, x21, [sp, #16 * 10]
	ldp	x22, x23, [sp, #16 * 11]
	ldp	x24, x25, [sp, #16 * 12]
	ldp	x26, x27, [sp, #16 * 13]
	ldp	x28, x29, [sp, #16 * 14]
	ldr	x30, [sp, #16 * 15]
	add	sp, sp, #FRAME_SIZE
	eret

/*
 * An exception at EL2 is a stub's (stubs.S) or a bug of ours.  A stub is a leaf
 * called as a function, so x2 and x3 are free, and x30 is the way back; x1 = 1
 * tells its caller.
 */
sync_current:
	mrs	x2, elr_el2
	adrp	x3, stubs
	add	x3, x3, :lo12:stubs
	cmp	x2, x3
	b.lo	unexpected
	adrp	x3, stubs_end
	add	x3, x3, :lo12:stubs_end
	cmp	x2, x3
	b.hs	unexpected
	mov	x1, #1
	msr	elr_el2, x30
	eret

unexpected:
	save_frame
	bl	trap_unexpected

.macro	vector target
	.balign	0x80
	b	\target
.endm

	.balign	0x800
vectors:
	/* current EL with SP_EL0: sync, IRQ, FIQ, SError */
	vector	unexpected
	vector	unexpected
	vector	unexpected
	vector	unexpected
	/* current EL with SP_EL2 */
	vector	sync_current
	vector	unexpected
	vector	unexpected
	vector	unexpected
	/* lower EL, AArch64 */
	vector	sync_lower
	vector	unexpected
	vector	unexpected
	vector	unexpected
	/* lower EL, AArch32 */
	vector	sync_lower
	vector	unexpected
	vector	unexpected
	vector	unexpected

	.section .bss.stacks, "aw", %nobits
	.balign	16
stacks:
	.skip	NR_CPUS << STACK_SHIFT

	.section .note.GNU-stack, "", %progbits
