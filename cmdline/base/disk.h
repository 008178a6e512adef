/* SPDX-License-Identifier: GPL-2.0-only */
/* disk.h - a disk where a directory or a kernel was asked for */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>

#include "root.h"

/*
 * disk_say() - if the file @path is a disk, or the image of one, say so and how
 * it is mounted.
 * Return: whether it is.
 */
bool disk_say(const char *path);

/* disk_no_root() - say why @dir is no root; root_init() has left it in errno. */
void disk_no_root(const char *dir);

#endif
