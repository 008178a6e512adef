// SPDX-License-Identifier: GPL-2.0-only
/*
 * grubby.c - boot entries that only grubby knows
 *
 * grubby (openEuler 22.03 and 24.03: the C program 8.40; RHEL 8 and later: the
 * shell script grubby-bls) edits files that backend.c's table names too, and
 * those are edited here and not by it, since it cannot keep what is promised of
 * them.  Seen with the C program on tests/cmdline/golden, exit status 0 each:
 *  - `menuentry old { linux /vmlinuz-1 ro }` becomes
 *    `menuentry 'old { linux /vmlinuz-1 ro }' `, an entry without a kernel;
 *  - --args=initcall_blacklist=x drops the a,b of initcall_blacklist=a,b;
 *  - behind a line's last backslash or behind `--` the argument is put where
 *    the kernel never sees it as one; `set default=0`, titles and blanks change.
 * And with grubby-bls --update-kernel=ALL: /etc/default/grub's line
 * GRUB_CMDLINE_LINUX_DEFAULT= becomes a second GRUB_CMDLINE_LINUX=; of two
 * `options` lines each gets the words of both; a missing /etc/kernel/cmdline is
 * made, and one that is there is truncated before it is written.  Neither keeps
 * a backup, nor syncs what it wrote.
 *
 * What is left for grubby is what it knows and the table does not: entries
 * whose kernel no file of the table names.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grubby.h"
#include "nopmmir.h"
#include "child.h"

static int info_places(const char *buf, size_t len, const char *arg,
		       struct places *list);

static const struct backend backend = {
	.name = "grubby",
	.role = ROLE_ENTRY,
	.path = "grubby",
	.places = info_places,
};

/* sudo and cron leave out sbin */
static const char *const programs[] = { "grubby", "/usr/sbin/grubby" };

/* Return: as child_run(). */
static int run(const char *first, const char *second, const char *third,
	       char **out)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		const char *const argv[] = { programs[i], first, second, third,
					     NULL };
		int ret = child_run(argv, -1, out);

		if (ret >= 0)
			return ret;
	}
	return -1;
}

/*
 * The line "@key=VALUE" or, of some versions for some keys, "@key="VALUE"" in an
 * entry of --info: where VALUE stands.
 */
static bool info_value(const char *buf, size_t len, const char *key,
		       size_t *start, size_t *end)
{
	size_t n = strlen(key);

	for (size_t pos = 0; pos < len;) {
		const char *nl = memchr(buf + pos, '\n', len - pos);
		size_t next = nl ? (size_t)(nl - buf) : len;

		if (next - pos > n && !memcmp(buf + pos, key, n) &&
		    buf[pos + n] == '=') {
			*start = pos + n + 1;
			*end = next;
			if (*end - *start >= 2 && buf[*start] == '"' &&
			    buf[*end - 1] == '"') {
				(*start)++;
				(*end)--;
			}
			return true;
		}
		pos = next + 1;
	}
	return false;
}

/* Return: malloc()ed, or NULL: there is no such line. */
static char *info_get(const char *buf, size_t len, const char *key)
{
	size_t start, end;

	if (!info_value(buf, len, key, &start, &end))
		return NULL;
	return nm_asprintf("%.*s", (int)(end - start), buf + start);
}

/* One entry of --info; "non linux entry" has no place for us. */
static int info_places(const char *buf, size_t len, const char *arg,
		       struct places *list)
{
	char *kernel = info_get(buf, len, "kernel");
	char *title = info_get(buf, len, "title");
	size_t start, end;

	(void)arg;
	if (kernel && info_value(buf, len, "args", &start, &end))
		place_split(place_new(list, title ? title : kernel, kernel),
			    buf, start, end);
	free(kernel);
	free(title);
	return 0;
}

/* What grubby shows, an entry each. Return: as child_run(). */
static int info(struct found_list *list)
{
	char *out, *entry, *next;
	int ret = run("--info=ALL", NULL, NULL, &out);

	if (ret)
		goto out;
	for (entry = strstr(out, "index="); entry; entry = next) {
		struct found f = { .backend = &backend };

		next = strstr(entry, "\nindex=");
		if (next)
			*next++ = '\0';
		f.len = strlen(entry);
		f.buf = nm_strdup(entry);
		f.path = nm_strdup(backend.path);
		backend_parse(&backend, f.buf, f.len, &f.places);
		list->v = nm_realloc(list->v, (list->n + 1) * sizeof(f));
		list->v[list->n++] = f;
	}
out:
	if (ret >= 0)
		free(out);
	return ret;
}

static bool same_kernel(const struct root *r, const char *a, const char *b)
{
	char *x, *y;
	bool same;

	if (!strcmp(a, b))
		return true;
	x = backend_kernel(r, a);
	y = backend_kernel(r, b);
	same = x && y && !strcmp(x, y);
	free(x);
	free(y);
	return same;
}

static bool named(const struct root *r, const struct found_list *files,
		  const char *kernel)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct found *f = &files->v[i];

		for (size_t j = 0; j < f->places.n; j++) {
			const char *k = f->places.v[j].kernel;

			if (f->backend->role == ROLE_ENTRY && k &&
			    same_kernel(r, k, kernel))
				return true;
		}
	}
	return false;
}

void grubby_scan(const struct root *r, struct found_list *list)
{
	struct found_list shown = { 0 }, own = { 0 };
	int ret = info(&shown);

	if (ret > 0)
		nm_warn("grubby --info=ALL ended with status %d: entries that only grubby knows are left out",
			ret);
	for (size_t i = 0; i < shown.n; i++) {
		struct found *f = &shown.v[i];

		if (!f->places.n || named(r, list, f->places.v[0].kernel))
			continue;
		own.v = nm_realloc(own.v, (own.n + 1) * sizeof(*f));
		own.v[own.n++] = *f;
		*f = (struct found){ 0 };
	}
	backend_free(&shown);
	list->v = nm_realloc(list->v, (list->n + own.n) * sizeof(*list->v));
	for (size_t i = 0; i < own.n; i++)
		list->v[list->n++] = own.v[i];
	free(own.v);
}

bool grubby_is(const struct found *f)
{
	return f->backend == &backend;
}

static bool has_word(const struct place *p, const char *text)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!strcmp(p->words[i].text, text))
			return true;
	}
	return false;
}

/* Is there a word of that name, which grubby's --args would replace? */
static bool has_name(const struct place *p, const char *text)
{
	size_t n = strcspn(text, "=");

	for (size_t i = 0; i < p->n; i++) {
		if (strcspn(p->words[i].text, "=") == n &&
		    !strncmp(p->words[i].text, text, n))
			return true;
	}
	return false;
}

/* grubby's arguments for a change; those that are not needed are NULL. */
struct call {
	char *kernel, *args, *remove;
};

static void append(char **to, const char *option, const char *word)
{
	char *longer = *to ? nm_asprintf("%s %s", *to, word) :
			     nm_asprintf("%s%s", option, word);

	free(*to);
	*to = longer;
}

/*
 * The entry is named by its index: several may boot one kernel.  Whole words
 * are given and nothing is left to grubby, which knows names and values but no
 * lists; a word whose name stays is replaced by --args alone.
 */
static struct call call_make(const struct change *c)
{
	const struct place *was = &c->file->places.v[0];
	char *index = info_get(c->file->buf, c->file->len, "index");
	struct call call = { .kernel =
				     nm_asprintf("--update-kernel=%s", index) };
	struct places places;
	const struct place *is;

	free(index);
	backend_parse(&backend, c->buf, c->len, &places);
	is = &places.v[0];
	for (size_t i = 0; i < is->n; i++) {
		if (!has_word(was, is->words[i].text))
			append(&call.args, "--args=", is->words[i].text);
	}
	for (size_t i = 0; i < was->n; i++) {
		const char *word = was->words[i].text;

		if (!has_word(is, word) && !has_name(is, word))
			append(&call.remove, "--remove-args=", word);
	}
	places_free(&places);
	return call;
}

static void call_free(struct call *call)
{
	free(call->kernel);
	free(call->args);
	free(call->remove);
}

void grubby_print(const struct change_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct call call = call_make(&list->v[i]);

		printf("# grubby %s%s%s%s%s\n", call.kernel,
		       call.args ? " " : "", call.args ? call.args : "",
		       call.remove ? " " : "", call.remove ? call.remove : "");
		call_free(&call);
	}
}

/* Does @f show the entry of @c with the words wished, in whatever order? */
static bool as_wished(const struct change *c, const struct found *f)
{
	struct places places;
	bool same;

	backend_parse(&backend, c->buf, c->len, &places);
	same = f->places.n && places.v[0].n == f->places.v[0].n &&
	       !strcmp(places.v[0].kernel, f->places.v[0].kernel);
	for (size_t i = 0; same && i < places.v[0].n; i++)
		same = has_word(&f->places.v[0], places.v[0].words[i].text);
	places_free(&places);
	return same;
}

/* The entry that has the index of @c now. */
static const struct found *again(const struct found_list *shown,
				 const struct change *c)
{
	char *index = info_get(c->file->buf, c->file->len, "index");
	const struct found *found = NULL;

	for (size_t i = 0; !found && i < shown->n; i++) {
		char *other =
			info_get(shown->v[i].buf, shown->v[i].len, "index");

		if (other && !strcmp(other, index))
			found = &shown->v[i];
		free(other);
	}
	free(index);
	return found;
}

int grubby_apply(const struct change_list *list)
{
	struct found_list shown = { 0 };
	int ret = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct place *p = &list->v[i].file->places.v[0];
		struct call call = call_make(&list->v[i]);
		const char *first = call.args ? call.args : call.remove;
		const char *second = call.args ? call.remove : NULL;
		int status = run(call.kernel, first, second, NULL);

		if (status) {
			nm_err("%s: grubby %s %s ended with status %d", p->name,
			       call.kernel, first, status);
			ret = -1;
		}
		call_free(&call);
	}
	/* what it did counts, whatever it returned */
	if (list->n && info(&shown))
		ret = -1;
	for (size_t i = 0; i < list->n; i++) {
		const struct place *p = &list->v[i].file->places.v[0];
		const struct found *now = again(&shown, &list->v[i]);

		if (now && as_wished(&list->v[i], now)) {
			printf("changed %s (grubby)\n", p->name);
			continue;
		}
		nm_err("%s: the entry is not as it should be after grubby changed it: look at `grubby --info=%s`",
		       p->name, p->kernel);
		ret = -1;
	}
	backend_free(&shown);
	return ret;
}
