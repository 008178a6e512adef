// SPDX-License-Identifier: GPL-2.0-only
/*
 * oops.c - what a console log says; see oops.h
 *
 * The words looked for are those of arch/arm64/kernel/traps.c and process.c
 * from 4.19 to 7.2. Lines of several oopses may be interleaved; with
 * PRINTK_CALLER they are told apart by it.
 */
#include "oops.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "a64.h"
#include "logline.h"
#include "nopmmir.h"

/* Where the read of PMMIR_EL1 is, in kernels from 5.10 to 7.2. */
static const char *const probes[] = {
	"__armv8pmu_probe_pmu",
	"armv8pmu_probe_pmu",
};

/* Between the instruction and die() or BUG(): they are no one's fault. */
static const char *const entries[] = {
	"do_undefinstr",
	"do_el1_undef",
	"el1_undef",
	"el1_sync_handler",
	"el1_sync",
	"el1h_64_sync_handler",
	"el1h_64_sync",
	"el1_sync_handler",
	"die",
	"__die",
	"bug_handler",
	"call_undef_hook",
	"dump_backtrace",
	"show_stack",
	"dump_stack",
	"panic",
};

static bool one_of(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(name, names[i]))
			return true;
	}
	return false;
}

#define ONE_OF(name, names) \
	one_of(name, names, sizeof(names) / sizeof(*(names)))

static void copy(char *to, size_t size, const char *from, size_t len)
{
	if (len >= size)
		len = size - 1;
	memcpy(to, from, len);
	to[len] = '\0';
}

#define COPY(to, from, len) copy(to, sizeof(to), from, len)

static const char *after(const char *text, const char *what)
{
	const char *p = strstr(text, what);

	return p ? p + strlen(what) : NULL;
}

static bool is_name(int c)
{
	return isalnum(c) || c == '_' || c == '.' || c == '$';
}

/* "name+0x1/0x2" at @p: the length of the whole; 0: none. */
static size_t symbol_length(const char *p)
{
	const char *start = p;
	char *end;

	if (!isalpha((unsigned char)*p) && *p != '_')
		return 0;
	while (is_name((unsigned char)*p))
		p++;
	if (strncmp(p, "+0x", 3))
		return 0;
	strtoull(p + 3, &end, 16);
	if (strncmp(end, "/0x", 3))
		return 0;
	strtoull(end + 3, &end, 16);
	return (size_t)(end - start);
}

/* The function's own name, without "+0x1/0x2" and the compiler's ".isra.0". */
static void symbol_name(char *to, size_t size, const char *symbol)
{
	copy(to, size, symbol, strcspn(symbol, "+."));
}

/* The function that faulted: the pc's, or of a BUG() on it the trace's. */
static void oops_function(const struct oops *o, char *to, size_t size)
{
	to[0] = '\0';
	if (symbol_length(o->pc))
		symbol_name(to, size, o->pc);
	for (unsigned int i = 0; i < o->n_trace; i++) {
		if (*to && !ONE_OF(to, entries))
			return;
		symbol_name(to, size, o->trace[i]);
	}
	if (ONE_OF(to, entries))
		to[0] = '\0';
}

/*
 * Up to v5.10 an undefined instruction of the kernel was a BUG_ON() in
 * do_undefinstr(): the dump then shows that function's own code.
 */
static bool bug_on_undef(const struct oops *o)
{
	char name[64];

	symbol_name(name, sizeof(name), o->pc);
	return strstr(o->what, "BUG") && !strcmp(name, "do_undefinstr");
}

static enum oops_kind judge(const struct oops *o, char *function, size_t size,
			    bool *certain)
{
	bool bug = bug_on_undef(o);
	bool word = o->has_word && !bug;
	uint32_t insn = word ? o->words[o->n_words - 1] : 0;
	bool probe;

	oops_function(o, function, size);
	probe = ONE_OF(function, probes);
	*certain = word;
	if (o->user)
		return OOPS_UNDEF;
	/* the word says it all but whose it is */
	if (word && a64_mrs_pmmir(insn) && (probe || !*function) &&
	    (o->undef || !*o->what))
		return OOPS_THIS;
	if (!word && probe && (o->undef || bug))
		return OOPS_THIS;
	return o->undef || bug ? OOPS_UNDEF : OOPS_PANIC;
}

/* Keeps the worst; of equals the first, which is what stopped the boot. */
static void oops_close(struct oops_log *log, struct oops *o)
{
	char function[64];
	enum oops_kind kind;
	bool certain;

	if (!o->open)
		return;
	o->open = false;
	kind = judge(o, function, sizeof(function), &certain);
	if (kind <= log->kind)
		return;
	log->kind = kind;
	log->oops = *o;
	log->certain = certain;
	memcpy(log->function, function, sizeof(function));
}

struct parser {
	struct oops_log *log;
	struct oops open[OOPS_OPEN];
	unsigned int age;
};

/* The oops that a line of @caller belongs to, or NULL. */
static struct oops *oops_find(struct parser *ps, const char *caller)
{
	struct oops *found = NULL;

	for (size_t i = 0; i < OOPS_OPEN; i++) {
		struct oops *o = &ps->open[i];

		if (o->open && !strcmp(o->caller, caller) &&
		    (!found || o->age > found->age))
			found = o;
	}
	return found;
}

static struct oops *oops_start(struct parser *ps, const char *caller)
{
	struct oops *o = &ps->open[0];

	for (size_t i = 1; i < OOPS_OPEN && o->open; i++) {
		if (!ps->open[i].open || ps->open[i].age < o->age)
			o = &ps->open[i];
	}
	oops_close(ps->log, o);
	memset(o, 0, sizeof(*o));
	o->open = true;
	o->age = ++ps->age;
	COPY(o->caller, caller, strlen(caller));
	return o;
}

/* The oops of this line; one whose head is cut off begins here. */
static struct oops *oops_of(struct parser *ps, const char *caller)
{
	struct oops *o = oops_find(ps, caller);

	return o ? o : oops_start(ps, caller);
}

static bool says_undef(const char *text)
{
	return strcasestr(text, "undefined instruction") != NULL;
}

/* "Internal error: Oops - Undefined instruction: 0000000002000000 [#1] SMP" */
static bool line_head(struct parser *ps, const struct logline *l)
{
	const char *p = after(l->text, "Internal error: ");
	struct oops *o;

	if (!p) {
		/* "swapper[1]: undefined instruction: pc=..." of a program */
		p = strstr(l->text, "]: undefined instruction: pc=");
		if (!p)
			return false;
		o = oops_start(ps, l->caller);
		o->user = true;
		p = l->text;
	} else {
		o = oops_start(ps, l->caller);
	}
	COPY(o->what, p, strlen(p));
	o->undef = says_undef(p);
	return true;
}

/* "CPU: 0 PID: 1 Comm: swapper/0 Not tainted 6.6.0-102.oe2509.aarch64 #1" */
static bool line_cpu(struct parser *ps, const struct logline *l)
{
	const char *p = strstr(l->text, "CPU: "), *end;
	struct oops *o = oops_find(ps, l->caller);

	if (!p || !strstr(p, " Comm: ") || !o)
		return false;
	end = strstr(p, " #");
	if (!end)
		end = p + strlen(p);
	p = end;
	while (p > l->text && p[-1] != ' ')
		p--;
	if (isdigit((unsigned char)*p))
		COPY(o->kernel, p, (size_t)(end - p));
	return true;
}

/* "pc : __armv8pmu_probe_pmu+0xdc/0x110"; in 4.x "PC is at ..." */
static bool line_pc(struct parser *ps, const struct logline *l)
{
	const char *p = after(l->text, "pc : ");
	struct oops *o;
	size_t n;

	if (!p)
		p = after(l->text, "PC is at ");
	if (!p)
		return false;
	o = oops_find(ps, l->caller);
	if (!o || *o->pc)
		o = oops_start(ps, l->caller);
	n = symbol_length(p);
	COPY(o->pc, p, n ? n : strcspn(p, " "));
	return true;
}

/* "x29: ffff80008000bb00 x28: ffff800081e7fa80 x27: ffff800081e85000" */
static bool line_registers(struct parser *ps, const struct logline *l)
{
	struct oops *o = NULL;
	const char *p = l->text;

	while ((p = strchr(p, 'x'))) {
		const char *start = p++;
		unsigned long long value;
		unsigned long reg;
		char *end;

		if (start > l->text && start[-1] != ' ')
			continue;
		if (!isdigit((unsigned char)*p))
			continue;
		reg = strtoul(p, &end, 10);
		if (reg > 30 || end > p + 2)
			continue;
		if (*end == ' ')
			end++;
		if (end[0] != ':' || end[1] != ' ' ||
		    strspn(end + 2, "0123456789abcdef") != 16)
			continue;
		value = strtoull(end + 2, &end, 16);
		p = end;
		if (!o)
			o = oops_of(ps, l->caller);
		o->x[reg] = value;
		o->has_x |= 1u << reg;
	}
	return o != NULL;
}

/* "Code: 290057f6 97ed4c0a f100127f 54000049 (d5389ed7)" */
static bool line_code(struct parser *ps, const struct logline *l)
{
	const char *p = after(l->text, "Code: ");
	uint32_t words[OOPS_WORDS];
	bool known[OOPS_WORDS], fault = false;
	unsigned int n = 0;
	struct oops *o;

	if (!p)
		return false;
	while (n < OOPS_WORDS && !fault) {
		bool hidden;

		while (*p == ' ')
			p++;
		fault = *p == '(';
		p += fault;
		hidden = !strncmp(p, "????????", 8);
		if (!hidden && strspn(p, "0123456789abcdef") != 8)
			break;
		/* a word whose ')' is cut off is still whole */
		words[n] = hidden ? 0 : (uint32_t)strtoul(p, NULL, 16);
		known[n++] = !hidden;
		p += 8;
	}
	if (!n)
		return false;
	o = oops_of(ps, l->caller);
	memcpy(o->words, words, sizeof(words));
	memcpy(o->known, known, sizeof(known));
	o->n_words = n;
	o->has_word = fault && known[n - 1];
	o->in_trace = false;
	return true;
}

static bool line_trace(struct parser *ps, const struct logline *l)
{
	struct oops *o = oops_find(ps, l->caller);
	const char *p = l->text;
	size_t n;

	if (!o)
		return false;
	if (strcasestr(p, "call trace:")) {
		o->in_trace = true;
		return true;
	}
	if (strstr(p, "---[ end trace")) {
		oops_close(ps->log, o);
		return true;
	}
	if (!o->in_trace || o->n_trace == OOPS_TRACE)
		return false;
	p += strspn(p, " ");
	n = symbol_length(p);
	if (!n)
		return false;
	COPY(o->trace[o->n_trace], p, n);
	o->n_trace++;
	return true;
}

/* `{ Op0( 3), Op1( 0), CRn( 9), CRm(14), Op2( 6), func_read },` */
static bool line_host(struct parser *ps, const struct logline *l)
{
	static const unsigned int pmmir[5] = { 3, 0, 9, 14, 6 };
	static const char *const fields[5] = { "Op0(", "Op1(", "CRn(", "CRm(",
					       "Op2(" };
	struct oops_host *host = &ps->log->host;
	const char *p = strchr(l->text, '{');
	unsigned int op[5];

	for (size_t i = 0; i < 5; i++) {
		char *end;

		p = p ? after(p, fields[i]) : NULL;
		if (!p)
			return false;
		op[i] = (unsigned int)strtoul(p, &end, 10);
		if (*end != ')')
			return false;
		p = end;
	}
	if (!memcmp(op, pmmir, sizeof(op))) {
		host->pmmir++;
	} else {
		if (!host->other++)
			memcpy(host->op, op, sizeof(op));
	}
	return true;
}

static bool has_token(const char *text, const char *token)
{
	size_t n = strlen(token);

	for (const char *p = text; (p = strstr(p, token)); p += n) {
		if ((p == text || p[-1] == ' ') &&
		    (!p[n] || p[n] == ' ' || p[n] == '='))
			return true;
	}
	return false;
}

static bool line_boot(struct parser *ps, const struct logline *l)
{
	struct oops_log *log = ps->log;
	const char *p = after(l->text, "Kernel command line: ");

	if (p) {
		const char *list = after(p, NM_PARAM_STOCK_KEY "=");

		log->has_cmdline = true;
		log->patched_param = has_token(p, NM_PARAM_PATCHED);
		log->stock_param = list &&
				   strstr(list, NM_PARAM_STOCK_INITCALL);
		return true;
	}
	p = after(l->text, "Linux version ");
	if (p && isdigit((unsigned char)*p)) {
		COPY(log->kernel, p, strcspn(p, " "));
		log->has_cmdline = false;
		return true;
	}
	return false;
}

/* What ends a kernel of any architecture. */
static bool line_panic(struct parser *ps, const struct logline *l)
{
	static const char *const heads[] = {
		"kernel BUG at ",	  "Unable to handle kernel ",
		"BUG: unable to handle ", "general protection fault",
		"invalid opcode: ",	  "Oops: ",
	};
	struct oops_log *log = ps->log;
	const char *p = after(l->text, "Kernel panic - not syncing: ");

	for (size_t i = 0; !p && i < sizeof(heads) / sizeof(heads[0]); i++)
		p = strstr(l->text, heads[i]);
	if (!p)
		return false;
	COPY(log->panic, p, strlen(p));
	if (log->kind == OOPS_NONE)
		log->kind = OOPS_PANIC;
	return true;
}

/* Each knows one kind of line; the first that takes it ends the search. */
static bool (*const kinds[])(struct parser *, const struct logline *) = {
	line_head, line_pc,    line_code,  line_cpu,	   line_host,
	line_boot, line_panic, line_trace, line_registers,
};

int oops_read(FILE *f, struct oops_log *log)
{
	struct parser *ps = nm_alloc(sizeof(*ps));
	struct logline *line = nm_alloc(sizeof(*line));

	memset(log, 0, sizeof(*log));
	ps->log = log;
	while (logline_read(f, line)) {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			if (kinds[i](ps, line))
				break;
		}
	}
	/* in the order in which they began */
	for (;;) {
		struct oops *first = NULL;

		for (size_t i = 0; i < OOPS_OPEN; i++) {
			struct oops *o = &ps->open[i];

			if (o->open && (!first || o->age < first->age))
				first = o;
		}
		if (!first)
			break;
		oops_close(log, first);
	}
	free(line);
	free(ps);
	return ferror(f) ? -1 : 0;
}
