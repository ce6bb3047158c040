#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
set -eu
exec sh "$(dirname "$0")/../sweep.sh" results/distilled-graphs
