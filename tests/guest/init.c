// SPDX-License-Identifier: GPL-2.0-only
/*
 * init - the guest's only process: says what the kernel found, tries the PMU,
 * and powers off.
 *
 * Words on the kernel's command line:
 * guest.quick		only what the kernel says of itself, no PMU tests
 * guest.run=PROGRAM	also runs PROGRAM of the initramfs, for 60 s at most
 * guest.reboot		reboots in the end
 * guest.kexec, guest.kdump	only jumps into a second kernel, see kexec.h
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "el0.h"
#include "facts.h"
#include "hotplug.h"
#include "kexec.h"
#include "perf.h"
#include "report.h"

#define INIT_RUN_SECONDS 60

/* syslog(2) names its actions in the kernel's headers only */
enum { SYSLOG_ACTION_CONSOLE_LEVEL = 8 };

static const struct {
	const char *type, *where;
} init_mounts[] = {
	{ "devtmpfs", "/dev" }, { "proc", "/proc" },
	{ "sysfs", "/sys" },	{ "debugfs", "/sys/kernel/debug" },
	{ "tmpfs", "/tmp" },
};

static void init_mount(void)
{
	size_t i;
	int fd;

	for (i = 0; i < sizeof(init_mounts) / sizeof(init_mounts[0]); i++) {
		mkdir(init_mounts[i].where, 0755);
		mount(init_mounts[i].type, init_mounts[i].where,
		      init_mounts[i].type, 0, "");
	}
	/* the archive has no device nodes: it is made without privileges */
	fd = open("/dev/console", O_RDWR);
	if (fd >= 0) {
		dup2(fd, STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		if (fd > STDERR_FILENO)
			close(fd);
	}
}

/* init_run(): reports how PROGRAM ended: its exit status, or `signal N`. */
static void init_run(char *program)
{
	char *argv[] = { program, NULL };
	struct timespec limit = { .tv_sec = INIT_RUN_SECONDS };
	sigset_t child;
	int status;
	pid_t pid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	pid = fork();
	if (!pid) {
		sigprocmask(SIG_UNBLOCK, &child, NULL);
		execv(program, argv);
		_exit(127);
	}
	if (sigtimedwait(&child, NULL, &limit) < 0)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		report("run", "%s %d", program, WEXITSTATUS(status));
	else
		report("run", "%s signal %d", program, WTERMSIG(status));
}

int main(void)
{
	struct facts_pmu pmu;
	char program[128];

	init_mount();
	/*
	 * Or the kernel's lines would land in the middle of these; what it has
	 * to say is in the log, which facts_report_log() goes through.
	 */
	klogctl(SYSLOG_ACTION_CONSOLE_LEVEL, NULL, 1);
	facts_pmu(&pmu);
	kexec_jump(&pmu);
	facts_report();
	facts_report_pmu(&pmu);
	if (!facts_word("guest.quick", NULL, 0)) {
		if (pmu.name[0])
			perf_report(&pmu);
		el0_report();
		hotplug_report(&pmu);
	}
	if (facts_word("guest.run", program, sizeof(program)))
		init_run(program);
	facts_report_log();
	report_end();
	reboot(facts_word("guest.reboot", NULL, 0) ? RB_AUTOBOOT :
						     RB_POWER_OFF);
	/* no power off here (no PSCI): boot-guest has seen `guest: end` anyway */
	for (;;)
		pause();
}
