// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "el0.h"
#include "report.h"

extern const char el0_mrs[];
static sigjmp_buf el0_after;
static volatile bool el0_at_mrs;

static void el0_sigill(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	el0_at_mrs = info->si_addr == (const void *)el0_mrs;
	siglongjmp(el0_after, 1);
}

void el0_report(void)
{
	struct sigaction action = { .sa_sigaction = el0_sigill,
				    .sa_flags = SA_SIGINFO };
	struct sigaction before;
	unsigned long value;

	sigaction(SIGILL, &action, &before);
	if (!sigsetjmp(el0_after, 1)) {
		asm volatile(".globl el0_mrs\nel0_mrs: mrs %0, S3_0_C9_C14_6"
			     : "=r"(value));
		report("el0_value", "%#lx", value);
	}
	sigaction(SIGILL, &before, NULL);
	report("el0_sigill", "%d", el0_at_mrs);
}
