#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
# The scenarios are the shipped ones, workloads/tokens.
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
folder=results/language-models
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
"$program" serve stall-free-rtx --format json -o "$scratch/stall-free-rtx.json"
"$program" serve stall-free-edge --format json -o "$scratch/stall-free-edge.json"
"$program" serve edge-capacity --capacity 99 --format json -o "$scratch/edge-capacity.json"
for name in stall-free-rtx stall-free-edge edge-capacity; do
  "$program" report "$scratch/$name.json" --format csv -o "$folder/$name.csv"
  "$program" report "$scratch/$name.json" --format markdown -o "$folder/$name.md"
done
