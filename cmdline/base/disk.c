// SPDX-License-Identifier: GPL-2.0-only
/* disk.c - a disk where a directory or a kernel was asked for; see disk.h */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nopmmir.h"

enum disk {
	DISK_NONE,
	DISK_RAW,
	DISK_PACKED, /* a format of a hypervisor's, which qemu-nbd knows */
	DISK_DEVICE,
};

/* Of a partition table or a file system without one, and of image formats. */
static const struct {
	off_t at;
	const char *magic;
	enum disk disk;
	const char *name; /* of the format */
} formats[] = {
	{ 0, "QFI\xfb", DISK_PACKED, "qcow2" },
	{ 0, "KDMV", DISK_PACKED, "vmdk" },
	{ 0, "vhdxfile", DISK_PACKED, "vhdx" },
	{ 0, "conectix", DISK_PACKED, "vhd" },
	{ 0x40, "\x7f\x10\xda\xbe", DISK_PACKED, "vdi" },
	{ 512, "EFI PART", DISK_RAW, "raw" },
	{ 4096, "EFI PART", DISK_RAW, "raw" },
	{ 510, "\x55\xaa", DISK_RAW, "raw" },
	{ 1080, "\x53\xef", DISK_RAW, "raw" }, /* ext2 to ext4 */
	{ 0, "XFSB", DISK_RAW, "raw" },
	{ 0x10040, "_BHRfS_M", DISK_RAW, "raw" }, /* btrfs */
	{ 512, "LABELONE", DISK_RAW, "raw" }, /* LVM */
};

/* An x86 kernel, which has a boot sector's mark too. */
static bool is_bzimage(int fd)
{
	char buf[4];

	return pread(fd, buf, sizeof(buf), 0x202) == sizeof(buf) &&
	       !memcmp(buf, "HdrS", sizeof(buf));
}

static enum disk probe(const char *path, const char **format)
{
	enum disk disk = DISK_NONE;
	struct stat st;
	int fd;

	if (stat(path, &st))
		return DISK_NONE;
	if (S_ISBLK(st.st_mode))
		return DISK_DEVICE;
	if (!S_ISREG(st.st_mode))
		return DISK_NONE;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && is_bzimage(fd)) {
		close(fd);
		return DISK_NONE;
	}
	for (size_t i = 0; fd >= 0 && disk == DISK_NONE &&
			   i < sizeof(formats) / sizeof(*formats);
	     i++) {
		size_t len = strlen(formats[i].magic);
		char buf[8];

		if (pread(fd, buf, len, formats[i].at) != (ssize_t)len ||
		    memcmp(buf, formats[i].magic, len))
			continue;
		disk = formats[i].disk;
		*format = formats[i].name;
	}
	if (fd >= 0)
		close(fd);
	return disk;
}

bool disk_say(const char *path)
{
	const char *format = NULL;
	enum disk disk = probe(path, &format);

	if (disk == DISK_NONE)
		return false;
	if (disk == DISK_DEVICE)
		nm_err("%s: this is a disk; --root takes the directory that it is mounted on",
		       path);
	else
		nm_err("%s: this is a disk image (%s); --root takes the directory that it is mounted on",
		       path, format);
	if (disk == DISK_DEVICE)
		nm_err("mount its root file system on /mnt, then its /boot on /mnt/boot and its ESP on /mnt/boot/efi (`lsblk -f %s` lists them), and use --root /mnt",
		       path);
	else
		nm_err("no guest may run from it; then: `guestmount -a %s -i /mnt`, this command with --root /mnt, `guestunmount /mnt`",
		       path);
	if (disk == DISK_RAW)
		nm_err("or without libguestfs: `losetup -fP --show %s`, mount its root on /mnt, its /boot on /mnt/boot and its ESP on /mnt/boot/efi; docs/image.md has it in steps",
		       path);
	if (disk == DISK_PACKED)
		nm_err("or without libguestfs: `modprobe nbd max_part=16`, `qemu-nbd -c /dev/nbd0 %s`, mount its root on /mnt, its /boot on /mnt/boot and its ESP on /mnt/boot/efi; docs/image.md has it in steps",
		       path);
	return true;
}

void disk_no_root(const char *dir)
{
	const int error = errno;

	if (error == ENOTDIR && disk_say(dir))
		return;
	nm_err("%s: %s", dir && *dir ? dir : "--root", strerror(error));
}
