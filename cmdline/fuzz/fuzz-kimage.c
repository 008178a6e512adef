// SPDX-License-Identifier: GPL-2.0-only
/* fuzz-kimage.c - kimage_probe() on any bytes; libFuzzer and AFL++ */
#include <stdlib.h>

#include "kimage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kimage_info info;
	struct source s;
	char name[64];

	source_mem(&s, data, size);
	if (kimage_probe_source(&s, &info))
		abort();
	kimage_format_name(&info, name, sizeof(name));
	/* unknown has a reason, and only unknown has one */
	if ((info.verdict == KIMAGE_UNKNOWN) != (*info.reason != '\0'))
		abort();
	/* a verdict needs a banner */
	if (info.verdict != KIMAGE_UNKNOWN && !*info.version)
		abort();
	return 0;
}
