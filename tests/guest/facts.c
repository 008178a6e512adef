// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "facts.h"
#include "report.h"
#include "sysfile.h"

#define EVENT_SOURCES "/sys/bus/event_source/devices"

/* syslog(2) names its actions in the kernel's headers only */
enum { SYSLOG_ACTION_READ_ALL = 3, SYSLOG_ACTION_SIZE_BUFFER = 10 };

/* What boot-guest and the cells look for in a log. */
static const char *const facts_log_words[] = {
	"PMMIR",
	"nopmmir",
	"hw perfevents",
	"started at EL",
	"started in inconsistent",
};

/* What no boot may show; the count is reported, so that a cell can ask for 0. */
static const char *const facts_log_warnings[] = {
	"WARNING:",
	"BUG:",
	"UBSAN:",
	"KASAN:",
	"Internal error",
	"possible recursive locking",
	"possible circular locking",
	"possible irq lock inversion",
	"suspicious RCU usage",
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static bool facts_has(const char *line, const char *const *words, size_t n)
{
	for (; n; n--, words++)
		if (strstr(line, *words))
			return true;
	return false;
}

/* facts_log(): the whole kernel log; the caller frees it.  NULL: no memory. */
static char *facts_log(void)
{
	int size = klogctl(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0);
	char *log;

	if (size <= 0)
		return NULL;
	log = malloc(size + 1);
	if (!log)
		return NULL;
	size = klogctl(SYSLOG_ACTION_READ_ALL, log, size);
	log[size > 0 ? size : 0] = '\0';
	return log;
}

bool facts_word(const char *word, char *value, unsigned long size)
{
	char cmdline[4096], *next = cmdline, *p;
	size_t len = strlen(word);

	sysfile_read("/proc/cmdline", cmdline, sizeof(cmdline));
	while ((p = strsep(&next, " "))) {
		if (strncmp(p, word, len) || (p[len] && p[len] != '='))
			continue;
		if (value)
			snprintf(value, size, "%s", p[len] ? p + len + 1 : "");
		return true;
	}
	return false;
}

bool facts_pmu(struct facts_pmu *pmu)
{
	char path[320];
	struct dirent *entry;
	DIR *dir = opendir(EVENT_SOURCES);

	pmu->name[0] = '\0';
	while (dir && (entry = readdir(dir))) {
		/* armv8_pmuv3, armv8_pmuv3_0, armv8_cortex_a72, ... */
		if (strncmp(entry->d_name, "armv8_", 6))
			continue;
		snprintf(path, sizeof(path), EVENT_SOURCES "/%s/type",
			 entry->d_name);
		pmu->type = sysfile_number(path);
		snprintf(pmu->name, sizeof(pmu->name), "%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return pmu->name[0];
}

static bool facts_exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}

void facts_report(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char cmdline[4096], *log = facts_log();
	struct utsname uts;

	uname(&uts);
	report("kernel", "%s %s", uts.release, uts.version);
	sysfile_read("/proc/cmdline", cmdline, sizeof(cmdline));
	report("cmdline", "%s", cmdline);
	report("tables", "%s",
	       facts_exists("/sys/firmware/acpi/tables/APIC") ? "acpi" : "dt");
	report("cpus", "%ld", cpus);
	/* hyp_mode_check() of arch/arm64/kernel/smp.c says so for all or none */
	report("started_el1", "%ld",
	       log && strstr(log, "CPU: All CPU(s) started at EL1") ? cpus : 0);
	report("started_el2", "%ld",
	       log && strstr(log, "CPU: All CPU(s) started at EL2") ? cpus : 0);
	free(log);
}

void facts_report_pmu(const struct facts_pmu *pmu)
{
	char path[320], text[64];
	struct dirent **names;
	int i, n;

	n = scandir(EVENT_SOURCES, &names, NULL, alphasort);
	for (i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.')
			report("event_source", "%s", names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	report("pmu", "%s", pmu->name[0] ? pmu->name : "none");
	if (pmu->name[0]) {
		report("pmu_type", "%d", pmu->type);
		snprintf(path, sizeof(path), EVENT_SOURCES "/%s/caps/slots",
			 pmu->name);
		if (sysfile_read(path, text, sizeof(text)))
			report("slots", "0x%lx", strtoul(text, NULL, 16));
		else
			report("slots", "absent");
	} else {
		report("slots", "none");
	}
	/* absent: an unpatched kernel */
	if (!sysfile_read("/sys/module/arm_pmu/parameters/nopmmir", text,
			  sizeof(text)))
		report("nopmmir", "absent");
	else
		report("nopmmir", "%d", text[0] == 'Y' || text[0] == '1');
}

void facts_report_log(void)
{
	char *log = facts_log(), *next = log, *line;
	unsigned int warnings = 0;
	bool warning;

	while ((line = strsep(&next, "\n"))) {
		/* a CPU that its busy host did not run says nothing of the guest */
		warning = facts_has(line, facts_log_warnings,
				    ARRAY_SIZE(facts_log_warnings)) &&
			  !strstr(line, "BUG: soft lockup");
		warnings += warning;
		if (warning || facts_has(line, facts_log_words,
					 ARRAY_SIZE(facts_log_words)))
			report("log", "%s", line);
	}
	report("warnings", "%u", warnings);
	free(log);
}
