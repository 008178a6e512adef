// SPDX-License-Identifier: GPL-2.0-only
/* a64.c - a few A64 instructions; see a64.h */
#include "a64.h"

#include <stdio.h>

#define RD(insn)    ((insn)&31)
#define RN(insn)    ((insn) >> 5 & 31)
#define IMM12(insn) ((insn) >> 10 & 0xfff)

const char *a64_xname(unsigned int reg)
{
	static const char names[32][4] = {
		"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",	 "x7",
		"x8",  "x9",  "x10", "x11", "x12", "x13", "x14", "x15",
		"x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
		"x24", "x25", "x26", "x27", "x28", "x29", "x30", "xzr",
	};

	return names[reg & 31];
}

const char *a64_sysreg_text(uint32_t insn)
{
	static char text[48];
	char reg[32];

	snprintf(reg, sizeof(reg), "S%u_%u_C%u_C%u_%u", 2 + (insn >> 19 & 1),
		 insn >> 16 & 7, insn >> 12 & 15, insn >> 8 & 15,
		 insn >> 5 & 7);
	if (insn & 1u << 21)
		snprintf(text, sizeof(text), "mrs %s, %s", a64_xname(RD(insn)),
			 reg);
	else
		snprintf(text, sizeof(text), "msr %s, %s", reg,
			 a64_xname(RD(insn)));
	return text;
}

/* SUBS (immediate) to the zero register, no shift: cmp Xn|Wn, #4 or #5 */
static bool cmp_pmuver(uint32_t insn)
{
	return (insn & 0x7fc0001f) == 0x7100001f &&
	       (IMM12(insn) == 4 || IMM12(insn) == 5);
}

/* UBFM with immr 8, imms 11, 64 or 32 bit: ubfx Rd, Rn, #8, #4 */
static bool ubfx_pmuver(uint32_t insn)
{
	return (insn & 0xfffffc00) == 0xd3482c00 ||
	       (insn & 0xfffffc00) == 0x53082c00;
}

/* b.cond, cbz, cbnz, tbz, tbnz: they go on to the next word and write nothing */
static bool branch_on(uint32_t insn)
{
	return (insn & 0xff000000) == 0x54000000 ||
	       (insn & 0x7e000000) == 0x34000000 ||
	       (insn & 0x7e000000) == 0x36000000;
}

/* b, br, ret, eret, blr: what is before them did not lead here in a straight line */
static bool branch_off(uint32_t insn)
{
	return (insn & 0xfc000000) == 0x14000000 ||
	       (insn & 0xfe000000) == 0xd6000000;
}

static bool call(uint32_t insn)
{
	return (insn & 0xfc000000) == 0x94000000; /* bl */
}

/*
 * May @insn write @reg?  Almost every instruction that writes one names it in
 * [4:0]; pairs and write-back name more, so any field that equals it counts.
 */
static bool may_write(uint32_t insn, unsigned int reg)
{
	if (branch_on(insn) || cmp_pmuver(insn))
		return false;
	return call(insn) || RD(insn) == reg || RN(insn) == reg ||
	       (insn >> 10 & 31) == reg || (insn >> 16 & 31) == reg;
}

int a64_pmuver_register(const uint32_t *words, const bool *known,
			unsigned int n, uint32_t *by)
{
	for (unsigned int i = n - 1; i-- > 0;) {
		unsigned int reg, j;

		if (!known[i] || branch_off(words[i]))
			return -1;
		if (cmp_pmuver(words[i]))
			reg = RN(words[i]);
		else if (ubfx_pmuver(words[i]))
			reg = RD(words[i]);
		else
			continue;
		for (j = i + 1; j < n - 1; j++) {
			if (may_write(words[j], reg))
				return -1;
		}
		*by = words[i];
		return reg == 31 ? -1 : (int)reg;
	}
	return -1;
}

const char *a64_pmuver_text(uint32_t by)
{
	static char text[48];
	char size = by >> 31 ? 'x' : 'w';

	if (cmp_pmuver(by))
		snprintf(text, sizeof(text), "cmp %c%u, #%u", size, RN(by),
			 IMM12(by));
	else
		snprintf(text, sizeof(text), "ubfx %c%u, %c%u, #8, #4", size,
			 RD(by), size, RN(by));
	return text;
}
