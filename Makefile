# SPDX-License-Identifier: GPL-2.0-only
#
# nopmmir: the front door.  `make help` lists the targets; the work itself is in
# the folders, each with its own Makefile or program.

BUILD ?= $(CURDIR)/build
PREFIX ?= /usr
export BUILD

.DEFAULT_GOAL := help
.PHONY: help
help:
	@sed -n 's/^## *//p' $(MAKEFILE_LIST)

## make demo     the field's panic and its cure, side by side, in a table
.PHONY: demo
demo:
	@scripts/deps kernel guest tool
	@tests/boots/demo

## make test     the tests; ends with: N passed, N failed, N skipped
.PHONY: test
test:
	@scripts/deps kernel guest tool lint module package
	@tests/run --tier check,boot,kvm -j 3 --times

## make check    the tests that need no guest boot
.PHONY: check
check:
	@scripts/deps kernel tool lint package
	@tests/run --tier check -j 3

## make test-kvm the tests under a real KVM host, nested in QEMU
.PHONY: test-kvm
test-kvm:
	@scripts/deps kernel guest tool
	@tests/run --tier kvm -j 2

## make tool [STATIC=1]     builds the nopmmir tool (STATIC: one file, no libraries)
## make tool ARCH=arm64     the same for a guest, static, from any machine
.PHONY: tool
tool-kind := $(if $(filter arm64 aarch64,$(ARCH)),arm64,$(ARCH))
tool-out := $(BUILD)/cmdline$(if $(tool-kind),-$(tool-kind),$(if $(STATIC),-static))
tool:
	@case '$(tool-kind)' in '' | arm64) ;; *) echo 'make tool: ARCH is arm64, or left out for this machine, not $(ARCH)' >&2; exit 2 ;; esac
	@scripts/deps tool $(if $(tool-kind),kernel)
	@echo 'tool: compiling, into $(tool-out) (V=1 shows the commands)'
	@$(MAKE) $(if $(V),,-s) --no-print-directory -C cmdline $(tool-kind)
	@echo 'tool: the program is $(tool-out)/nopmmir'
ifdef tool-kind
	@echo 'tool: it needs no library: copy it into an arm64 guest, and there: ./nopmmir check'
else
	@echo 'tool: run it from there: $(tool-out)/nopmmir diagnose CONSOLE.LOG'
	@echo 'tool: to have it in PATH: make install (as root), or make deb or make rpm'
endif

## make patch KSRC=<tree>   picks the series for a kernel tree and applies it
## make kernel KSRC=<tree> [O=<dir>] [CONFIG=<file>] [INPLACE=1] [PACKAGE=rpm|deb]   and builds it
## make srpm SRPM=<kernel.src.rpm>   writes a source RPM with the series added
.PHONY: patch kernel srpm
patch:
	@scripts/deps kernel
	@INPLACE='$(INPLACE)' kernel-patch/apply '$(KSRC)'
kernel:
	@scripts/deps kernel $(if $(PACKAGE),kernel-$(PACKAGE))
	@O='$(O)' CONFIG='$(CONFIG)' INPLACE='$(INPLACE)' TARGETS='$(TARGETS)' PACKAGE='$(PACKAGE)' FORCE='$(FORCE)' \
		kernel-patch/build '$(KSRC)'
srpm:
	@scripts/deps kernel package
	@kernel-patch/srpm '$(SRPM)'

## make module KDIR=<kernel build dir>   builds nopmmir.ko
.PHONY: module
module:
	@$(MAKE) -C module KDIR='$(KDIR)'

## make bench    sizes, counts and ratios, as a table and as bars; no test depends on a time
.PHONY: bench
bench:
	@scripts/deps kernel guest tool bench
	@tests/bench

## make endurance N=1000   so many boots of the patched kernel on the broken host;
##               a run that was ended goes on
.PHONY: endurance
endurance:
	@scripts/deps kernel guest tool
	@tests/boottest/endurance '$(or $(N),1000)'

## make mutants N=200 SEED=1   does a test notice a change of the C code? (by hand)
.PHONY: mutants
mutants:
	@scripts/deps tool lint
	@tests/mutants -n '$(or $(N),200)' --seed '$(or $(SEED),1)'
	@tests/mutants --named

## make lint     style and static checks of every file
.PHONY: lint
lint:
	@scripts/deps lint tool
	@scripts/lint

include packaging/install.mk

## make clean    removes build/, downloads and built kernels included
.PHONY: clean
clean:
	rm -rf $(BUILD)
