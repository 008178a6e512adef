/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * backend.h - the files that hold kernel command lines, as a table
 */
#ifndef BACKEND_H
#define BACKEND_H

#include "place.h"
#include "root.h"

/* What the command lines of a file are good for. */
enum role {
	ROLE_ENTRY, /* kernels that are installed */
	ROLE_DEFAULT, /* kernels to come */
	ROLE_ENV, /* a variable that entries and kernels to come use */
	ROLE_KDUMP, /* the crash kernel's own */
};

struct backend {
	const char *name;
	enum role role;
	const char *path; /* a pattern for root_glob() */
	int (*places)(const char *buf, size_t len, const char *arg,
		      struct places *list);
	const char *arg;
	bool (*usable)(const struct root *r); /* NULL: always */
	bool fixed_size; /* GRUB's environment block */
	bool script; /* grub-script-check can judge it */
	const char *from; /* where @path is not, make it from this one */
};

extern const struct backend backends[];
extern const size_t backends_count;

/* A file found, read and understood. */
struct found {
	const struct backend *backend;
	char *path;
	struct stat st;
	char *buf;
	size_t len;
	struct places places;
	bool missing; /* @buf is that of backend->from */
};

struct found_list {
	struct found *v;
	size_t n;
};

/*
 * backend_scan() - all files under the root that a row of the table matches, a
 * file with several names once.
 * Return: 0, or -1 where one cannot be read or understood, and said so.
 */
int backend_scan(const struct root *r, struct found_list *list);
void backend_free(struct found_list *list);

/*
 * backend_parse() - the places of @buf as of a file of row @b, their names
 * made unique.
 * Return: 0, or -1 with places->error.
 */
int backend_parse(const struct backend *b, const char *buf, size_t len,
		  struct places *places);

/*
 * backend_kernel() - the file under the root that an entry's kernel path
 * means: GRUB's paths begin at the partition, not at /.
 * Return: malloc()ed path, or NULL: there is none.
 */
char *backend_kernel(const struct root *r, const char *path);

/* Does the place take its command line from GRUB's environment (ROLE_ENV)? */
bool backend_uses_env(const struct place *p);

#endif
