#!/bin/sh
# Makes the tables and pictures of this folder; from anywhere, after `sh scripts/build.sh`.
# The sweep is the shipped one: workloads/sweeps/superserve-loads.yaml.
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
folder=results/superserve-loads
store=.build/sweeps/superserve-loads
pictures=.build/sweeps/superserve-loads-pictures
mkdir -p .build/sweeps
rm -rf "$store" "$pictures"
"$program" sweep superserve-loads -o "$store" --quiet
"$program" report "$store" --format markdown -o "$folder/report.md"
"$program" report "$store" --format csv -o "$folder/points.csv"
"$program" report "$store" --planes --format markdown -o "$folder/planes.md"
"$program" report "$store" --planes --format csv -o "$folder/planes.csv"
"$program" report "$store" --planes --format svg -o "$pictures"
# Of the pictures those that papers draw: attainment against accuracy at each load, goodput against the rate.
rm -f "$folder"/*.svg
cp "$pictures"/plane-slo-attainment-accuracy-*.svg "$pictures"/plane-goodput-rate-*.svg "$folder"
cp "$store/manifest.json" "$folder/manifest.json"
