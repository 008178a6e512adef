// SPDX-License-Identifier: GPL-2.0-only
/*
 * format.c - the files that hold kernel command lines, as a table
 *
 * A boot loader that is found is a file that is found: nothing is concluded
 * from a distribution's name.  grub.cfg is edited in place and never made anew:
 * a run of grub-mkconfig loses what image builders and administrators wrote into
 * it by hand (a root=, a password), and cannot be done on a mounted image.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "format.h"
#include "map.h"
#include "nopmmir.h"
#include "root.h"

#define GRUBCFG(pattern)                                                     \
	{                                                                    \
		"grub.cfg", ROLE_ENTRY, pattern, .places = grubcfg_places,   \
						 .flags = FORMAT_GRUB_SCRIPT \
	}
#define BLS(pattern)                                                   \
	{                                                              \
		"BLS entry", ROLE_ENTRY, pattern, .places = bls_places \
	}
#define EXTLINUX(pattern)                                                  \
	{                                                                  \
		"extlinux", ROLE_ENTRY, pattern, .places = extlinux_places \
	}
#define GRUBENV(pattern)                                                    \
	{                                                                   \
		"GRUB environment", ROLE_ENV, pattern,                      \
			.places = grubenv_places, .variable = "kernelopts", \
			.flags = FORMAT_FIXED_SIZE                          \
	}

/* clang-format off */
const struct format formats[] = {
	GRUBCFG("/boot/grub/grub.cfg"),
	GRUBCFG("/boot/grub2/grub.cfg"),
	/* GRUB's $prefix is the folder of its EFI image; EFI and efi, as vfat
	 * tells no case; the ESP at /boot/efi, /efi, /boot, or the tree itself,
	 * as on installation media */
	GRUBCFG("/boot/efi/EFI/*/grub.cfg"),
	GRUBCFG("/boot/efi/efi/*/grub.cfg"),
	GRUBCFG("/boot/efi/*/grub.cfg"),
	GRUBCFG("/efi/EFI/*/grub.cfg"),
	GRUBCFG("/boot/EFI/*/grub.cfg"),
	GRUBCFG("/EFI/*/grub.cfg"),
	GRUBCFG("/grub/grub.cfg"),
	GRUBCFG("/grub2/grub.cfg"),
	GRUBCFG("/boot/grub/custom.cfg"),
	GRUBCFG("/boot/grub2/custom.cfg"),
	GRUBCFG("/boot/efi/EFI/*/custom.cfg"),
	GRUBCFG("/boot/EFI/*/custom.cfg"),
	GRUBCFG("/efi/EFI/*/custom.cfg"),
	{ "grub.cfg", ROLE_TEMPLATE, "/etc/grub.d/40_custom",
	  .places = grubcfg_custom_places },
	BLS("/boot/loader/entries/*.conf"),
	BLS("/boot/efi/loader/entries/*.conf"),
	BLS("/efi/loader/entries/*.conf"),
	BLS("/loader/entries/*.conf"),
	EXTLINUX("/boot/extlinux/extlinux.conf"),
	EXTLINUX("/extlinux/extlinux.conf"),
	GRUBENV("/boot/grub2/grubenv"),
	GRUBENV("/boot/grub/grubenv"),
	GRUBENV("/boot/efi/EFI/*/grubenv"),
	GRUBENV("/boot/efi/*/grubenv"),
	GRUBENV("/boot/EFI/*/grubenv"),
	GRUBENV("/efi/EFI/*/grubenv"),
	{ "GRUB defaults", ROLE_DEFAULT, "/etc/default/grub",
	  .places = shellvar_places, .variable = "GRUB_CMDLINE_LINUX",
	  .flags = FORMAT_MAKE_LINE },
	{ "GRUB defaults", ROLE_DEFAULT, "/etc/default/grub.d/*.cfg",
	  .places = shellvar_places, .variable = "GRUB_CMDLINE_LINUX",
	  .flags = FORMAT_DROPIN },
	{ "U-Boot menu defaults", ROLE_DEFAULT, "/etc/default/u-boot",
	  .places = shellvar_places, .variable = "U_BOOT_PARAMETERS",
	  .flags = FORMAT_IF_SET },
	{ "kernel-install", ROLE_DEFAULT, "/etc/kernel/cmdline",
	  .places = plain_places, .variable = "command line",
	  .from = "/usr/lib/kernel/cmdline" },
	{ "kdump", ROLE_KDUMP, "/etc/sysconfig/kdump",
	  .places = shellvar_places, .variable = "KDUMP_COMMANDLINE",
	  .flags = FORMAT_IF_SET },
	{ "kdump", ROLE_KDUMP, "/etc/default/kdump-tools",
	  .places = shellvar_places, .variable = "KDUMP_CMDLINE",
	  .flags = FORMAT_IF_SET },
};
/* clang-format on */
const size_t formats_count = sizeof(formats) / sizeof(formats[0]);

const struct format format_grubcfg = GRUBCFG(NULL);
const struct format format_grubenv = GRUBENV(NULL);
const struct format format_bls = BLS(NULL);

/*
 * Debian's grub-mkconfig reads /etc/default/grub.d, upstream's does not, and
 * openEuler 22.03's does by a backport: the installed script tells.
 */
bool format_dropins_read(const struct root *r)
{
	static const char *const scripts[] = { "/usr/sbin/grub-mkconfig",
					       "/usr/sbin/grub2-mkconfig",
					       "/usr/bin/grub-mkconfig",
					       "/usr/bin/grub2-mkconfig" };
	bool any = false;

	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		size_t len;
		char *buf = root_read(r, scripts[i], CONF_MAX, &len, NULL);
		bool reads;

		if (!buf)
			continue;
		any = true;
		reads = memmem(buf, len, "default/grub.d", 14);
		free(buf);
		if (reads)
			return true;
	}
	/* no script to ask: what is not read does no harm */
	return !any;
}

/* "title" a second time is "title #2": the state tells places by their name. */
static void unique_names(struct places *places)
{
	struct map names = { 0 };

	for (size_t i = 0; i < places->n; i++) {
		size_t *same = map_add(&names, places->v[i].name, 0);
		char *name;

		if (++*same == 1)
			continue;
		name = nm_asprintf("%s #%zu", places->v[i].name, *same);
		while (map_get(&names, name)) {
			free(name);
			name = nm_asprintf("%s #%zu", places->v[i].name,
					   ++*same);
		}
		map_add(&names, name, 1);
		free(places->v[i].name);
		places->v[i].name = name;
	}
	map_free(&names);
}

int format_parse(const struct format *f, const char *buf, size_t len,
		 struct places *places)
{
	const char *nul = memchr(buf, '\0', len);

	*places = (struct places){ 0 };
	if (nul)
		return places_error(places, buf, (size_t)(nul - buf),
				    "a NUL byte: this is no text");
	if (f->places(buf, len, f, places))
		return -1;
	unique_names(places);
	return 0;
}
