#!/bin/sh
# Checks Swift and installs the C libraries that are missing (Debian, Ubuntu).
set -eu

if ! command -v swift >/dev/null 2>&1; then
  echo "Umemaki needs Swift 6.2 or newer, and no swift command was found: see https://www.swift.org/install" >&2
  exit 69
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
major=${version% *}
minor=${version#* }
if [ -z "$version" ] || [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
  echo "Umemaki needs Swift 6.2 or newer, found ${major:-an unknown version}${minor:+.$minor}: see https://www.swift.org/install" >&2
  exit 69
fi

missing=""
for pair in yaml-0.1:libyaml-dev hdf5:libhdf5-dev sqlite3:libsqlite3-dev; do
  pkg-config --exists "${pair%:*}" 2>/dev/null || missing="$missing ${pair#*:}"
done
command -v pkg-config >/dev/null 2>&1 || missing="$missing pkg-config"
if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install:$missing" >&2
    exit 69
  fi
  as_root=""
  [ "$(id -u)" -eq 0 ] || as_root="sudo"
  echo "installing$missing"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq $missing >/dev/null
fi
