// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "perf.h"
#include "report.h"
#include "sysfile.h"

/* Arm ARM, "The PMU event number space and common events": CPU_CYCLES */
#define PERF_CPU_CYCLES 0x11
#define PERF_SW_INCR	0x00

/* config1 of drivers/perf/arm_pmuv3.c and arch/arm64/kernel/perf_event.c */
#define PERF_CONFIG1_LONG  (1 << 0)
#define PERF_CONFIG1_RDPMC (1 << 1)

/*
 * A count is sane if a CPU of 8 GHz could have come that far (QEMU's has 1 GHz).
 * The errors these tests look for, 2^32 and 2^63, are beyond that, and a guest
 * that had to wait for its host is not.
 */
#define PERF_CYCLES_PER_NS 8

/* Loops of two instructions: some milliseconds of an emulated CPU. */
#define PERF_LOOPS 2000000UL

/* Reads of the `long' event. */
#define PERF_LONG_READS 8

/* CPUs that perf_activate() knows; the host models have up to 32. */
#define PERF_CPUS 32

#define PERF_SAMPLE_PERIOD     500000
#define PERF_SAMPLES_WANTED    8
#define PERF_RING_PAGES	       8
#define PERF_SAMPLING_LIMIT_NS 30000000000ULL

static void perf_work(unsigned long loops)
{
	asm volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(loops) : : "cc");
}

static int perf_open(struct perf_event_attr *attr, int group)
{
	attr->size = sizeof(*attr);
	return syscall(SYS_perf_event_open, attr, 0, -1, group, 0);
}

/* perf_open_raw(): counts from now on if it leads its group; -1 and errno. */
static int perf_open_raw(const struct facts_pmu *pmu, int event, int config1,
			 int group)
{
	struct perf_event_attr attr = {
		.type = pmu->type,
		.config = event,
		.config1 = config1,
	};

	return perf_open(&attr, group);
}

/* perf_read(): 0 if the event is in error state or never ran. */
static uint64_t perf_read(int fd)
{
	uint64_t count;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static uint64_t perf_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static bool perf_sane(uint64_t count, uint64_t since_ns)
{
	return count <= (perf_now_ns() - since_ns) * PERF_CYCLES_PER_NS;
}

uint64_t perf_cycles(const struct facts_pmu *pmu)
{
	int fd = perf_open_raw(pmu, PERF_CPU_CYCLES, 0, -1);
	uint64_t count;

	if (fd < 0)
		return 0;
	perf_work(PERF_LOOPS / 10);
	count = perf_read(fd);
	close(fd);
	return count;
}

/*
 * perf_report_count(): KEY and KEY_ok: that a generic hardware event counts, goes
 * on counting, and stays in its bounds.
 */
static void perf_report_count(const char *key, int event)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_HARDWARE,
					.config = event };
	uint64_t start = perf_now_ns(), first, second;
	int fd = perf_open(&attr, -1);
	char ok[32];

	snprintf(ok, sizeof(ok), "%s_ok", key);
	if (fd < 0) {
		report(key, "%s",
		       errno == ENOENT ? "unsupported" : strerror(errno));
		report(ok, "%s", errno == ENOENT ? "unsupported" : "0");
		return;
	}
	perf_work(PERF_LOOPS);
	first = perf_read(fd);
	perf_work(PERF_LOOPS);
	second = perf_read(fd);
	close(fd);
	report(key, "%llu", (unsigned long long)second);
	report(ok, "%d",
	       first > 0 && second > first && perf_sane(second, start));
}

/* perf_ring_samples(): how many PERF_RECORD_SAMPLE the ring holds. */
static unsigned int perf_ring_samples(struct perf_event_mmap_page *page)
{
	size_t size = PERF_RING_PAGES * sysconf(_SC_PAGESIZE);
	char *data = (char *)page + sysconf(_SC_PAGESIZE);
	uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	struct perf_event_header header;
	unsigned int samples = 0;
	uint64_t at;

	for (at = 0; at < head && at < size; at += header.size) {
		memcpy(&header, data + at, sizeof(header));
		samples += header.type == PERF_RECORD_SAMPLE;
		if (!header.size)
			break;
	}
	return samples;
}

/*
 * perf_report_sampling(): KEYsamples and KEYsampling_ok.  Works until there
 * are enough samples; on a busy machine the guest gets little of the time that
 * passes, so the limit is only there to end a test that fails. Each sample is one
 * overflow interrupt.
 *
 * With the last sample the event disables itself, which leaves no timer of QEMU's
 * armed for a next overflow.  One that comes between the halves of an exception
 * return has the counters that run lose their values, as QEMU lets its lock go
 * there (helper_exception_return() in 7.2 to 10): then the next test's reference
 * was wrong by 2^31, 12 times of 15000.
 */
static void perf_report_sampling(const char *key, const struct facts_pmu *pmu,
				 int group)
{
	struct perf_event_attr attr = {
		.type = pmu->type,
		.config = PERF_CPU_CYCLES,
		.sample_period = PERF_SAMPLE_PERIOD,
		.sample_type = PERF_SAMPLE_IP,
		.disabled = 1,
	};
	size_t size = (1 + PERF_RING_PAGES) * sysconf(_SC_PAGESIZE);
	uint64_t start = perf_now_ns();
	struct perf_event_mmap_page *page;
	unsigned int samples = 0;
	uint64_t count = 0;
	char name[32];
	int fd;

	fd = perf_open(&attr, group);
	page = fd < 0 ? MAP_FAILED :
			mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			     0);
	if (page != MAP_FAILED) {
		ioctl(fd, PERF_EVENT_IOC_REFRESH, PERF_SAMPLES_WANTED);
		do {
			perf_work(PERF_LOOPS / 10);
			samples = perf_ring_samples(page);
		} while (samples < PERF_SAMPLES_WANTED &&
			 perf_now_ns() - start < PERF_SAMPLING_LIMIT_NS);
		count = perf_read(fd);
		munmap(page, size);
	}
	if (fd >= 0)
		close(fd);
	snprintf(name, sizeof(name), "%ssamples", key);
	report(name, "%u", samples);
	snprintf(name, sizeof(name), "%ssampling_count", key);
	report(name, "%llu", (unsigned long long)count);
	snprintf(name, sizeof(name), "%ssampling_ok", key);
	/* n overflows are n periods at least; the count is read a little later */
	report(name, "%d",
	       samples >= PERF_SAMPLES_WANTED &&
		       count >= (uint64_t)samples * PERF_SAMPLE_PERIOD &&
		       perf_sane(count, start));
}

/*
 * perf_report_long(): 0x11 twice in one group.  The first takes the cycle counter,
 * so the second, `long`, is left with an event counter, whose width is what a
 * driver that believes PMUv3p5 gets wrong on a host without it: by 2^63 more each
 * time that the event gets its counter.  Twice that is nothing, so it gets it anew
 * before each read: two reads in a row can only both be right if the task was
 * switched in between.
 *
 * "refused": the driver says EOPNOTSUPP of a `long` event that has to have an event
 * counter; "uncounted": it opens one, which then never counts.
 */
static void perf_report_long(const struct facts_pmu *pmu)
{
	int incr = perf_open_raw(pmu, PERF_SW_INCR, PERF_CONFIG1_LONG, -1);
	uint64_t start, count = 0, want = 0, difference;
	int ref, fd;
	bool ok = true;

	if (incr < 0) {
		report("long_ok", errno == EOPNOTSUPP ? "refused" : "0");
		report("long_error", "%s", strerror(errno));
		return;
	}
	close(incr);
	start = perf_now_ns();
	ref = perf_open_raw(pmu, PERF_CPU_CYCLES, 0, -1);
	fd = perf_open_raw(pmu, PERF_CPU_CYCLES, PERF_CONFIG1_LONG, ref);
	if (ref < 0 || fd < 0) {
		report("long_ok", "0");
		report("long_error", "%s", strerror(errno));
	} else {
		for (int i = 0; i < PERF_LONG_READS && ok; i++) {
			perf_work(PERF_LOOPS / PERF_LONG_READS);
			want = perf_read(ref);
			count = perf_read(fd);
			difference = count > want ? count - want : want - count;
			ok = want && count && perf_sane(difference, start);
			ioctl(ref, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
			ioctl(ref, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
		}
		report("long_count", "%llu", (unsigned long long)count);
		report("long_ref", "%llu", (unsigned long long)want);
		report("long_ok", "%s", ok ? "1" : count ? "0" : "uncounted");
	}
	if (fd >= 0)
		close(fd);
	if (ref >= 0)
		close(ref);
}

unsigned int perf_activate(const struct facts_pmu *pmu)
{
	struct perf_event_attr attr = {
		.type = pmu->type,
		.config = PERF_CPU_CYCLES,
	};
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int active = 0;
	int fds[2 * PERF_CPUS];

	for (int i = 0; i < 2 * cpus && i < 2 * PERF_CPUS; i++) {
		attr.sample_period = i % 2 ? PERF_SAMPLE_PERIOD : 0;
		attr.pinned = 1;
		attr.size = sizeof(attr);
		fds[i] = syscall(SYS_perf_event_open, &attr, -1, i / 2, -1, 0);
	}
	perf_work(PERF_LOOPS);
	for (int i = 0; i < 2 * cpus && i < 2 * PERF_CPUS; i++)
		active += perf_read(fds[i]) > 0;
	return active;
}

static uint64_t perf_read_pmccntr(void)
{
	uint64_t value;

	asm volatile("isb\n\tmrs %0, pmccntr_el0" : "=r"(value));
	return value;
}

/*
 * perf_report_user(): the cycle counter read at EL0, as perf_event_open(2)
 * describes for cap_user_rdpmc.  Kernels before 5.17 do not offer it.
 */
static void perf_report_user(const struct facts_pmu *pmu)
{
	struct perf_event_attr attr = {
		.type = pmu->type,
		.config = PERF_CPU_CYCLES,
		.config1 = PERF_CONFIG1_LONG | PERF_CONFIG1_RDPMC,
		.exclude_kernel = 1,
	};
	struct perf_event_mmap_page *page = MAP_FAILED;
	uint64_t start = perf_now_ns(), first = 0, second = 0;
	int fd, index = 0;

	if (!sysfile_write("/proc/sys/kernel/perf_user_access", "1")) {
		report("user_ok", "unsupported");
		return;
	}
	fd = perf_open(&attr, -1);
	if (fd >= 0)
		page = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ, MAP_SHARED,
			    fd, 0);
	if (page != MAP_FAILED) {
		index = page->index;
		/* 32: the cycle counter, index 31, plus 1 */
		if (page->cap_user_rdpmc && index == 32) {
			first = perf_read_pmccntr();
			perf_work(PERF_LOOPS / 10);
			second = perf_read_pmccntr();
		}
		munmap(page, sysconf(_SC_PAGESIZE));
	}
	if (fd >= 0)
		close(fd);
	sysfile_write("/proc/sys/kernel/perf_user_access", "0");
	report("user_index", "%d", index);
	report("user_ok", "%d",
	       second > first && perf_sane(second - first, start));
}

void perf_report(const struct facts_pmu *pmu)
{
	int leader;

	perf_report_count("cycles", PERF_COUNT_HW_CPU_CYCLES);
	/* QEMU has INST_RETIRED under -icount only, and says so in PMCEID0_EL0 */
	perf_report_count("instructions", PERF_COUNT_HW_INSTRUCTIONS);
	perf_report_sampling("", pmu, -1);
	/* with the cycle counter taken, the same on an event counter */
	leader = perf_open_raw(pmu, PERF_CPU_CYCLES, 0, -1);
	if (leader >= 0) {
		perf_report_sampling("event_", pmu, leader);
		close(leader);
	}
	perf_report_long(pmu);
	perf_report_user(pmu);
}
