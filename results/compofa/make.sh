#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
set -eu
cd "$(dirname "$0")/../.."
sh results/sweep.sh results/compofa
program=${UMEMAKI:-.build/release/umemaki}
rm -rf .build/sweeps/ofa
"$program" sweep results/compofa/ofa.yaml -o .build/sweeps/ofa --quiet
"$program" report .build/sweeps/ofa --format markdown -o results/compofa/ofa.md
"$program" compare .build/sweeps/ofa .build/sweeps/compofa --format markdown -o results/compofa/fronts.md
