#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
set -eu
cd "$(dirname "$0")/../.."
exec sh results/sweep.sh results/exploration-mobilenetv3
