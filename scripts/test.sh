#!/usr/bin/env bash
# Runs the tests: those of RACED under the race detector, the other packages of PACKAGES without it, and so the tests of
# RACED that ALONE names. With RACE=1 all run under it. All parts always run, so that one failure does not hide another.
set -uo pipefail
cd "$(dirname "$0")/.."

# What tests write lies in memory where there is room, so that no test waits for a disk, and goes with them. The name is the same
# each time, because it is a part of what Go keeps a result under. A lock says whether a run is still using it: one that was killed
# leaves it behind, and a second run at the same time takes another.
memory=/dev/shm
if [ -z "${TMPDIR:-}" ] && [ -w $memory ] && [ "$(df -Pk $memory | awk 'NR == 2 {print $4}')" -gt 2000000 ]; then
	export GOTMPDIR=${GOTMPDIR:-/tmp}
	export TMPDIR=$memory/relais-test-$(id -u)
	if { exec 9>"$TMPDIR.lock"; } 2>/dev/null && flock -n 9; then
		rm -rf "$TMPDIR"
	fi
	mkdir "$TMPDIR" 2>/dev/null || TMPDIR=$(mktemp -d $memory/relais-test-XXXXXX) || exit 1
	chmod 1777 "$TMPDIR" # as /tmp is: the user of PostgreSQL makes and removes what is its own
	trap 'rm -rf "$TMPDIR"' EXIT
fi

# What the results depend on outside the module: the servers and browser that tests start, the tables that they read.
export RELAIS_SURROUNDINGS=$({
	for program in chromium-headless-shell chrome-headless-shell chromium chromium-browser google-chrome initdb /usr/lib/postgresql/*/bin/initdb; do
		! command -v "$program" >/dev/null || "$program" --version
	done
	cat ../shared/access-matrix.csv ../shared/htcds/*.xlsx
} 2>/dev/null | sha256sum | cut -c 1-16)
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
