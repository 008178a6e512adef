/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kscan.h - one pass over an arm64 Image: the reads of PMMIR_EL1, the
 * parameter arm_pmu.nopmmir and the version in the banner
 */
#ifndef KSCAN_H
#define KSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `mrs Xt, S3_0_C9_C14_6` (PMMIR_EL1; Arm ARM D19.5), Xt in bits [4:0] */
#define KSCAN_MRS_PMMIR 0xd5389ec0u
#define KSCAN_MRS_MASK	0xffffffe0u

/*
 * A window slides over the Image, so memory does not grow with it.  A match
 * needs at most KSCAN_BACK bytes before it and KSCAN_AHEAD bytes from its
 * start on.
 */
#define KSCAN_BACK   64
#define KSCAN_AHEAD  256
#define KSCAN_BLOCK  4096
#define KSCAN_WINDOW (16 * KSCAN_BLOCK)

struct kscan {
	/* code lies in [text_start, text_end), offsets in the Image */
	uint64_t text_start;
	uint64_t text_end;

	unsigned int reads;
	uint32_t word;
	uint64_t offset;
	bool has_param;
	char version[128];

	uint64_t base; /* offset in the Image of window[KSCAN_BACK] */
	size_t have; /* bytes from there on */
	uint8_t window[KSCAN_BACK + KSCAN_WINDOW];
};

/* All of the Image counts as code until the caller narrows text_*. */
void kscan_init(struct kscan *k);
void kscan_feed(struct kscan *k, const uint8_t *data, size_t len);
/* To be called once behind the last byte. */
void kscan_finish(struct kscan *k);

#endif
