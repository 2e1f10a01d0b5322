#!/usr/bin/env bash
# Runs every benchmark in rounds and writes the best figures, with their ratios, into build/bench.txt.
# ROUNDS (3), BENCH (all), BENCHTIME (300ms) and PACKAGES (./...) narrow it.
set -euo pipefail
cd "$(dirname "$0")/.."

# The program keeps two processors of Go's scheduler beyond those of the machine (internal/server/runtime.go); go test sets the number anew
# for each benchmark, so it is told here. References run under the same.
export GOMAXPROCS="${GOMAXPROCS:-$(($(nproc) + 2))}"

mkdir -p build
raw=build/bench.raw
: >"$raw"
for round in $(seq "${ROUNDS:-3}"); do
  echo "round $round" >&2
  go test -run '^$' -bench "${BENCH:-.}" -benchtime "${BENCHTIME:-300ms}" -benchmem -count 1 -p 1 -timeout 60m \
    ${PACKAGES:-./...} | tee -a "$raw" | grep -E '^Benchmark|^FAIL|^---' >&2 || true
done
! grep -qE '^(FAIL|--- FAIL|panic:)' "$raw" || { echo "relais: a benchmark failed, see $raw" >&2; exit 1; }

{
  echo "machine: $(grep -m 1 '^cpu:' "$raw" | cut -c 6-), $(nproc) cores; $(go env GOVERSION) $(go env GOOS)/$(go env GOARCH)"
  echo "commit:  $(git rev-parse --short HEAD 2>/dev/null || echo none), $(date -u +%Y-%m-%d), best of ${ROUNDS:-3} rounds"
  echo
  awk -f scripts/ratios.awk "$raw"
} | tee build/bench.txt
