# SPDX-License-Identifier: GPL-2.0-only
#
# A patched kernel that tries what its read must not let pass: hooktest.inc, before
# the read and, where an undef_hook is registered around it, while it is.
/^static int fixup_pmmir\(|^static bool armv8pmu_has_pmmir\(/{
	x
	/^$/{
		s/^/done/
		x
		e cat tests/kernels/hooktest.inc
		x
	}
	x
}
s/^	register_undef_hook\(&hook\);$/&\n	hooktest_try(10);/
s/^	\*pmmir = read_pmmir\(\);$/	hooktest_try(0);\n	if (hooktest == 9)\n		pr_info("hooktest: the first read: %lx\\n", read_pmmir());\n&/
