#!/bin/sh
# Makes the tables of this folder; from anywhere, after `swift build -c release`.
# The scenarios are the shipped ones, workloads/tokens.
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
folder=results/language-models
for name in stall-free-rtx stall-free-edge; do
  "$program" serve "$name" --format csv -o "$folder/$name.csv"
  "$program" serve "$name" --format markdown -o "$folder/$name.md"
done
"$program" serve edge-capacity --capacity 99 --format csv -o "$folder/edge-capacity.csv"
"$program" serve edge-capacity --capacity 99 --format markdown -o "$folder/edge-capacity.md"
