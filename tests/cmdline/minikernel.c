// SPDX-License-Identifier: GPL-2.0-only
/*
 * minikernel - makes stand-ins for kernel files, for the tests of `nopmmir
 * check` and the seeds of its fuzzing
 *
 * minikernel image [read] [param] [data] [nope] [cut] [nobanner] [huge] > OUT
 *	an arm64 Image of 24 KiB that does nothing: the header and PE sections
 *	of a real one, NOPs for code, a banner; with
 *	read	 mrs x23, PMMIR_EL1 among the code
 *	param	 the string of a built-in parameter arm_pmu.nopmmir
 *	data	 the word of the mrs in .data, and in .text among zeros
 *	nope	 no PE header: not an EFI stub
 *	cut	 the last 512 bytes are missing
 *	nobanner no Linux banner
 *	huge	 a header that claims 1 GiB
 *	tiny	 a header that claims 8 bytes
 *	unsized	 a header without a size, as before v3.17
 * minikernel zboot TYPE < PACKED > OUT
 *	an EFI zboot image around a packed Image; TYPE as in its header
 * minikernel uki < KERNEL > OUT
 *	a unified kernel image: a PE file with .cmdline and .linux
 *
 * They are none: what must hold for real kernels is tested with real kernels.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT	   0x1000
#define TEXT_SIZE  0x4000
#define DATA	   (TEXT + TEXT_SIZE)
#define DATA_SIZE  0x1000
#define IMAGE_SIZE (DATA + DATA_SIZE)

#define NOP	      0xd503201fu
#define MRS_X23_PMMIR 0xd5389ed7u

static uint8_t buf[1 << 26];

static void put(size_t at, uint64_t value, size_t bytes)
{
	while (bytes--) {
		buf[at++] = (uint8_t)value;
		value >>= 8;
	}
}

static void text(size_t at, const char *s)
{
	memcpy(buf + at, s, strlen(s));
}

/* The headers at @at of a PE file for arm64; returns the end of the last. */
static size_t pe(size_t at, unsigned int sections)
{
	put(at, 0x4550, 4); /* "PE" */
	put(at + 4, 0xaa64, 2);
	put(at + 6, sections, 2);
	put(at + 20, 0, 2); /* no optional header: no one here asks for it */
	return at + 24;
}

static size_t section(size_t at, const char *name, size_t offset, size_t size)
{
	text(at, name);
	put(at + 8, size, 4);
	put(at + 12, offset, 4);
	put(at + 16, size, 4);
	put(at + 20, offset, 4);
	return at + 40;
}

static bool has(char **words, const char *word)
{
	for (; *words; words++) {
		if (!strcmp(*words, word))
			return true;
	}
	return false;
}

static size_t image(char **words)
{
	size_t at;

	put(0, has(words, "nope") ? 0x14000000 : 0xfa405a4d, 4); /* "MZ" */
	put(16,
	    has(words, "huge")	  ? 1u << 30 :
	    has(words, "tiny")	  ? 8 :
	    has(words, "unsized") ? 0 :
				    IMAGE_SIZE,
	    8);
	text(56, "ARM\x64");
	if (!has(words, "nope")) {
		put(60, 64, 4);
		at = pe(64, 2);
		at = section(at, ".text", TEXT, TEXT_SIZE);
		section(at, ".data", DATA, DATA_SIZE);
	}
	for (at = TEXT; at < TEXT + 0x2000; at += 4)
		put(at, NOP, 4);
	if (has(words, "read"))
		put(TEXT + 0x1000, MRS_X23_PMMIR, 4);
	if (has(words, "data")) {
		put(DATA + 0x800, MRS_X23_PMMIR, 4);
		put(TEXT + 0x3800, MRS_X23_PMMIR, 4);
		/* in the code, but not aligned */
		put(TEXT + 0x1002, MRS_X23_PMMIR, 4);
	}
	if (!has(words, "nobanner"))
		text(TEXT + 0x3000,
		     "Linux version 6.6.0-mini (tests@nopmmir) #1 SMP\n");
	if (has(words, "param"))
		text(TEXT + 0x3100, "arm_pmu.nopmmir");
	return IMAGE_SIZE - (has(words, "cut") ? 512 : 0);
}

static size_t zboot(const char *type)
{
	size_t n = fread(buf + TEXT, 1, sizeof(buf) - TEXT, stdin);

	text(0, "MZ");
	text(4, "zimg");
	put(8, TEXT, 4);
	put(12, n, 4);
	text(24, type);
	put(60, 64, 4);
	section(pe(64, 1), ".text", TEXT, n);
	return TEXT + n;
}

static size_t uki(void)
{
	size_t at, n = fread(buf + TEXT, 1, sizeof(buf) - TEXT, stdin);

	text(0, "MZ");
	put(60, 64, 4);
	at = section(pe(64, 2), ".cmdline", 0x800, 16);
	text(0x800, "root=/dev/vda1");
	section(at, ".linux", TEXT, n);
	return TEXT + n;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	size_t n = 0;

	if (!strcmp(what, "image")) {
		n = image(argv + 2);
	} else if (!strcmp(what, "zboot") && argc == 3) {
		n = zboot(argv[2]);
	} else if (!strcmp(what, "uki")) {
		n = uki();
	} else {
		fprintf(stderr, "minikernel: usage: see its source\n");
		return 2;
	}
	fwrite(buf, 1, n, stdout);
	return ferror(stdout) | fflush(stdout) ? 1 : 0;
}
