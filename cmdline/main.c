// SPDX-License-Identifier: GPL-2.0-only
/* main.c - the table of commands and their help */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nopmmir.h"

const char nm_version[] = VERSION;

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
	const char *help;
};

#define HELP_ROOT \
	"  --root DIR    look at the system in DIR, not at the one that runs\n"
#define HELP_COMMON "  --help        this text\n"

static const struct command commands[] = {
	{ "check", "tell which kernels panic on a broken host", cmd_check,
	  "usage: nopmmir check [--root DIR] [--json] [KERNEL...]\n"
	  "\n"
	  "Looks into each KERNEL (raw, EFI stub, gzip, xz, zstd, lz4, lzma, EFI zboot,\n"
	  "unified kernel image), or into each kernel installed, and tells whether it\n"
	  "reads PMMIR_EL1 and whether it knows the parameter arm_pmu.nopmmir.\n"
	  "\n" HELP_ROOT "                (a KERNEL is then a path in DIR)\n"
	  "  --json        print one JSON object\n" HELP_COMMON "\n"
	  "Exit status: 0 not affected, 10 affected, 11 patched, 12 unknown; with several\n"
	  "kernels the worst: affected, unknown, patched, not affected. 1 failed, 2 usage.\n" },
	{ "enable", "put the parameter on the kernel command line", cmd_enable,
	  "usage: nopmmir enable [--root DIR] [--param arm_pmu.nopmmir|initcall_blacklist]\n"
	  "                      [--kernel VERSION]... [--dry-run] [--unchanged-exit-77]\n"
	  "\n"
	  "Puts the parameter that each kernel needs on the command line of its boot\n"
	  "entries and of kernels installed later: initcall_blacklist=armv8_pmu_driver_init\n"
	  "for affected kernels; patched ones and those not affected need none.\n"
	  "\n" HELP_ROOT
	  "  --param NAME  this parameter, whatever `nopmmir check` says\n"
	  "  --kernel VERSION\n"
	  "                only the entries of this kernel; may be given more than once\n"
	  "  --dry-run     change nothing, print a unified diff of what would change\n"
	  "  --unchanged-exit-77\n"
	  "                exit 77, not 0, where nothing had to change\n" HELP_COMMON
	  "\n"
	  "Exit status: 0 done or unchanged, 1 failed, 2 usage, 3 no boot loader\n"
	  "recognised, 4 another run holds the lock, 77 see above.\n" },
	{ "disable", "take away what enable put there", cmd_disable,
	  "usage: nopmmir disable [--root DIR] [--param arm_pmu.nopmmir|initcall_blacklist]\n"
	  "                       [--kernel VERSION]... [--dry-run] [--unchanged-exit-77]\n"
	  "\n"
	  "Takes exactly that away which `nopmmir enable` put there, also where other\n"
	  "tools edited the files in between. Options and exit status as of enable.\n"
	  "\n" HELP_ROOT "  --param NAME  only this parameter\n"
	  "  --kernel VERSION\n"
	  "                only the entries of this kernel; may be given more than once\n"
	  "  --dry-run     change nothing, print a unified diff of what would change\n"
	  "  --unchanged-exit-77\n"
	  "                exit 77, not 0, where nothing had to change\n" HELP_COMMON },
	{ "status", "tell how this guest stands", cmd_status,
	  "usage: nopmmir status [--root DIR] [--json]\n"
	  "\n"
	  "In a running guest: is the kernel patched, which parameters are in force, is\n"
	  "the PMU there and with how many slots, is the module loaded, what will the next\n"
	  "boot have. The first line is the verdict.\n"
	  "\n"
	  "  --root DIR    take DIR/proc, DIR/sys and DIR/boot\n"
	  "  --json        print one JSON object\n" HELP_COMMON "\n"
	  "Exit status: 0 the next boot is safe on a broken host, 10 it panics there,\n"
	  "12 unknown, 1 failed, 2 usage.\n" },
	{ "diagnose", "recognise this panic in a console log", cmd_diagnose,
	  "usage: nopmmir diagnose [--json] [FILE]\n"
	  "\n"
	  "Reads a guest's serial console log, or a dmesg or journal, of the guest or of\n"
	  "its host, from FILE or standard input; tells this panic from others, decodes\n"
	  "what the dump shows and says what to do.\n"
	  "\n"
	  "  --json        print one JSON object\n" HELP_COMMON "\n"
	  "Exit status: 0 it is this panic, or the host's log of it; 20 another undefined\n"
	  "instruction; 21 another oops or panic; 22 none of these in it; 1 failed; 2 usage.\n" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

static void help(FILE *to)
{
	fputs("usage: nopmmir COMMAND [OPTION...]\n"
	      "       nopmmir --help | --version\n"
	      "\n"
	      "For arm64 guests that panic at boot because their host leaves PMMIR_EL1\n"
	      "undefined. Commands (nopmmir COMMAND --help tells more):\n\n",
	      to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\nSee nopmmir(8).\n", to);
}

void nm_help(const char *command)
{
	fputs(command_find(command)->help, stdout);
}

int nm_usage(const char *command)
{
	fprintf(stderr, "Try 'nopmmir %s%s--help'.\n", command,
		*command ? " " : "");
	return NM_USAGE;
}

int nm_look_options(int argc, char **argv, const char **dir, bool *json)
{
	/* --root is the first, so that a command without it starts behind */
	static const struct option options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options + !dir, NULL)) !=
	       -1) {
		switch (opt) {
		case 'r':
			*dir = optarg;
			break;
		case 'j':
			*json = true;
			break;
		case 'h':
			nm_help(argv[0]);
			return NM_OK;
		default:
			return nm_usage(argv[0]);
		}
	}
	return -1;
}

/* Has the reader of a pipe that is standard output gone? */
static bool reader_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP));
}

/*
 * Output that did not reach its reader is a failure like any other; but a
 * reader that left, such as head(1), wanted no more of it.
 */
static int finish(int status)
{
	if ((ferror(stdout) | fflush(stdout)) && reader_gone())
		return status;
	if (ferror(stdout) | fclose(stdout)) {
		nm_err("standard output: %s", strerror(errno));
		return NM_FAIL;
	}
	return status;
}

int main(int argc, char **argv)
{
	const struct command *c;

	/* what is half done is finished, whoever listens */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		help(stderr);
		return NM_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		help(stdout);
		return finish(NM_OK);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("nopmmir %s\n", nm_version);
		return finish(NM_OK);
	}
	c = command_find(argv[1]);
	if (!c) {
		nm_err("no command is named '%s'", argv[1]);
		return nm_usage("");
	}
	return finish(c->run(argc - 1, argv + 1));
}
