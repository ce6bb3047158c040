#!/bin/sh
# Makes the table of this folder; from anywhere, after `sh scripts/build.sh`. About four minutes on two cores.
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
exec "$program" validate --perturb --jobs 2 --quiet --format markdown -o results/perturb/report.md
