# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tap.sh - the few words a shell test speaks: TAP 13, as prove(1) and the
# kernel's KTAP read it.  Source it; end the test with done_testing.

tap_n=0
tap_failed=0

# ok CLAIM: the claim holds.
ok()
{
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1"
}

# not_ok CLAIM [DIAGNOSTICS]: it does not; the diagnostics say what was seen.
not_ok()
{
	tap_n=$((tap_n + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_n - $1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# skip CLAIM REASON: it cannot be tried here, and why.
skip()
{
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# is GOT WANT CLAIM: equal strings.
is()
{
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		not_ok "$3" "got:  $1
want: $2"
	fi
}

# like TEXT PATTERN CLAIM: a line of TEXT matches the extended regular expression.
like()
{
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		ok "$3"
	else
		not_ok "$3" "no line matches /$2/ in:
$1"
	fi
}

# unlike TEXT PATTERN CLAIM: no line of TEXT matches.
unlike()
{
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		not_ok "$3" "/$2/ matches: $(printf '%s\n' "$1" | grep -E -e "$2" | head -n 3)"
	else
		ok "$3"
	fi
}

# run_ok CLAIM COMMAND...: the command exits 0; what it printed is shown if not.
run_ok()
{
	tap_claim=$1
	shift
	if tap_out=$("$@" 2>&1 </dev/null); then
		ok "$tap_claim"
	else
		not_ok "$tap_claim" "exit $? of: $*
$(printf '%s\n' "$tap_out" | tail -n 20)"
	fi
}

# run_is STATUS CLAIM COMMAND...: the command exits with STATUS; its output is
# left in $tap_out.
run_is()
{
	tap_want=$1
	tap_claim=$2
	shift 2
	tap_got=0
	tap_out=$("$@" 2>&1 </dev/null) || tap_got=$?
	if [ "$tap_got" = "$tap_want" ]; then
		ok "$tap_claim"
	else
		not_ok "$tap_claim" "exit $tap_got, not $tap_want, of: $*
$(printf '%s\n' "$tap_out" | tail -n 20)"
	fi
}

# done_testing: prints the plan; the test's exit status is whether all held.
done_testing()
{
	echo "1..$tap_n"
	[ "$tap_failed" -eq 0 ]
}
