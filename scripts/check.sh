#!/usr/bin/env bash
# Quick checks, none of which changes a committed file: the format of Go code,
# go vet, and generated files that match what they come from.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "check: gofmt"
find . \( -name node_modules -o -name '.?*' -o -path ./data \) -prune -o \
  -name '*.go' ! -name '*_templ.go' -print0 | xargs -0 gofmt -l >"$work/unformatted"
if [[ -s $work/unformatted ]]; then
  echo "not formatted (gofmt -w):" >&2
  cat "$work/unformatted" >&2
  exit 1
fi

echo "check: templ generate"
components() { find internal -name '*_templ.go' -print0 | sort -z | xargs -0 -r sha256sum; }
components >"$work/before"
go tool templ generate >"$work/templ.log" 2>&1 || { cat "$work/templ.log" >&2; exit 1; }
components >"$work/after"
if ! diff "$work/before" "$work/after" >&2; then
  # The name of the source is in the generated file, as seen from where templ ran.
  echo "the components above were not what 'make generate' makes, from the root: now they are, commit them" >&2
  exit 1
fi

echo "check: go vet"
go vet ./...

echo "check: openapi"
go run -buildvcs=false ./cmd/tessuto openapi >"$work/openapi.yaml"
if ! diff -u docs/openapi.yaml "$work/openapi.yaml" >"$work/openapi.diff"; then
  head -60 "$work/openapi.diff" >&2
  echo "docs/openapi.yaml is not what the code says: make openapi, and commit it" >&2
  exit 1
fi
