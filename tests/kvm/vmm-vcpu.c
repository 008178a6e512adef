// SPDX-License-Identifier: GPL-2.0-only
/* vmm-vcpu.c - the vCPUs: PSCI 0.2 in the kernel, PMUv3, one thread each */
#include <errno.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "vmm.h"

#define CORE_REG(reg)                                          \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | \
	 KVM_REG_ARM_CORE_REG(reg))

struct vcpu {
	struct vm *vm;
	unsigned int index;
	int fd;
	struct kvm_run *run;
	pthread_t thread;
};

static pthread_mutex_t end_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t end_signal = PTHREAD_COND_INITIALIZER;
static bool ended;
static enum vm_end how;

static void end_guest(enum vm_end end)
{
	pthread_mutex_lock(&end_lock);
	if (!ended)
		how = end;
	ended = true;
	pthread_cond_signal(&end_signal);
	pthread_mutex_unlock(&end_lock);
}

static void set_reg(const struct vcpu *vcpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	if (ioctl(vcpu->fd, KVM_SET_ONE_REG, &reg))
		die(errno, "vCPU %u: KVM_SET_ONE_REG 0x%" PRIx64, vcpu->index,
		    id);
}

static void vcpu_create(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;
	struct kvm_vcpu_init init;
	int size = ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	vcpu->fd = ioctl(vm->fd, KVM_CREATE_VCPU, (unsigned long)vcpu->index);
	if (size < 0 || vcpu->fd < 0)
		die(errno, "KVM_CREATE_VCPU %u", vcpu->index);
	vcpu->run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		die(errno, "vCPU %u: mmap of kvm_run", vcpu->index);

	if (ioctl(vm->fd, KVM_ARM_PREFERRED_TARGET, &init))
		die(errno, "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= 1U << KVM_ARM_VCPU_PSCI_0_2;
	if (vm->config.pmu)
		init.features[0] |= 1U << KVM_ARM_VCPU_PMU_V3;
	if (vcpu->index)
		init.features[0] |= 1U << KVM_ARM_VCPU_POWER_OFF;
	if (ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, &init))
		die(errno, "vCPU %u: KVM_ARM_VCPU_INIT", vcpu->index);

	if (!vcpu->index) {
		set_reg(vcpu, CORE_REG(regs.pc), vm->config.entry);
		set_reg(vcpu, CORE_REG(regs.regs[0]), vm->config.arg);
	}
}

/* KVM wants the GIC initialised before (kvm_arm_pmu_v3_init()). */
static void vcpu_init_pmu(const struct vcpu *vcpu)
{
	int intid = VMM_PMU_INTID;
	struct kvm_device_attr irq = {
		.group = KVM_ARM_VCPU_PMU_V3_CTRL,
		.attr = KVM_ARM_VCPU_PMU_V3_IRQ,
		.addr = (uintptr_t)&intid,
	};
	struct kvm_device_attr init = {
		.group = KVM_ARM_VCPU_PMU_V3_CTRL,
		.attr = KVM_ARM_VCPU_PMU_V3_INIT,
	};

	if (ioctl(vcpu->fd, KVM_SET_DEVICE_ATTR, &irq) ||
	    ioctl(vcpu->fd, KVM_SET_DEVICE_ATTR, &init))
		die(errno, "vCPU %u: PMUv3", vcpu->index);
}

static void handle_mmio(const struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;
	uint64_t offset = run->mmio.phys_addr - VMM_UART_BASE;

	/* what the guest reads there is memory: uart_create() */
	if (offset >= VMM_UART_SIZE || !run->mmio.is_write)
		die(0, "vCPU %u: %s at 0x%llx, where there is nothing",
		    vcpu->index, run->mmio.is_write ? "write" : "read",
		    run->mmio.phys_addr);
	uart_write(offset, run->mmio.data[0]);
}

/* True: the guest goes on. */
static bool handle_exit(const struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;

	switch (run->exit_reason) {
	case KVM_EXIT_MMIO:
		handle_mmio(vcpu);
		return true;
	case KVM_EXIT_SYSTEM_EVENT:
		switch (run->system_event.type) {
		case KVM_SYSTEM_EVENT_SHUTDOWN:
			end_guest(VM_OFF);
			return false;
		case KVM_SYSTEM_EVENT_RESET:
			end_guest(VM_RESET);
			return false;
		default:
			end_guest(VM_CRASH);
			return false;
		}
	default:
		die(0, "vCPU %u: exit reason %u", vcpu->index,
		    run->exit_reason);
	}
}

static void *vcpu_thread(void *arg)
{
	const struct vcpu *vcpu = arg;

	/* The first KVM_RUN is interrupted, so that every guest shows that one may be. */
	vcpu->run->immediate_exit = 1;
	for (;;) {
		if (!ioctl(vcpu->fd, KVM_RUN, 0)) {
			if (!handle_exit(vcpu))
				return NULL;
		} else if (errno != EINTR && errno != EAGAIN) {
			die(errno, "vCPU %u: KVM_RUN", vcpu->index);
		}
		/* what the exit reason says is old after an error */
		vcpu->run->immediate_exit = 0;
	}
}

enum vm_end vcpu_run_all(struct vm *vm)
{
	static struct vcpu vcpus[VMM_MAX_CPUS];
	unsigned int i;
	int err;

	uart_create(vm);
	gic_create(vm);
	for (i = 0; i < vm->config.cpus; i++) {
		vcpus[i].vm = vm;
		vcpus[i].index = i;
		vcpu_create(&vcpus[i]);
	}
	gic_init(vm);
	for (i = 0; i < vm->config.cpus && vm->config.pmu; i++)
		vcpu_init_pmu(&vcpus[i]);

	for (i = 0; i < vm->config.cpus; i++) {
		err = pthread_create(&vcpus[i].thread, NULL, vcpu_thread,
				     &vcpus[i]);
		if (err)
			die(err, "vCPU %u: thread", i);
	}

	/* The other vCPUs stay in KVM_RUN; they end with the host. */
	pthread_mutex_lock(&end_lock);
	while (!ended)
		pthread_cond_wait(&end_signal, &end_lock);
	pthread_mutex_unlock(&end_lock);
	return how;
}
