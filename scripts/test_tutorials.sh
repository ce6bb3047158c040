#!/bin/sh
# Runs the commands of the README, of the page on the first run and of the tutorials, start to end, and compares what is
# printed with what they show.
#
#   sh scripts/test_tutorials.sh [--write]
#
# With --write what they show is made again.
set -eu
cd "$(dirname "$0")/.."

program=${UMEMAKI:-$PWD/.build/release/umemaki}
if [ ! -x "$program" ]; then
  echo "build umemaki first: swift build -c release --product umemaki" >&2
  exit 69
fi
# shellcheck disable=SC2086
exec python3 Tests/Tutorials/run_articles.py "$program" ${1:-} README.md \
  Sources/umemaki/umemaki.docc/YourFirstRun.md Sources/umemaki/umemaki.docc/Tutorial*.md
