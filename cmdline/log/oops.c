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

static bool starts(const char *text, const char *what)
{
	return !strncmp(text, what, strlen(what));
}

static bool is_name(int c)
{
	return isalnum(c) || c == '_' || c == '.' || c == '$';
}

/*
 * "name+0x1/0x2" at @p, or what scripts/decode_stacktrace.sh makes of it, "name
 * (file:line)": the length of the whole; 0: none.
 */
static size_t symbol_length(const char *p)
{
	const char *start = p;
	char *end;

	if (!isalpha((unsigned char)*p) && *p != '_')
		return 0;
	while (is_name((unsigned char)*p))
		p++;
	if (starts(p, " (")) {
		size_t n = strcspn(p, ":)");

		if (p[n] != ':' || !isdigit((unsigned char)p[n + 1]))
			return 0;
		n += strcspn(p + n, ")");
		return p[n] ? (size_t)(p - start) + n + 1 : 0;
	}
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
	copy(to, size, symbol, strcspn(symbol, "+. "));
}

/*
 * The function that faulted: the pc's, or of a BUG() on it the trace's.  The first
 * line of a trace that begins earlier need not be it.
 */
static void oops_function(const struct oops *o, char *to, size_t size)
{
	to[0] = '\0';
	if (symbol_length(o->pc))
		symbol_name(to, size, o->pc);
	for (unsigned int i = 0;
	     i < o->n_trace && (!*to || ONE_OF(to, entries)); i++)
		symbol_name(to, size, o->trace[i]);
	if (ONE_OF(to, entries) ||
	    (o->cut_trace && !*o->pc && !ONE_OF(to, probes)))
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

/* Did it happen below the one initcall that can be blacklisted? */
static bool in_driver(const struct oops *o, const char *function)
{
	char name[64];

	if (ONE_OF(function, probes))
		return true;
	for (unsigned int i = 0; i < o->n_trace; i++) {
		symbol_name(name, sizeof(name), o->trace[i]);
		if (!strcmp(name, NM_PARAM_STOCK_INITCALL))
			return true;
	}
	return false;
}

/*
 * What is it?  A dump whose head is cut off says so little that its function has
 * to do: nothing but an undefined instruction is known to stop the probe.
 */
static enum oops_kind judge(const struct oops *o, const char *function)
{
	bool bug = bug_on_undef(o);
	bool word = o->has_word && !bug;
	bool probe = ONE_OF(function, probes);
	bool undef = o->undef || bug;

	if (o->user)
		return OOPS_UNDEF;
	if (o->warning)
		return OOPS_NONE;
	/* the word says it all but whose it is */
	if (word && a64_mrs_pmmir(o->words[o->n_words - 1]) &&
	    (!*function || probe) && (undef || !o->head))
		return OOPS_THIS;
	if (word)
		return undef ? OOPS_UNDEF : OOPS_PANIC;
	if (probe && (undef || !o->head))
		return OOPS_THIS;
	if (undef)
		return *function ? OOPS_UNDEF : OOPS_SOME_UNDEF;
	/* with no word and no head: a pc of the kernel's own, but no bare trace */
	return o->head || symbol_length(o->pc) ? OOPS_PANIC : OOPS_NONE;
}

struct parser {
	struct oops_log *log;
	struct oops_boot boot; /* the one that is being read */
	struct oops open[OOPS_OPEN];
	unsigned int age;
	unsigned long lines;
	bool stamped; /* this log has time stamps */
	bool begun; /* something of a boot was seen */
	char part[LOGLINE_MAX]; /* of a register's name that a line cut */
};

/* Keeps the worst; of equals the first, which is what stopped the boot. */
static void oops_close(struct parser *ps, struct oops *o)
{
	struct oops_boot *boot = &ps->boot;
	char function[64];
	enum oops_kind kind;

	if (!o->open)
		return;
	o->open = false;
	oops_function(o, function, sizeof(function));
	kind = judge(o, function);
	if (kind <= boot->kind)
		return;
	boot->kind = kind;
	boot->oops = *o;
	boot->certain = o->has_word && !bug_on_undef(o);
	boot->in_driver = in_driver(o, function);
	memcpy(boot->function, function, sizeof(function));
}

static bool says_undef(const char *text)
{
	return strcasestr(text, "undefined instruction") != NULL;
}

/* Where the head is cut off the panic's own line says what it was. */
static void boot_settle(struct oops_boot *boot)
{
	bool undef = says_undef(boot->panic);

	if (!*boot->panic || boot->oops.head || boot->certain)
		return;
	if (boot->kind == OOPS_THIS && !undef &&
	    !strstr(boot->panic, "Oops - BUG"))
		boot->kind = OOPS_PANIC;
	else if (boot->kind == OOPS_PANIC && undef)
		boot->kind = *boot->function ? OOPS_UNDEF : OOPS_SOME_UNDEF;
	else if (boot->kind == OOPS_NONE)
		boot->kind = undef ? OOPS_SOME_UNDEF : OOPS_PANIC;
}

/* The end of a boot, or of the log: is it the one to tell of? */
static void boot_end(struct parser *ps)
{
	struct oops_log *log = ps->log;

	for (;;) { /* in the order in which they began */
		struct oops *first = NULL;

		for (size_t i = 0; i < OOPS_OPEN; i++) {
			struct oops *o = &ps->open[i];

			if (o->open && (!first || o->age < first->age))
				first = o;
		}
		if (!first)
			break;
		oops_close(ps, first);
	}
	boot_settle(&ps->boot);
	log->boots++;
	log->last = ps->boot;
	if (log->boots == 1 ||
	    (ps->boot.kind != OOPS_NONE && ps->boot.kind >= log->boot.kind)) {
		log->boot = ps->boot;
		log->number = log->boots;
	}
	memset(&ps->boot, 0, sizeof(ps->boot));
}

/* The oops that a line of @caller belongs to, or NULL. */
static struct oops *oops_find(struct parser *ps, const char *caller)
{
	struct oops *found = NULL;

	for (size_t i = 0; i < OOPS_OPEN; i++) {
		struct oops *o = &ps->open[i];

		if (o->open && !strcmp(o->caller, caller) &&
		    ps->lines - o->seen <= OOPS_APART &&
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
	oops_close(ps, o);
	memset(o, 0, sizeof(*o));
	o->open = true;
	o->age = ++ps->age;
	o->seen = ps->lines;
	COPY(o->caller, caller, strlen(caller));
	return o;
}

/* The oops of this line; one whose head is cut off begins here. */
static struct oops *oops_of(struct parser *ps, const char *caller)
{
	struct oops *o = oops_find(ps, caller);

	return o ? o : oops_start(ps, caller);
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
		o->head = true;
	}
	COPY(o->what, p, strlen(p));
	o->undef = says_undef(p);
	return true;
}

/*
 * What opens the dump of a kernel that goes on: a WARNING, a soft lockup, a
 * stall, a task that hangs.
 */
static bool line_warning(struct parser *ps, const struct logline *l)
{
	static const char *const heads[] = { "WARNING: ", "BUG: ", "INFO: " };
	const char *p = l->text;

	p += strspn(p, " ");
	if (starts(p, "watchdog: ") || starts(p, "rcu: "))
		p = strchr(p, ' ') + 1;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (starts(p, heads[i])) {
			oops_start(ps, l->caller)->warning = true;
			return true;
		}
	}
	return false;
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
	if (!o || *o->pc || o->n_trace)
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

	p += strspn(p, " ");
	if (!strncasecmp(p, "call trace:", 11)) {
		if (!o || o->n_trace)
			o = oops_start(ps, l->caller);
		o->in_trace = true;
		return true;
	}
	if (o && strstr(p, "---[ end trace")) {
		oops_close(ps, o);
		return true;
	}
	n = symbol_length(p);
	if (!n || (p[n] && p[n] != ' '))
		return false;
	/* a screen may begin within a trace: its lines are known by themselves */
	if (p > l->text && (!o || !o->in_trace)) {
		if (!o || o->n_trace)
			o = oops_start(ps, l->caller);
		o->in_trace = true;
		o->cut_trace = true;
	}
	if (!o || !o->in_trace || o->n_trace == OOPS_TRACE)
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
	char text[2 * LOGLINE_MAX];
	const char *p = text;
	unsigned int op[5];

	if (strstr(l->text, "Unsupported guest sys_reg access"))
		host->complaints++;
	/* a mail client may have broken the line */
	snprintf(text, sizeof(text), "%s%s", ps->part, l->text);
	ps->part[0] = '\0';
	p = strchr(text, '{');
	if (p && strstr(p, "Op0(") && !strchr(p, '}') && strlen(p) < 80) {
		COPY(ps->part, p, strlen(p));
		return true;
	}
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

/* A program may print /proc/version later: a banner is as the log's lines are. */
static bool is_banner(const struct parser *ps, const struct logline *l)
{
	const char *p = after(l->text, "Linux version ");

	return p && isdigit((unsigned char)*p) && l->stamp < 60 &&
	       (l->stamped || !ps->stamped);
}

static bool line_boot(struct parser *ps, const struct logline *l)
{
	struct oops_boot *boot = &ps->boot;
	const char *p = after(l->text, "Kernel command line: ");

	if (p) {
		boot->has_cmdline = true;
		cmdline_read(p, &boot->params);
		return true;
	}
	if (is_banner(ps, l)) {
		/* not at the log's first line, nor for a panic cut off its banner */
		if (ps->begun)
			boot_end(ps);
		p = after(l->text, "Linux version ");
		COPY(boot->kernel, p, strcspn(p, " "));
		return true;
	}
	if (strstr(l->text, "systemd[1]:") ||
	    strstr(l->text, " as init process") ||
	    strstr(l->text, "Reached target ") || strstr(l->text, " login:")) {
		boot->up = true;
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
	const char *p = after(l->text, "Kernel panic - not syncing: ");

	for (size_t i = 0; !p && i < sizeof(heads) / sizeof(heads[0]); i++)
		p = strstr(l->text, heads[i]);
	if (!p)
		return false;
	COPY(ps->boot.panic, p, strlen(p));
	return true;
}

/* Each knows one kind of line; the first that takes it ends the search. */
static bool (*const kinds[])(struct parser *, const struct logline *) = {
	line_head, line_pc,    line_code,    line_cpu,	 line_host,
	line_boot, line_panic, line_warning, line_trace, line_registers,
};

int oops_read(FILE *f, struct oops_log *log)
{
	struct parser *ps = nm_alloc(sizeof(*ps));
	struct logline *line = nm_alloc(sizeof(*line));

	memset(log, 0, sizeof(*log));
	ps->log = log;
	while (logline_read(f, line)) {
		ps->lines++;
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			struct oops *o;

			if (!kinds[i](ps, line))
				continue;
			ps->begun = true;
			o = oops_find(ps, line->caller);
			if (o)
				o->seen = ps->lines;
			break;
		}
		ps->stamped |= line->stamped;
	}
	boot_end(ps);
	free(line);
	free(ps);
	return ferror(f) ? -1 : 0;
}
