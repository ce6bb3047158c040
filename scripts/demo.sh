#!/bin/sh
# Sets up, builds in release and runs one inference.
set -eu
cd "$(dirname "$0")/.."
sh scripts/build.sh >&2
.build/release/umemaki run sushi-zcu104 ofa-resnet50 --subnet 4.1B
