// SPDX-License-Identifier: GPL-2.0-only
/*
 * unpack.c - decompression, piece by piece; see unpack.h
 *
 * Nothing is kept but one piece of input, one of output and the decoder's
 * window, so a file that unpacks to terabytes costs its reader no memory; the
 * sink decides when it has seen enough.
 */
#include "unpack.h"

#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "le.h"
#include "nopmmir.h"

#define PIECE (128u << 10)

/* The part of the source that is still to be read, and the piece at hand. */
struct input {
	const struct source *s;
	uint64_t offset;
	uint64_t left;
	uint8_t *buf;
};

static void input_init(struct input *in, const struct source *s,
		       uint64_t offset, uint64_t len)
{
	in->s = s;
	in->offset = offset;
	in->left = len;
	in->buf = nm_alloc(PIECE);
}

static void input_exit(struct input *in)
{
	free(in->buf);
}

/* Reads at most @max bytes; 0 at the end, also at an early end of the file. */
static ssize_t input_read(struct input *in, void *to, size_t max)
{
	ssize_t n;

	if (max > in->left)
		max = (size_t)in->left;
	n = source_read(in->s, to, max, in->offset);
	if (n > 0) {
		in->offset += (uint64_t)n;
		in->left -= (uint64_t)n;
	}
	return n;
}

static enum unpack_result unpack_gzip(const struct source *s, uint64_t offset,
				      uint64_t len, unpack_sink sink, void *ctx)
{
	enum unpack_result result = UNPACK_DAMAGED;
	uint8_t *out = nm_alloc(PIECE);
	z_stream z = { 0 };
	struct input in;
	int rc = Z_OK;

	input_init(&in, s, offset, len);
	/* 16: a gzip header and checksum, no other */
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		goto out;
	while (rc != Z_STREAM_END) {
		if (!z.avail_in) {
			ssize_t n = input_read(&in, in.buf, PIECE);

			if (n <= 0) {
				result = n ? UNPACK_READ : UNPACK_DAMAGED;
				goto end;
			}
			z.next_in = in.buf;
			z.avail_in = (uInt)n;
		}
		z.next_out = out;
		z.avail_out = PIECE;
		rc = inflate(&z, Z_NO_FLUSH);
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			goto end;
		if (z.avail_out < PIECE &&
		    !sink(ctx, out, PIECE - z.avail_out)) {
			result = UNPACK_STOPPED;
			goto end;
		}
	}
	result = UNPACK_OK;
end:
	inflateEnd(&z);
out:
	input_exit(&in);
	free(out);
	return result;
}

/* xz and the older lzma alone: liblzma tells them apart. */
static enum unpack_result unpack_lzma(const struct source *s, uint64_t offset,
				      uint64_t len, unpack_sink sink, void *ctx)
{
	enum unpack_result result = UNPACK_DAMAGED;
	lzma_stream x = LZMA_STREAM_INIT;
	uint8_t *out = nm_alloc(PIECE);
	lzma_ret rc = LZMA_OK;
	struct input in;

	input_init(&in, s, offset, len);
	if (lzma_auto_decoder(&x, UNPACK_MEMORY, 0) != LZMA_OK)
		goto out;
	while (rc != LZMA_STREAM_END) {
		if (!x.avail_in) {
			ssize_t n = input_read(&in, in.buf, PIECE);

			if (n <= 0) {
				result = n ? UNPACK_READ : UNPACK_DAMAGED;
				goto end;
			}
			x.next_in = in.buf;
			x.avail_in = (size_t)n;
		}
		x.next_out = out;
		x.avail_out = PIECE;
		rc = lzma_code(&x, LZMA_RUN);
		if (rc == LZMA_MEMLIMIT_ERROR)
			result = UNPACK_TOO_BIG;
		if (rc != LZMA_OK && rc != LZMA_STREAM_END &&
		    rc != LZMA_BUF_ERROR)
			goto end;
		if (x.avail_out < PIECE &&
		    !sink(ctx, out, PIECE - x.avail_out)) {
			result = UNPACK_STOPPED;
			goto end;
		}
	}
	result = UNPACK_OK;
end:
	lzma_end(&x);
out:
	input_exit(&in);
	free(out);
	return result;
}

static enum unpack_result unpack_zstd(const struct source *s, uint64_t offset,
				      uint64_t len, unpack_sink sink, void *ctx)
{
	enum unpack_result result = UNPACK_DAMAGED;
	ZSTD_DStream *z = ZSTD_createDStream();
	uint8_t *out = nm_alloc(PIECE);
	ZSTD_inBuffer zin = { 0 };
	struct input in;
	size_t rc = 1;

	input_init(&in, s, offset, len);
	/* 2^27: the largest window that zstd's own tool writes unasked */
	if (!z ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, 27)))
		goto out;
	while (rc) {
		ZSTD_outBuffer zout = { out, PIECE, 0 };

		if (zin.pos == zin.size) {
			ssize_t n = input_read(&in, in.buf, PIECE);

			if (n <= 0) {
				result = n ? UNPACK_READ : UNPACK_DAMAGED;
				goto out;
			}
			zin = (ZSTD_inBuffer){ in.buf, (size_t)n, 0 };
		}
		rc = ZSTD_decompressStream(z, &zout, &zin);
		if (ZSTD_getErrorCode(rc) ==
		    ZSTD_error_frameParameter_windowTooLarge)
			result = UNPACK_TOO_BIG;
		if (ZSTD_isError(rc))
			goto out;
		if (zout.pos && !sink(ctx, out, zout.pos)) {
			result = UNPACK_STOPPED;
			goto out;
		}
	}
	result = UNPACK_OK;
out:
	ZSTD_freeDStream(z);
	input_exit(&in);
	free(out);
	return result;
}

/*
 * The legacy LZ4 of `lz4 -l`, which kernel builds use: a magic, then blocks of
 * a le32 length and that many bytes, each unpacking to 8 MiB at most.  It has
 * no end mark; a lone le32 at the end is the size that the kernel's build
 * appends (cmd_lz4_with_size).
 */
#define LZ4_LEGACY_BLOCK (8 << 20)

static enum unpack_result unpack_lz4_legacy(const struct source *s,
					    uint64_t offset, uint64_t len,
					    unpack_sink sink, void *ctx)
{
	const int packed_max = LZ4_COMPRESSBOUND(LZ4_LEGACY_BLOCK);
	enum unpack_result result = UNPACK_DAMAGED;
	uint8_t *packed = nm_alloc((size_t)packed_max);
	uint8_t *out = nm_alloc(LZ4_LEGACY_BLOCK);
	struct input in;
	uint8_t word[4];

	input_init(&in, s, offset, len);
	if (input_read(&in, word, 4) != 4)
		goto out;
	while (in.left) {
		uint32_t size;
		ssize_t n;
		int got;

		n = input_read(&in, word, 4);
		if (n != 4) {
			result = n < 0 ? UNPACK_READ : UNPACK_DAMAGED;
			goto out;
		}
		size = le32(word);
		if (!in.left)
			break;
		if (!size || size > (uint32_t)packed_max)
			goto out;
		n = input_read(&in, packed, size);
		if (n != (ssize_t)size) {
			result = n < 0 ? UNPACK_READ : UNPACK_DAMAGED;
			goto out;
		}
		got = LZ4_decompress_safe((char *)packed, (char *)out,
					  (int)size, LZ4_LEGACY_BLOCK);
		if (got < 0)
			goto out;
		if (!sink(ctx, out, (size_t)got)) {
			result = UNPACK_STOPPED;
			goto out;
		}
	}
	result = UNPACK_OK;
out:
	input_exit(&in);
	free(packed);
	free(out);
	return result;
}

static enum unpack_result unpack_lz4_frame(const struct source *s,
					   uint64_t offset, uint64_t len,
					   unpack_sink sink, void *ctx)
{
	enum unpack_result result = UNPACK_DAMAGED;
	uint8_t *out = nm_alloc(PIECE);
	LZ4F_dctx *lz4 = NULL;
	size_t used = 0, have = 0;
	struct input in;
	size_t rc = 1;

	input_init(&in, s, offset, len);
	if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4, LZ4F_VERSION)))
		goto out;
	while (rc) {
		size_t from = have - used, to = PIECE;

		if (!from) {
			ssize_t n = input_read(&in, in.buf, PIECE);

			if (n <= 0) {
				result = n ? UNPACK_READ : UNPACK_DAMAGED;
				goto out;
			}
			used = 0;
			have = from = (size_t)n;
		}
		rc = LZ4F_decompress(lz4, out, &to, in.buf + used, &from, NULL);
		if (LZ4F_isError(rc))
			goto out;
		used += from;
		if (to && !sink(ctx, out, to)) {
			result = UNPACK_STOPPED;
			goto out;
		}
	}
	result = UNPACK_OK;
out:
	LZ4F_freeDecompressionContext(lz4);
	input_exit(&in);
	free(out);
	return result;
}

/*
 * COMP_TYPE of drivers/firmware/efi/libstub/Makefile.zboot; bzip2 and lzo,
 * which it allows as well, are seen nowhere and reported as unknown.
 */
static const struct packing packings[] = {
	{ "gzip", { 0x1f, 0x8b, 0x08 }, 3, "gzip", unpack_gzip },
	{ "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, "zstd,zstd22", unpack_zstd },
	{ "xz", { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, "xz,xzkern", unpack_lzma },
	{ "lz4", { 0x02, 0x21, 0x4c, 0x18 }, 4, "lz4", unpack_lz4_legacy },
	{ "lz4 frame", { 0x04, 0x22, 0x4d, 0x18 }, 4, "", unpack_lz4_frame },
	/* lc/lp/pb 3/0/2 and a window that is a multiple of 64 KiB */
	{ "lzma", { 0x5d, 0x00, 0x00 }, 3, "lzma", unpack_lzma },
};

const struct packing *unpack_by_magic(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++) {
		const struct packing *p = &packings[i];

		if (len >= p->magic_len &&
		    !memcmp(head, p->magic, p->magic_len))
			return p;
	}
	return NULL;
}

static bool in_list(const char *list, const char *name)
{
	size_t n = strlen(name);

	while (*list) {
		size_t item = strcspn(list, ",");

		if (item == n && !memcmp(list, name, n))
			return true;
		list += item;
		list += *list == ',';
	}
	return false;
}

const struct packing *unpack_by_zboot(const char *name)
{
	if (!*name)
		return NULL;
	for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++) {
		if (in_list(packings[i].zboot, name))
			return &packings[i];
	}
	return NULL;
}
