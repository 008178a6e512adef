// SPDX-License-Identifier: GPL-2.0-only
/*
 * unpack.c - decompression, piece by piece; see unpack.h
 *
 * One loop drives every decoder.  Nothing is kept but one piece of input, one of
 * output and the decoder's window, so a file that unpacks to terabytes costs its
 * reader no memory; the sink decides when it has seen enough.
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

/*
 * The legacy LZ4 of `lz4 -l`, which kernel builds use: a magic, then blocks of
 * a le32 length and that many bytes, each unpacking to 8 MiB at most.
 */
#define LZ4_LEGACY_BLOCK  (8 << 20)
#define LZ4_LEGACY_PACKED LZ4_COMPRESSBOUND(LZ4_LEGACY_BLOCK)

/*
 * So many bytes more may have gone in than have come out: a block of legacy LZ4
 * and what the packings add to data that do not shrink.  A stream of endless
 * empty blocks ends here.
 */
#define LAG (16u << 20)

struct lz4_legacy {
	enum { LZ4_MAGIC, LZ4_SIZE, LZ4_DATA } next;
	size_t want, have; /* bytes of that */
	uint8_t *packed, *plain;
};

struct decoder {
	const uint8_t *in;
	size_t in_left;
	bool last; /* nothing comes behind in_left */
	uint8_t *buf; /* PIECE bytes to unpack to */
	const uint8_t *out; /* what a step made, in buf or elsewhere */
	size_t out_len;
	union {
		z_stream gzip;
		lzma_stream lzma;
		ZSTD_DStream *zstd;
		LZ4F_dctx *lz4;
		struct lz4_legacy legacy;
	};
};

enum step { STEP_MORE, STEP_END, STEP_DAMAGED, STEP_TOO_BIG };

struct codec {
	bool (*start)(struct decoder *d);
	/* takes from d->in what it can and sets d->out, d->out_len */
	enum step (*step)(struct decoder *d);
	void (*stop)(struct decoder *d); /* also where start() failed */
};

static bool gzip_start(struct decoder *d)
{
	/* 16: a gzip header and checksum, no other */
	return inflateInit2(&d->gzip, 15 + 16) == Z_OK;
}

static enum step gzip_step(struct decoder *d)
{
	z_stream *z = &d->gzip;
	int rc;

	z->next_in = (z_const Bytef *)d->in;
	z->avail_in = (uInt)d->in_left;
	z->next_out = d->buf;
	z->avail_out = PIECE;
	rc = inflate(z, Z_NO_FLUSH);
	d->in = z->next_in;
	d->in_left = z->avail_in;
	d->out_len = PIECE - z->avail_out;
	return rc == Z_STREAM_END	       ? STEP_END :
	       rc == Z_OK || rc == Z_BUF_ERROR ? STEP_MORE :
						 STEP_DAMAGED;
}

static void gzip_stop(struct decoder *d)
{
	inflateEnd(&d->gzip);
}

/* xz and the older lzma alone: liblzma tells them apart. */
static bool lzma_start(struct decoder *d)
{
	d->lzma = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_auto_decoder(&d->lzma, UNPACK_MEMORY, 0) == LZMA_OK;
}

static enum step lzma_step(struct decoder *d)
{
	lzma_stream *x = &d->lzma;
	lzma_ret rc;

	x->next_in = d->in;
	x->avail_in = d->in_left;
	x->next_out = d->buf;
	x->avail_out = PIECE;
	rc = lzma_code(x, LZMA_RUN);
	d->in = x->next_in;
	d->in_left = x->avail_in;
	d->out_len = PIECE - x->avail_out;
	switch (rc) {
	case LZMA_STREAM_END:
		return STEP_END;
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return STEP_MORE;
	case LZMA_MEMLIMIT_ERROR:
		return STEP_TOO_BIG;
	default:
		return STEP_DAMAGED;
	}
}

static void lzma_stop(struct decoder *d)
{
	lzma_end(&d->lzma);
}

static bool zstd_start(struct decoder *d)
{
	d->zstd = ZSTD_createDStream();
	/* 2^27: the largest window that zstd's own tool writes unasked */
	return d->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(
				  d->zstd, ZSTD_d_windowLogMax, 27));
}

static enum step zstd_step(struct decoder *d)
{
	ZSTD_inBuffer in = { d->in, d->in_left, 0 };
	ZSTD_outBuffer out = { d->buf, PIECE, 0 };
	size_t rc = ZSTD_decompressStream(d->zstd, &out, &in);

	d->in += in.pos;
	d->in_left -= in.pos;
	d->out_len = out.pos;
	if (ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge)
		return STEP_TOO_BIG;
	return ZSTD_isError(rc) ? STEP_DAMAGED : rc ? STEP_MORE : STEP_END;
}

static void zstd_stop(struct decoder *d)
{
	ZSTD_freeDStream(d->zstd);
}

static bool lz4_start(struct decoder *d)
{
	d->lz4 = NULL;
	return !LZ4F_isError(
		LZ4F_createDecompressionContext(&d->lz4, LZ4F_VERSION));
}

static enum step lz4_step(struct decoder *d)
{
	size_t from = d->in_left, to = PIECE, rc;

	rc = LZ4F_decompress(d->lz4, d->buf, &to, d->in, &from, NULL);
	if (LZ4F_isError(rc))
		return STEP_DAMAGED;
	d->in += from;
	d->in_left -= from;
	d->out_len = to;
	return rc ? STEP_MORE : STEP_END;
}

static void lz4_stop(struct decoder *d)
{
	LZ4F_freeDecompressionContext(d->lz4);
}

static bool legacy_start(struct decoder *d)
{
	d->legacy = (struct lz4_legacy){
		.next = LZ4_MAGIC,
		.want = 4,
		.packed = nm_alloc(LZ4_LEGACY_PACKED),
		.plain = nm_alloc(LZ4_LEGACY_BLOCK),
	};
	return true;
}

/*
 * It has no end mark; a lone le32 at the end is the size that the kernel's
 * build appends (cmd_lz4_with_size).
 */
static enum step legacy_step(struct decoder *d)
{
	struct lz4_legacy *l = &d->legacy;
	size_t n = l->want - l->have;
	int got;

	n = n < d->in_left ? n : d->in_left;
	memcpy(l->packed + l->have, d->in, n);
	l->have += n;
	d->in += n;
	d->in_left -= n;
	if (l->have < l->want)
		return d->last && l->next == LZ4_SIZE && !l->have ? STEP_END :
								    STEP_MORE;
	l->have = 0;
	switch (l->next) {
	case LZ4_MAGIC:
		l->next = LZ4_SIZE;
		break;
	case LZ4_SIZE:
		if (d->last && !d->in_left)
			return STEP_END;
		l->next = LZ4_DATA;
		l->want = le32(l->packed);
		if (!l->want || l->want > LZ4_LEGACY_PACKED)
			return STEP_DAMAGED;
		break;
	case LZ4_DATA:
		got = LZ4_decompress_safe((char *)l->packed, (char *)l->plain,
					  (int)l->want, LZ4_LEGACY_BLOCK);
		if (got < 0)
			return STEP_DAMAGED;
		d->out = l->plain;
		d->out_len = (size_t)got;
		l->next = LZ4_SIZE;
		l->want = 4;
		break;
	}
	return STEP_MORE;
}

static void legacy_stop(struct decoder *d)
{
	free(d->legacy.packed);
	free(d->legacy.plain);
}

static const struct codec gzip = { gzip_start, gzip_step, gzip_stop };
static const struct codec lzma = { lzma_start, lzma_step, lzma_stop };
static const struct codec zstd = { zstd_start, zstd_step, zstd_stop };
static const struct codec lz4 = { lz4_start, lz4_step, lz4_stop };
static const struct codec legacy = { legacy_start, legacy_step, legacy_stop };

static enum unpack_result run(const struct codec *codec, struct decoder *d,
			      uint8_t *piece, const struct source *s,
			      uint64_t offset, uint64_t len, unpack_sink sink,
			      void *ctx)
{
	uint64_t read = 0, made = 0;

	for (;;) {
		size_t had;
		enum step step;

		if (!d->in_left && !d->last) {
			size_t want = len < PIECE ? (size_t)len : PIECE;
			ssize_t n = source_read(s, piece, want, offset);

			if (n < 0)
				return UNPACK_READ;
			offset += (uint64_t)n;
			len -= (uint64_t)n;
			d->in = piece;
			d->in_left = (size_t)n;
			/* the file may be shorter than @len */
			d->last = !len || !n;
		}
		had = d->in_left;
		d->out = d->buf;
		d->out_len = 0;
		step = codec->step(d);
		if (step == STEP_DAMAGED)
			return UNPACK_DAMAGED;
		if (step == STEP_TOO_BIG)
			return UNPACK_TOO_BIG;
		if (d->out_len && !sink(ctx, d->out, d->out_len))
			return UNPACK_STOPPED;
		if (step == STEP_END)
			return UNPACK_OK;
		read += had - d->in_left;
		made += d->out_len;
		/* cut short, or more and more of nothing */
		if ((d->in_left == had && !d->out_len) || read > made + LAG)
			return UNPACK_DAMAGED;
	}
}

enum unpack_result unpack(const struct packing *p, const struct source *s,
			  uint64_t offset, uint64_t len, unpack_sink sink,
			  void *ctx)
{
	enum unpack_result result = UNPACK_DAMAGED;
	uint8_t *piece = nm_alloc(PIECE);
	struct decoder d = { .buf = nm_alloc(PIECE) };

	if (p->codec->start(&d))
		result = run(p->codec, &d, piece, s, offset, len, sink, ctx);
	p->codec->stop(&d);
	free(d.buf);
	free(piece);
	return result;
}

/*
 * COMP_TYPE of drivers/firmware/efi/libstub/Makefile.zboot, which allows bzip2
 * and lzo as well: those are not unpacked here, and reported as unknown.
 */
static const struct packing packings[] = {
	{ "gzip", { 0x1f, 0x8b, 0x08 }, 3, "gzip", &gzip },
	{ "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, "zstd,zstd22", &zstd },
	{ "xz", { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, "xz,xzkern", &lzma },
	{ "lz4", { 0x02, 0x21, 0x4c, 0x18 }, 4, "lz4", &legacy },
	{ "lz4 frame", { 0x04, 0x22, 0x4d, 0x18 }, 4, "", &lz4 },
	/* lc/lp/pb 3/0/2 and a window that is a multiple of 64 KiB */
	{ "lzma", { 0x5d, 0x00, 0x00 }, 3, "lzma", &lzma },
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
