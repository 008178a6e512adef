// SPDX-License-Identifier: GPL-2.0-only
/*
 * words.c - the language in which the tool speaks; see words.h
 *
 * Only LC_MESSAGES is the user's.  With another LC_CTYPE fnmatch() and isalpha()
 * would read the files of boot loaders in another way.
 */
#include "words.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nopmmir.h"

/* The variable that decides, in the order of setlocale(3); "" for none. */
static const char *asked_for(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "";
}

static bool is_utf8(const char *codeset)
{
	return !strcasecmp(codeset, "UTF-8") || !strcasecmp(codeset, "utf8");
}

/*
 * Beside the program, where the build puts it, or where it is installed below
 * the same prefix: no path is compiled in, so that any prefix does.
 */
static char *catalogues(void)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *dir;

	if (n <= 0)
		return NULL;
	exe[n] = '\0';
	*(strrchr(exe, '/') ? strrchr(exe, '/') : exe) = '\0';
	dir = nm_asprintf("%s/locale", exe);
	if (access(dir, F_OK)) {
		free(dir);
		dir = nm_asprintf("%s/../share/locale", exe);
	}
	return dir;
}

void words_begin(void)
{
	const char *asked = asked_for();
	const char *codeset = strchr(asked, '.');
	const char *language = getenv("LANGUAGE");
	char *dir;
	bool utf8;

	if (setlocale(LC_MESSAGES, "")) {
		utf8 = setlocale(LC_CTYPE, "") && is_utf8(nl_langinfo(CODESET));
		setlocale(LC_CTYPE, "C");
		/* what the tool writes is UTF-8 */
		if (!utf8)
			words_plain();
	} else if (codeset && is_utf8(codeset + 1) &&
		   setlocale(LC_MESSAGES, "C.UTF-8")) {
		/*
		 * A small system has no locale but C and C.UTF-8, and gettext
		 * looks at LANGUAGE in any but C.
		 */
		setenv("LANGUAGE", asked, !language || !*language);
	}
	dir = catalogues();
	if (dir)
		bindtextdomain("nopmmir", dir);
	free(dir);
	textdomain("nopmmir");
	/* LC_CTYPE, from which these would be taken, is C's */
	bind_textdomain_codeset("nopmmir", "UTF-8");
	bind_textdomain_codeset("libc", "UTF-8");
}

void words_plain(void)
{
	setlocale(LC_MESSAGES, "C");
}
