/* SPDX-License-Identifier: GPL-2.0-only */
/* report.h - tell what a console log says, and what to do */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdio.h>

/*
 * report_log() - read all of @f, called @name in messages, and print the
 * finding on stdout.
 * Return: the enum nm_exit of `nopmmir diagnose`.
 */
int report_log(FILE *f, const char *name, bool json);

#endif
