/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unpack.h - decompression, piece by piece, of what kernels are packed with
 */
#ifndef UNPACK_H
#define UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

/*
 * Takes the next @len unpacked bytes.  Return: true to go on, false to stop
 * the unpacking (no error of the packed data).
 */
typedef bool (*unpack_sink)(void *ctx, const uint8_t *data, size_t len);

enum unpack_result {
	UNPACK_OK,
	UNPACK_STOPPED, /* the sink wanted no more */
	UNPACK_DAMAGED, /* not what this packing looks like, or cut short */
	UNPACK_TOO_BIG, /* wants more memory than UNPACK_MEMORY */
	UNPACK_READ, /* the source could not be read: errno */
};

/*
 * The most that a decoder may reserve: the kernel's own build packs with
 * windows of up to 128 MiB (xz_wrap.sh, zstd -22).  Pages of a window that
 * the data do not fill are never touched.
 */
#define UNPACK_MEMORY (192u << 20)

struct packing {
	const char *name;
	uint8_t magic[6];
	uint8_t magic_len;
	/* names that an EFI zboot header uses (COMP_TYPE), comma-separated */
	const char *zboot;
	const struct codec *codec; /* unpack.c's */
};

/* unpack_by_magic() - the packing that @head begins like, or NULL. */
const struct packing *unpack_by_magic(const uint8_t *head, size_t len);

/* unpack_by_zboot() - the packing a zboot header names, or NULL. */
const struct packing *unpack_by_zboot(const char *name);

/*
 * unpack() - unpack the @len bytes at @offset.  What follows the end of the
 * packed stream within @len is ignored.  Of a stream that goes on without
 * unpacking to anything some MiB are read, then it counts as damaged; so what
 * is read and how long it takes is bounded by what @sink takes.
 */
enum unpack_result unpack(const struct packing *p, const struct source *s,
			  uint64_t offset, uint64_t len, unpack_sink sink,
			  void *ctx);

#endif
