// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest-status - the program that tests/guest's init runs (guest.run=) for the
 * test tool-guest: nopmmir status in its forms, each line with the form's name
 * before it, so that it can be told from the kernel's; then "NAME: exit N".
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(const char *name, char *const argv[])
{
	char line[1024];
	int ends[2], status;
	FILE *out;
	pid_t pid;

	if (pipe(ends))
		return 1;
	pid = fork();
	if (pid < 0)
		return 1;
	if (pid == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		execv(argv[0], argv);
		_exit(127);
	}
	close(ends[1]);
	out = fdopen(ends[0], "r");
	while (out && fgets(line, sizeof(line), out)) {
		line[strcspn(line, "\n")] = '\0';
		printf("%s: %s\n", name, line);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 1;
	printf("%s: exit %d\n", name, WEXITSTATUS(status));
	return 0;
}

int main(void)
{
	char *text[] = { "/nopmmir", "status", NULL };
	char *json[] = { "/nopmmir", "status", "--json", NULL };

	return run("text", text) | run("json", json);
}
