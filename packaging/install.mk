# SPDX-License-Identifier: GPL-2.0-only
#
# install.mk - `make install` and the packages; the top Makefile includes it.

export DESTDIR PREFIX bindir datadir mandir zshdir

## make install [DESTDIR=] [PREFIX=/usr]   tool, dracut module, manuals, DKMS
##               source, kernel patches, a look at kernels that are installed later
##               (kernel-install); make uninstall takes them away again
.PHONY: install uninstall
install: $(BUILD)/cmdline/nopmmir
	@packaging/install tool dracut guard dkms patches
	@echo 'install: the program is $(DESTDIR)$(or $(bindir),$(PREFIX)/bin)/nopmmir, the manual nopmmir(8)'
	@echo 'install: no boot entry was changed; what would be: nopmmir enable --dry-run'
uninstall:
	@packaging/install --uninstall tool dracut guard dkms patches
# not through scripts/deps: who installs may not be who may add packages
$(BUILD)/cmdline/nopmmir:
	@$(MAKE) $(if $(V),,-s) --no-print-directory -C cmdline

## make rpm      the RPMs, into build/rpm
## make deb      the Debian packages, into build/deb
.PHONY: rpm deb
rpm deb:
	@scripts/deps kernel tool package
	@packaging/$@

## make release  all that is published, into build/release, with SHA256SUMS
.PHONY: release
release:
	@scripts/deps kernel tool package
	@packaging/release

## make kmod-rpm KDIR=<kernel build dir>   nopmmir.ko as an RPM for that kernel
.PHONY: kmod-rpm
kmod-rpm:
	@scripts/deps kernel package
	@packaging/rpm --kmod '$(KDIR)'

## make test-image [IMAGE=file.qcow2]   a whole disk, from GRUB to systemd, under
##               the broken host; IMAGE: the same with a copy of a real one
.PHONY: test-image
test-image:
	@scripts/deps kernel guest tool module package image
	@tests/run $(if $(IMAGE),image-whole,--tier image)
