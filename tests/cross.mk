# SPDX-License-Identifier: GPL-2.0-only
#
# The prefix of the tools that build for arm64: none there, the distribution's
# cross tools elsewhere.  For the Makefiles of tests/*/ to include.

ifeq ($(shell uname -m),aarch64)
CROSS_COMPILE ?=
else
CROSS_COMPILE ?= aarch64-linux-gnu-
endif
