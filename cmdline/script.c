// SPDX-License-Identifier: GPL-2.0-only
/*
 * script.c - ask GRUB's own parser about a grub.cfg
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nopmmir.h"
#include "script.h"

extern char **environ;

static int spawn(const char *program, int in, pid_t *pid)
{
	char *argv[] = { (char *)program, NULL };
	posix_spawn_file_actions_t actions;
	int ret;

	if (posix_spawn_file_actions_init(&actions))
		return -1;
	/* what it has to say is about a file of no name; the caller says it */
	ret = posix_spawn_file_actions_adddup2(&actions, in, 0) ||
	      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null",
					       O_WRONLY, 0) ||
	      posix_spawn_file_actions_adddup2(&actions, 1, 2) ||
	      posix_spawnp(pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ret ? -1 : 0;
}

int script_check(const char *buf, size_t len)
{
	static const char *const programs[] = { "grub-script-check",
						"grub2-script-check" };
	int fd = memfd_create("grub.cfg", MFD_CLOEXEC);
	int ret = -1;

	if (fd < 0)
		return -1;
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0) {
			close(fd);
			return -1;
		}
		buf += n;
		len -= (size_t)n;
	}
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		int status;
		pid_t pid;

		if (lseek(fd, 0, SEEK_SET) || spawn(programs[i], fd, &pid))
			continue;
		while (waitpid(pid, &status, 0) < 0) {
			if (errno != EINTR) {
				close(fd);
				return -1;
			}
		}
		/* 126, 127: it could not be run after all */
		if (!WIFEXITED(status) || WEXITSTATUS(status) >= 126)
			continue;
		ret = WEXITSTATUS(status) != 0;
		break;
	}
	close(fd);
	return ret;
}
