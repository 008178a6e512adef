/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernels.h - the kernels under a root: those that are installed, and those
 * that boot loaders name
 */
#ifndef KERNELS_H
#define KERNELS_H

#include "kimage.h"
#include "map.h"
#include "nopmmir.h"
#include "root.h"

#define KERNEL_NONE ((size_t)-1)

struct kernel {
	char *path; /* inside the root: "/boot/vmlinuz-6.1.0-50-cloud-arm64" */
	char *version; /* of the path where it holds one, else of the banner;
			* "" where neither tells */
	struct kimage_info info; /* a file that cannot be read: unknown */
	char *own_line; /* NULL, or the only command line that it takes:
			 * CONFIG_CMDLINE_FORCE */
	size_t same; /* the first kernel of the same contents, by all that is
		      * known: distributions keep copies */
};

struct kernels {
	const struct root *root;
	struct kernel *v;
	size_t n;
	struct map files; /* by device and inode */
	struct map copies; /* by what is known of the contents */
	bool found; /* kernels_find() was here */
	bool unprobed; /* do not look into them */
};

void kernels_init(struct kernels *k, const struct root *r);
void kernels_free(struct kernels *k);

/*
 * kernels_find() - look for kernels where distributions put them, and probe
 * each.  One file found by two names is listed once.
 * Return: 0, or -1 after saying why; none found is 0 with n == 0.
 */
int kernels_find(struct kernels *k);

/*
 * kernels_at() - the kernel that file @path is; it is probed where that was
 * not done.  Return: its index, or KERNEL_NONE: there is no such file.
 */
size_t kernels_at(struct kernels *k, const char *path);

#define PATHS_MAX 8

struct paths {
	char *v[PATHS_MAX];
	size_t n;
};

/*
 * kernels_paths() - the files under the root that @path may mean in a boot
 * loader's file @conf: its paths begin at a partition, which is not known here.
 * Nothing where the path is on a device that is no partition.
 */
void kernels_paths(const struct root *r, const char *path, const char *conf,
		   struct paths *out);
void kernels_paths_free(struct paths *p);

#endif
