#!/usr/bin/env bash
# Runs the tests: those of RACED under the race detector, the other packages of PACKAGES without it, and so the tests of
# RACED that ALONE names. With RACE=1 all run under it. All parts always run, so that one failure does not hide another.
set -uo pipefail
cd "$(dirname "$0")/.."

# What tests write lies in memory where there is room, so that no test waits for a disk, and goes with them.
memory=/dev/shm
if [ -z "${TMPDIR:-}" ] && [ -w $memory ] && [ "$(df -Pk $memory | awk 'NR == 2 {print $4}')" -gt 2000000 ]; then
	export GOTMPDIR=${GOTMPDIR:-/tmp}
	export TMPDIR=$(mktemp -d $memory/relais-test-XXXXXX)
	chmod 1777 "$TMPDIR" # as /tmp is: the user of PostgreSQL makes and removes what is its own
	trap 'rm -rf "$TMPDIR"' EXIT
fi
export GOGC=${GOGC:-400} # the heaps are small and live shortly

failed=0
if [ -n "${RACE:-}" ]; then
	$TEST -race $PACKAGES || failed=1
	exit $failed
fi
all=$(go list $PACKAGES) || exit 1
raced=$(go list $RACED) || exit 1
both=$(comm -12 <(sort <<<"$all") <(sort <<<"$raced"))
[ -z "$both" ] || $TEST -race -skip "$ALONE" $both || failed=1
alone=$(grep -E '/(audit|authz)$' <<<"$both")
[ -z "$alone" ] || $TEST -run "$ALONE" $alone || failed=1
rest=$(comm -23 <(sort <<<"$all") <(sort <<<"$raced"))
long='/(mainjob|server|sharing|model)$' # these begin first, so that none runs alone at the end
[ -z "$rest" ] || $TEST $(grep -E "$long" <<<"$rest") $(grep -vE "$long" <<<"$rest") || failed=1
exit $failed
