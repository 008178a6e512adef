// SPDX-License-Identifier: GPL-2.0-only
/*
 * kimage.c - what a kernel image is
 *
 * The layers, outside in: a unified kernel image is a PE program whose .linux
 * section is a kernel; an EFI zboot image is one whose header points at packed
 * data; a whole file may be packed; inside is an arm64 Image
 * (Documentation/arch/arm64/booting.rst, "Decompress the kernel image" and
 * "Call the kernel image").
 */
#include "kimage.h"
#include "nopmmir.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kscan.h"
#include "le.h"
#include "pe.h"

#define HEAD 4096

/* arm64 Image header */
#define IMAGE_SIZE_AT  16 /* le64: in memory, with .bss; 0 before v3.17 */
#define IMAGE_MAGIC_AT 56 /* "ARM\x64" */
#define IMAGE_HEADER   64

/* zboot-header.S */
#define ZBOOT_MAGIC_AT	4 /* "zimg" */
#define ZBOOT_OFFSET_AT 8
#define ZBOOT_SIZE_AT	12
#define ZBOOT_TYPE_AT	24
#define ZBOOT_TYPE_END	56

/* The Image as it comes out of its packing. */
struct image {
	struct kimage_info *info;
	unpack_sink sink;
	void *ctx;
	uint64_t limit;
	bool sized; /* limit is the header's, not KIMAGE_MAX */
	bool bad; /* info->reason says why */
	bool headed;
	size_t head_len;
	uint8_t head[IMAGE_HEADER];
};

static void reason(struct kimage_info *info, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void reason(struct kimage_info *info, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(info->reason, sizeof(info->reason), _(fmt), ap);
	va_end(ap);
}

static bool is_image(const uint8_t *head, size_t len)
{
	return len >= IMAGE_HEADER &&
	       !memcmp(head + IMAGE_MAGIC_AT, "ARM\x64", 4);
}

static bool is_zboot(const uint8_t *head, size_t len)
{
	return len >= IMAGE_HEADER && !memcmp(head + ZBOOT_MAGIC_AT, "zimg", 4);
}

bool kimage_is_kernel(const uint8_t *head, size_t len)
{
	return is_image(head, len) || is_zboot(head, len);
}

/* The first bytes, before anything is handed on. */
static bool image_header(struct image *im)
{
	uint64_t size;

	if (!is_image(im->head, im->head_len)) {
		reason(im->info, "what is packed in it is not an arm64 kernel");
		return false;
	}
	size = le64(im->head + IMAGE_SIZE_AT);
	if (size > KIMAGE_MAX) {
		reason(im->info,
		       "damaged: its header claims %" PRIu64
		       " MiB, no kernel is that large",
		       size >> 20);
		return false;
	}
	if (size && size < IMAGE_HEADER) {
		reason(im->info,
		       "damaged: its header claims less than the header is");
		return false;
	}
	im->sized = size != 0;
	im->limit = size ? size : KIMAGE_MAX;
	im->headed = true;
	im->info->size = im->head_len;
	return im->sink(im->ctx, im->head, im->head_len);
}

static bool image_data(void *ctx, const uint8_t *data, size_t len)
{
	struct image *im = ctx;

	if (!im->headed) {
		size_t n = IMAGE_HEADER - im->head_len;

		if (n > len)
			n = len;
		memcpy(im->head + im->head_len, data, n);
		im->head_len += n;
		data += n;
		len -= n;
		if (im->head_len < IMAGE_HEADER)
			return true;
		if (!image_header(im)) {
			im->bad = *im->info->reason;
			return false;
		}
	}
	if (len > im->limit - im->info->size) {
		len = (size_t)(im->limit - im->info->size);
		if (!im->sized) {
			reason(im->info,
			       "damaged: it is larger than %u MiB, and no kernel is",
			       KIMAGE_MAX >> 20);
			im->bad = true;
			return false;
		}
		/*
		 * What lies behind image_size, such as padding, a signature or
		 * an appended archive, is not the kernel's (booting.rst).
		 */
		im->info->size += len;
		im->sink(im->ctx, data, len);
		return false;
	}
	im->info->size += len;
	return !len || im->sink(im->ctx, data, len);
}

static int unpack_packed(const struct source *s, uint64_t offset, uint64_t len,
			 const struct packing *p, struct image *im)
{
	switch (unpack(p, s, offset, len, image_data, im)) {
	case UNPACK_READ:
		return -1;
	case UNPACK_OK:
		if (im->headed)
			return 0;
		reason(im->info, "what is packed in it is not an arm64 kernel");
		return 1;
	case UNPACK_STOPPED:
		return im->bad;
	case UNPACK_TOO_BIG:
		reason(im->info,
		       "its %s window is larger than this tool takes: no kernel build writes one",
		       p->name);
		return 1;
	case UNPACK_DAMAGED:
		break;
	}
	reason(im->info, "damaged: the %s data in it cannot be unpacked%s",
	       p->name, im->headed ? _(" to the end") : "");
	return 1;
}

static int copy_plain(const struct source *s, uint64_t offset, uint64_t len,
		      struct image *im)
{
	static _Thread_local uint8_t buf[64u << 10];

	while (len) {
		size_t want = len < sizeof(buf) ? (size_t)len : sizeof(buf);
		ssize_t n = source_read(s, buf, want, offset);

		if (n < 0)
			return -1;
		if (!n)
			break;
		if (!image_data(im, buf, (size_t)n))
			return im->bad;
		offset += (uint64_t)n;
		len -= (uint64_t)n;
	}
	return 0;
}

/* A file that is none of the layers: say what it is, if that can be told. */
static void name_stranger(struct kimage_info *info, const uint8_t *head,
			  size_t len, const struct pe *pe)
{
	static const struct {
		unsigned int at, len;
		const char *magic, *what;
	} known[] = {
		{ 0x202, 4, "HdrS", "not arm64: an x86 kernel" },
		{ 0x38, 4, "RSC\x05", "not arm64: a RISC-V kernel" },
		{ 0x24, 4, "\x18\x28\x6f\x01",
		  "not arm64: a 32 bit ARM zImage" },
		{ 0, 4, "\177ELF",
		  N_("an ELF file: give the Image or vmlinuz that boots") },
		{ 0, 4, "\x27\x05\x19\x56",
		  N_("a U-Boot uImage: give the Image inside") },
		{ 0, 4, "\xd0\x0d\xfe\xed",
		  N_("a flattened device tree or FIT: give the Image inside") },
		{ 0, 4, "LUKS", N_("encrypted (LUKS)") },
		{ 0, 8, "Salted__", N_("encrypted (openssl enc)") },
		{ 0, 3, "BZh",
		  N_("packed with bzip2, which this tool cannot unpack: give the Image inside") },
		{ 0, 4, "\x89LZO",
		  N_("packed with lzo, which this tool cannot unpack: give the Image inside") },
		{ 0, 6, "070701", N_("a cpio archive, such as an initramfs") },
	};
	unsigned int seen[256] = { 0 };
	uint64_t same = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (len >= known[i].at + known[i].len &&
		    !memcmp(head + known[i].at, known[i].magic, known[i].len)) {
			reason(info, "%s", _(known[i].what));
			return;
		}
	}
	if (pe && pe->machine != PE_MACHINE_ARM64) {
		reason(info, "not arm64: an EFI program for machine 0x%04x",
		       pe->machine);
		return;
	}
	if (pe) {
		reason(info, "an arm64 EFI program, but not a kernel");
		return;
	}
	/*
	 * The chance that two bytes of it are equal is 1/256 for encrypted
	 * (or packed) data and far more for anything else.
	 */
	for (size_t i = 0; i < len; i++)
		seen[head[i]]++;
	for (size_t i = 0; i < 256; i++)
		same += (uint64_t)seen[i] * seen[i];
	if (len == HEAD && same < (uint64_t)HEAD * HEAD / 256 * 5 / 4)
		reason(info,
		       "encrypted, or packed in a way this tool does not know");
	else
		reason(info, "not a kernel image");
}

static int unpack_layer(const struct source *s, uint64_t offset, uint64_t len,
			struct image *im, bool inside);

static int unpack_zboot(const struct source *s, uint64_t offset, uint64_t len,
			const uint8_t *head, struct image *im)
{
	struct kimage_info *info = im->info;
	char type[ZBOOT_TYPE_END - ZBOOT_TYPE_AT + 1] = "";
	uint64_t at = le32(head + ZBOOT_OFFSET_AT);
	uint64_t size = le32(head + ZBOOT_SIZE_AT);
	const struct packing *p;

	memcpy(type, head + ZBOOT_TYPE_AT, sizeof(type) - 1);
	for (char *c = type; *c; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
	if (info->format == KIMAGE_NONE)
		info->format = KIMAGE_ZBOOT;
	p = unpack_by_zboot(type);
	if (!p) {
		reason(info,
		       "its EFI zboot header names the packing '%s', which this tool cannot unpack: give the Image inside",
		       type);
		return 1;
	}
	info->packing = p->name;
	if (at > len || size > len - at) {
		reason(info,
		       "damaged: cut short, its EFI zboot header promises %" PRIu64
		       " bytes",
		       at + size);
		return 1;
	}
	return unpack_packed(s, offset + at, size, p, im);
}

static int unpack_pe(const struct source *s, uint64_t offset, uint64_t len,
		     const struct pe *pe, const uint8_t *head, size_t head_len,
		     struct image *im)
{
	struct pe_section linux;

	if (pe->machine == PE_MACHINE_ARM64 && is_zboot(head, head_len))
		return unpack_zboot(s, offset, len, head, im);
	if (pe->machine == PE_MACHINE_ARM64 &&
	    im->info->format == KIMAGE_NONE &&
	    pe_section(pe, head, ".linux", &linux)) {
		uint64_t size = linux.size < linux.raw ? linux.size : linux.raw;

		im->info->format = KIMAGE_UKI;
		if (linux.offset > len || size > len - linux.offset) {
			reason(im->info,
			       "damaged: cut short, its .linux section ends at byte %" PRIu64,
			       linux.offset + size);
			return 1;
		}
		return unpack_layer(s, offset + linux.offset, size, im, true);
	}
	name_stranger(im->info, head, head_len, pe);
	return 1;
}

static int unpack_layer(const struct source *s, uint64_t offset, uint64_t len,
			struct image *im, bool inside)
{
	struct kimage_info *info = im->info;
	const struct packing *p;
	uint8_t head[HEAD];
	struct pe pe;
	ssize_t n;

	n = source_read(s, head, len < HEAD ? (size_t)len : HEAD, offset);
	if (n < 0)
		return -1;
	if (!n) {
		reason(info, "empty");
		return 1;
	}
	if (is_image(head, (size_t)n)) {
		if (!inside)
			info->format = memcmp(head, "MZ", 2) ? KIMAGE_RAW :
							       KIMAGE_EFISTUB;
		return copy_plain(s, offset, len, im);
	}
	if (pe_parse(&pe, head, (size_t)n))
		return unpack_pe(s, offset, len, &pe, head, (size_t)n, im);
	p = unpack_by_magic(head, (size_t)n);
	if (p) {
		if (!inside)
			info->format = KIMAGE_PACKED;
		info->packing = p->name;
		return unpack_packed(s, offset, len, p, im);
	}
	name_stranger(info, head, (size_t)n, NULL);
	return 1;
}

int kimage_unpack(const struct source *s, struct kimage_info *info,
		  unpack_sink sink, void *ctx)
{
	struct image im = { .info = info, .sink = sink, .ctx = ctx };

	memset(info, 0, sizeof(*info));
	return unpack_layer(s, 0, s->size, &im, false);
}

/* The scan, told from the Image's PE header where the code ends. */
struct probe {
	struct kscan scan;
	size_t head_len;
	uint8_t head[HEAD];
};

static bool probe_data(void *ctx, const uint8_t *data, size_t len)
{
	struct probe *pr = ctx;
	struct pe_section text;
	struct pe pe;
	size_t n = HEAD - pr->head_len;

	if (n > len)
		n = len;
	if (n) {
		memcpy(pr->head + pr->head_len, data, n);
		pr->head_len += n;
		if (pr->head_len == HEAD && pe_parse(&pe, pr->head, HEAD) &&
		    pe_section(&pe, pr->head, ".text", &text)) {
			pr->scan.text_start = text.address;
			pr->scan.text_end = (uint64_t)text.address + text.size;
		}
	}
	kscan_feed(&pr->scan, data, len);
	return true;
}

static void judge(struct kimage_info *info, const struct probe *pr)
{
	uint64_t end = 0;
	struct pe pe;

	info->has_param = pr->scan.has_param;
	info->reads = pr->scan.reads;
	info->word = pr->scan.word;
	info->offset = pr->scan.offset;
	memcpy(info->version, pr->scan.version, sizeof(info->version));
	if (pe_parse(&pe, pr->head, pr->head_len))
		end = pe_end(&pe, pr->head);
	if (info->size < end)
		reason(info,
		       "damaged: cut short at %" PRIu64 " of %" PRIu64 " bytes",
		       info->size, end);
	else if (!*info->version)
		reason(info, "damaged: no Linux banner in it");
	else if (!info->reads)
		info->verdict = KIMAGE_NOT_AFFECTED;
	else
		info->verdict = info->has_param ? KIMAGE_PATCHED :
						  KIMAGE_AFFECTED;
}

int kimage_probe_source(const struct source *s, struct kimage_info *info)
{
	struct probe *pr = nm_alloc(sizeof(*pr));
	int rc;

	kscan_init(&pr->scan);
	rc = kimage_unpack(s, info, probe_data, pr);
	kscan_finish(&pr->scan);
	if (!rc)
		judge(info, pr);
	free(pr);
	return rc < 0 ? -1 : 0;
}

int kimage_probe(int fd, struct kimage_info *info)
{
	struct source s;

	if (source_file(&s, fd) < 0)
		return -1;
	return kimage_probe_source(&s, info);
}

const char *kimage_verdict_name(enum kimage_verdict v)
{
	static const char *const names[] = {
		[KIMAGE_UNKNOWN] = N_("unknown"),
		[KIMAGE_NOT_AFFECTED] = N_("not affected"),
		[KIMAGE_PATCHED] = N_("patched"),
		[KIMAGE_AFFECTED] = N_("affected"),
	};

	return names[v];
}

const char *kimage_format_name(const struct kimage_info *info, char *buf,
			       size_t size)
{
	static const char *const names[] = {
		[KIMAGE_NONE] = "none",	       [KIMAGE_RAW] = "raw",
		[KIMAGE_EFISTUB] = "EFI stub", [KIMAGE_PACKED] = "",
		[KIMAGE_ZBOOT] = "EFI zboot",  [KIMAGE_UKI] = "UKI",
	};

	if (info->format == KIMAGE_PACKED)
		snprintf(buf, size, "%s", info->packing);
	else if (info->packing)
		snprintf(buf, size, "%s (%s)", names[info->format],
			 info->packing);
	else
		snprintf(buf, size, "%s", names[info->format]);
	return buf;
}
