/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kimage.h - from a file that boots to the arm64 Image in it; for the tool's
 * other parts nopmmir.h has kimage_probe()
 */
#ifndef KIMAGE_H
#define KIMAGE_H

#include "nopmmir.h"
#include "source.h"
#include "unpack.h"

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
