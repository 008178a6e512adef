// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kexec.h"
#include "perf.h"
#include "report.h"
#include "sysfile.h"

#define KEXEC_KERNEL "/kexec/Image"
#define KEXEC_INITRD "/kexec/initrd"

/* Words that are for this kernel only. */
static const char *const kexec_words[] = { "guest.kexec", "guest.kdump",
					   "crashkernel=" };

static bool kexec_drops(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(kexec_words) / sizeof(kexec_words[0]); i++)
		if (!strncmp(word, kexec_words[i], strlen(kexec_words[i])))
			return true;
	return false;
}

/* kexec_cmdline(): this kernel's; LINE has room for SIZE. */
static void kexec_cmdline(char *line, size_t size)
{
	char words[4096], *next = words, *word;
	size_t at = 0;

	line[0] = '\0';
	sysfile_read("/proc/cmdline", words, sizeof(words));
	while ((word = strsep(&next, " \n")))
		if (*word && !kexec_drops(word) && at < size)
			at += snprintf(line + at, size - at, "%s%s",
				       at ? " " : "", word);
}

/* kexec_load(): 0, or the errno of kexec_file_load(2). */
static int kexec_load(unsigned long flags)
{
	int kernel = open(KEXEC_KERNEL, O_RDONLY | O_CLOEXEC);
	int initrd = open(KEXEC_INITRD, O_RDONLY | O_CLOEXEC);
	char line[4096];
	int ret;

	kexec_cmdline(line, sizeof(line));
	ret = syscall(SYS_kexec_file_load, kernel, initrd, strlen(line) + 1,
		      line, flags) ?
		      errno :
		      0;
	close(kernel);
	close(initrd);
	return ret;
}

void kexec_jump(const struct facts_pmu *pmu)
{
	bool kdump = facts_word("guest.kdump", NULL, 0);
	int err;

	if (!kdump && !facts_word("guest.kexec", NULL, 0))
		return;
	err = kexec_load(kdump ? KEXEC_FILE_ON_CRASH : 0);
	if (err) {
		report("kexec_error", "%s", strerror(err));
		return;
	}
	report("kexec_active", "%u", perf_activate(pmu));
	if (kdump)
		sysfile_write("/proc/sysrq-trigger", "c");
	else
		reboot(RB_KEXEC);
	report("kexec_error", "no jump");
}
