/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * oops.h - what a console log says: oopses, panics, and a KVM host's complaints
 */
#ifndef OOPS_H
#define OOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cmdline.h"

#define OOPS_WORDS 5 /* dump_kernel_instr(): four words, then (the one) */
#define OOPS_TRACE 12 /* functions of the call trace that are kept */
#define OOPS_OPEN  4 /* oopses that may be interleaved */
#define OOPS_APART 100 /* lines: what is further apart is not of one dump */

enum oops_kind {
	OOPS_NONE,
	OOPS_PANIC, /* a panic or an oops of another kind */
	OOPS_UNDEF, /* another undefined instruction */
	OOPS_SOME_UNDEF, /* one that the log does not show: maybe this */
	OOPS_THIS, /* PMMIR_EL1 read in the PMU driver's probe */
};

struct oops {
	bool open;
	unsigned int age;
	unsigned long seen; /* the log's line that told of it last */
	char caller[16];

	char what[96]; /* behind "Internal error: ", or the panic's words */
	bool head; /* "Internal error:" is in the log */
	bool warning; /* a report of a kernel that goes on */
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
	bool cut_trace; /* its first line is not in the log */
};

/**
 * struct oops_boot - one boot of a log, from its banner to the next one's
 * @kind: of the worst oops, which is @oops
 * @function: where that faulted, "" if not shown
 * @certain: OOPS_THIS: the faulting word is in the log
 * @in_driver: it happened below armv8_pmu_driver_init(), so a kernel that does
 *	not call that does not get there
 * @panic: behind the last "Kernel panic - not syncing: "
 * @kernel: of the banner, "" if not shown
 * @has_cmdline: the kernel's command line is in the log, and says @params
 * @up: the log shows that user space was reached
 */
struct oops_boot {
	enum oops_kind kind;
	struct oops oops;
	char function[64];
	bool certain;
	bool in_driver;
	char panic[128];
	char kernel[96];
	bool has_cmdline;
	struct cmdline_params params;
	bool up;
};

/* `{ Op0( 3), Op1( 0), CRn( 9), CRm(14), Op2( 6), func_read },` of a KVM host */
struct oops_host {
	unsigned long pmmir; /* lines about PMMIR_EL1 */
	unsigned long other; /* about other registers */
	unsigned int op[5]; /* the first of the latter */
	unsigned long complaints; /* lines that announce such a line */
};

/**
 * struct oops_log - a log is a sequence of boots
 * @boot: the one to tell of: the worst, of equals the last
 * @number: which that is, from 1
 * @boots: how many there are
 * @last: how the last one ended, where that is another
 * @host: what KVM said, if this is a host's log
 */
struct oops_log {
	struct oops_boot boot;
	unsigned int number;
	unsigned int boots;
	struct oops_boot last;
	struct oops_host host;
};

/**
 * oops_read() - read a console log to its end
 * @f: the log, in the shape that a terminal, a serial line or a logger left it in
 * @log: what it says
 *
 * Return: 0, or -1 with errno.
 */
int oops_read(FILE *f, struct oops_log *log);

#endif
