#!/bin/sh
# Runs the sweep of one results folder and writes its tables: sh results/sweep.sh results/NAME
set -eu
cd "$(dirname "$0")/.."
folder=${1:?which folder of results?}
program=${UMEMAKI:-.build/release/umemaki}
store=.build/sweeps/$(basename "$folder")
mkdir -p .build/sweeps
# From nothing: points that an earlier program stored would hide what has changed since.
rm -rf "$store"
"$program" sweep "$folder/experiment.yaml" -o "$store" --quiet
"$program" report "$store" --format markdown -o "$folder/report.md"
"$program" report "$store" --format csv -o "$folder/points.csv"
cp "$store/manifest.json" "$folder/manifest.json"
