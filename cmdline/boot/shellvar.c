// SPDX-License-Identifier: GPL-2.0-only
/*
 * shellvar.c - a variable in a file that a shell reads: /etc/default/grub,
 * /etc/sysconfig/kdump
 *
 * The file is cut into words by the shell's rules of quoting (POSIX.1-2017,
 * Shell Command Language, 2.2); nothing is expanded or run.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "nopmmir.h"

/* Where each byte of an assignment's value stands in the file. */
struct value {
	char *text;
	size_t *start, *end;
	bool *bare; /* outside of quotes: a blank needs a backslash there */
	size_t n;
	size_t at; /* of the first byte, inside of an opening quote */
	bool self; /* the value holds the variable's own */
};

/* More than any line begins. */
#define HEREDOCS 16

struct scan {
	const char *buf;
	size_t len, pos;
	const char *name; /* of the variable */
	/* here-documents whose bodies begin behind this line */
	struct heredoc {
		char *end; /* the line that ends it */
		bool tabs; /* <<-: tabs before that line do not count */
	} heredocs[HEREDOCS];
	size_t n_heredocs;
};

/* In the text of a value: a blank inside of $(...), which splits nothing. */
#define OPAQUE_BLANK '\001'

static void put(struct value *v, char c, size_t start, size_t end, bool bare)
{
	if (!v)
		return;
	v->text[v->n] = c;
	v->start[v->n] = start;
	v->end[v->n] = end;
	v->bare[v->n] = bare;
	v->n++;
}

/* From an opening ' or " to the closing one; the text's end: there is none. */
static size_t quote_end(const struct scan *s, size_t i)
{
	char quote = s->buf[i];

	for (i++; i < s->len && s->buf[i] != quote; i++) {
		if (quote == '"' && s->buf[i] == '\\')
			i++;
	}
	return i;
}

/*
 * The end of the expansion at buf[pos] == '$' or '`'; 0: it has none.  Brackets
 * are counted, escapes and the '...' of a command skipped: enough for what
 * configuration files hold.
 */
static size_t expansion_end(const struct scan *s)
{
	const char *buf = s->buf;
	size_t i = s->pos;
	char open, close;
	size_t depth = 0;

	if (buf[i] == '`') {
		for (i++; i < s->len && buf[i] != '`'; i++) {
			if (buf[i] == '\\' && i + 1 < s->len)
				i++;
		}
		return i < s->len ? i + 1 : 0;
	}
	i++;
	if (i == s->len)
		return i;
	if (buf[i] != '{' && buf[i] != '(') {
		while (i < s->len &&
		       (isalnum((unsigned char)buf[i]) || buf[i] == '_'))
			i++;
		return i == s->pos + 1 && i < s->len && buf[i] &&
				       strchr("?#*@!$-", buf[i]) ?
			       i + 1 :
			       i;
	}
	open = buf[i];
	close = open == '{' ? '}' : ')';
	for (; i < s->len; i++) {
		if (buf[i] == '\\' && i + 1 < s->len)
			i++;
		else if (open == '(' && (buf[i] == '\'' || buf[i] == '"'))
			i = quote_end(s, i);
		else if (buf[i] == open)
			depth++;
		else if (buf[i] == close && --depth == 0)
			return i + 1;
	}
	return 0;
}

/*
 * Copies an expansion as it is written, as one thing that is not split.
 * Return: false: not closed.
 */
static bool expansion(struct scan *s, struct value *v, bool bare)
{
	size_t end = expansion_end(s);
	size_t from = s->pos;

	if (!end)
		return false;
	if (v && end - from > 1) {
		size_t name = from + 1 + (s->buf[from + 1] == '{');
		size_t n = strlen(s->name);

		if (name + n <= end && !memcmp(s->buf + name, s->name, n) &&
		    (name + n == end ||
		     !(isalnum((unsigned char)s->buf[name + n]) ||
		       s->buf[name + n] == '_')))
			v->self = true;
	}
	for (; s->pos < end; s->pos++) {
		char c = s->buf[s->pos];

		put(v, isspace((unsigned char)c) ? OPAQUE_BLANK : c, s->pos,
		    s->pos + 1, bare);
	}
	return true;
}

/* The rest of a "..." behind its opening quote. Return: false: not closed. */
static bool double_quoted(struct scan *s, struct value *v)
{
	while (s->pos < s->len && s->buf[s->pos] != '"') {
		char c = s->buf[s->pos];

		if (c == '\\' && s->pos + 1 < s->len) {
			char next = s->buf[s->pos + 1];

			if (next && strchr("$`\"\\", next)) {
				put(v, next, s->pos, s->pos + 2, false);
			} else if (next != '\n') {
				put(v, c, s->pos, s->pos + 1, false);
				put(v, next, s->pos + 1, s->pos + 2, false);
			}
			s->pos += 2;
		} else if (c == '$' || c == '`') {
			if (!expansion(s, v, false))
				return false;
		} else {
			put(v, c, s->pos, s->pos + 1, false);
			s->pos++;
		}
	}
	if (s->pos == s->len)
		return false;
	s->pos++;
	return true;
}

static bool ends_word(char c)
{
	return c && strchr(" \t\n;&|()<>", c);
}

/* Skips a word, or takes it apart into @v. Return: false: it is not closed. */
static bool word(struct scan *s, struct value *v)
{
	bool first = true;

	if (v)
		v->at = s->pos;
	while (s->pos < s->len && !ends_word(s->buf[s->pos])) {
		char c = s->buf[s->pos];

		if (c == '\\') {
			if (s->pos + 1 == s->len)
				return false;
			if (s->buf[s->pos + 1] != '\n')
				put(v, s->buf[s->pos + 1], s->pos, s->pos + 2,
				    true);
			s->pos += 2;
		} else if (c == '\'') {
			size_t from = ++s->pos;

			if (v && first)
				v->at = from;
			while (s->pos < s->len && s->buf[s->pos] != '\'') {
				put(v, s->buf[s->pos], s->pos, s->pos + 1,
				    false);
				s->pos++;
			}
			if (s->pos == s->len)
				return false;
			s->pos++;
		} else if (c == '"') {
			s->pos++;
			if (v && first)
				v->at = s->pos;
			if (!double_quoted(s, v))
				return false;
		} else if (c == '$' || c == '`') {
			if (!expansion(s, v, true))
				return false;
		} else {
			put(v, c, s->pos, s->pos + 1, true);
			s->pos++;
		}
		first = false;
	}
	return true;
}

/* Words behind which a command, and so an assignment, may stand. */
static bool keeps_command(const char *s, size_t n)
{
	static const char *const words[] = { "if",     "then",	   "else",
					     "elif",   "do",	   "while",
					     "until",  "{",	   "!",
					     "export", "readonly", "declare" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) == n && !memcmp(words[i], s, n))
			return true;
	}
	return false;
}

/* The length of "NAME=" or "NAME+=" at @pos, 0: no assignment. */
static size_t assignment(const struct scan *s, bool *append)
{
	size_t i = s->pos;

	while (i < s->len &&
	       (isalnum((unsigned char)s->buf[i]) || s->buf[i] == '_'))
		i++;
	*append = false;
	if (i == s->pos)
		return 0;
	if (i + 1 < s->len && s->buf[i] == '+' && s->buf[i + 1] == '=') {
		*append = true;
		return i + 2 - s->pos;
	}
	return i < s->len && s->buf[i] == '=' ? i + 1 - s->pos : 0;
}

static void line_of(const struct scan *s, size_t from, struct place *p)
{
	const char *nl;

	p->line_start = from;
	while (p->line_start && s->buf[p->line_start - 1] != '\n')
		p->line_start--;
	nl = memchr(s->buf + s->pos, '\n', s->len - s->pos);
	p->line_end = nl ? (size_t)(nl + 1 - s->buf) : s->len;
}

/* Is the word nothing but the variable's own earlier value? */
static bool is_self(const char *text, const char *name)
{
	size_t n = strlen(name);
	bool brace = text[0] == '$' && text[1] == '{';

	return *text == '$' && !strncmp(text + 1 + brace, name, n) &&
	       !strcmp(text + 1 + brace + n, brace ? "}" : "");
}

/* From offsets in the value to offsets in the file. */
static void value_place(const struct value *v, const char *name,
			struct place *p)
{
	place_split(p, v->text, 0, v->n);
	for (size_t i = 0; i < p->n; i++) {
		struct word *w = &p->words[i];
		size_t last = w->end - 1;

		if (i == 0)
			p->blank = v->bare[w->start] ? "\\ " : " ";
		w->blank = v->bare[last] ? "\\ " : " ";
		if (w->sep_end > w->sep_start) {
			size_t sep = w->sep_start;

			w->sep_start = v->start[sep];
			w->sep_end = v->end[sep];
		}
		w->start = v->start[w->start];
		w->end = v->end[last];
		w->self = is_self(w->text, name);
	}
	p->at = v->at;
}

static struct value *value_new(size_t room)
{
	struct value *v = nm_alloc(sizeof(*v));

	v->text = nm_alloc(room + 1);
	v->start = nm_alloc((room + 1) * sizeof(*v->start));
	v->end = nm_alloc((room + 1) * sizeof(*v->end));
	v->bare = nm_alloc((room + 1) * sizeof(*v->bare));
	return v;
}

static void value_free(struct value *v)
{
	if (!v)
		return;
	free(v->text);
	free(v->start);
	free(v->end);
	free(v->bare);
	free(v);
}

/* How long the word at @pos is at most: to size its maps. */
static size_t word_room(const struct scan *s)
{
	struct scan ahead = *s;

	(void)word(&ahead, NULL);
	return ahead.pos - s->pos;
}

/* At "<<": notes the here-document, whose body begins behind the line. */
static bool heredoc(struct scan *s)
{
	struct scan ahead = *s;
	bool tabs;
	char *end;
	size_t n = 0, from;

	s->pos += 2;
	/* "<<<" is bash's string */
	if (s->pos < s->len && s->buf[s->pos] == '<') {
		s->pos++;
		return true;
	}
	tabs = s->pos < s->len && s->buf[s->pos] == '-';
	s->pos += tabs;
	while (s->pos < s->len &&
	       (s->buf[s->pos] == ' ' || s->buf[s->pos] == '\t'))
		s->pos++;
	from = s->pos;
	if (s->n_heredocs == HEREDOCS || !word(s, NULL) || s->pos == from) {
		*s = ahead;
		return false;
	}
	/* quoting of the word is no part of the line that ends it */
	end = nm_alloc(s->pos - from + 1);
	for (size_t i = from; i < s->pos; i++) {
		if (s->buf[i] == '\\' || s->buf[i] == '\'' || s->buf[i] == '"')
			continue;
		end[n++] = s->buf[i];
	}
	s->heredocs[s->n_heredocs++] = (struct heredoc){ end, tabs };
	return true;
}

/* Behind a line's end: skips the bodies that it began. Return: false: not closed. */
static bool skip_heredocs(struct scan *s)
{
	bool closed = true;

	for (size_t i = 0; i < s->n_heredocs; i++) {
		const struct heredoc *h = &s->heredocs[i];

		closed = false;
		while (s->pos < s->len) {
			const char *from = s->buf + s->pos;
			const char *nl = memchr(from, '\n', s->len - s->pos);
			const char *to = nl ? nl : s->buf + s->len;

			s->pos = (size_t)(nl ? nl + 1 - s->buf :
					       (ptrdiff_t)s->len);
			while (h->tabs && from < to && *from == '\t')
				from++;
			if ((size_t)(to - from) == strlen(h->end) &&
			    !memcmp(from, h->end, strlen(h->end))) {
				closed = true;
				break;
			}
		}
		free(h->end);
	}
	s->n_heredocs = 0;
	return closed;
}

static void drop_heredocs(struct scan *s)
{
	while (s->n_heredocs)
		free(s->heredocs[--s->n_heredocs].end);
}

/*
 * All assignments of the variable.  One that builds on the variable's earlier
 * value (NAME="$NAME more", NAME+=) inherits what that has.
 */
static int assignments(struct scan *s, struct places *list, bool inherits,
		       bool if_set)
{
	/* a line that is added to the file would be a part of the document */
	static const char open_doc[] = "a here-document is left open";
	bool at_command = true;

	while (s->pos < s->len) {
		char c = s->buf[s->pos];
		struct value *v = NULL;
		size_t from = s->pos;
		size_t n;
		bool append;

		if (c == ' ' || c == '\t') {
			s->pos++;
			continue;
		}
		if (c == '#') {
			while (s->pos < s->len && s->buf[s->pos] != '\n')
				s->pos++;
			continue;
		}
		if (c == '<' && s->pos + 1 < s->len &&
		    s->buf[s->pos + 1] == '<') {
			at_command = false;
			if (!heredoc(s)) {
				drop_heredocs(s);
				return places_error(
					list, s->buf, s->pos,
					"a here-document is not understood");
			}
			continue;
		}
		if (ends_word(c)) {
			at_command = c != '<' && c != '>';
			s->pos++;
			if (c == '\n' && !skip_heredocs(s))
				return places_error(list, s->buf, from,
						    open_doc);
			continue;
		}
		n = at_command ? assignment(s, &append) : 0;
		s->pos += n;
		if (n && n == strlen(s->name) + 1 + append &&
		    !memcmp(s->buf + from, s->name, strlen(s->name)))
			v = value_new(word_room(s));
		if (!word(s, v)) {
			value_free(v);
			drop_heredocs(s);
			return places_error(
				list, s->buf, from,
				"a quote, a $( or a backslash is left open");
		}
		if (v && (append || v->self) == inherits &&
		    !(if_set && !v->n)) {
			struct place *p = place_new(list, s->name);

			value_place(v, s->name, p);
			line_of(s, from, p);
		}
		value_free(v);
		at_command = n || (at_command &&
				   keeps_command(s->buf + from, s->pos - from));
	}
	/* those of a last line without an end have no bodies to be closed in */
	if (!skip_heredocs(s))
		return places_error(list, s->buf, s->len, open_doc);
	return 0;
}

int shellvar_places(const char *buf, size_t len, const struct format *format,
		    struct places *list)
{
	struct scan s = { buf, len, 0, format->variable, { { 0 } }, 0 };
	bool if_set = format->flags & FORMAT_IF_SET;
	size_t before = list->n;

	if (assignments(&s, list, false, if_set))
		return -1;
	if (list->n == before && (format->flags & FORMAT_MAKE_LINE)) {
		s.pos = 0;
		if (assignments(&s, list, true, false))
			return -1;
	}
	if (list->n == before && (format->flags & FORMAT_MAKE_LINE)) {
		struct place *p;
		bool open = len && buf[len - 1] != '\n';

		if (len > 1 && !memcmp(buf + len - 2, "\\\n", 2))
			return places_error(list, buf, len - 1,
					    "the last line is to go on");
		p = place_new(list, s.name);
		p->at = len;
		/* it may be set in a way that is not seen here: by a file read */
		p->make_head = nm_asprintf("%s%s=\"$%s ", open ? "\n" : "",
					   s.name, s.name);
		p->make_tail = open ? "\"" : "\"\n";
	}
	return 0;
}
