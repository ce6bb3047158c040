#!/bin/sh
# Sets up, builds and runs all tests.
set -eu
cd "$(dirname "$0")/.."
sh scripts/build.sh --tests
swift test -c release -Xswiftc -enable-testing --skip-build --parallel
