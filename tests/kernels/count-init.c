// SPDX-License-Identifier: GPL-2.0-only
/*
 * An init that tells how many instructions the guest has executed when it starts:
 * under QEMU's -icount shift=0 an instruction takes 1 ns of guest time, and
 * CNTVCT_EL0 counts that from the reset on (Arm ARM D12.2, the virtual counter).
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	uint64_t ticks, hertz;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0"
			 : "=r"(ticks)
			 :
			 : "memory");
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hertz));

	mkdir("/dev", 0755);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	if (open("/dev/console", O_RDWR) == 0) {
		dup(0);
		dup(0);
	}
	printf("guest: instructions_to_init=%ju\n",
	       (uintmax_t)(ticks * (1000000000 / hertz)));
	printf("guest: end\n");
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 1;
}
