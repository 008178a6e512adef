/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grubcheck.h - ask GRUB's own parser about a grub.cfg
 */
#ifndef GRUBCHECK_H
#define GRUBCHECK_H

#include <stddef.h>

/*
 * grubcheck() - let grub-script-check (grub2-script-check) read @buf.
 * Return: 0: it is right; 1: it is not; -1: there is no such program here.
 */
int grubcheck(const char *buf, size_t len);

#endif
