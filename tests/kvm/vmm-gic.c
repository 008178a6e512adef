// SPDX-License-Identifier: GPL-2.0-only
/* vmm-gic.c - KVM's own GICv3 (Documentation/virt/kvm/devices/arm-vgic-v3.rst) */
#include <errno.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include "vmm.h"

#define SPIS 32

static void set_attr(int fd, uint32_t group, uint64_t attr, const void *value,
		     const char *what)
{
	struct kvm_device_attr kda = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)value,
	};

	if (ioctl(fd, KVM_SET_DEVICE_ATTR, &kda))
		die(errno, "GICv3: %s", what);
}

void gic_create(struct vm *vm)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	uint64_t dist = VMM_GICD_BASE;
	uint64_t redist = VMM_GICR_BASE;
	uint32_t irqs = 32 + SPIS;

	if (ioctl(vm->fd, KVM_CREATE_DEVICE, &device))
		die(errno, "KVM_CREATE_DEVICE of a GICv3");
	vm->gic = (int)device.fd;
	set_attr(vm->gic, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST,
		 &dist, "distributor");
	set_attr(vm->gic, KVM_DEV_ARM_VGIC_GRP_ADDR,
		 KVM_VGIC_V3_ADDR_TYPE_REDIST, &redist, "redistributors");
	set_attr(vm->gic, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &irqs,
		 "number of interrupts");
}

void gic_init(struct vm *vm)
{
	set_attr(vm->gic, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT,
		 NULL, "init");
}
