#!/bin/sh
# Writes the JSON Schemas that editors find through the first line of each YAML file, and the page of options.
set -eu
cd "$(dirname "$0")/.."

program=${UMEMAKI:-}
# The program that was built last: an older one knows fewer keys.
[ -n "$program" ] || program=$(ls -t .build/release/umemaki .build/debug/umemaki 2>/dev/null | head -n 1)
if [ -z "$program" ]; then
  echo "build umemaki first: sh scripts/build.sh" >&2
  exit 69
fi

mkdir -p arch/schemas workloads/schemas
for kind in architecture energy-table dram-preset area-table; do
  "$program" schema "$kind" >"arch/schemas/$kind.json"
done
for kind in workload subnet subgraph scenario graph-scenario token-scenario sharing-scenario device-scenario sweep \
  policy-message; do
  "$program" schema "$kind" >"workloads/schemas/$kind.json"
done
"$program" schema options >Sources/umemaki/umemaki.docc/Options.md
