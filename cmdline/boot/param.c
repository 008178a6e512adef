// SPDX-License-Identifier: GPL-2.0-only
/*
 * param.c - the two parameters
 */
#include <string.h>

#include "cmdline.h"
#include "nopmmir.h"
#include "param.h"

static const struct {
	const char *token, *key;
} params[PARAM_COUNT] = {
	[PARAM_PATCHED] = { NM_PARAM_PATCHED, NM_PARAM_PATCHED },
	[PARAM_STOCK] = { NM_PARAM_STOCK, NM_PARAM_STOCK_KEY },
};

const char *param_token(enum param p)
{
	return params[p].token;
}

enum param param_by_name(const char *name)
{
	for (enum param p = PARAM_NONE + 1; p < PARAM_COUNT; p++) {
		if (!strcmp(name, params[p].token) ||
		    !strcmp(name, params[p].key))
			return p;
	}
	return PARAM_NONE;
}

enum tri param_in(const char *line, enum param p)
{
	static const enum tri answers[] = {
		[CMDLINE_NO] = TRI_NO,
		[CMDLINE_YES] = TRI_YES,
		[CMDLINE_UNKNOWN] = TRI_UNKNOWN,
	};
	struct cmdline_params has;

	cmdline_read(line, &has);
	return answers[p == PARAM_STOCK ? has.stock : has.patched];
}
