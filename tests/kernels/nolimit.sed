# SPDX-License-Identifier: GPL-2.0-only
#
# The negative control: PMMIR_EL1 reads as 0 where it is UNDEFINED, but PMUVer is
# believed.  The `long' events must be seen to go wrong with this kernel.
/cpu_pmu->pmuver = min\(cpu_pmu->pmuver, PMUVER_V3P1\);/d
/^\tarmv8pmu_check_chain\(cpu_pmu\);/d
