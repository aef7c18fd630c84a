#!/usr/bin/env bash
# Builds assets/dist from web/, unless it is already newer than all its sources.
set -euo pipefail
cd "$(dirname "$0")/.."

manifest=assets/dist/manifest.json
if [[ -f $manifest && -z $(find web -name node_modules -prune -o -type f -newer "$manifest" -print -quit) ]]; then
  exit 0
fi
echo "building assets/dist (about 20 seconds)"
npm run --silent --prefix web build
