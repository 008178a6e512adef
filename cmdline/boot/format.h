/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * format.h - the files that hold kernel command lines, as a table
 */
#ifndef FORMAT_H
#define FORMAT_H

#include "place.h"
#include "root.h"

/* What the command lines of a file are good for. */
enum role {
	ROLE_ENTRY, /* kernels that boot by it */
	ROLE_TEMPLATE, /* entries that the next grub-mkconfig writes */
	ROLE_DEFAULT, /* kernels to come */
	ROLE_ENV, /* variables that entries and kernels to come use */
	ROLE_KDUMP, /* the crash kernel's own */
};

enum format_flags {
	FORMAT_MAKE_LINE = 1, /* make a line where the variable is not set */
	FORMAT_IF_SET = 2, /* leave it where it is not set, or to nothing */
	FORMAT_FIXED_SIZE = 4, /* GRUB's environment block */
	FORMAT_GRUB_SCRIPT = 8, /* grub-script-check can judge it */
	FORMAT_DROPIN = 16, /* not every grub-mkconfig reads it */
};

struct format {
	const char *name;
	enum role role;
	const char *path; /* a pattern for root_glob(); NULL: others name it */
	/*
	 * The parser: adds the places of buf[0, len) to @list.
	 * Return: 0, or -1 after places_error().
	 */
	int (*places)(const char *buf, size_t len, const struct format *format,
		      struct places *list);
	const char *variable; /* whose value is the command line */
	unsigned int flags;
	const char *from; /* where @path is not, make it from this one */
};

extern const struct format formats[];
extern const size_t formats_count;

/* What a script of GRUB's names. */
extern const struct format format_grubcfg, format_grubenv, format_bls;

/*
 * format_parse() - the places of @buf as of a file of that format, their names
 * made unique.
 * Return: 0, or -1 with places->error.
 */
int format_parse(const struct format *f, const char *buf, size_t len,
		 struct places *places);

/* Does the grub-mkconfig that is installed read /etc/default/grub.d? */
bool format_dropins_read(const struct root *r);

int grubcfg_places(const char *buf, size_t len, const struct format *format,
		   struct places *list);
/* /etc/grub.d/40_custom, which becomes part of the next grub.cfg as it is. */
int grubcfg_custom_places(const char *buf, size_t len,
			  const struct format *format, struct places *list);
int grubenv_places(const char *buf, size_t len, const struct format *format,
		   struct places *list);
int bls_places(const char *buf, size_t len, const struct format *format,
	       struct places *list);
int shellvar_places(const char *buf, size_t len, const struct format *format,
		    struct places *list);
int extlinux_places(const char *buf, size_t len, const struct format *format,
		    struct places *list);
int plain_places(const char *buf, size_t len, const struct format *format,
		 struct places *list);

#endif
