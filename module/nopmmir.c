// SPDX-License-Identifier: GPL-2.0-only
/*
 * nopmmir - the PMU back on a stock kernel, without reading PMMIR_EL1
 *
 * Some KVM hosts show their guests the hardware's ID_AA64DFR0_EL1.PMUVer, but
 * make PMMIR_EL1, which PMUv3p4 and later have, undefined (fixed on the host by
 * commit c854188ea010 "KVM: arm64: limit PMU version to PMUv3 for ARMv8.1").
 * The guest's PMU driver reads it from an initcall and the guest panics.
 * Booted with initcall_blacklist=armv8_pmu_driver_init the guest lives, without
 * a PMU.  This module then does what that initcall would have done, while the
 * driver's own probe is shown PMUVer as the fixed host would have shown it: at
 * most PMUv3p1.  The driver then never touches PMMIR_EL1, nor the 64-bit event
 * counters of PMUv3p5 that such hosts do not have either.
 *
 * PMUVer is shown by a kprobe on the one MRS of the driver's probe that reads
 * ID_AA64DFR0_EL1; it is there only while the driver is initialised.  Until all
 * that is needed has been found, nothing is changed; what is missing is named.
 *
 * Arm ARM (DDI 0487): D13.2 ID_AA64DFR0_EL1, D13.4 PMMIR_EL1, C5.2 MRS.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/acpi.h>
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/of.h>
#include <linux/perf/arm_pmu.h>
#include <linux/perf_event.h>
#include <linux/platform_device.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/ptrace.h>
#include <asm/sysreg.h>

#ifndef CONFIG_KPROBES
#error "nopmmir needs a kernel with CONFIG_KPROBES=y"
#endif

/* Clang's CFI before kCFI (5.13 to 6.0) knows no function by its plain address. */
#ifndef __nocfi
#define __nocfi
#endif

/* The driver of "arm,armv8-pmuv3" in drivers/perf or arch/arm64/kernel. */
#define PROBE_SYMBOL	"__armv8pmu_probe_pmu"
#define PMU_COMPATIBLE	"arm,armv8-pmuv3"

#define MAP_SYMBOL	"armv8_pmuv3_map_event"
#define IDX_SYMBOL	"armv8pmu_get_event_idx"

/* The names of the init function of a plain PMUv3: since 5.17, and before. */
static const char * const init_symbols[] = {
	"armv8_pmuv3_pmu_init",
	"armv8_pmuv3_init",
};

/* MRS Xt, ID_AA64DFR0_EL1 (S3_0_C0_C5_0); Rt is in bits [4:0], 31 is XZR. */
#define MRS_DFR0	0xd5380500U
#define MRS_RT		0x1fU

/* ID_AA64DFR0_EL1.PMUVer: 0 is no PMUv3, 0xf an implementation defined PMU. */
#define PMUVER_SHIFT	8
#define PMUVER_MASK	0xfULL
#define PMUVER_V3P1	0x4
#define PMUVER_IMP_DEF	0xf

/* PMUv3's events, PMEVTYPER<n>_EL0, PMCR_EL0, and the driver's config1:0, `long'. */
#define EVENT_SW_INCR		0x00
#define EVENT_CPU_CYCLES	0x11
#define EVENT_CHAIN		0x1e
#define TYPER_NSH		BIT(27)
#define PMCR_E			BIT(0)
#define PMCR_N			GENMASK(15, 11)
#define CONFIG1_LONG		BIT(0)

struct driver_symbols {
	u32 *probe;			/* PROBE_SYMBOL, as instructions */
	armpmu_init_fn init;
	typeof(arm_pmu_device_probe) *device_probe;	/* with a device tree */
	typeof(arm_pmu_acpi_probe) *acpi_probe;		/* with ACPI */
};

static struct driver_symbols symbols;

static const char *state = "loading";

static int state_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", state);
}

static int state_set(const char *val, const struct kernel_param *kp)
{
	pr_err("state says what was done, it cannot be set\n");
	return -EPERM;
}

static const struct kernel_param_ops state_ops = {
	.get = state_get,
	.set = state_set,
};

module_param_cb(state, &state_ops, NULL, 0444);
MODULE_PARM_DESC(state, "restored, or not-needed where the PMU was up (read-only)");

static unsigned int pmuver_of(u64 dfr0)
{
	return (dfr0 >> PMUVER_SHIFT) & PMUVER_MASK;
}

/*
 * What c854188ea010 makes of ID_AA64DFR0_EL1 on the host, with its meaning of
 * 0xf: not a version that is higher than another.
 */
static u64 dfr0_limited(u64 dfr0)
{
	unsigned int pmuver = pmuver_of(dfr0);

	if (pmuver <= PMUVER_V3P1 || pmuver == PMUVER_IMP_DEF)
		return dfr0;

	dfr0 &= ~(PMUVER_MASK << PMUVER_SHIFT);
	return dfr0 | (u64)PMUVER_V3P1 << PMUVER_SHIFT;
}

NOKPROBE_SYMBOL(dfr0_limited);

/* Executes the MRS under the probe, but for the value; runs with IRQs off. */
static int dfr0_pre_handler(struct kprobe *p, struct pt_regs *regs)
{
	pt_regs_write_reg(regs, p->opcode & MRS_RT,
			  dfr0_limited(read_sysreg(id_aa64dfr0_el1)));
	instruction_pointer_set(regs, instruction_pointer(regs) + sizeof(u32));
	return 1;
}

NOKPROBE_SYMBOL(dfr0_pre_handler);

/*
 * Never called, as the pre_handler leaves nothing to step over.  But a kprobe that
 * has one is not optimised: an optimised one, which arm64 has in a fork of openEuler,
 * goes on at the instruction whatever its pre_handler did to the PC.
 */
static void dfr0_post_handler(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

/*
 * Is there a CPU PMU?  Asked as any user would: -ENOENT from the perf core is
 * that no PMU takes the event.  A task's event, so that no CPU need be named.
 * 1: there is; 0: there is not; other errors: the perf core's.
 */
static int cpu_pmu_present(void)
{
	struct perf_event_attr attr = {
		.type		= PERF_TYPE_RAW,
		.size		= sizeof(attr),
		.config		= EVENT_CPU_CYCLES,
		.disabled	= 1,
	};
	struct perf_event *event;

	event = perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);
	if (event == ERR_PTR(-ENOENT))
		return 0;
	if (IS_ERR(event))
		return PTR_ERR(event);

	perf_event_release_kernel(event);
	return 1;
}

/*
 * The address of a function of the kernel.  kallsyms_lookup_name() is not
 * exported since 5.7; register_kprobe() looks names up too, and a probe that is
 * registered disabled does not change a single instruction.  NULL: no such
 * function, or none that can be probed.
 */
static void *find_function(const char *name)
{
	struct kprobe kp = {
		.symbol_name	= name,
		.flags		= KPROBE_FLAG_DISABLED,
	};
	void *function;

	if (register_kprobe(&kp))
		return NULL;

	function = kp.addr;
	unregister_kprobe(&kp);
	return function;
}

static void *find_function_or_say(const char *name)
{
	void *function = find_function(name);

	if (!function)
		pr_err("this kernel has no function %s that kprobes can find: nothing changed\n",
		       name);
	return function;
}

/* -ENOENT: something is missing, and has been named. */
static int find_symbols(void)
{
	size_t i;

	symbols.probe = find_function_or_say(PROBE_SYMBOL);
	if (!symbols.probe)
		return -ENOENT;

	for (i = 0; i < ARRAY_SIZE(init_symbols) && !symbols.init; i++)
		symbols.init = find_function(init_symbols[i]);
	if (!symbols.init) {
		pr_err("this kernel has neither function %s nor %s: nothing changed\n",
		       init_symbols[0], init_symbols[1]);
		return -ENOENT;
	}

	if (acpi_disabled) {
		symbols.device_probe = find_function_or_say("arm_pmu_device_probe");
		return symbols.device_probe ? 0 : -ENOENT;
	}

	symbols.acpi_probe = find_function_or_say("arm_pmu_acpi_probe");
	return symbols.acpi_probe ? 0 : -ENOENT;
}

/*
 * The one MRS of the driver's probe that reads ID_AA64DFR0_EL1.  None, or more
 * than one, and this is not the driver that this module knows: -EOPNOTSUPP.
 */
static int find_dfr0_read(u32 **read)
{
	char symbol[KSYM_SYMBOL_LEN];
	unsigned long size;
	unsigned int reads = 0;
	size_t i;

	/* kallsyms_lookup_size_offset() is not exported; its text form is. */
	sprint_symbol(symbol, (unsigned long)symbols.probe);
	if (sscanf(symbol, PROBE_SYMBOL "+0x0/0x%lx", &size) != 1) {
		pr_err("the bounds of %s cannot be told from \"%s\": nothing changed\n",
		       PROBE_SYMBOL, symbol);
		return -EOPNOTSUPP;
	}

	for (i = 0; i < size / sizeof(u32); i++) {
		u32 insn = le32_to_cpu((__force __le32)symbols.probe[i]);

		if ((insn & ~MRS_RT) != MRS_DFR0)
			continue;
		*read = &symbols.probe[i];
		reads++;
	}

	if (reads != 1) {
		pr_err("%s reads ID_AA64DFR0_EL1 at %u places instead of 1, not a driver known here: nothing changed\n",
		       PROBE_SYMBOL, reads);
		return -EOPNOTSUPP;
	}
	return 0;
}

#ifdef CONFIG_ACPI
/* ACPI 6.x, 5.2.12.14: the Performance Interrupt GSIV of a GICC; 0 is none. */
static bool madt_has_pmu(void)
{
	struct acpi_table_header *madt;
	struct acpi_subtable_header *entry;
	unsigned long end;
	bool found = false;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_MADT, 0, &madt)))
		return false;

	end = (unsigned long)madt + madt->length;
	entry = (void *)madt + sizeof(struct acpi_table_madt);
	while ((unsigned long)(entry + 1) <= end && entry->length >= sizeof(*entry)) {
		struct acpi_madt_generic_interrupt *gicc = (void *)entry;

		if (entry->type == ACPI_MADT_TYPE_GENERIC_INTERRUPT &&
		    (unsigned long)&gicc->parking_version <= end &&
		    gicc->performance_interrupt)
			found = true;
		entry = (void *)entry + entry->length;
	}

	acpi_put_table(madt);
	return found;
}
#else
static bool madt_has_pmu(void)
{
	return false;
}
#endif

/*
 * Does CHAIN count?  Runs with IRQs off on a CPU of the PMU, before its reset.  NSH is
 * for a kernel at EL2, where nothing counts without it.
 */
static void test_chain(void *counts)
{
	const u64 pair = BIT(1) | BIT(0);

	if (FIELD_GET(PMCR_N, read_sysreg(pmcr_el0)) < 2)
		return;

	write_sysreg(0, pmcr_el0);
	isb();
	write_sysreg(U32_MAX, pmcntenclr_el0);
	write_sysreg(U32_MAX, pmintenclr_el1);
	write_sysreg(EVENT_SW_INCR | TYPER_NSH, pmevtyper0_el0);
	write_sysreg(EVENT_CHAIN | TYPER_NSH, pmevtyper1_el0);
	write_sysreg(U32_MAX, pmevcntr0_el0);
	write_sysreg(0, pmevcntr1_el0);
	write_sysreg(pair, pmcntenset_el0);
	write_sysreg(PMCR_E, pmcr_el0);
	isb();
	write_sysreg(BIT(0), pmswinc_el0);
	isb();
	*(bool *)counts = (u32)read_sysreg(pmevcntr1_el0) == 1;
	write_sysreg(0, pmcr_el0);
	write_sysreg(pair, pmcntenclr_el0);
	write_sysreg(pair, pmovsclr_el0);
}

/* The driver's own, the same for each PMU that pmu_init() sees. */
static typeof_member(struct arm_pmu, map_event) driver_map_event;
static typeof_member(struct arm_pmu, get_event_idx) driver_get_event_idx;

/* A `long' event that the driver would chain has to wait until it need not. */
static int get_unchained_idx(struct pmu_hw_events *hw, struct perf_event *event)
{
	unsigned int used = bitmap_weight(hw->used_mask, ARMPMU_MAX_HWEVENTS);
	int idx = driver_get_event_idx(hw, event);

	if (idx < 0 || bitmap_weight(hw->used_mask, ARMPMU_MAX_HWEVENTS) < used + 2)
		return idx;

	clear_bit(idx, hw->used_mask);
	clear_bit(idx - 1, hw->used_mask);
	return -EAGAIN;
}

/*
 * An error is better than a count that is wrong from 2^32 on.  What the driver would
 * chain although every counter is free can never count here.
 */
static int map_unchained_event(struct perf_event *event)
{
	struct pmu_hw_events all_free = { };
	int id = driver_map_event(event);

	if (id < 0 || !(event->attr.config1 & CONFIG1_LONG))
		return id;

	/* What the driver asks of an event; armpmu_event_init() sets both later. */
	event->hw.idx = -1;
	event->hw.config_base = id;
	return get_unchained_idx(&all_free, event) < 0 ? -EOPNOTSUPP : id;
}

/* Is it the function of that name?  A compiler may have added a suffix. */
static bool is_function(unsigned long function, const char *name)
{
	char symbol[KSYM_SYMBOL_LEN];
	size_t length = strlen(name);

	sprint_symbol(symbol, function);
	return !strncmp(symbol, name, length) &&
	       (symbol[length] == '+' || symbol[length] == '.') &&
	       strstr(symbol + length, "+0x0/");
}

/*
 * No symbol version covers struct arm_pmu, and weak-modules gives a module to kernels
 * that it was not built for.
 */
static int check_layout(const struct arm_pmu *pmu)
{
	if (is_function((unsigned long)pmu->map_event, MAP_SYMBOL) &&
	    is_function((unsigned long)pmu->get_event_idx, IDX_SYMBOL))
		return 0;

	pr_err("struct arm_pmu holds %ps and %ps where this module has %s and %s: built for another kernel, or not a driver known here: no PMU\n",
	       pmu->map_event, pmu->get_event_idx, MAP_SYMBOL, IDX_SYMBOL);
	return -EOPNOTSUPP;
}

/*
 * The kernel's own init function, behind a name that a table can hold.  A host
 * that the limit is for may have no CHAIN event either (KVM before v5.3), and
 * PMCEID0_EL0 shows the hardware's: `long' events that need it are then refused,
 * as with the kernel patch.
 */
static int __nocfi pmu_init(struct arm_pmu *pmu)
{
	bool chain = false;
	int ret = symbols.init(pmu);

	if (!ret)
		ret = check_layout(pmu);
	if (ret || pmuver_of(read_sysreg(id_aa64dfr0_el1)) <= PMUVER_V3P1)
		return ret;

	ret = smp_call_function_any(&pmu->supported_cpus, test_chain, &chain, 1);
	if (ret || chain)
		return ret;

	pr_warn_once("CHAIN does not count: no 64-bit events but cycles\n");
	driver_map_event = pmu->map_event;
	driver_get_event_idx = pmu->get_event_idx;
	pmu->map_event = map_unchained_event;
	pmu->get_event_idx = get_unchained_idx;
	return 0;
}

static const struct of_device_id pmu_of_ids[] = {
	{ .compatible = PMU_COMPATIBLE, .data = pmu_init },
	{ }
};

static bool dt_has_pmu(void)
{
	struct device_node *np;
	bool found = false;

	for_each_matching_node(np, pmu_of_ids)
		found |= of_device_is_available(np);
	return found;
}

/*
 * Does the host give a PMU?  -ENODEV if not.  The driver is not asked, for it
 * reads the PMU's registers, UNDEF without a PMU, where PMUVer alone says so.
 * Whether the initcall was skipped is not asked either: on a host that gives a
 * PMU it brings it up, panics, or has failed in a way that can be tried again.
 */
static int check_pmu_offered(void)
{
	unsigned int pmuver = pmuver_of(read_sysreg(id_aa64dfr0_el1));

	if (!pmuver || pmuver == PMUVER_IMP_DEF) {
		pr_err("the host gives no PMUv3 (PMUVer is %u): nothing to restore\n",
		       pmuver);
		return -ENODEV;
	}

	if (!acpi_disabled) {
		if (madt_has_pmu())
			return 0;
		pr_err("ACPI's MADT lists no performance interrupt, the host gives no PMU: nothing to restore\n");
		return -ENODEV;
	}

	if (dt_has_pmu())
		return 0;
	pr_err("the device tree has no %s node, the host gives no PMU: nothing to restore\n",
	       PMU_COMPATIBLE);
	return -ENODEV;
}

static int pmu_probe_result;

static int __init __nocfi pmu_device_probe(struct platform_device *pdev)
{
	pmu_probe_result = symbols.device_probe(pdev, pmu_of_ids, NULL);
	return pmu_probe_result;
}

static struct platform_driver pmu_driver = {
	.driver = {
		.name		= KBUILD_MODNAME,
		.of_match_table	= pmu_of_ids,
	},
};

/*
 * What the initcall would have done.  platform_driver_probe() is for just this:
 * it probes now or never, so that no deferred, asynchronous or sysfs-made probe
 * can run later, without the kprobe.  With ACPI the result may be that of the
 * last of several PMUs, so perf is asked.
 */
static int __init __nocfi run_driver(void)
{
	int ret;

	if (acpi_disabled) {
		ret = platform_driver_probe(&pmu_driver, pmu_device_probe);
		return ret && pmu_probe_result ? pmu_probe_result : ret;
	}

	ret = symbols.acpi_probe(pmu_init);
	/* also where perf cannot tell: a PMU may hold our map_event */
	if (cpu_pmu_present() != 0)
		return 0;
	return ret ? ret : -ENODEV;
}

/*
 * The driver initialised under the probe.  No CPU comes or goes meanwhile: the
 * driver's own code expects to run before user space can hotplug CPUs.
 * (cpus_read_lock() would not do, the driver takes it itself.)
 */
static int __init restore(u32 *dfr0_read)
{
	struct kprobe kp = {
		.addr		= (kprobe_opcode_t *)dfr0_read,
		.pre_handler	= dfr0_pre_handler,
		.post_handler	= dfr0_post_handler,
	};
	u32 before = READ_ONCE(*dfr0_read);
	int ret;

	cpu_hotplug_disable();
	ret = register_kprobe(&kp);
	if (ret) {
		pr_err("no kprobe can be set in %s (error %d): nothing changed\n",
		       PROBE_SYMBOL, ret);
		goto out;
	}

	/* debugfs' kprobes/enabled can be 0: registered, yet never hit. */
	if (READ_ONCE(*dfr0_read) == before) {
		pr_err("kprobes are switched off, see kprobes/enabled in debugfs: nothing changed\n");
		ret = -EBUSY;
	} else {
		ret = run_driver();
		if (ret)
			pr_err("the kernel's PMU driver finds no PMU it can use (error %d)\n",
			       ret);
	}
	unregister_kprobe(&kp);
out:
	cpu_hotplug_enable();
	return ret;
}

static int __init nopmmir_init(void)
{
	u32 *dfr0_read;
	int present;
	int ret;

	present = cpu_pmu_present();
	if (present < 0) {
		pr_err("perf cannot tell whether there is a PMU (error %d): nothing changed\n",
		       present);
		return present;
	}
	if (present) {
		state = "not-needed";
		pr_info("not needed: there is a PMU already\n");
		return 0;
	}

	ret = check_pmu_offered();
	if (!ret)
		ret = find_symbols();
	if (!ret)
		ret = find_dfr0_read(&dfr0_read);
	if (!ret)
		ret = restore(dfr0_read);
	if (ret)
		return ret;

	/* With a device tree the PMU's device is now bound to pmu_driver. */
	__module_get(THIS_MODULE);
	state = "restored";
	pr_info("PMU restored, PMUVer %u limited to PMUv3p1, PMMIR_EL1 not read\n",
		pmuver_of(read_sysreg(id_aa64dfr0_el1)));
	return 0;
}
module_init(nopmmir_init);

/* Reached in the state not-needed only, when there is nothing to undo. */
static void __exit nopmmir_exit(void)
{
}
module_exit(nopmmir_exit);

MODULE_AUTHOR("nopmmir project");
MODULE_DESCRIPTION("The PMU, limited to PMUv3p1, where initcall_blacklist=armv8_pmu_driver_init kept it off; cannot be unloaded once it has restored it");
MODULE_LICENSE("GPL");
