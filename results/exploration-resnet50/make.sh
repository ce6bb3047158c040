#!/bin/sh
# Makes the tables of this folder; from anywhere, after `swift build -c release`.
set -eu
cd "$(dirname "$0")/../.."
exec sh results/sweep.sh results/exploration-resnet50
