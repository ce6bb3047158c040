#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
# The scenarios are the shipped ones, workloads/graphs:
#   nested-escalation*  what does escalation within one supernet save?
#   gated-stages        what does a time step cost where most queries stay with the cheap model?
#   bedside-ensemble    do 64 beds have their answers within a second?
#   perception-loop     how much of a closed loop's latency is its critical path?
#   tuned-*             which thresholds, cut-offs of each stage, and ensembles are best under a budget?
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
folder=results/graphs
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
for name in nested-escalation nested-escalation-mobilenetv3 gated-stages bedside-ensemble perception-loop; do
  "$program" serve "$name" --format json -o "$scratch/$name.json"
  "$program" report "$scratch/$name.json" --format csv -o "$folder/$name.csv"
  "$program" report "$scratch/$name.json" --format markdown -o "$folder/$name.md"
done
for name in tuned-cascade tuned-stages tuned-ensemble; do
  "$program" tune "workloads/graphs/$name.yaml" --format csv -o "$folder/$name.csv"
done
