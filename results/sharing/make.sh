#!/bin/sh
# Makes the table of this folder; from anywhere, after `sh scripts/build.sh`.
# What do layers of several small networks gain on one array when they run as one?
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
"$program" serve small-kernels --format csv -o results/sharing/small-kernels.csv
