/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sysreg.h - access to system registers, and the fields the monitor uses
 *
 * Field names and numbers are the Arm ARM's (DDI 0487, D24).
 */
#ifndef HOST_SYSREG_H
#define HOST_SYSREG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define BIT(n)			(1ULL << (n))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

#define read_sysreg(reg)						\
({									\
	u64 value_;							\
	asm volatile("mrs %0, " #reg : "=r" (value_));			\
	value_;								\
})

#define write_sysreg(reg, value)					\
	asm volatile("msr " #reg ", %x0" : : "rZ" ((u64)(value)))

#define isb()			asm volatile("isb" : : : "memory")
#define dsb()			asm volatile("dsb sy" : : : "memory")
#define dmb()			asm volatile("dmb sy" : : : "memory")
#define wfi()			asm volatile("wfi" : : : "memory")

/* The field [lo+3:lo] of an ID register */
static inline u32 id_field(u64 reg, u32 lo)
{
	return (reg >> lo) & 0xf;
}

/* The four-bit field [lo+3:lo] replaced */
static inline u64 id_field_set(u64 reg, u32 lo, u64 value)
{
	return (reg & ~(0xfULL << lo)) | value << lo;
}

/* ESR_ELx */
#define ESR_EC(esr)		(((esr) >> 26) & 0x3f)
#define ESR_IL			BIT(25)
#define ESR_EC_UNKNOWN		0x00
#define ESR_EC_SMC64		0x17
#define ESR_EC_SYS64		0x18
#define ESR_SMC_IMM(esr)	((esr) & 0xffff)
/* ISS of EC 0x18: Op0 [21:20], Op2 [19:17], Op1 [16:14], CRn, Rt, CRm, read */
#define ISS_OP0(esr)		(((esr) >> 20) & 3)
#define ISS_OP2(esr)		(((esr) >> 17) & 7)
#define ISS_OP1(esr)		(((esr) >> 14) & 7)
#define ISS_CRN(esr)		(((esr) >> 10) & 0xf)
#define ISS_RT(esr)		(((esr) >> 5) & 0x1f)
#define ISS_CRM(esr)		(((esr) >> 1) & 0xf)
#define ISS_READ(esr)		((esr) & 1)

/* SPSR_ELx, taken from AArch64 state */
#define PSR_MODE_MASK		0xfULL
#define PSR_MODE_EL0t		0x0
#define PSR_MODE_EL1t		0x4
#define PSR_MODE_EL1h		0x5
#define PSR_F			BIT(6)
#define PSR_I			BIT(7)
#define PSR_A			BIT(8)
#define PSR_D			BIT(9)
#define PSR_DAIF		(PSR_F | PSR_I | PSR_A | PSR_D)
#define PSR_BTYPE		(BIT(10) | BIT(11))
#define PSR_SSBS		BIT(12)
#define PSR_ALLINT		BIT(13)
#define PSR_IL			BIT(20)
#define PSR_SS			BIT(21)
#define PSR_PAN			BIT(22)
#define PSR_UAO			BIT(23)
#define PSR_DIT			BIT(24)
#define PSR_TCO			BIT(25)
#define PSR_NZCV		(BIT(28) | BIT(29) | BIT(30) | BIT(31))
#define PSR_EXLOCK		BIT(34)

/* ID registers: position of the fields */
#define ID_AA64DFR0_PMUVER	8
#define ID_DFR0_PERFMON		24
#define ID_AA64PFR0_EL1_GIC	24
#define ID_AA64PFR1_SSBS	4
#define ID_AA64PFR1_MTE		8
#define ID_AA64PFR1_NMI		36
#define ID_AA64PFR1_GCS		44
#define ID_AA64MMFR1_PAN	20
#define PMUVER_NONE		0x0
#define PMUVER_V3		0x1
#define PMUVER_V3P1		0x4
#define PMUVER_V3P5		0x6
#define PMUVER_IMP_DEF		0xf
#define PERFMON_V3		0x3

/* PMCR_EL0 */
#define PMCR_E			BIT(0)
#define PMCR_LP			BIT(7)
#define PMCR_N(pmcr)		(((pmcr) >> 11) & 0x1f)

#endif
