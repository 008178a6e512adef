/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * param.h - the two parameters
 */
#ifndef PARAM_H
#define PARAM_H

#include "nopmmir.h"

enum param {
	PARAM_NONE,
	PARAM_PATCHED, /* NM_PARAM_PATCHED */
	PARAM_STOCK, /* NM_PARAM_STOCK */
	PARAM_COUNT,
};

/* What is written on the command line for it. */
const char *param_token(enum param p);

/*
 * param_by_name() - the parameter of that name, with or without the value.
 * Return: PARAM_NONE where there is none.
 */
enum param param_by_name(const char *name);

/*
 * param_in() - does the kernel that gets @line have @p in force?  TRI_UNKNOWN:
 * that depends on the kernel's version.
 */
enum tri param_in(const char *line, enum param p);

#endif
