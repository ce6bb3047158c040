#!/bin/sh
# Makes the tables of this folder; from anywhere, after `swift build -c release`.
set -eu
exec sh "$(dirname "$0")/../sweep.sh" results/distilled-graphs
