#!/bin/sh
# Sets up and runs all tests.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
swift build --build-tests --explicit-target-dependency-import-check error
swift test --skip-build --parallel
