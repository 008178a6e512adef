// SPDX-License-Identifier: GPL-2.0-only
/* report.c - what a console log says, to its reader; see report.h */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "a64.h"
#include "nopmmir.h"
#include "oops.h"
#include "out.h"
#include "report.h"

enum finding {
	THIS_PANIC,
	HOST_LOG,
	SOME_UNDEF,
	OTHER_UNDEF,
	OTHER_PANIC,
	HOST_UNNAMED,
	NOTHING,
};

static const struct {
	int status;
	const char *name; /* of the JSON */
	const char *verdict;
} findings[] = {
	[THIS_PANIC] = { NM_OK, "this panic",
			 N_("this panic: the kernel read PMMIR_EL1, which the host leaves undefined") },
	[HOST_LOG] = { NM_OK, "host",
		       N_("this host: a guest read PMMIR_EL1, which KVM here does not know") },
	[SOME_UNDEF] = { NM_OTHER_UNDEF, "some undefined instruction",
			 N_("an undefined instruction; this log does not show which one") },
	[OTHER_UNDEF] = { NM_OTHER_UNDEF, "other undefined instruction",
			  N_("another undefined instruction, not this panic") },
	[OTHER_PANIC] = { NM_OTHER_PANIC, "other panic",
			  N_("another oops or panic, not this one") },
	[HOST_UNNAMED] = { NM_NOTHING, "host, register not shown",
			   N_("a KVM host's complaint about a register that this log does not name") },
	[NOTHING] = { NM_NOTHING, "nothing",
		      N_("no oops, no panic and no KVM host's complaint in this log") },
};

/* ID_AA64DFR0_EL1.PMUVer, Arm ARM D19.2 */
static const char *pmuver_name(unsigned int v)
{
	static const char *const names[16] = {
		[0] = N_("no PMU"),
		[1] = "PMUv3",
		[4] = "PMUv3p1",
		[5] = "PMUv3p4",
		[6] = "PMUv3p5",
		[7] = "PMUv3p7",
		[8] = "PMUv3p8",
		[9] = "PMUv3p9",
		[15] = N_("IMPLEMENTATION DEFINED"),
	};

	return _(names[v] ? names[v] : N_("reserved"));
}

struct report {
	const struct oops_log *log;
	const struct oops_boot *boot; /* the one to tell of */
	enum finding finding;
	uint32_t word;
	int pmuver; /* -1: the dump does not tell */
	int pmuver_reg;
	uint32_t pmuver_by;
	const char *kernel;
};

static void decode(struct report *r, const struct oops_log *log)
{
	static const enum finding of_kind[] = {
		[OOPS_NONE] = NOTHING,	    [OOPS_PANIC] = OTHER_PANIC,
		[OOPS_UNDEF] = OTHER_UNDEF, [OOPS_SOME_UNDEF] = SOME_UNDEF,
		[OOPS_THIS] = THIS_PANIC,
	};
	const struct oops_host *host = &log->host;
	const struct oops *o = &log->boot.oops;

	r->log = log;
	r->boot = &log->boot;
	r->pmuver = -1;
	r->kernel = *o->kernel ? o->kernel : log->boot.kernel;
	if (o->has_word)
		r->word = o->words[o->n_words - 1];
	r->finding = of_kind[log->boot.kind];
	if (r->finding != THIS_PANIC && host->pmmir)
		r->finding = HOST_LOG;
	else if (r->finding == NOTHING && host->complaints > host->other)
		r->finding = HOST_UNNAMED;
	if (r->finding != THIS_PANIC || !log->boot.certain)
		return;
	r->pmuver_reg = a64_pmuver_register(o->words, o->known, o->n_words,
					    &r->pmuver_by);
	/* the field is 4 bits wide: more is no PMUVer, and the guess is off */
	if (r->pmuver_reg >= 0 && o->has_x >> r->pmuver_reg & 1 &&
	    (uint32_t)o->x[r->pmuver_reg] <= 15)
		r->pmuver = (int)o->x[r->pmuver_reg];
}

/* A word of the log's command line, or what is not known of it. */
static const char *has_stock(const struct oops_boot *boot)
{
	if (!boot->has_cmdline)
		return _("its command line is not in this log");
	return boot->params.stock == CMDLINE_YES ? _("with " NM_PARAM_STOCK) :
						   _("without " NM_PARAM_STOCK);
}

/* What came after it, if anything did: whether the cure worked, perhaps. */
static void show_boots(const struct report *r)
{
	const struct oops_log *log = r->log;

	if (log->boots == 1)
		return;
	printf(_("  boots     %u in this log, this is number %u\n"), log->boots,
	       log->number);
	if (log->number == log->boots)
		return;
	if (log->last.kind != OOPS_NONE)
		printf(_("            the last one also ended in a panic\n"));
	else
		printf(_("            the last one, %s, %s\n"),
		       has_stock(&log->last),
		       log->last.up ?
			       _("reached user space without a panic") :
			       _("shows no panic as far as the log goes"));
}

static void show_this(const struct report *r)
{
	const struct oops_boot *boot = r->boot;
	const struct oops *o = &boot->oops;

	if (boot->certain)
		printf(_("  word      %08" PRIx32
			 ": mrs %s, PMMIR_EL1 (S3_0_C9_C14_6)\n"),
		       r->word, a64_xname(r->word & 31));
	else
		printf(_(
			"  word      not in this log; told by the function alone\n"));
	nm_print(stdout, "  function  %s",
		 *boot->function && strncmp(o->pc, boot->function,
					    strlen(boot->function)) ?
			 boot->function :
		 *o->pc ? o->pc :
			  _("not in this log"));
	if (*r->kernel)
		nm_print(stdout, "  kernel    %s", r->kernel);
	if (r->pmuver >= 0)
		printf(_("  PMUVer    %d (%s): in %s, by `%s` just before\n"),
		       r->pmuver, pmuver_name((unsigned int)r->pmuver),
		       a64_xname((unsigned int)r->pmuver_reg),
		       a64_pmuver_text(r->pmuver_by));
	else
		printf(_("  PMUVer    unknown: the dump does not show it\n"));
	show_boots(r);
	if (boot->has_cmdline && boot->params.patched == CMDLINE_YES)
		printf(_(
			"  note      " NM_PARAM_PATCHED
			" is on the command line, but this kernel does not know it\n"));
	if (boot->has_cmdline && boot->params.stock == CMDLINE_YES)
		printf(_("  note      " NM_PARAM_STOCK_KEY
			 " names " NM_PARAM_STOCK_INITCALL
			 ", but the kernel was built without KALLSYMS\n"));
	printf(_(
		"\n"
		"What to do now\n"
		"  In GRUB's menu (Esc shows a hidden one) press e on the entry, append to the line\n"
		"  that begins with \"linux\"\n"
		"      " NM_PARAM_STOCK "\n"
		"  and press Ctrl-X. The guest boots, without a PMU.\n"
		"  (" NM_PARAM_PATCHED
		" helps a kernel with this project's patch only, and the\n"
		"  one that panicked has none: such a kernel boots on this host by itself.)\n"
		"\n"
		"What to do for good, one of\n"
		"  - in the guest: `nopmmir enable` puts " NM_PARAM_STOCK_KEY
		" on each boot\n"
		"    entry, and nopmmir.ko then brings the PMU up without the read;\n"
		"  - in the guest: a kernel with this project's patch; `nopmmir enable --param\n"
		"    " NM_PARAM_PATCHED
		"` spares it even the one undefined read;\n"
		"  - on the host: a kernel with commit c854188ea010 (\"KVM: arm64: limit PMU\n"
		"    version to PMUv3 for ARMv8.1\", v5.7), or <pmu state='off'/> in the guest's\n"
		"    libvirt <features> (QEMU: -cpu host,pmu=off).\n"));
}

static void show_host(const struct report *r)
{
	printf(_("  register  PMMIR_EL1: Op0(3) Op1(0) CRn(9) CRm(14) Op2(6)\n"
		 "  lines     %lu\n"
		 "\n"
		 "The guest that did this got an undefined instruction and, without this\n"
		 "project's patch, panicked at boot.\n"
		 "\n"
		 "What to do now\n"
		 "  Start that guest with " NM_PARAM_STOCK " on its kernel\n"
		 "  command line (" NM_PARAM_PATCHED
		 " with a patched kernel), or with the PMU off:\n"
		 "  <pmu state='off'/> in its libvirt <features> (QEMU: -cpu host,pmu=off).\n"
		 "\n"
		 "What to do for good, one of\n"
		 "  - on this host: a kernel with commit c854188ea010 (\"KVM: arm64: limit PMU\n"
		 "    version to PMUv3 for ARMv8.1\", v5.7);\n"
		 "  - in each guest: `nopmmir enable`, or a kernel with this project's patch.\n"),
	       r->log->host.pmmir);
}

static void show_facts(const struct report *r)
{
	const struct oops *o = &r->boot->oops;

	if (*o->what)
		nm_print(stdout, "  error     %s", o->what);
	if (*r->boot->panic)
		nm_print(stdout, "  panic     %s", r->boot->panic);
	if (o->has_word && a64_sysreg(r->word))
		printf(_("  word      %08" PRIx32 ": %s\n"), r->word,
		       a64_sysreg_text(r->word));
	else if (o->has_word)
		printf(_("  word      %08" PRIx32 "\n"), r->word);
	if (*o->pc)
		nm_print(stdout, "  function  %s", o->pc);
	else if (*r->boot->function)
		nm_print(stdout, "  function  %s", r->boot->function);
	if (*r->kernel)
		nm_print(stdout, "  kernel    %s", r->kernel);
	show_boots(r);
}

static void show_some(const struct report *r)
{
	show_facts(r);
	printf(_(
		"\nIt may be this panic. What tells is the line that begins with \"Code:\", or the\n"
		"function behind \"pc :\" or \"Call trace:\": give more of the log.\n"));
	if (r->boot->in_driver)
		printf(_(
			"It happened below " NM_PARAM_STOCK_INITCALL
			"(): with " NM_PARAM_STOCK "\n"
			"on its command line the kernel does not get there.\n"));
}

/*
 * Does initcall_blacklist= keep the kernel from getting there?  TRI_UNKNOWN
 * where the trace, which would tell, is not in the log or ends early.
 */
static enum tri stock_helps(const struct oops_boot *boot)
{
	const struct oops *o = &boot->oops;

	if (o->user)
		return TRI_NO;
	if (boot->in_driver)
		return TRI_YES;
	for (unsigned int i = 0; i < o->n_trace; i++) {
		if (!strncmp(o->trace[i], "ret_from_fork", 13) ||
		    !strncmp(o->trace[i], "do_one_initcall", 15))
			return TRI_NO;
	}
	return TRI_UNKNOWN;
}

static void show_undef(const struct report *r)
{
	show_facts(r);
	switch (stock_helps(r->boot)) {
	case TRI_YES:
		printf(_(
			"\n" NM_PARAM_PATCHED
			" does not help with it. " NM_PARAM_STOCK
			"\ndoes: it happened below that function, which is then not called. The guest\n"
			"has no PMU then.\n"));
		break;
	case TRI_NO:
		if (r->boot->oops.has_word && a64_mrs_pmmir(r->word))
			printf(_(
				"\nIt is a read of PMMIR_EL1, but not by the kernel's PMU driver: neither\n" NM_PARAM_PATCHED
				" nor " NM_PARAM_STOCK_KEY
				" keeps it away.\n"));
		else
			printf(_("\nNeither " NM_PARAM_PATCHED
				 " nor " NM_PARAM_STOCK_KEY
				 " helps with it.\n"));
		break;
	case TRI_UNKNOWN:
		printf(_(
			"\n" NM_PARAM_PATCHED
			" does not help with it. Whether " NM_PARAM_STOCK_KEY
			" does\nis not in this log: its call trace, to the end, would tell.\n"));
		break;
	}
}

static void show_unnamed(const struct report *r)
{
	(void)r;
	printf(_(
		"\nThe register is on the line behind it, { Op0( 3), Op1( 0), ... }: give that too.\n"
		"The host may have left it out, as it limits how often it writes such lines: then\n"
		"start the guest again and look at once. PMMIR_EL1 is Op0( 3), Op1( 0), CRn( 9),\n"
		"CRm(14), Op2( 6).\n"));
}

static void show_nothing(const struct report *r)
{
	const struct oops_host *host = &r->log->host;

	if (host->other)
		printf(_("  register  not PMMIR_EL1 but Op0(%u) Op1(%u) CRn(%u) CRm(%u) Op2(%u)\n"),
		       host->op[0], host->op[1], host->op[2], host->op[3],
		       host->op[4]);
	printf(_(
		"\nA panic this early shows on a serial console only: give the whole of its log.\n"
		"Without `earlycon` on the command line it may show nothing at all.\n"));
}

static void show_text(const struct report *r)
{
	static void (*const show[])(const struct report *) = {
		[THIS_PANIC] = show_this,   [HOST_LOG] = show_host,
		[SOME_UNDEF] = show_some,   [OTHER_UNDEF] = show_undef,
		[OTHER_PANIC] = show_facts, [HOST_UNNAMED] = show_unnamed,
		[NOTHING] = show_nothing,
	};

	puts(_(findings[r->finding].verdict));
	show[r->finding](r);
}

static void add_parameter(struct json_object *list, const char *parameter)
{
	json_object_array_add(list, json_object_new_string(parameter));
}

static void show_json(const struct report *r)
{
	const struct oops_boot *boot = r->boot;
	struct json_object *o = out_begin("diagnose");
	bool this = r->finding == THIS_PANIC;
	struct json_object *params = json_object_new_array();
	char word[16] = "";

	if (boot->oops.has_word)
		snprintf(word, sizeof(word), "%08" PRIx32, r->word);
	out_string(o, "finding", findings[r->finding].name);
	out_bool(o, "certain",
		 this ? boot->certain :
			r->finding != SOME_UNDEF && r->finding != HOST_UNNAMED);
	out_string(o, "error", boot->oops.what);
	out_string(o, "panic", boot->panic);
	out_string(o, "word", word);
	out_string(o, "function", boot->function);
	out_string(o, "pc", boot->oops.pc);
	out_string(o, "kernel", r->kernel);
	out_string(o, "register",
		   this && boot->certain ? a64_xname(r->word & 31) : NULL);
	if (r->pmuver >= 0) {
		out_number(o, "pmuver", r->pmuver);
		out_string(o, "pmuver_register",
			   a64_xname((unsigned int)r->pmuver_reg));
	} else {
		out_put(o, "pmuver", NULL);
		out_put(o, "pmuver_register", NULL);
	}
	out_number(o, "host_lines", (int64_t)r->log->host.pmmir);
	out_number(o, "boots", r->log->boots);
	out_number(o, "boot", r->log->number);
	out_bool(o, "later_boot_well",
		 r->log->number < r->log->boots &&
			 r->log->last.kind == OOPS_NONE && r->log->last.up);
	if (this || r->finding == HOST_LOG ||
	    ((r->finding == SOME_UNDEF || r->finding == OTHER_UNDEF) &&
	     stock_helps(boot) == TRI_YES))
		add_parameter(params, NM_PARAM_STOCK);
	if (this || r->finding == HOST_LOG)
		add_parameter(params, NM_PARAM_PATCHED);
	out_put(o, "parameters", params);
	out_end(o);
}

int report_log(FILE *f, const char *name, bool json)
{
	struct report report = { 0 };
	struct oops_log log;

	if (oops_read(f, &log) < 0) {
		nm_err("%s: %s", name, strerror(errno));
		return NM_FAIL;
	}
	decode(&report, &log);
	if (json)
		show_json(&report);
	else
		show_text(&report);
	return findings[report.finding].status;
}
