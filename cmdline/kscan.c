// SPDX-License-Identifier: GPL-2.0-only
/* kscan.c - one pass over an arm64 Image; see kscan.h */
#include "kscan.h"

#include <string.h>

#include "le.h"
#include "nopmmir.h"

/* With its NUL: as the kernel's table of built-in parameters holds it. */
static const char param[] = NM_PARAM_PATCHED;
static const char banner[] = "Linux version ";

void kscan_init(struct kscan *k)
{
	memset(k, 0, sizeof(*k));
	k->text_end = UINT64_MAX;
}

/*
 * Is there a candidate in this block?  These two are written for the compiler
 * to vectorise: they see every byte of the kernel, all else sees a few.
 */
static bool block_has_mrs(const uint8_t *p)
{
	uint32_t hit = 0;

	for (size_t i = 0; i < KSCAN_BLOCK; i += 4) {
		uint32_t w;

		memcpy(&w, p + i, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		w = __builtin_bswap32(w);
#endif
		hit |= (w & KSCAN_MRS_MASK) == KSCAN_MRS_PMMIR;
	}
	return hit;
}

static bool block_has(const uint8_t *p, uint8_t a, uint8_t b, uint8_t c)
{
	uint8_t hit = 0;

	for (size_t i = 0; i < KSCAN_BLOCK; i++)
		hit |= (uint8_t)((p[i] == a) & (p[i + 1] == b) &
				 (p[i + 2] == c));
	return hit;
}

/*
 * Top-level A64 encoding groups (Arm ARM C4.1): op0, bits [28:25], of 0b00xx
 * is reserved, unallocated or SVE, none of which surrounds this read in a
 * kernel.
 */
static bool looks_like_code(uint32_t insn)
{
	return (insn >> 25 & 0xf) >= 4;
}

/*
 * Data may hold the word by chance: a compressed /proc/config.gz, a table of
 * undef hooks.  Of the 32 words around a read inside code 30 are instructions;
 * of random words in 1 case of 140.
 */
static bool amid_code(const uint8_t *p, size_t before, size_t after)
{
	int words = 0, bad = 0;

	for (size_t i = 4; i <= KSCAN_BACK && i <= before; i += 4, words++)
		bad += !looks_like_code(le32(p - i));
	for (size_t i = 4; i <= KSCAN_BACK && i + 4 <= after; i += 4, words++)
		bad += !looks_like_code(le32(p + i));
	return words >= KSCAN_BACK / 4 && bad <= 2;
}

static void scan_words(struct kscan *k, const uint8_t *p, size_t len)
{
	const uint8_t *end = k->window + KSCAN_BACK + k->have;

	for (size_t i = 0; i + 4 <= len; i += 4) {
		uint64_t at =
			k->base + (uint64_t)(p + i - k->window) - KSCAN_BACK;
		uint32_t w = le32(p + i);
		size_t before = at < KSCAN_BACK ? (size_t)at : KSCAN_BACK;

		if ((w & KSCAN_MRS_MASK) != KSCAN_MRS_PMMIR ||
		    at < k->text_start || at >= k->text_end ||
		    !amid_code(p + i, before, (size_t)(end - p) - i))
			continue;
		if (!k->reads++) {
			k->word = w;
			k->offset = at;
		}
	}
}

static void scan_param(struct kscan *k, const uint8_t *p, size_t len)
{
	k->has_param = memmem(p, len, param, sizeof(param)) != NULL;
}

/* "Linux version 6.1.0-50-cloud-arm64 (builder@host) ..." */
static void scan_banner(struct kscan *k, const uint8_t *p, size_t len)
{
	const size_t skip = sizeof(banner) - 1;
	const uint8_t *hit;

	while ((hit = memmem(p, len, banner, skip))) {
		const uint8_t *v = hit + skip;
		size_t n = 0, max;

		len -= (size_t)(v - p);
		p = v;
		max = len < sizeof(k->version) ? len : sizeof(k->version);
		while (n < max && v[n] > ' ' && v[n] < 0x7f)
			n++;
		if (n == max || v[n] != ' ' || *v < '0' || *v > '9')
			continue;
		memcpy(k->version, v, n);
		k->version[n] = '\0';
		return;
	}
}

/*
 * Looks at the matches that start in [0, len) of the window; a string may
 * reach on into what is there behind.
 */
static void scan(struct kscan *k, size_t len)
{
	const uint8_t *start = k->window + KSCAN_BACK;

	for (size_t at = 0; at < len; at += KSCAN_BLOCK) {
		const uint8_t *p = start + at;
		size_t n = len - at < KSCAN_BLOCK ? len - at : KSCAN_BLOCK;
		size_t reach = k->have - at;
		/* a whole block is looked at quickly first */
		bool whole = n == KSCAN_BLOCK && reach >= KSCAN_BLOCK + 2;

		if (reach > n + KSCAN_AHEAD)
			reach = n + KSCAN_AHEAD;
		if (!whole || block_has_mrs(p))
			scan_words(k, p, n);
		if (!k->has_param && (!whole || block_has(p, 'a', 'r', 'm')))
			scan_param(k, p, reach);
		if (!*k->version && (!whole || block_has(p, 'L', 'i', 'n')))
			scan_banner(k, p, reach);
	}
}

void kscan_feed(struct kscan *k, const uint8_t *data, size_t len)
{
	while (len) {
		size_t n = KSCAN_WINDOW - k->have;

		if (n > len)
			n = len;
		memcpy(k->window + KSCAN_BACK + k->have, data, n);
		k->have += n;
		data += n;
		len -= n;
		if (k->have == KSCAN_WINDOW) {
			/* multiple of 4: words stay aligned in the window */
			size_t done = KSCAN_WINDOW - KSCAN_BLOCK;

			scan(k, done);
			memmove(k->window, k->window + done,
				KSCAN_BACK + KSCAN_BLOCK);
			k->base += done;
			k->have = KSCAN_BLOCK;
		}
	}
}

void kscan_finish(struct kscan *k)
{
	scan(k, k->have);
}
