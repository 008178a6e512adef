/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hotplug - the last CPU leaves and comes back, and still counts
 */
#ifndef GUEST_HOTPLUG_H
#define GUEST_HOTPLUG_H

#include "facts.h"

/*
 * hotplug_report(): hotplug_ok=1 if the last CPU went offline and came back,
 * and its cycle counter counts before and after (if there is a PMU);
 * unsupported with one CPU, or in a kernel without CPU hotplug.
 */
void hotplug_report(const struct facts_pmu *pmu);

#endif
