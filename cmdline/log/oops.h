/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * oops.h - what a console log says: oopses, panics, and a KVM host's complaints
 */
#ifndef OOPS_H
#define OOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define OOPS_WORDS 5 /* dump_kernel_instr(): four words, then (the one) */
#define OOPS_TRACE 12 /* functions of the call trace that are kept */
#define OOPS_OPEN  4 /* oopses that may be interleaved */

enum oops_kind {
	OOPS_NONE,
	OOPS_PANIC, /* a panic or an oops of another kind */
	OOPS_UNDEF, /* another undefined instruction */
	OOPS_THIS, /* PMMIR_EL1 read in the PMU driver's probe */
};

struct oops {
	bool open;
	unsigned int age;
	char caller[16];

	char what[96]; /* behind "Internal error: ", or the panic's words */
	bool undef; /* it says: undefined instruction */
	bool user; /* of a program, not of the kernel */
	char pc[96]; /* "__armv8pmu_probe_pmu+0xdc/0x110" */
	char kernel[96];

	uint32_t words[OOPS_WORDS];
	bool known[OOPS_WORDS];
	unsigned int n_words;
	bool has_word; /* the last of them is the one that faulted */

	uint64_t x[31];
	uint32_t has_x; /* bit n: x[n] was shown */

	char trace[OOPS_TRACE][64];
	unsigned int n_trace;
	bool in_trace;
};

/* `{ Op0( 3), Op1( 0), CRn( 9), CRm(14), Op2( 6), func_read },` of a KVM host */
struct oops_host {
	unsigned long pmmir; /* lines about PMMIR_EL1 */
	unsigned long other; /* about other registers */
	unsigned int op[5]; /* the first of the latter */
};

struct oops_log {
	enum oops_kind kind; /* of the worst one, which is: */
	struct oops oops;
	char function[64]; /* where it faulted, "" if not shown */
	bool certain; /* OOPS_THIS: the faulting word is in the log */
	char panic[128]; /* the last "Kernel panic - not syncing: " */
	char kernel[96]; /* of the banner, the last boot's */
	bool has_cmdline; /* the kernel's command line is in the log, with */
	bool patched_param;
	bool stock_param;
	struct oops_host host;
};

/* oops_read() - read the whole of @f. Return: 0, or -1 with errno. */
int oops_read(FILE *f, struct oops_log *log);

#endif
