#!/usr/bin/env bash
# Installs what Tessuto needs from the outside, when it is missing:
#
#   scripts/deps.sh run     to build and serve it: Node, npm, the npm packages
#   scripts/deps.sh test    to test it as well: PostgreSQL, Chromium, fonts
#
# Everything comes from Debian's packages, and only root installs; anybody else
# is told the one command. When nothing is missing this takes a moment.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:?say what for: run or test}
need=()

have() { command -v "$1" >/dev/null 2>&1; }

# A server of version 15 or newer; its programs are not in Debian's PATH.
have_postgres() {
  local postgres
  for postgres in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres; do
    [[ -x $postgres ]] || continue
    (("$("$postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')" >= 15)) && return 0
  done
  return 1
}

have_chromium() { have chromium || have chromium-browser || have google-chrome; }

# Without these, Arabic, Urdu and Bengali are boxes in pages and PDFs. Only
# Debian names them so; elsewhere the look of the text is all that suffers.
have_fonts() { ! have dpkg-query || dpkg-query -W -f '${Status}' fonts-noto-core 2>/dev/null | grep -q 'ok installed'; }

have go || { echo "Go is missing: install the version that go.mod names" >&2; exit 1; }
have node || need+=(nodejs)
have npm || need+=(npm)
if [[ $purpose == test ]]; then
  have_postgres || need+=(postgresql)
  have_chromium || need+=(chromium)
  have_fonts || need+=(fonts-noto-core)
fi

if ((${#need[@]})); then
  install="apt-get update && apt-get install -y --no-install-recommends ${need[*]}"
  if ! have apt-get; then
    echo "missing, and not to be had from apt-get here: ${need[*]}" >&2
    exit 1
  elif [[ $(id -u) != 0 ]]; then
    printf 'missing: %s. To install:\n\n  sudo sh -c "%s"\n\n' "${need[*]}" "$install" >&2
    exit 1
  fi
  echo "installing ${need[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq -o DPkg::Lock::Timeout=120
  apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "${need[@]}" >/dev/null
fi

# npm leaves its own list in node_modules, newer than the one it installed.
if [[ ! web/node_modules/.package-lock.json -nt web/package-lock.json ]]; then
  echo "installing the npm packages of web/"
  (cd web && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error)
fi
