/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * start.S - a program for EL1: Image header, vectors, calls that C cannot write
 *
 * QEMU's -kernel takes it for a kernel (Documentation/arch/arm64/booting.rst).
 */
#include "el1_offsets.h"

	.section .text.start, "ax"
	b	el1_start
	.long	0
	.quad	0			/* text_offset */
	.quad	0x100000		/* image_size, .bss included */
	.quad	0xa			/* little endian, 4K pages, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

/* x0 is the device tree.  MMU off; EL1 under the monitor, EL2 without. */
el1_start:
	mov	x19, x0
	adrp	x0, bss_start
	add	x0, x0, :lo12:bss_start
	adrp	x1, bss_end
	add	x1, x1, :lo12:bss_end
1:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	1b
	mov	x20, xzr
	bl	el1_prepare
	mov	x0, x19
	bl	el1_main
	bl	el1_off

/* A CPU that CPU_ON started; x0, the context, is its number. */
	.globl	el1_secondary
el1_secondary:
	mov	x19, x0
	mov	x20, x0
	bl	el1_prepare
	mov	x0, x19
	bl	el1_cpu_main
	bl	el1_cpu_off

/* x20: the CPU's number.  Its stack, its record in TPIDR_EL1, the vectors */
el1_prepare:
	adrp	x0, stacks
	add	x0, x0, :lo12:stacks
	add	x1, x20, #1
	add	x0, x0, x1, lsl #12
	mov	sp, x0
	adrp	x0, el1_records
	add	x0, x0, :lo12:el1_records
	mov	x1, #RECORD_SIZE
	madd	x0, x1, x20, x0
	msr	tpidr_el1, x0
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el1, x0
	isb
	ret

/*
 * Every exception: what it is, and the PSTATE that the vector sees, go into the
 * CPU's record.  Then on after the instruction, or at the record's resume in
 * EL1h with DAIF masked.
 */
.macro	record reg, offset
	mrs	x1, \reg
	str	x1, [x0, #\offset]
.endm

take:
	str	x1, [x0, #RECORD_VECTOR]
	record	nzcv, RECORD_NZCV
	record	daif, RECORD_DAIF
	record	CurrentEL, RECORD_EL
	record	spsel, RECORD_SPSEL
	record	S3_0_C4_C2_3, RECORD_PAN
	record	S3_0_C4_C2_4, RECORD_UAO
	record	S3_3_C4_C2_5, RECORD_DIT
	record	S3_3_C4_C2_6, RECORD_SSBS
	ldr	x1, [x0, #RECORD_HAS_TCO]
	cbz	x1, 1f
	record	S3_3_C4_C2_7, RECORD_TCO
1:	ldr	x1, [x0, #RECORD_HAS_NMI]
	cbz	x1, 1f
	record	S3_0_C4_C3_0, RECORD_ALLINT
1:	record	esr_el1, RECORD_ESR
	record	far_el1, RECORD_FAR
	record	spsr_el1, RECORD_SPSR
	record	elr_el1, RECORD_ELR
	add	x1, x1, #4
	msr	elr_el1, x1
	ldr	x1, [x0, #RECORD_COUNT]
	add	x1, x1, #1
	str	x1, [x0, #RECORD_COUNT]
	ldr	x1, [x0, #RECORD_RESUME]
	cbz	x1, 2f
	msr	elr_el1, x1
	mov	x1, #0x3c5
	msr	spsr_el1, x1
2:	ldr	x1, [x0, #RECORD_X1]
	mrs	x0, tpidrro_el0
	eret

.macro	vector number
	.balign	0x80
	msr	tpidrro_el0, x0
	mrs	x0, tpidr_el1
	str	x1, [x0, #RECORD_X1]
	mov	x1, #\number
	b	take
.endm

	.balign	0x800
vectors:
	.irp	number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vector	\number
	.endr

/*
 * void el1_execute(u64 pstate, const u32 *instruction, struct el1_record *):
 * the instruction, which must fault, in that PSTATE; returns from the vector.
 */
	.globl	el1_execute
el1_execute:
	adr	x3, 1f
	str	x3, [x2, #RECORD_RESUME]
	msr	spsr_el1, x0
	msr	elr_el1, x1
	eret
1:	mrs	x2, tpidr_el1
	str	xzr, [x2, #RECORD_RESUME]
	ret

/* Instructions for it; what does not fault meets the BRK. */
	.globl	el1_insn_udf
el1_insn_udf:
	udf	#0
	brk	#1
	.globl	el1_insn_pmmir
el1_insn_pmmir:
	mrs	x4, S3_0_C9_C14_6
	brk	#1
	.globl	el1_insn_swinc
el1_insn_swinc:
	mov	x4, #1
	msr	pmswinc_el0, x4
	brk	#1

/*
 * u64 el1_registers(const u32 *instruction): x0 to x30 hold 0x84000500 + n each (as
 * x0 of an SMC: a call that PSCI does not have),
 * then the instruction; returns a bit per register that is another thing now.
 * The instruction is copied into the hole below: MMU and caches are off, and
 * the page is nobody else's.
 */
.macro	pattern reg, number
	movz	\reg, #0x8400, lsl #16
	movk	\reg, #(0x500 + \number)
.endm

	.globl	el1_registers
el1_registers:
	stp	x19, x20, [sp, #-96]!
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	ldr	w1, [x0]
	adr	x2, 1f
	str	w1, [x2]
	dsb	sy
	ic	ivau, x2
	dsb	sy
	isb
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	pattern x\n, \n
	.endr
1:	nop
	/* One register must be given up to test the others: by way of the stack */
	stp	x0, x1, [sp, #-16]!
	mov	x0, xzr
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	pattern x1, \n
	cmp	x1, x\n
	cset	x1, ne
	orr	x0, x0, x1, lsl #\n
	.endr
	ldp	x2, x3, [sp], #16
	pattern x1, 0
	cmp	x1, x2
	cset	x1, ne
	orr	x0, x0, x1
	pattern x1, 1
	cmp	x1, x3
	cset	x1, ne
	orr	x0, x0, x1, lsl #1
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	x19, x20, [sp], #96
	ret

	.section .bss.stacks, "aw", %nobits
	.balign	16
stacks:
	.skip	EL1_CPUS << 12

	.section .note.GNU-stack, "", %progbits
