/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uki.h - the command line that a unified kernel image holds
 */
#ifndef UKI_H
#define UKI_H

#include <stdbool.h>

#include "root.h"

/* The names of EFI programs: to FAT and to what starts them case is nothing. */
#define EFI_NAME "*.[eE][fF][iI]"

/*
 * uki_starts() - does EFI program @path start a kernel by itself?  All in EFI/Linux
 * is taken to, as systemd-boot does; elsewhere a unified kernel image, and in
 * EFI/BOOT, where the firmware gives no command line, a kernel alone (arm64's
 * booting.rst, zboot's header).
 */
bool uki_starts(const struct root *r, const char *path);

/*
 * uki_line() - the section .cmdline of image @path, those of the addons for
 * every image of its partition (loader/addons/NAME.addon.efi) and those of the
 * addons beside it (PATH.extra.d/NAME.addon.efi), as systemd-stub(7) joins them.
 * Return: malloc()ed; NULL: they cannot be read, are damaged, or depend on what
 * is chosen at boot (profiles) or on the stub's own test (an addon's .uname).
 */
char *uki_line(const struct root *r, const char *path);

#endif
