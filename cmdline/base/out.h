/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out.h - the JSON that check, status and diagnose print; nopmmir(8), "JSON",
 * is its schema: names stay, new ones may come, "schema" counts the breaks
 */
#ifndef OUT_H
#define OUT_H

#include <json.h>
#include <stdbool.h>

#include "nopmmir.h"

#define JSON_SCHEMA 1

/* out_begin() - {"command": @command, "schema": 1} */
struct json_object *out_begin(const char *command);

/* NULL or "" becomes null. */
void out_string(struct json_object *o, const char *key, const char *value);
void out_bool(struct json_object *o, const char *key, bool value);
void out_tri(struct json_object *o, const char *key, enum tri value);
void out_number(struct json_object *o, const char *key, int64_t value);
/* Takes @value over. */
void out_put(struct json_object *o, const char *key, struct json_object *value);

/* Prints @o on stdout and frees it. */
void out_end(struct json_object *o);

#endif
