// SPDX-License-Identifier: GPL-2.0-only
/*
 * pmutest - does the PMU of this guest count what it says?
 *
 * Every cell runs a loop whose number of instructions is known and compares
 * what perf counted in user space with it.  Nothing is expected that was seen
 * in a run before: with QEMU's -icount shift=0 one instruction takes one cycle
 * of its 1 GHz clock, so CPU_CYCLES and INST_RETIRED must both be LOOP_INSNS
 * plus the few instructions between the two ioctls.  Without -icount only the
 * instruction count means anything, and QEMU does not offer it.
 *
 * Runs as a program or as the init of a guest (rdinit=/pmutest).  One line a cell:
 *
 *   pmutest: NAME VERDICT got=COUNT want=COUNT tolerance=COUNT [samples=N/N]
 *
 * VERDICT  right     within the tolerance
 *          wrong     perf said it counted, and the figure is wrong
 *          refused   perf_event_open() said EOPNOTSUPP: it cannot be counted here
 *          uncounted it opened, and found no counter that would do, which a pinned
 *                    event tells when read: without .pinned it would wait for one
 *          absent    the kernel has no such thing, in got= what is missing
 *          failed    perf_event_open() said something else, errno in got=
 *
 * The last line is "pmutest: end".  Exit 0: no cell is wrong; 1: one is.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The loop.  Now and then it makes a system call, because QEMU notices a
 * counter's overflow under -icount only at the next exception: its timer
 * for it (pmu_timer_cb()) comes one count too early.  All of it is written in
 * assembly, so that the number of instructions is known and not the compiler's.
 */
#define CALLS	   UINT64_C(200)
#define TURNS	   UINT64_C(50000) /* between two calls */
#define LOOP_INSNS (CALLS * (2 * TURNS + 5))

/*
 * What may come on top: the C library's two ioctl() wrappers and this file's
 * calls of them, some dozens of instructions.  With more CPUs than one it is
 * more: -icount runs them in turns on one clock, so what the others execute
 * (timer ticks, mostly) counts too.
 */
#define TOLERANCE     UINT64_C(1000)
#define TOLERANCE_SMP (LOOP_INSNS / 100)

/* A period that divides the loop: LOOP_INSNS / PERIOD samples, one less or more at the edge. */
#define PERIOD UINT64_C(1000000)

/*
 * A sampling event's counter starts at minus its period (armpmu_event_set_period()).
 * This one makes the low 32 bits of a `long` counter wrap in the middle of the
 * loop, and leaves the whole counter 2^32 away from its own end.
 */
#define PERIOD_AT_EDGE ((UINT64_C(1) << 32) + LOOP_INSNS / 2)

/* Arm ARM, D13.11.3 "Common architectural and microarchitectural events". */
#define EVENT_SW_INCR	   0x00
#define EVENT_INST_RETIRED 0x08
#define EVENT_CPU_CYCLES   0x11

/* The armv8_pmuv3 driver's config1: format/long, format/rdpmc. */
#define CONFIG1_LONG  0x1
#define CONFIG1_RDPMC 0x2

#define CYCLE_COUNTER \
	31 /* PMCCNTR_EL0 as perf's mmap page numbers it, less 1 */
#define RING_PAGES 8

enum place { ANY_COUNTER, EVENT_COUNTER };

/* One cell: an event, how it is opened, and what it must read after the loop. */
struct cell {
	const char *name;
	uint64_t event;
	uint64_t config1;
	uint64_t period; /* 0: counting only */
	uint64_t want;
	uint64_t samples; /* wanted; 0: not looked at */
	enum place place; /* EVENT_COUNTER: the cycle counter is taken first */
};

static const struct cell cells[] = {
	{ "cycles", EVENT_CPU_CYCLES, 0, 0, LOOP_INSNS, 0, ANY_COUNTER },
	{ "event", EVENT_CPU_CYCLES, 0, 0, LOOP_INSNS, 0, EVENT_COUNTER },
	{ "instructions", EVENT_INST_RETIRED, 0, 0, LOOP_INSNS, 0,
	  ANY_COUNTER },
	{ "long-cycles", EVENT_CPU_CYCLES, CONFIG1_LONG, PERIOD_AT_EDGE,
	  LOOP_INSNS, 0, ANY_COUNTER },
	{ "long", EVENT_INST_RETIRED, CONFIG1_LONG, 0, LOOP_INSNS, 0,
	  EVENT_COUNTER },
	{ "long-across-2^32", EVENT_INST_RETIRED, CONFIG1_LONG, PERIOD_AT_EDGE,
	  LOOP_INSNS, 0, EVENT_COUNTER },
	{ "long-cycles-across-2^32", EVENT_CPU_CYCLES, CONFIG1_LONG,
	  PERIOD_AT_EDGE, LOOP_INSNS, 0, EVENT_COUNTER },
	{ "long-idle", EVENT_SW_INCR, CONFIG1_LONG, 0, 0, 0, EVENT_COUNTER },
	{ "sampling", EVENT_CPU_CYCLES, 0, PERIOD, LOOP_INSNS,
	  LOOP_INSNS / PERIOD, EVENT_COUNTER },
	{ "sampling-long", EVENT_INST_RETIRED, CONFIG1_LONG, PERIOD, LOOP_INSNS,
	  LOOP_INSNS / PERIOD, EVENT_COUNTER },
	{ "user-cycles", EVENT_CPU_CYCLES, CONFIG1_RDPMC, 0, LOOP_INSNS, 0,
	  ANY_COUNTER },
	{ "user-event", EVENT_CPU_CYCLES, CONFIG1_RDPMC, 0, LOOP_INSNS, 0,
	  EVENT_COUNTER },
	{ "user-long", EVENT_INST_RETIRED, CONFIG1_LONG | CONFIG1_RDPMC, 0,
	  LOOP_INSNS, 0, EVENT_COUNTER },
};

#define N_CELLS (sizeof(cells) / sizeof(cells[0]))

static int wrong;
static uint64_t tolerance = TOLERANCE;

static void run_loop(void)
{
	uint64_t calls = CALLS;
	uint64_t turns;

	__asm__ volatile("1:	mov	%1, %2\n"
			 "2:	subs	%1, %1, #1\n"
			 "	b.ne	2b\n"
			 "	mov	x8, %3\n"
			 "	svc	#0\n"
			 "	subs	%0, %0, #1\n"
			 "	b.ne	1b"
			 : "+r"(calls), "=&r"(turns)
			 : "i"(TURNS), "i"(SYS_getppid)
			 : "cc", "memory", "x0", "x8");
}

/*
 * perf_event_open() for this thread, user space only; returns the file
 * descriptor or -1 with errno set.
 */
static int open_event(uint64_t event, uint64_t config1, uint64_t period,
		      bool disabled)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_RAW,
		.size = sizeof(attr),
		.config = event,
		.config1 = config1,
		.sample_period = period,
		.sample_type = period ? PERF_SAMPLE_IP : 0,
		.disabled = disabled,
		.pinned = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static uint64_t read_pmevcntr(unsigned int n)
{
	uint64_t val = 0;

#define PMEVCNTR(i)                                                         \
	case i:                                                             \
		__asm__ volatile("mrs %0, pmevcntr" #i "_el0" : "=r"(val)); \
		break
	switch (n) {
		PMEVCNTR(0);
		PMEVCNTR(1);
		PMEVCNTR(2);
		PMEVCNTR(3);
		PMEVCNTR(4);
		PMEVCNTR(5);
		PMEVCNTR(6);
		PMEVCNTR(7);
	case CYCLE_COUNTER:
		__asm__ volatile("mrs %0, pmccntr_el0" : "=r"(val));
		break;
	default:
		fprintf(stderr,
			"pmutest: event counter %u is not in the table of read_pmevcntr()\n",
			n);
		exit(2);
	}
#undef PMEVCNTR
	return val;
}

/*
 * The count of the event behind @page, read without a system call: the
 * sequence of include/uapi/linux/perf_event.h.  False: the page offers none.
 */
static bool read_user(const volatile struct perf_event_mmap_page *page,
		      uint64_t *count)
{
	uint32_t seq, idx;
	uint64_t pmc;

	do {
		seq = page->lock;
		__asm__ volatile("dmb ishld" : : : "memory");
		idx = page->index;
		if (!page->cap_user_rdpmc || !idx)
			return false;
		pmc = read_pmevcntr(idx - 1);
		pmc <<= 64 - page->pmc_width;
		*count = page->offset +
			 (uint64_t)((int64_t)pmc >> (64 - page->pmc_width));
		__asm__ volatile("dmb ishld" : : : "memory");
	} while (page->lock != seq);

	return true;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void report(const struct cell *cell, uint64_t got, uint64_t samples)
{
	bool right = distance(got, cell->want) <= tolerance &&
		     (!cell->samples || distance(samples, cell->samples) <= 1);

	printf("pmutest: %s %s got=%" PRIu64 " want=%" PRIu64
	       " tolerance=%" PRIu64,
	       cell->name, right ? "right" : "wrong", got, cell->want,
	       tolerance);
	if (cell->samples)
		printf(" samples=%" PRIu64 "/%" PRIu64, samples, cell->samples);
	printf("\n");
	wrong += !right;
}

/* Records in the ring: all are samples of one size, header and IP. */
static uint64_t count_samples(const volatile struct perf_event_mmap_page *page)
{
	const volatile char *ring =
		(const volatile char *)page + page->data_offset;
	uint64_t samples = 0;
	uint64_t at;

	for (at = 0; at < page->data_head;) {
		const volatile struct perf_event_header *header =
			(const volatile void *)(ring + at % page->data_size);

		samples += header->type == PERF_RECORD_SAMPLE;
		at += header->size;
	}
	return samples;
}

static void measure(const struct cell *cell, int fd,
		    const struct perf_event_mmap_page *page)
{
	uint64_t before = 0;
	uint64_t got = 0;
	bool user = cell->config1 & CONFIG1_RDPMC;
	bool offered = true;

	ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
	if (user)
		offered = read_user(page, &before);
	if (cell->want)
		run_loop();
	if (user && offered)
		offered = read_user(page, &got);
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);

	if (!offered) {
		printf("pmutest: %s absent got=no-user-read\n", cell->name);
	} else if (user) {
		report(cell, got - before, 0);
	} else if (read(fd, &got, sizeof(got)) != sizeof(got)) {
		/* a pinned event that found no counter reads as end of file */
		printf("pmutest: %s uncounted got=no-counter\n", cell->name);
	} else {
		report(cell, got, count_samples(page));
	}
}

static void run_cell(const struct cell *cell)
{
	size_t size = (1 + RING_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	struct perf_event_mmap_page *page;
	int occupier = -1;
	int fd;

	if (cell->place == EVENT_COUNTER) {
		occupier = open_event(EVENT_CPU_CYCLES, 0, 0, false);
		if (occupier < 0) {
			printf("pmutest: %s absent got=errno-%d\n", cell->name,
			       errno);
			return;
		}
	}

	fd = open_event(cell->event, cell->config1, cell->period, true);
	if (fd < 0) {
		if (errno == EOPNOTSUPP)
			printf("pmutest: %s refused got=EOPNOTSUPP\n",
			       cell->name);
		else
			printf("pmutest: %s %s got=errno-%d\n", cell->name,
			       errno == ENOENT ? "absent" : "failed", errno);
		goto out;
	}
	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		printf("pmutest: %s absent got=no-mmap-errno-%d\n", cell->name,
		       errno);
	} else {
		measure(cell, fd, page);
		munmap(page, size);
	}
	close(fd);
out:
	if (occupier >= 0)
		close(occupier);
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		printf("pmutest: cannot move to CPU %d: %s\n", cpu,
		       strerror(errno));
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		printf("pmutest: cannot write %s: %s\n", path, strerror(errno));
	close(fd);
}

/* An init before this one may have mounted it. */
static void mount_at(const char *type, const char *path)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, NULL) && errno != EBUSY)
		printf("pmutest: cannot mount %s: %s\n", path, strerror(errno));
}

int main(void)
{
	bool init = getpid() == 1;
	long cpus;
	int cpu;
	size_t i;

	if (init) {
		mount_at("proc", "/proc");
		mount_at("sysfs", "/sys");
	}
	setvbuf(stdout, NULL, _IOLBF, 0);

	/* user-space reads are off by default; kernels before 5.17 have none */
	write_file("/proc/sys/kernel/perf_user_access", "1");

	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	printf("pmutest: cpus=%ld\n", cpus);
	if (cpus > 1)
		tolerance = TOLERANCE_SMP;
	run_on(0);
	for (i = 0; i < N_CELLS; i++)
		run_cell(&cells[i]);

	/* every CPU has its own PMU: the first cell again on each of the others */
	for (cpu = 1; cpu < cpus; cpu++) {
		char name[32];
		struct cell cell = cells[0];

		snprintf(name, sizeof(name), "%s-cpu%d", cells[0].name, cpu);
		cell.name = name;
		run_on(cpu);
		run_cell(&cell);
	}

	printf("pmutest: end\n");
	fflush(stdout);
	if (init) {
		sync();
		reboot(RB_POWER_OFF);
	}
	return wrong ? 1 : 0;
}
