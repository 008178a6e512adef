// SPDX-License-Identifier: GPL-2.0-only
/*
 * regs_access.c - trapped system register accesses, by the table of regs.h
 *
 * An access passes unless a rule changes it: it is done again at EL2 by its
 * stub, and what faults there is UNDEF for the guest.
 */
#include "cpu.h"
#include "inject.h"
#include "model.h"
#include "pmu.h"
#include "regs.h"
#include "regs_access.h"

/* What the models change; regs.h names them. */
enum reg_rule {
	RULE_PASS,
	RULE_ID_AA64DFR0,
	RULE_ID_DFR0,
	RULE_PMCR,
	RULE_PMCEID0,
	RULE_PMCEID1,
	RULE_EVCNTR,
	RULE_PMSWINC,
	RULE_PMMIR,
};

enum reg_group {
	GROUP_ID,
	GROUP_PMU,
};

/* Two instructions for a read, two for a write, see stubs.S */
#define REG_STUB_SIZE		16
#define REG_STUB_WRITE		8

/* Op0 [15:14], Op1 [13:11], CRn [10:7], CRm [6:3], Op2 [2:0], as in MRS */
#define REG_ENCODING(op0, op1, crn, crm, op2) \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

static const struct reg {
	u16 encoding;
	u8 group;
	u8 rule;
} regs[] = {
#define X(name, op0, op1, crn, crm, op2, group, rule, why) \
	{ REG_ENCODING(op0, op1, crn, crm, op2), GROUP_##group, RULE_##rule },
	HOST_REGS(X)
#undef X
};

/* In x0 and x1, which is what the stubs rely on */
struct reg_value {
	u64 value;
	u64 fault;
};

typedef struct reg_value (*reg_stub)(u64 value, u64 fault);

extern const char stubs[];

/* The bits of PMCEID<n>_EL0 that the models are about */
#define PMCEID0_CHAIN		BIT(0x1e)
#define PMCEID1_STALL_SLOT	BIT(0x3f - 0x20)

static struct reg_value reg_access(const struct reg *r, bool read, u64 value)
{
	uintptr_t stub = (uintptr_t)stubs + (r - regs) * REG_STUB_SIZE;

	if (!read)
		stub += REG_STUB_WRITE;
	return ((reg_stub)stub)(value, 0);
}

static u64 event_shown(u64 value, u64 bit, bool shown)
{
	return shown ? value | bit : value & ~bit;
}

/* ID_DFR0_EL1.PerfMon as PMUVer: the same numbers from PMUv3 for A8.1 on. */
static u64 perfmon(void)
{
	u32 pmuver = model_pmuver();

	return pmuver == PMUVER_V3 ? PERFMON_V3 : pmuver;
}

/* What the guest reads, where the hardware holds @value */
static u64 rule_read(u8 rule, u64 value)
{
	switch (rule) {
	case RULE_ID_AA64DFR0:
		return id_field_set(value, ID_AA64DFR0_PMUVER, model_pmuver());
	case RULE_ID_DFR0:
		return id_field_set(value, ID_DFR0_PERFMON, perfmon());
	case RULE_PMCR:
		return model_has_long_counters() ? value : value & ~PMCR_LP;
	case RULE_PMCEID0:
		return event_shown(value, PMCEID0_CHAIN, model()->chain);
	case RULE_PMCEID1:
		return event_shown(value, PMCEID1_STALL_SLOT,
				   model()->stall_slot);
	case RULE_EVCNTR:
		return model_has_long_counters() ? value : (u32)value;
	case RULE_PMMIR:
		return model()->pmmir == PMMIR_SLOTS ? MODEL_SLOTS : 0;
	default:
		return value;
	}
}

/* What reaches the hardware when the guest writes @value */
static u64 rule_write(u8 rule, u64 value)
{
	if (model_has_long_counters())
		return value;
	switch (rule) {
	case RULE_PMCR:
		return value & ~PMCR_LP;
	case RULE_EVCNTR:
		return (u32)value;
	default:
		return value;
	}
}

/*
 * Without a PMU its registers are UNDEF.  But where PMUVer still says that
 * there is one, kernels write PMUSERENR_EL0 before they have vectors; KVM then
 * reads zeros and ignores writes (v4.6 to v5.10: trap_raz_wi()).
 */
static bool reg_is_raz_wi(void)
{
	u32 pmuver = model_pmuver();

	return pmuver != PMUVER_NONE && pmuver != PMUVER_IMP_DEF;
}

static enum trap_result reg_undef(struct frame *f)
{
	inject_undef(f);
	return TRAP_RETURN;
}

static enum trap_result reg_emulate(struct frame *f, const struct reg *r,
				    bool read, u32 rt)
{
	u32 el = (f->spsr & PSR_MODE_MASK) != PSR_MODE_EL0t;
	bool counters = r->group == GROUP_PMU;
	struct reg_value v;

	if (counters) {
		if (r->rule == RULE_PMMIR && model()->pmmir == PMMIR_UNDEF)
			return reg_undef(f);
		if (!model()->pmu && !reg_is_raz_wi())
			return reg_undef(f);
		if (!model()->pmu) {
			if (read)
				f->x[rt] = 0;
			return TRAP_DONE;
		}
		pmu_chain(el);
	}
	if (r->rule == RULE_PMSWINC && !read) {
		pmu_software_increment(f->x[rt], el);
		pmu_chain_mark();
		return TRAP_DONE;
	}
	v = reg_access(r, read, read ? 0 : rule_write(r->rule, f->x[rt]));
	if (counters)
		pmu_chain_mark();
	if (v.fault)
		return reg_undef(f);
	if (read)
		f->x[rt] = rule_read(r->rule, v.value);
	return TRAP_DONE;
}

static const struct reg *reg_find(u64 esr)
{
	u32 encoding = REG_ENCODING(ISS_OP0(esr), ISS_OP1(esr), ISS_CRN(esr),
				    ISS_CRM(esr), ISS_OP2(esr));

	for (u32 i = 0; i < ARRAY_SIZE(regs); i++) {
		if (regs[i].encoding == encoding)
			return &regs[i];
	}
	return NULL;
}

static void reg_unknown(const struct frame *f) __attribute__((noreturn));

static void reg_unknown(const struct frame *f)
{
	u64 esr = f->esr;
	u32 op0 = ISS_OP0(esr), op1 = ISS_OP1(esr), crn = ISS_CRN(esr);
	u32 crm = ISS_CRM(esr), op2 = ISS_OP2(esr), rt = ISS_RT(esr);
	const char *how = ISS_READ(esr) ? "mrs" : "msr";

	trap_stop("unknown access: %s x%u, S%u_%u_C%u_C%u_%u "
		  "(Op0 %u Op1 %u CRn %u CRm %u Op2 %u) at pc=%lx: stopped\n",
		  how, rt, op0, op1, crn, crm, op2, op0, op1, crn, crm, op2,
		  f->elr);
}

enum trap_result regs_trap(struct frame *f)
{
	const struct reg *r = reg_find(f->esr);
	struct cpu *cpu = &cpus[cpu_self()];
	bool read = ISS_READ(f->esr);

	if (!r)
		reg_unknown(f);
	if (r->group == GROUP_PMU)
		cpu->pmu++;
	else
		cpu->id++;
	if (r->rule == RULE_PMMIR && read)
		cpu->pmmir++;
	return reg_emulate(f, r, read, ISS_RT(f->esr));
}
