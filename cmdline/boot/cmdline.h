/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmdline.h - the one reader of a kernel command line
 */
#ifndef CMDLINE_H
#define CMDLINE_H

/* COMMAND_LINE_SIZE of arm64 less the NUL: what a kernel keeps of its line. */
#define CMDLINE_MAX 2047

enum cmdline_answer {
	CMDLINE_NO,
	CMDLINE_YES,
	CMDLINE_UNKNOWN, /* it depends on the kernel's version */
};

/**
 * struct cmdline_params - what a command line does to the PMU's driver
 * @patched: arm_pmu.nopmmir is on, for a kernel that knows the parameter
 * @stock: initcall_blacklist names armv8_pmu_driver_init
 */
struct cmdline_params {
	enum cmdline_answer patched;
	enum cmdline_answer stock;
};

/**
 * cmdline_read() - read a command line as the kernel does
 * @line: the bytes that the boot loader hands over, up to a NUL or a newline
 * @out: the answers
 *
 * Words are split and unquoted by next_arg() (lib/cmdline.c), `--` ends them
 * (parse_args(), kernel/params.c).  A name's - and _ are the same: parameq() for
 * a module's parameter, parameqn() for __setup("initcall_blacklist=").  Of a
 * bool the last value that is one counts (kstrtobool(); t and f are values since
 * 0d6ea3ac94ca, v5.18); initcalls are compared whole, comma by comma
 * (initcall_blacklist(), init/main.c).  A word that does not end within
 * %CMDLINE_MAX bytes is not there: the EFI stub drops it
 * (efi_convert_cmdline()), a device tree's line is cut within it.  The stub also
 * stops at a newline.
 */
void cmdline_read(const char *line, struct cmdline_params *out);

#endif
