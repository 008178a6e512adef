/* SPDX-License-Identifier: GPL-2.0-only */
/* inject.h - what a trapped instruction's guest sees next */
#ifndef HOST_INJECT_H
#define HOST_INJECT_H

#include "trap.h"

/* The instruction is done: goes on after it, as hardware would have. */
void inject_skip(struct frame *f);

/* The instruction is UNDEFINED: its exception, taken to EL1. */
void inject_undef(struct frame *f);

#endif
