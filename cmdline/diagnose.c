// SPDX-License-Identifier: GPL-2.0-only
/* diagnose.c - nopmmir diagnose: is it this panic, and what to do */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "nopmmir.h"
#include "report.h"

/* Files that are taken for logs, by their first bytes, and what to do with them. */
static const struct {
	const char *magic;
	const char *what;
} no_logs[] = {
	{ "\x1f\x8b",
	  N_("a gzip file: unpack it first, zcat FILE | nopmmir diagnose") },
	{ "\xfd"
	  "7zXZ",
	  N_("an xz file: unpack it first, xzcat FILE | nopmmir diagnose") },
	{ "\x28\xb5\x2f\xfd",
	  N_("a zstd file: unpack it first, zstdcat FILE | nopmmir diagnose") },
	{ "BZh",
	  N_("a bzip2 file: unpack it first, bzcat FILE | nopmmir diagnose") },
	{ "PK\x03\x04",
	  N_("a zip file: unpack it first, unzip -p FILE | nopmmir diagnose") },
	{ "LPKSHHRH",
	  N_("a journal file: journalctl -k --file FILE | nopmmir diagnose") },
	{ "QFI\xfb", N_("a disk image, and not a console log") },
	{ "\x7f"
	  "ELF",
	  N_("an ELF file (a program, a kernel, a crash dump), and not a console log") },
	{ "MZ", N_("a program or a kernel image, and not a console log") },
};

/* What @f is if it is no log, else NULL. @f goes on where it was. */
static const char *no_log(FILE *f)
{
	unsigned char head[8] = { 0 };
	size_t n = 0;
	int c;

	while (n < sizeof(head) && (c = getc(f)) != EOF)
		head[n++] = (unsigned char)c;
	/* glibc and musl take back as many as that */
	for (size_t i = n; i--;)
		ungetc(head[i], f);
	for (size_t i = 0; i < sizeof(no_logs) / sizeof(no_logs[0]); i++) {
		size_t len = strlen(no_logs[i].magic);

		if (len <= n && !memcmp(head, no_logs[i].magic, len))
			return no_logs[i].what;
	}
	return NULL;
}

/* NULL with errno; reading a directory would fail late, so here. */
static FILE *log_open(const char *name)
{
	FILE *f = name ? fopen(name, "re") : stdin;
	struct stat st;

	if (f && !fstat(fileno(f), &st) && S_ISDIR(st.st_mode)) {
		if (name)
			fclose(f);
		errno = EISDIR;
		return NULL;
	}
	return f;
}

const char diagnose_help[] = N_(
	"usage: nopmmir diagnose [--json] [FILE]\n"
	"\n"
	"Reads a guest's serial console log, or a dmesg or journal, of the guest or of\n"
	"its host, from FILE or standard input; tells this panic from others, decodes\n"
	"what the dump shows and says what to do.\n"
	"\n"
	"  --json        print one JSON object\n" HELP_COMMON "\n"
	"Exit status: 0 it is this panic, or the host's log of it; 20 another undefined\n"
	"instruction; 21 another oops or panic; 22 none of these in it; 1 failed; 2 usage.\n");

int cmd_diagnose(int argc, char **argv)
{
	const char *name = NULL, *what;
	bool json = false;
	int status;
	FILE *f;

	status = nm_look_options(argc, argv, NULL, &json);
	if (status >= 0)
		return status;
	if (argc - optind > 1) {
		nm_err("diagnose takes one log at a time");
		return nm_usage(argv[0]);
	}
	if (optind < argc && strcmp(argv[optind], "-"))
		name = argv[optind];
	f = log_open(name);
	if (!f) {
		nm_err("%s: %s", name ? name : _("standard input"),
		       strerror(errno));
		return NM_FAIL;
	}
	what = no_log(f);
	if (what)
		nm_err("%s: this is %s", name ? name : _("standard input"),
		       _(what));
	status = what ? NM_FAIL :
			report_log(f, name ? name : _("standard input"), json);
	if (name)
		fclose(f);
	return status;
}
