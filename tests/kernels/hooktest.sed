# SPDX-License-Identifier: GPL-2.0-only
#
# A patched kernel that tries its own hook: hooktest.inc before the probe, and a
# call of it where the probe has interrupts disabled.
/^static void __armv8pmu_probe_pmu\(void \*info\)/e cat tests/kernels/hooktest.inc
s/^	if \(nopmmir\) \{$/	hooktest_run();\n&/
