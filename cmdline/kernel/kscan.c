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
 * Is there a candidate in this block?  Written for the compiler to vectorise:
 * this sees every byte of the kernel, all else sees a few.  A string is found
 * by one of the four aligned words that it holds whatever its address; the
 * word may lie in the block behind the one that the string starts in.
 */
struct needle {
	uint32_t word[4];
};

static struct needle needle(const char *s)
{
	struct needle n;

	for (size_t i = 0; i < 4; i++)
		memcpy(&n.word[i], s + i, 4);
	return n;
}

static inline uint32_t is_word(const struct needle *n, uint32_t w)
{
	return -(uint32_t)(w == n->word[0]) | -(uint32_t)(w == n->word[1]) |
	       -(uint32_t)(w == n->word[2]) | -(uint32_t)(w == n->word[3]);
}

#define HIT_MRS	   1u
#define HIT_STRING 2u

static inline uint32_t look(const uint8_t *p, const struct needle *a,
			    const struct needle *b)
{
	uint32_t mrs = 0, string = 0;

	for (size_t i = 0; i < KSCAN_BLOCK; i += 4) {
		uint32_t w;

		memcpy(&w, p + i, 4);
		if (a)
			string |= is_word(a, w);
		if (b)
			string |= is_word(b, w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		w = __builtin_bswap32(w);
#endif
		mrs |= -(uint32_t)((w & KSCAN_MRS_MASK) == KSCAN_MRS_PMMIR);
	}
	return (mrs ? HIT_MRS : 0) | (string ? HIT_STRING : 0);
}

static uint32_t look_at_block(const struct kscan *k, const uint8_t *p)
{
	const struct needle a = needle(param), b = needle(banner);

	if (!k->has_param && !*k->version)
		return look(p, &a, &b);
	if (!k->has_param)
		return look(p, &a, NULL);
	if (!*k->version)
		return look(p, &b, NULL);
	return look(p, NULL, NULL);
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
		/* the version is 0 before, and its last byte stays so */
		if (n == max || v[n] != ' ' || *v < '0' || *v > '9')
			continue;
		memcpy(k->version, v, n);
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
		uint32_t hit = n == KSCAN_BLOCK ? look_at_block(k, p) :
						  HIT_MRS | HIT_STRING;

		if (reach > n + KSCAN_AHEAD)
			reach = n + KSCAN_AHEAD;
		if (hit & HIT_MRS)
			scan_words(k, p, n);
		/* the last word of a string's four may begin this block */
		if (hit & HIT_STRING) {
			if (!k->has_param)
				scan_param(k, p - 4, reach + 4);
			if (!*k->version)
				scan_banner(k, p - 4, reach + 4);
		}
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
