#!/bin/sh
# Makes the table of this folder; from anywhere, after `sh scripts/build.sh`.
# Do buckets of latency hold other stitches than buckets of multiply-accumulates?
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
"$program" stitch resnet18 resnet34 --on sushi-analytic --by latency --format csv \
  -o results/stitched/resnet18-resnet34.csv
