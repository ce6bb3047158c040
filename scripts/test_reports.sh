#!/bin/sh
# Opens a report of every kind in headless Chromium; --record refreshes results/screenshots.
set -eu
cd "$(dirname "$0")/.."

skip() {
  echo "skipped: $1"
  exit 0
}

chromium=$(command -v chromium || command -v chromium-browser || true)
if [ -z "$chromium" ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    skip "chromium is not installed"
  fi
  echo "installing chromium"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } \
    >/dev/null 2>&1 || skip "chromium cannot be installed"
  chromium=$(command -v chromium) || skip "chromium cannot be installed"
fi

tools=.build/report-tools
if [ ! -x "$tools/bin/python" ] || ! "$tools/bin/python" -c 'import html5lib, websocket' 2>/dev/null; then
  python3 -m venv "$tools" && "$tools/bin/pip" install -q html5lib==1.1 websocket-client==1.8.0 ||
    skip "html5lib and websocket-client cannot be installed"
fi

program=${UMEMAKI:-}
for candidate in .build/release/umemaki .build/debug/umemaki; do
  if [ -z "$program" ] && [ -x "$candidate" ]; then program=$candidate; fi
done
if [ -z "$program" ]; then
  echo "build umemaki first: sh scripts/build.sh" >&2
  exit 69
fi

exec "$tools/bin/python" Tests/Browser/check_reports.py --program "$program" --chromium "$chromium" "$@"
