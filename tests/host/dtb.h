/* SPDX-License-Identifier: GPL-2.0-only */
/* dtb.h - what the guest must not see of the machine */
#ifndef HOST_DTB_H
#define HOST_DTB_H

#include "sysreg.h"

/*
 * dtb_edit() - edits QEMU's device tree in place
 * @dtb: its address
 * @ram_end: where the RAM ends
 * @reserved: bytes to take off that end
 * @hide_pmu: take the PMU's node out
 *
 * Stops the machine, in words, if there is no device tree or no such RAM.
 */
void dtb_edit(u64 dtb, u64 ram_end, u64 reserved, bool hide_pmu);

#endif
