// SPDX-License-Identifier: GPL-2.0-only
/*
 * load - the first program of a guest that tries nopmmir.ko: loads modules as
 * the kernel's command line tells, says what became of it, and goes on as the
 * guest's own /init, or another.
 *
 * The words, which the kernel hands on as the environment of its init:
 * LOAD=FILE[*N][,FILE...]	modules of the initramfs, in this order, each N
 *				times; one that has loaded is unloaded again
 *				between its times, if it lets itself be
 * LOAD_PARAMETERS=TEXT		for the modules
 * LOAD_HOTPLUG=N		meanwhile all CPUs but 0 go off and on, and go on with
 *				it until N times one went off
 * LOAD_BEFORE=FILE=TEXT	is written to a file of /proc or /sys first
 * LOAD_INIT=FILE		is what it goes on as
 *
 * Started without LOAD, behind a dracut initramfs, it reports what that has done.
 * Reports, per FILE: `guest: load=FILE loaded|ERRNO [xN]` for each run of equal
 * results; in the end the module's state, what unloading it says, how many
 * kprobes there are, /run/nopmmir/status, and how often a CPU went off and on.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"
#include "sysfile.h"

#define LOAD_CPUS_MAX 64

/* syslog(2) names its actions in the kernel's headers only */
enum { SYSLOG_ACTION_CONSOLE_LEVEL = 8 };

/* Shared with the process that plugs CPUs. */
struct load_hotplug {
	unsigned int changes, refused;
};

static struct load_hotplug *load_hotplug;

static const struct {
	const char *type, *where;
} load_mounts[] = {
	{ "devtmpfs", "/dev" },
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "debugfs", "/sys/kernel/debug" },
};

static const struct {
	int number;
	const char *name;
} load_errors[] = {
	{ 0, "loaded" },
	{ EPERM, "EPERM" },
	{ ENOENT, "ENOENT" },
	{ ENOEXEC, "ENOEXEC" },
	{ EAGAIN, "EAGAIN" },
	{ EBUSY, "EBUSY" },
	{ EEXIST, "EEXIST" },
	{ ENODEV, "ENODEV" },
	{ EINVAL, "EINVAL" },
	{ EOPNOTSUPP, "EOPNOTSUPP" },
	{ EKEYREJECTED, "EKEYREJECTED" },
};

static const char *load_error(int number)
{
	static char text[16];
	size_t i;

	for (i = 0; i < sizeof(load_errors) / sizeof(load_errors[0]); i++)
		if (load_errors[i].number == number)
			return load_errors[i].name;
	snprintf(text, sizeof(text), "errno-%d", number);
	return text;
}

static void load_mount(void)
{
	size_t i;
	int fd;

	for (i = 0; i < sizeof(load_mounts) / sizeof(load_mounts[0]); i++) {
		mkdir(load_mounts[i].where, 0755);
		mount(load_mounts[i].type, load_mounts[i].where,
		      load_mounts[i].type, 0, "");
	}
	/* the archive has no device nodes */
	fd = open("/dev/console", O_RDWR);
	if (fd < 0)
		return;
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

/* load_plug(): until it is killed; leaves no CPU off for longer than a turn. */
static void load_plug(void)
{
	char path[64];
	int cpu;

	for (cpu = 1;; cpu = cpu % LOAD_CPUS_MAX + 1) {
		snprintf(path, sizeof(path),
			 "/sys/devices/system/cpu/cpu%d/online", cpu);
		if (access(path, W_OK)) {
			cpu = 0;
			continue;
		}
		if (sysfile_write(path, "0"))
			load_hotplug->changes++;
		else
			load_hotplug->refused++;
		while (!sysfile_write(path, "1") && sysfile_number(path) == 0)
			load_hotplug->refused++;
	}
}

/* load_all_on(): the CPU that was off when load_plug() was killed. */
static void load_all_on(void)
{
	char path[64];
	int cpu;

	for (cpu = 1; cpu < LOAD_CPUS_MAX; cpu++) {
		snprintf(path, sizeof(path),
			 "/sys/devices/system/cpu/cpu%d/online", cpu);
		if (sysfile_number(path) == 0)
			sysfile_write(path, "1");
	}
}

/* 0, or the errno of finit_module(2). */
static int load_module(const char *file, const char *parameters)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno;
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0;
	close(fd);
	return ret;
}

/* load_name(): nopmmir of /nopmmir.ko; NAME has room for SIZE. */
static void load_name(const char *file, char *name, size_t size)
{
	const char *base = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;

	snprintf(name, size, "%.*s", (int)strcspn(base, "."), base);
}

static int load_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
}

static void load_report_run(const char *file, int result, int times)
{
	if (times > 1)
		report("load", "%s %s x%d", file, load_error(result), times);
	else if (times)
		report("load", "%s %s", file, load_error(result));
}

static void load_file(const char *file, int times, const char *parameters)
{
	char name[64];
	int result = 0, run = 0, next;

	load_name(file, name, sizeof(name));
	for (; times; times--) {
		next = load_module(file, parameters);
		if (run && next != result) {
			load_report_run(file, result, run);
			run = 0;
		}
		result = next;
		run++;
		if (!result && times > 1)
			load_unload(name);
	}
	load_report_run(file, result, run);
}

static void load_files(char *files, const char *parameters)
{
	char *file, *times;

	for (file = strtok(files, ","); file; file = strtok(NULL, ",")) {
		times = strchr(file, '*');
		if (times)
			*times++ = '\0';
		load_file(file, times ? atoi(times) : 1, parameters);
	}
}

static int load_lines(const char *path)
{
	FILE *file = fopen(path, "re");
	int lines = 0, c;

	if (!file)
		return -1;
	while ((c = getc(file)) != EOF)
		lines += c == '\n';
	fclose(file);
	return lines;
}

static void load_report(void)
{
	char state[64], status[512];
	int unloaded;

	if (!sysfile_read("/sys/module/nopmmir/parameters/state", state,
			  sizeof(state)))
		strcpy(state, "absent");
	report("module_state", "%s", state);
	unloaded = load_unload("nopmmir");
	report("unload", "%s", unloaded ? load_error(unloaded) : "done");
	report("kprobes", "%d", load_lines("/sys/kernel/debug/kprobes/list"));
	if (sysfile_read("/run/nopmmir/status", status, sizeof(status)))
		report("status", "%s", status);
}

int main(void)
{
	char *files = getenv("LOAD"), *before = getenv("LOAD_BEFORE"), *text;
	const char *parameters = getenv("LOAD_PARAMETERS");
	const char *changes = getenv("LOAD_HOTPLUG");
	const char *init = getenv("LOAD_INIT");
	pid_t plugger = -1;

	load_mount();
	/* or the kernel's lines would land within these; /init shows the log */
	klogctl(SYSLOG_ACTION_CONSOLE_LEVEL, NULL, 1);
	load_hotplug = mmap(NULL, sizeof(*load_hotplug), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (load_hotplug == MAP_FAILED)
		return 1;

	text = before ? strchr(before, '=') : NULL;
	if (text) {
		*text++ = '\0';
		report("before", "%s %s", before,
		       sysfile_write(before, text) ? text : "refused");
	}

	if (changes)
		plugger = fork();
	if (!plugger)
		load_plug();

	if (files)
		load_files(files, parameters ? parameters : "");

	if (plugger > 0) {
		/* what is to be seen must have happened */
		while (load_hotplug->changes < (unsigned int)atoi(changes))
			sched_yield();
		kill(plugger, SIGKILL);
		waitpid(plugger, NULL, 0);
		load_all_on();
		report("plugged", "%u", load_hotplug->changes);
		report("plug_refused", "%u", load_hotplug->refused);
	}
	load_report();
	if (!init)
		init = "/init";
	execl(init, init, NULL);
	return 1;
}
