// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmm-kmsg.c - the host kernel's log (Documentation/ABI/testing/dev-kmsg)
 *
 * A thread follows it while the guest runs; kmsg_drain() reads what is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vmm.h"

#define LOGLEVEL_ERR 3

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int follower = -1;
static int drainer = -1;
static unsigned long long next_seq;

/* A line's end within a message comes as "\x0a" in letters. */
static void print_lines(const char *text)
{
	static const char escape[] = "\\x0a";
	const char *end;

	for (; (end = strstr(text, escape)); text = end + strlen(escape))
		printf("host: %.*s\n", (int)(end - text), text);
	printf("host: %s\n", text);
}

/* A record is "prio,seq,usec,flags;text\n key=value\n"...: only the text is wanted. */
static void show(char *record)
{
	unsigned int prio;
	unsigned long long seq;
	char *text = strchr(record, ';');
	char *end;

	if (!text || sscanf(record, "%u,%llu", &prio, &seq) != 2)
		return;
	text++;
	end = strchr(text, '\n');
	if (end)
		*end = '\0';

	pthread_mutex_lock(&lock);
	if (seq >= next_seq) {
		next_seq = seq + 1;
		if ((prio & 7) <= LOGLEVEL_ERR || strcasestr(text, "kvm"))
			print_lines(text);
	}
	pthread_mutex_unlock(&lock);
}

/* True: one more record, or some were lost (EPIPE) and the next can be read. */
static int read_one(int fd)
{
	char record[2048];
	ssize_t n = read(fd, record, sizeof(record) - 1);

	if (n < 0)
		return errno == EPIPE || errno == EINTR;
	record[n] = '\0';
	show(record);
	return 1;
}

static void *follow(void *arg)
{
	(void)arg;
	while (read_one(follower))
		;
	return NULL;
}

void kmsg_start(void)
{
	pthread_t thread;
	int err;

	follower = open("/dev/kmsg", O_RDONLY | O_CLOEXEC);
	drainer = open("/dev/kmsg", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (follower < 0 || drainer < 0)
		die(errno, "/dev/kmsg");
	err = pthread_create(&thread, NULL, follow, NULL);
	if (err)
		die(err, "thread for /dev/kmsg");
}

void kmsg_drain(void)
{
	while (drainer >= 0 && read_one(drainer))
		;
}
