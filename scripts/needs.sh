#!/usr/bin/env bash
# Sees to what the tests need: Go, a C compiler, PostgreSQL's server, Chromium, and a font with Arabic letters.
# What is absent is installed with apt where that may be done (root, or sudo without a password). Otherwise this stops
# and says what to install: a test never leaves itself out.
set -euo pipefail
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null 2>&1; }
stop() { printf 'relais: %s\n' "$*" >&2; exit 1; }

has go || stop "Go is not installed. Its packages are at https://go.dev/dl; go.mod names the version."
go list -m >/dev/null || stop "this Go cannot build the program: go.mod names the version it needs."

packages=()

compiles() { printf '#include <stdlib.h>\nint main(void) { return 0; }\n' | "$(go env CC)" -x c -o /dev/null - 2>/dev/null; }
compiles || packages+=(gcc libc6-dev)

postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
postgres && { [ "$(id -u)" != 0 ] || id postgres >/dev/null 2>&1; } || packages+=(postgresql)

# The shell is Chromium without what a person sees around a page and costs half as much; the whole browser does as well.
shell=chromium-headless-shell
has $shell || has chrome-headless-shell || has chromium || has chromium-browser || has google-chrome || packages+=($shell)

arabic() {
  [ -n "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" "$HOME/.fonts" \
    \( -iname '*arab*' -o -iname 'DejaVuSans.ttf' \) -print -quit 2>/dev/null)" ]
}
arabic || packages+=(fonts-noto-core fonts-dejavu-core)

as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi

if [ ${#packages[@]} -eq 0 ]; then
  has $shell || has chrome-headless-shell || ! has apt-get || ! apt-cache show $shell >/dev/null 2>&1 || {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=0 install -y --no-install-recommends $shell \
      </dev/null >/dev/null 2>&1 || true # tests run without it, only longer
  }
  exit 0
fi

if ! has apt-get || ! "${as_root[@]}" true 2>/dev/null; then
  stop "the tests need ${packages[*]} (Debian's names). As root: apt-get install --no-install-recommends ${packages[*]}"
fi

echo "relais: installing ${packages[*]}"
# The tests start servers of their own: Debian's package need not set one up and start it.
clusters=/etc/postgresql-common/createcluster.d
"${as_root[@]}" mkdir -p "$clusters"
echo 'create_main_cluster = false' | "${as_root[@]}" tee "$clusters/relais-tests.conf" >/dev/null
trap '"${as_root[@]}" rm -f "$clusters/relais-tests.conf"' EXIT

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null; }
log=$(mktemp)
{ apt update || true; apt install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 || {
  tail -n 20 "$log" >&2
  stop "apt could not install ${packages[*]}; its log is $log"
}
rm -f "$log"
