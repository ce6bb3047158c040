#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p .build/sweeps
program=${UMEMAKI:-.build/release/umemaki}
floats=.build/sweeps/resnet18.h5
signed=.build/sweeps/resnet18-signed-binary.h5
rm -f "$floats" "$signed"
"$program" make-weights resnet18 -o "$floats" --distribution laplace --seed 1
"$program" quantize "$floats" -o "$signed" --scheme signed-binary
exec sh results/sweep.sh results/plum-sweep
