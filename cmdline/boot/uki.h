/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uki.h - the command line that a unified kernel image holds
 */
#ifndef UKI_H
#define UKI_H

#include "root.h"

/*
 * uki_line() - the section .cmdline of image @path, those of the addons for
 * every image of its partition (loader/addons/NAME.addon.efi) and those of the
 * addons beside it (PATH.extra.d/NAME.addon.efi), as systemd-stub(7) joins them.
 * Return: malloc()ed; NULL: they cannot be read, are damaged, or depend on what
 * is chosen at boot (profiles) or on the stub's own test (an addon's .uname).
 */
char *uki_line(const struct root *r, const char *path);

#endif
