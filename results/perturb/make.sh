#!/bin/sh
# Makes the table of this folder; from anywhere, after `swift build -c release`. About four minutes on two cores.
set -eu
cd "$(dirname "$0")/../.."
exec .build/release/umemaki validate --perturb --jobs 2 --format markdown -o results/perturb/report.md
