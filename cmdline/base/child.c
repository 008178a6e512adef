// SPDX-License-Identifier: GPL-2.0-only
/*
 * child.c - other programs, run without a shell
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nopmmir.h"
#include "child.h"

extern char **environ;

static int start(const char *const argv[], int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t signals;
	int ret;

	if (posix_spawn_file_actions_init(&actions))
		return -1;
	if (posix_spawnattr_init(&attr)) {
		posix_spawn_file_actions_destroy(&actions);
		return -1;
	}
	/* this program ignores it (main.c), the others do not expect that */
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	ret = posix_spawnattr_setsigdefault(&attr, &signals) ||
	      posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF) ||
	      (in < 0 ? posix_spawn_file_actions_addopen(
				&actions, 0, "/dev/null", O_RDONLY, 0) :
			posix_spawn_file_actions_adddup2(&actions, in, 0)) ||
	      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null",
					       O_WRONLY, 0) ||
	      posix_spawn_file_actions_adddup2(&actions, out < 0 ? 2 : out,
					       1) ||
	      posix_spawnp(pid, argv[0], &actions, &attr,
			   (char *const *)(uintptr_t)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return ret ? -1 : 0;
}

static char *read_all(int fd)
{
	char *buf = nm_alloc(CHILD_OUT_MAX + 1);
	size_t n = 0;

	while (n < CHILD_OUT_MAX) {
		ssize_t got = read(fd, buf + n, CHILD_OUT_MAX - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	buf[n] = '\0';
	return nm_realloc(buf, n + 1);
}

int child_run(const char *const argv[], int in, char **out)
{
	int ends[2] = { -1, -1 };
	int status, ret;
	pid_t pid;

	if (out && pipe2(ends, O_CLOEXEC))
		return -1;
	ret = start(argv, in, ends[1], &pid);
	if (out) {
		close(ends[1]);
		if (ret == 0)
			*out = read_all(ends[0]);
		/* one that says still more ends of SIGPIPE */
		close(ends[0]);
	}
	if (ret)
		return -1;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			ret = -1;
			break;
		}
	}
	/* 126, 127: it could not be run after all */
	if (ret == 0 && WIFEXITED(status) && WEXITSTATUS(status) < 126)
		return WEXITSTATUS(status);
	if (out)
		free(*out);
	return -1;
}
