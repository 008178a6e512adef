// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - one run that changes files
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file.h"
#include "nopmmir.h"
#include "root.h"
#include "run.h"

#define RUN_MAX (64U << 20)

static const char header[] = "nopmmir-run 1\n";

/* FNV-1a and the length: tells a file that was edited since, no more. */
static char *digest(const char *buf, size_t len)
{
	uint64_t h = 0xcbf29ce484222325;

	if (!buf)
		return nm_strdup("-");
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)buf[i]) * 0x100000001b3;
	return nm_asprintf("%016jx.%zu", (uintmax_t)h, len);
}

static char *run_dir(const struct state *s, const char *id)
{
	return nm_asprintf("%s/backup/%s", s->dir, id);
}

static char *new_id(const struct root *r, const struct state *s)
{
	time_t now = time(NULL);
	struct stat st;
	char stamp[32];
	struct tm tm;
	char *id, *dir;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	id = nm_strdup(stamp);
	dir = run_dir(s, id);
	for (int n = 2; root_lstat(r, dir, &st) == 0; n++) {
		free(id);
		free(dir);
		id = nm_asprintf("%s.%03d", stamp, n);
		dir = run_dir(s, id);
	}
	free(dir);
	return id;
}

static bool is_id(const char *name)
{
	static const char form[] = "00000000T000000Z";
	size_t i;

	for (i = 0; form[i]; i++) {
		if (form[i] == '0' ? !isdigit((unsigned char)name[i]) :
				     name[i] != form[i])
			return false;
	}
	if (!name[i])
		return true;
	return name[i] == '.' &&
	       name[i + 1 + strspn(name + i + 1, "0123456789")] == '\0';
}

static void backup_drop(const struct root *r, const struct state *s,
			const char *dir)
{
	char *backup = nm_asprintf("%s/backup", s->dir);

	file_remove_tree(r, dir);
	/* and what was made for it, if nothing else is there */
	file_rmdir(r, backup);
	free(backup);
}

static void manifest_line(FILE *to, const char *kind, const char *path,
			  const char *before, size_t before_len,
			  const char *after, size_t after_len)
{
	char *name = state_escape(path);
	char *was = digest(before, before_len);
	char *is = digest(after, after_len);

	fprintf(to, "%s %s %s %s\n", kind, name, was, is);
	free(name);
	free(was);
	free(is);
}

/* What the run makes of what, for run_undo(). */
static int write_manifest(const struct root *r, const struct state *s,
			  const struct change_list *changes, const char *state,
			  const char *dir)
{
	char *path = nm_asprintf("%s/.run", dir);
	char *buf = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&buf, &len);
	int ret = -1;

	if (!to)
		goto out;
	fputs(header, to);
	for (size_t i = 0; i < changes->n; i++) {
		const struct change *c = &changes->v[i];

		manifest_line(to, "file", c->path, c->missing ? NULL : c->old,
			      c->old_len, c->buf, c->len);
	}
	manifest_line(to, "state", "/.state", s->was,
		      s->was ? strlen(s->was) : 0, state,
		      state ? strlen(state) : 0);
	if (fclose(to))
		goto out;
	ret = file_mkdirs(r, dir);
	if (ret == 0)
		ret = file_prepare(r, path, NULL, 0600, buf, len);
	if (ret == 0)
		ret = file_commit(r, path, NULL);
out:
	free(path);
	free(buf);
	return ret;
}

static int backup(const struct root *r, const struct state *s,
		  const struct change_list *changes, const char *state,
		  const char *dir)
{
	char *own = nm_asprintf("%s" STATE_NAME, s->dir);
	char *to = NULL;
	int ret = 0;

	for (size_t i = 0; i < changes->n && ret == 0; i++) {
		const struct change *c = &changes->v[i];

		if (c->missing)
			continue;
		free(to);
		to = nm_asprintf("%s%s", dir, c->path);
		ret = file_copy(r, c->path, to, c->old, c->old_len);
	}
	if (ret == 0 && s->was) {
		free(to);
		to = nm_asprintf("%s/.state", dir);
		ret = file_copy(r, own, to, s->was, strlen(s->was));
	}
	if (ret == 0)
		ret = write_manifest(r, s, changes, state, dir);
	if (ret) {
		nm_err("%s%s: no backup could be made: %s; nothing was changed",
		       r->dir, to ? to : dir, strerror(errno));
		backup_drop(r, s, dir);
	}
	free(to);
	free(own);
	return ret ? -1 : 0;
}

/* The last runs' backups stay. */
static void prune(const struct root *r, const struct state *s)
{
	char *backups = nm_asprintf("%s/backup", s->dir);
	char **names;
	ssize_t n = root_list(r, backups, &names);
	ssize_t left = 0;

	for (ssize_t i = 0; i < n; i++)
		left += is_id(names[i]);
	for (ssize_t i = 0; i < n && left > RUNS_KEPT; i++) {
		char *dir;

		if (!is_id(names[i]))
			continue;
		dir = run_dir(s, names[i]);
		file_remove_tree(r, dir);
		free(dir);
		left--;
	}
	root_list_free(names, n);
	free(backups);
}

int run_write(const struct root *r, const struct state *s,
	      const struct change_list *changes, const char *state,
	      bool state_first, char **id)
{
	char *dir;
	int ret = -1;

	*id = new_id(r, s);
	dir = run_dir(s, *id);
	if (backup(r, s, changes, state, dir))
		goto out;
	if (change_prepare(r, changes)) {
		backup_drop(r, s, dir);
		goto out;
	}
	if (state_first && state_write(r, s, state)) {
		change_abandon(r, changes);
		backup_drop(r, s, dir);
		goto out;
	}
	ret = change_commit(r, changes);
	if (ret == 0 && !state_first)
		ret = state_write(r, s, state);
	prune(r, s);
out:
	free(dir);
	if (ret) {
		free(*id);
		*id = NULL;
	}
	return ret;
}

/* A line of .run: its kind, path, and digests before and after. */
struct item {
	char *kind, *path, *before, *after;
};

static void item_free(struct item *x)
{
	free(x->kind);
	free(x->path);
	free(x->before);
	free(x->after);
}

static bool item_parse(const char *line, const char *end, struct item *x)
{
	const char *p = memchr(line, ' ', (size_t)(end - line));

	*x = (struct item){ 0 };
	if (!p)
		return false;
	x->kind = nm_asprintf("%.*s", (int)(p - line), line);
	x->path = state_unescape(&p, end);
	x->before = x->path ? state_unescape(&p, end) : NULL;
	x->after = x->before ? state_unescape(&p, end) : NULL;
	if (x->after && p == end && *x->path == '/')
		return true;
	item_free(x);
	return false;
}

/* All of .run. malloc()ed; NULL with errno. */
static char *manifest(const struct root *r, const struct state *s,
		      const char *id)
{
	char *path = nm_asprintf("%s/backup/%s/.run", s->dir, id);
	size_t len;
	char *buf = root_read(r, path, RUN_MAX, &len, NULL);

	free(path);
	if (buf &&
	    (strlen(buf) != len || strncmp(buf, header, sizeof(header) - 1) ||
	     buf[len - 1] != '\n')) {
		free(buf);
		errno = EINVAL;
		return NULL;
	}
	return buf;
}

/* Did the run of that .run leave @path as @is? */
static bool left_it(const char *buf, const char *path, const char *is)
{
	bool left = false;

	for (const char *line = buf + sizeof(header) - 1; *line && !left;) {
		const char *end = strchr(line, '\n');
		struct item x;

		if (!item_parse(line, end, &x))
			return false;
		left = !strcmp(x.kind, "file") && !strcmp(x.path, path) &&
		       !strcmp(x.after, is);
		item_free(&x);
		line = end + 1;
	}
	return left;
}

/* The last kept run after @id that left @path as @is; malloc()ed, NULL: none. */
static char *run_that_left(const struct root *r, const struct state *s,
			   const char *id, const char *path, const char *is)
{
	char *backups = nm_asprintf("%s/backup", s->dir);
	char **names, *run = NULL;
	ssize_t n = root_list(r, backups, &names);

	for (ssize_t i = n - 1; i >= 0 && strcmp(names[i], id) > 0 && !run;
	     i--) {
		char *buf = is_id(names[i]) ? manifest(r, s, names[i]) : NULL;

		if (buf && left_it(buf, path, is))
			run = nm_strdup(names[i]);
		free(buf);
	}
	root_list_free(names, n);
	free(backups);
	return run;
}

/* Who changed @path since run @id, and what can be done; @is: now, NULL: gone. */
static void say_changed(const struct root *r, const struct state *s,
			const char *id, const char *path, const char *is)
{
	char *later = is ? run_that_left(r, s, id, path, is) : NULL;

	if (!is)
		nm_err("%s%s: it is not there, and was after run %s: is what it is on mounted? nothing was changed",
		       r->dir, path, id);
	else if (later)
		nm_err("%s%s: run %s changed it since run %s: restore that one first; nothing was changed",
		       r->dir, path, later, id);
	else
		nm_err("%s%s: somebody changed it since run %s; nothing was changed",
		       r->dir, path, id);
	free(later);
}

/* The change that takes @path back. Return: 0, 1: none is needed, or -1. */
static int undo_file(const struct root *r, const struct state *s,
		     const char *id, const struct item *x,
		     struct change_list *changes)
{
	char *copy = nm_asprintf("%s/backup/%s%s", s->dir, id, x->path);
	struct stat st;
	size_t len = 0, old_len = 0;
	char *now = root_read(r, x->path, RUN_MAX, &len, &st);
	char *is = digest(now, len);
	char *old = NULL;
	char *was = NULL;
	struct change *c;
	int ret = -1;

	if (!now && errno != ENOENT) {
		nm_err("%s%s: %s; nothing was changed", r->dir, x->path,
		       strerror(errno));
		goto out;
	}
	if (!strcmp(is, x->before)) {
		ret = 1;
		goto out;
	}
	if (strcmp(is, x->after)) {
		say_changed(r, s, id, x->path, now ? is : NULL);
		goto out;
	}
	if (strcmp(x->before, "-")) {
		old = root_read(r, copy, RUN_MAX, &old_len, NULL);
		was = digest(old, old_len);
		if (strcmp(was, x->before)) {
			nm_err("%s%s: the backup is not what it was; nothing was changed",
			       r->dir, copy);
			goto out;
		}
	}
	c = change_new(changes, x->path);
	c->what = N_("restored");
	c->missing = !now;
	c->st = st;
	c->old = now ? now : nm_strdup("");
	c->old_len = len;
	c->buf = old;
	c->len = old_len;
	now = old = NULL;
	ret = 0;
out:
	free(copy);
	free(now);
	free(old);
	free(is);
	free(was);
	return ret;
}

/* The state from before the run, if nobody changed it since. */
static char *undo_state(const struct root *r, const struct state *s,
			const char *id, const struct item *x)
{
	char *copy = nm_asprintf("%s/backup/%s/.state", s->dir, id);
	char *is = digest(s->was, s->was ? strlen(s->was) : 0);
	char *text = s->was ? nm_strdup(s->was) : NULL;
	size_t len;

	if (!strcmp(is, x->after)) {
		free(text);
		text = strcmp(x->before, "-") ?
			       root_read(r, copy, RUN_MAX, &len, NULL) :
			       NULL;
	}
	free(copy);
	free(is);
	return text;
}

int run_undo(const struct root *r, const struct state *s, const char *id,
	     struct change_list *changes, char **state)
{
	char *buf = is_id(id) ? manifest(r, s, id) : NULL;
	int ret = 0;

	*changes = (struct change_list){ 0 };
	*state = NULL;
	if (!buf) {
		nm_err("%s%s/backup holds no run %s; it holds the last %d",
		       r->dir, s->dir, id, RUNS_KEPT);
		return -1;
	}
	*state = s->was ? nm_strdup(s->was) : NULL;
	for (const char *line = buf + sizeof(header) - 1; ret >= 0 && *line;) {
		const char *end = strchr(line, '\n');
		struct item x;

		if (!item_parse(line, end, &x)) {
			nm_err("%s%s/backup/%s/.run is damaged; nothing was changed",
			       r->dir, s->dir, id);
			ret = -1;
			break;
		}
		if (!strcmp(x.kind, "file")) {
			ret = undo_file(r, s, id, &x, changes);
		} else if (!strcmp(x.kind, "state")) {
			free(*state);
			*state = undo_state(r, s, id, &x);
		}
		item_free(&x);
		line = end + 1;
	}
	free(buf);
	if (ret < 0) {
		change_free(changes);
		free(*state);
		*state = NULL;
		return -1;
	}
	return 0;
}

static char *lost_of(const struct root *r, const char *buf)
{
	for (const char *line = buf + sizeof(header) - 1; *line;) {
		const char *end = strchr(line, '\n');
		struct stat st;
		struct item x;
		char *slash;

		if (!item_parse(line, end, &x))
			return NULL;
		line = end + 1;
		slash = strrchr(x.path, '/');
		if (!strcmp(x.kind, "file") && strcmp(x.after, "-") &&
		    slash > x.path) {
			*slash = '\0';
			if (root_stat(r, x.path, &st)) {
				char *path;

				*slash = '/';
				path = nm_strdup(x.path);
				item_free(&x);
				return path;
			}
		}
		item_free(&x);
	}
	return NULL;
}

char *run_lost(const struct root *r, const struct state *s)
{
	char *backups = nm_asprintf("%s/backup", s->dir);
	char **names;
	ssize_t n = root_list(r, backups, &names);
	char *lost = NULL;

	for (ssize_t i = 0; i < n && !lost; i++) {
		char *buf = is_id(names[i]) ? manifest(r, s, names[i]) : NULL;

		if (buf)
			lost = lost_of(r, buf);
		free(buf);
	}
	root_list_free(names, n);
	free(backups);
	return lost;
}

void run_say(const struct root *r, const struct state *s,
	     const struct change_list *changes, const char *id)
{
	for (size_t i = 0; i < changes->n; i++) {
		const struct change *c = &changes->v[i];

		nm_print(stdout, "%s %s%s (%s)",
			 !c->buf    ? _("removed") :
			 c->missing ? _("created") :
				      _("changed"),
			 r->dir, c->path, _(c->what));
	}
	nm_print(stdout, "the files as they were: %s%s/backup/%s", r->dir,
		 s->dir, id);
	nm_print(stdout, "run: %s", id);
}
