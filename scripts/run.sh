#!/usr/bin/env bash
# Runs the program with its demo: makes keys where there are none, fills an empty database with a synthetic Benelux,
# prints the sign-ins, and serves until it is stopped. The settings are those of docs/operations.md.
set -euo pipefail
cd "$(dirname "$0")/.."

export RELAIS_SYNTHETIC="${RELAIS_SYNTHETIC:-true}"
data="${RELAIS_DATA:-./data}"
keys="${RELAIS_KEYS:-$data/keys}"

[ -n "$(ls -A "$keys" 2>/dev/null)" ] || bin/relais key init
bin/relais demo
exec bin/relais serve
