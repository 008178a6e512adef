# SPDX-License-Identifier: GPL-2.0-only
#
# The negative control: the read is survived where it is UNDEFINED, but PMUVer is
# believed.  The `long' events must be seen to go wrong with this kernel.
s/^\t\tpmuver = [A-Za-z0-9_]+;$/\t\tpmmir = 0;/
s/!armv8pmu_chain_counts\(\)/false/
