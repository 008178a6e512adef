/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts - what the guest's kernel says of itself: version, CPUs, PMU, log
 */
#ifndef GUEST_FACTS_H
#define GUEST_FACTS_H

#include <stdbool.h>

/*
 * struct facts_pmu - the CPUs' PMU as perf knows it
 * @name: its name in /sys/bus/event_source/devices, empty if there is none
 * @type: perf_event_attr.type for its raw events
 */
struct facts_pmu {
	char name[256];
	int type;
};

/*
 * facts_word(): whether the kernel's command line has WORD or WORD=...; if so
 * and VALUE is not NULL, what follows the = is put there (SIZE bytes).
 */
bool facts_word(const char *word, char *value, unsigned long size);

/* facts_pmu(): finds the PMU; false if this kernel drives none. */
bool facts_pmu(struct facts_pmu *pmu);

/* facts_report(): kernel, cmdline, tables, cpus, started_el1. */
void facts_report(void);

/* facts_report_pmu(): pmu, pmu_type, pmus, slots, nopmmir. */
void facts_report_pmu(const struct facts_pmu *pmu);

/* facts_report_log(): log lines about the PMU, and how many warnings there are. */
void facts_report_log(void);

#endif
