// SPDX-License-Identifier: GPL-2.0-only
/* main.c - the table of commands */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "nopmmir.h"
#include "options.h"
#include "words.h"

const char nm_version[] = VERSION;

static const struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "check", N_("tell which kernels panic on a broken host"), cmd_check,
	  check_help },
	{ "enable", N_("put the parameter on the kernel command line"),
	  cmd_enable, enable_help },
	{ "disable", N_("take away what enable put there"), cmd_disable,
	  disable_help },
	{ "restore", N_("put back what was there before a run"), cmd_restore,
	  restore_help },
	{ "status", N_("tell how this guest stands"), cmd_status, status_help },
	{ "guard", N_("look after a kernel that was just installed"), cmd_guard,
	  guard_help },
	{ "diagnose", N_("recognise this panic in a console log"), cmd_diagnose,
	  diagnose_help },
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
	fputs(_("usage: nopmmir COMMAND [OPTION...]\n"
		"       nopmmir help [COMMAND] | --help | --version\n"
		"\n"
		"For arm64 guests that panic at boot because their host leaves PMMIR_EL1\n"
		"undefined. Commands (nopmmir COMMAND --help tells more):\n\n"),
	      to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name,
			_(commands[i].summary));
	fputs(_("\nSee nopmmir(8).\n"), to);
}

void nm_help(const char *command)
{
	fputs(_(command_find(command)->help), stdout);
}

int nm_usage(const char *command)
{
	nm_err("try 'nopmmir %s%s--help'", command, *command ? " " : "");
	return NM_USAGE;
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

static bool is_one_of(const char *word, const char *a, const char *b,
		      const char *c)
{
	return !strcmp(word, a) || !strcmp(word, b) || !strcmp(word, c);
}

/* Says that @word is no command, and what may have been meant. */
static int no_command(const char *word)
{
	struct near near = { .word = word };

	for (size_t i = 0; i < COMMANDS; i++)
		near_try(&near, commands[i].name);
	if (near.name)
		nm_err("no command is named '%s'; did you mean `nopmmir %s`?",
		       word, near.name);
	else if (*word == '-')
		nm_err("'%s' is no command; a command comes first, its options after it",
		       word);
	else if (is_directory(word))
		nm_err("no command is named '%s'; did you mean `nopmmir status --root %s`?",
		       word, word);
	else if (!disk_say(word))
		nm_err("no command is named '%s'", word);
	return nm_usage("");
}

int main(int argc, char **argv)
{
	const struct command *c;

	words_begin();
	/* what is half done is finished, whoever listens */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		help(stderr);
		return NM_USAGE;
	}
	if (is_one_of(argv[1], "help", "--help", "-h")) {
		c = argc > 2 ? command_find(argv[2]) : NULL;
		if (argc > 2 && !c)
			return no_command(argv[2]);
		if (c)
			nm_help(c->name);
		else
			help(stdout);
		return finish(NM_OK);
	}
	if (is_one_of(argv[1], "version", "--version", "-V")) {
		printf("nopmmir %s\n", nm_version);
		return finish(NM_OK);
	}
	c = command_find(argv[1]);
	if (!c)
		return no_command(argv[1]);
	return finish(c->run(argc - 1, argv + 1));
}
