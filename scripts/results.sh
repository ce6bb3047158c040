#!/bin/sh
# Makes the tables of every folder of results/ again, from nothing, or those of the folders named.
#
#   sh scripts/results.sh [--check] [NAME ...]
#
# With --check nothing is kept: what is made is compared with what is there, and the differences end
# the check. A folder is made by its make.sh or make.py; one whose make.py knows --reduced is checked
# in that form, which makes a sample of the rows and puts them in the place of those that are there.
#
# Not compared: manifest.json, since its digests change with every comment in an input and its version
# with every release, while the tables beside it need not; a stale one is named. results/screenshots
# holds pictures of a browser (sh scripts/test_reports.sh --record), which differ from one to another.
set -eu
cd "$(dirname "$0")/.."

check=""
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
UMEMAKI=${UMEMAKI:-$PWD/.build/release/umemaki}
export UMEMAKI
if [ ! -x "$UMEMAKI" ]; then
  echo "build umemaki first: sh scripts/build.sh" >&2
  exit 69
fi

scratch=$(mktemp -d)
current=""
# What is there comes back, however the check ends.
restore() {
  if [ -n "$check" ] && [ -n "$current" ] && [ -d "$scratch/$current" ]; then
    rm -rf "results/$current"
    cp -a "$scratch/$current" "results/$current"
  fi
  current=""
}
trap 'restore; rm -rf "$scratch"' EXIT
trap 'exit 75' INT TERM

make_one() {
  script=results/$1/make.py
  if [ -f "results/$1/make.sh" ]; then
    sh "results/$1/make.sh"
  elif [ -n "$check" ] && grep -q -e '--reduced' "$script"; then
    python3 "$script" --reduced
  else
    python3 "$script"
  fi
}

if [ $# -eq 0 ]; then
  for folder in results/*/; do
    name=$(basename "$folder")
    case $name in screenshots | __pycache__) ;; *) set -- "$@" "$name" ;; esac
  done
fi

wrong=""
started=$(date +%s)
for name in "$@"; do
  if [ ! -f "results/$name/make.sh" ] && [ ! -f "results/$name/make.py" ]; then
    echo "results/$name has neither make.sh nor make.py" >&2
    exit 66
  fi
  before=$(date +%s)
  cp -a "results/$name" "$scratch/$name"
  # Only now: half a copy must not come back.
  current=$name
  verdict=made
  if ! make_one "$name" >"$scratch/log" 2>&1; then
    cat "$scratch/log" >&2
    verdict=FAILED
    wrong="$wrong $name"
  elif [ -n "$check" ]; then
    verdict="as committed"
    if ! diff -r -x manifest.json -x __pycache__ "$scratch/$name" "results/$name" >"$scratch/diff"; then
      verdict=DIFFERS
      wrong="$wrong $name"
      head -n 40 "$scratch/diff" | cut -c 1-200 >&2
    elif [ -f "results/$name/manifest.json" ] &&
      ! cmp -s "$scratch/$name/manifest.json" "results/$name/manifest.json"; then
      verdict="as committed, but its manifest.json is stale"
    fi
  fi
  restore
  rm -rf "${scratch:?}/$name"
  after=$(date +%s)
  printf '%-26s %4d s  %s\n' "results/$name" $((after - before)) "$verdict"
done
total=$(($(date +%s) - started))
printf '%d min %02d s in all\n' $((total / 60)) $((total % 60))
if [ -n "$wrong" ] && [ -n "$check" ]; then
  echo "not what is committed:$wrong; look why, then make it again: sh scripts/results.sh$wrong" >&2
fi
[ -z "$wrong" ]
