// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmm.c - the init of the KVM host: runs one guest, then switches the host off
 *
 * Reads /guest/config (vmm-config.c), prints the guest's console as it is, the
 * host kernel's lines behind "host: " and its own behind "vmm: ".  The last line
 * is "vmm: guest ended: off|reset|crash", or "vmm: failed: ..." if the VMM or
 * the host could not do what was asked.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "vmm.h"

static void host_off(void)
{
	fflush(NULL);
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

void die(int errnum, const char *format, ...)
{
	va_list args;

	uart_flush();
	kmsg_drain();
	flockfile(stdout);
	printf("vmm: failed: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	if (errnum)
		printf(": %s", strerror(errnum));
	printf("\n");
	funlockfile(stdout);
	host_off();
	_exit(1);
}

int main(void)
{
	static const char *const ends[] = {
		[VM_OFF] = "off",
		[VM_RESET] = "reset",
		[VM_CRASH] = "crash",
	};
	struct config config;
	enum vm_end end;
	struct vm vm;

	setvbuf(stdout, NULL, _IOLBF, 0);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	kmsg_start();

	config_read(&config, "/guest/config");
	vm_create(&vm, &config);
	end = vcpu_run_all(&vm);

	uart_flush();
	kmsg_drain();
	printf("vmm: guest ended: %s\n", ends[end]);
	host_off();
}
