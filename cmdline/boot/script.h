/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * script.h - ask GRUB's own parser about a grub.cfg
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stddef.h>

/*
 * script_check() - let grub-script-check (grub2-script-check) read @buf.
 * Return: 0: it is right; 1: it is not; -1: there is no such program here.
 */
int script_check(const char *buf, size_t len);

#endif
