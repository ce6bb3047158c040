#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
# The scenarios are the shipped ones, workloads/graphs.
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
folder=results/graphs
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
for name in nested-escalation nested-escalation-mobilenetv3; do
  "$program" serve "$name" --format json -o "$scratch/$name.json"
  "$program" report "$scratch/$name.json" --format csv -o "$folder/$name.csv"
  "$program" report "$scratch/$name.json" --format markdown -o "$folder/$name.md"
done
