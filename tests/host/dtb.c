// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtb.c - in-place edits of QEMU's device tree (Devicetree Specification 0.4, 5)
 *
 * The kernel takes its memory from it, EDK2 too, also where it boots by ACPI:
 * so RAM that is not in it is ours.  Both edits keep every offset: numbers are
 * overwritten, a node becomes FDT_NOPs.
 */
#include "dtb.h"
#include "trap.h"

#define FDT_MAGIC		0xd00dfeed
#define FDT_BEGIN_NODE		1
#define FDT_END_NODE		2
#define FDT_PROP		3
#define FDT_NOP			4

/* Header words */
#define FDT_OFF_STRUCT		2
#define FDT_OFF_STRINGS		3
#define FDT_SIZE_STRUCT		9

/* A child of the root, while we walk through it */
struct node {
	u32 *begin;
	u32 *reg;
	u32 reg_words;
	bool is_memory;
	bool is_pmu;
};

static u32 be32(const u32 *p)
{
	return __builtin_bswap32(*p);
}

/* The tree is written with the MMU off and read, sooner or later, with caches. */
static void put_be32(u32 *p, u32 value)
{
	*p = __builtin_bswap32(value);
	asm volatile("dc civac, %0" : : "r" (p) : "memory");
}

static u64 be64(const u32 *p)
{
	return (u64)be32(p) << 32 | be32(p + 1);
}

static bool equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* Whether a list of strings, as in "compatible", has @wanted */
static bool list_has(const char *list, u32 len, const char *wanted)
{
	for (u32 i = 0; i < len; i++) {
		if ((i == 0 || !list[i - 1]) && equal(list + i, wanted))
			return true;
	}
	return false;
}

/* The word after a string that starts at a word */
static u32 *after_string(u32 *p)
{
	const char *s = (const char *)p;

	for (u32 i = 0;; i++) {
		if (!s[i])
			return p + i / 4 + 1;
	}
}

static void node_property(struct node *n, const char *name, u32 *value, u32 len)
{
	if (equal(name, "reg")) {
		n->reg = value;
		n->reg_words = len / 4;
	} else if (equal(name, "device_type")) {
		n->is_memory = equal((char *)value, "memory");
	} else if (equal(name, "compatible")) {
		n->is_pmu = list_has((char *)value, len, "arm,armv8-pmuv3");
	}
}

/* Shortens the bank that ends at @ram_end; #address-cells and #size-cells: 2 */
static bool shorten_memory(struct node *n, u64 ram_end, u64 reserved)
{
	for (u32 i = 0; i + 4 <= n->reg_words; i += 4) {
		u64 size = be64(n->reg + i + 2);

		if (be64(n->reg + i) + size != ram_end || size <= reserved)
			continue;
		size -= reserved;
		put_be32(n->reg + i + 2, size >> 32);
		put_be32(n->reg + i + 3, size);
		return true;
	}
	return false;
}

static void remove_node(struct node *n, u32 *end)
{
	for (u32 *p = n->begin; p < end; p++)
		put_be32(p, FDT_NOP);
}

void dtb_edit(u64 dtb, u64 ram_end, u64 reserved, bool hide_pmu)
{
	u32 *header = (u32 *)dtb;
	struct node node = { 0 };
	char *strings;
	u32 *p, *end;
	u32 depth = 0;
	bool shortened = false;

	if (be32(header) != FDT_MAGIC)
		trap_stop("no device tree at %lx: is there a -kernel or -bios?\n",
			  dtb);
	strings = (char *)header + be32(header + FDT_OFF_STRINGS);
	p = header + be32(header + FDT_OFF_STRUCT) / 4;
	end = p + be32(header + FDT_SIZE_STRUCT) / 4;

	while (p < end) {
		u32 *token = p++;
		u32 len;

		switch (be32(token)) {
		case FDT_BEGIN_NODE:
			if (++depth == 2)
				node = (struct node){ .begin = token };
			p = after_string(p);
			break;
		case FDT_PROP:
			len = be32(p);
			if (depth == 2)
				node_property(&node, strings + be32(p + 1),
					      p + 2, len);
			p += 2 + (len + 3) / 4;
			break;
		case FDT_END_NODE:
			if (depth-- != 2)
				break;
			if (node.is_memory &&
			    shorten_memory(&node, ram_end, reserved))
				shortened = true;
			if (node.is_pmu && hide_pmu)
				remove_node(&node, p);
			break;
		}
	}
	dsb();
	if (!shortened)
		trap_stop("no RAM that ends at %lx: does the configuration word give -m?\n",
			  ram_end);
}
