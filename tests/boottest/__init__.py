# SPDX-License-Identifier: GPL-2.0-only
"""The boot test: arm64 kernels and disk images under models of hosts.

The one place that starts QEMU for a guest of a host model and judges its console.
tests/boot-guest is its command line, installed as nopmmir-boot-test.
"""


class Failure(Exception):
    """What ends the program: an exit status and a sentence for the user."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
