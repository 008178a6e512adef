/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kimage.h - what a kernel image is, and the arm64 Image in a file that boots
 */
#ifndef KIMAGE_H
#define KIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"
#include "unpack.h"

enum kimage_format {
	KIMAGE_NONE, /* not recognised */
	KIMAGE_RAW, /* arm64 Image without an EFI stub */
	KIMAGE_EFISTUB, /* arm64 Image that is also a PE program */
	KIMAGE_PACKED, /* a whole file compressed (Image.gz and the like) */
	KIMAGE_ZBOOT, /* EFI zboot: a PE program with a packed Image inside */
	KIMAGE_UKI, /* unified kernel image: a PE program with a .linux */
};

enum kimage_verdict {
	KIMAGE_UNKNOWN,
	KIMAGE_NOT_AFFECTED, /* no read of PMMIR_EL1 in its text */
	KIMAGE_PATCHED, /* the read, and the parameter arm_pmu.nopmmir */
	KIMAGE_AFFECTED, /* the read, and no such parameter */
};

struct kimage_info {
	enum kimage_format format;
	const char *packing; /* "gzip", "zstd", "xz", ...; NULL: not packed */
	enum kimage_verdict verdict;
	char version[128]; /* of the banner: "6.6.0-102.oe2509.aarch64", or "" */
	char reason[256]; /* KIMAGE_UNKNOWN: why, for the user */
	bool has_param; /* arm_pmu.nopmmir is known to the kernel */
	unsigned int reads; /* words `mrs Xt, PMMIR_EL1` */
	uint32_t word; /* the first of them */
	uint64_t offset; /* its offset in the unpacked Image */
	uint64_t size; /* bytes of the unpacked Image */
};

/*
 * kimage_probe() - look at the kernel image open at @fd (a regular file, read
 * from its start; the offset is left anywhere).
 * Return: 0 with *@info filled, also for garbage (KIMAGE_UNKNOWN with a
 * reason); -1 with errno where the file itself cannot be read.
 */
int kimage_probe(int fd, struct kimage_info *info);

/*
 * kimage_is_kernel() - do the @len bytes at @head begin an arm64 Image (booting.rst)
 * or an EFI zboot image (zboot-header.S)?
 */
bool kimage_is_kernel(const uint8_t *head, size_t len);

const char *kimage_verdict_name(enum kimage_verdict v); /* "not affected"... */

/* "raw", "EFI stub", "gzip", "EFI zboot (zstd)"...; written to @buf. */
const char *kimage_format_name(const struct kimage_info *info, char *buf,
			       size_t size);

/*
 * No kernel is larger; an Image whose header claims more, or that unpacks to
 * more than its header says, is damaged or no kernel.
 */
#define KIMAGE_MAX (256u << 20)

/* kimage_probe() of a source; the same return. */
int kimage_probe_source(const struct source *s, struct kimage_info *info);

/*
 * kimage_unpack() - hand the unpacked Image to @sink.  Only what is an arm64
 * Image by its header is handed on.
 * Return: 0; 1 where it is none (info->reason says why, info->format as far
 * as known); -1 with errno where the source cannot be read.
 */
int kimage_unpack(const struct source *s, struct kimage_info *info,
		  unpack_sink sink, void *ctx);

#endif
