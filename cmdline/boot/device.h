/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.h - the device that GRUB takes a file from
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "mounts.h"
#include "vars.h"

enum device_kind {
	DEVICE_OWN, /* this system's, or not to be told from it */
	DEVICE_LOOPBACK, /* a file, by a script's loopback command */
	DEVICE_OTHER, /* a file system that this system does not have */
};

struct device {
	enum device_kind kind;
	char *name; /* as a script has it, malloc()ed; DEVICE_OWN: NULL */
};

/* device_root() - what $root is at @use: the first that may be and is not our own. */
struct device device_root(const struct vars *vars, const struct mounts *mounts,
			  const struct use *use);

/* device_of() - where GRUB takes @path from at @use, where $root is @root. */
struct device device_of(const struct mounts *mounts, const struct use *use,
			const struct device *root, const char *path);

#endif
