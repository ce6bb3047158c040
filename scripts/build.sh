#!/bin/sh
# Builds the program, .build/release/umemaki; with --tests the tests too.
#
#   sh scripts/build.sh [--tests]
#
# Tests see what is internal, so the program is built for that as well (it is as fast as without): nothing is
# compiled twice, and the tests try the program that is used. Optimized tests take a sixth of the time.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
case ${1:-} in
  "") set -- --product umemaki ;;
  --tests) set -- --build-tests --explicit-target-dependency-import-check error ;;
  *)
    echo "usage: sh scripts/build.sh [--tests]" >&2
    exit 64
    ;;
esac
swift build -c release -Xswiftc -enable-testing "$@"
