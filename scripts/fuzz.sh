#!/usr/bin/env bash
# Fuzzes every Fuzz function of the repository, one after the other, for as long
# as said (10 minutes each unless said otherwise). What breaks a parser is left in
# the testdata of its package: commit it with the repair, it is a test from then on.
set -euo pipefail
cd "$(dirname "$0")/.."

time=${1:-10m}
failed=()
found=0
for pkg in $(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...); do
  dir=$(go list -f '{{.Dir}}' "$pkg")
  grep -qs '^func Fuzz' "$dir"/*_test.go || continue
  for name in $(go test -list '^Fuzz' "$pkg" | grep '^Fuzz' || true); do
    found=$((found + 1))
    echo "fuzz: $name in $pkg, $time"
    go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" "$pkg" || failed+=("$pkg $name")
  done
done
((found)) || { echo "no fuzz test was found" >&2; exit 1; }
if ((${#failed[@]})); then
  printf 'broken: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "fuzz: $found tests, nothing broke"
