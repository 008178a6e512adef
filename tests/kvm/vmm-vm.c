// SPDX-License-Identifier: GPL-2.0-only
/* vmm-vm.c - the VM, its RAM and what is loaded into it */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmm.h"

static void load_file(struct vm *vm, uint64_t addr, const char *path)
{
	uint64_t offset = addr - VMM_RAM_BASE;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st))
		die(errno, "%s", path);
	if (addr < VMM_RAM_BASE || offset > vm->ram_size ||
	    (uint64_t)st.st_size > vm->ram_size - offset)
		die(0, "%s: %jd bytes do not fit into RAM at 0x%" PRIx64, path,
		    (intmax_t)st.st_size, addr);

	for (; st.st_size > 0; st.st_size -= n, offset += (uint64_t)n) {
		n = read(fd, vm->ram + offset, (size_t)st.st_size);
		if (n <= 0)
			die(n ? errno : EIO, "%s", path);
	}
	close(fd);
}

void vm_create(struct vm *vm, const struct config *config)
{
	struct kvm_userspace_memory_region region = {
		.slot = VMM_SLOT_RAM,
		.guest_phys_addr = VMM_RAM_BASE,
		.memory_size = (uint64_t)config->mem_mib << 20,
	};
	unsigned int i;

	vm->config = *config;
	vm->ram_size = region.memory_size;

	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm < 0)
		die(errno, "/dev/kvm: has this host a CPU with EL2?");
	if (ioctl(vm->kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		die(0, "KVM's API version is not %d", KVM_API_VERSION);
	vm->fd = ioctl(vm->kvm, KVM_CREATE_VM, 0UL);
	if (vm->fd < 0)
		die(errno, "KVM_CREATE_VM");

	vm->ram = mmap(NULL, vm->ram_size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (vm->ram == MAP_FAILED)
		die(errno, "%u MiB of guest RAM", config->mem_mib);
	region.userspace_addr = (uintptr_t)vm->ram;
	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region))
		die(errno, "KVM_SET_USER_MEMORY_REGION");

	for (i = 0; i < config->loads; i++)
		load_file(vm, config->load[i].addr, config->load[i].path);
}
