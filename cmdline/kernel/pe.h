/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pe.h - the few fields of a PE/COFF header that tell EFI programs apart
 * (PE Format specification: "COFF File Header", "Section Table")
 */
#ifndef PE_H
#define PE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PE_MACHINE_ARM64 0xaa64
#define PE_MACHINE_AMD64 0x8664
#define PE_MACHINE_I386	 0x014c

struct pe_section {
	uint32_t address, size; /* in memory */
	uint32_t offset, raw; /* in the file */
};

struct pe {
	uint16_t machine;
	unsigned int sections;
	size_t table; /* offset of the section table */
};

/* pe_parse() - is @head the begin of a PE file, with its section table? */
bool pe_parse(struct pe *pe, const uint8_t *head, size_t len);

/* pe_section() - find the section called @name. */
bool pe_section(const struct pe *pe, const uint8_t *head, const char *name,
		struct pe_section *s);

/* pe_end() - the file's bytes that the sections claim. */
uint64_t pe_end(const struct pe *pe, const uint8_t *head);

#endif
