// SPDX-License-Identifier: GPL-2.0-only
/* fuzz-diagnose.c - nopmmir diagnose on any bytes; libFuzzer and AFL++ */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "nopmmir.h"
#include "report.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The engine talks on stderr; what the report prints is read by no one. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return freopen("/dev/null", "w", stdout) ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int json = 0; json < 2; json++) {
		FILE *f = size ? fmemopen((void *)(uintptr_t)data, size, "r") :
				 fopen("/dev/null", "re");
		int status;

		if (!f)
			abort();
		status = report_log(f, "fuzz", json);
		fclose(f);
		if (status != NM_OK && status != NM_OTHER_UNDEF &&
		    status != NM_OTHER_PANIC && status != NM_NOTHING)
			abort();
	}
	return 0;
}
