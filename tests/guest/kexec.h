/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec - into the same kernel again, without the firmware in between
 */
#ifndef GUEST_KEXEC_H
#define GUEST_KEXEC_H

#include "facts.h"

/*
 * kexec_jump(): if the kernel's command line has guest.kexec, boots /kexec/Image
 * with /kexec/initrd; if it has guest.kdump, as a crash kernel, by a crash (which
 * takes crashkernel=).  The command line is the same without these words.  Events
 * of perf count and sample on every CPU at that moment: `kexec_active` says how
 * many.  Returns if there is no such word, or with the reason in `kexec_error`.
 */
void kexec_jump(const struct facts_pmu *pmu);

#endif
