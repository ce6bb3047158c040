#!/bin/sh
# Installs the built program under a prefix and uses it from a folder that knows nothing of this one.
set -eu
cd "$(dirname "$0")/.."
program=$PWD/.build/release/umemaki
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

PROGRAM=$program sh scripts/install.sh "$scratch/own prefix" >/dev/null
own="$scratch/own prefix"
umemaki="$own/bin/umemaki"
mkdir "$scratch/elsewhere"
cd "$scratch/elsewhere"

"$umemaki" run sushi-zcu104 ofa-resnet50 --subnet 4.1B --format csv >"$scratch/installed.csv"
(cd - >/dev/null && "$program" run sushi-zcu104 ofa-resnet50 --subnet 4.1B --format csv) >"$scratch/built.csv"
cmp "$scratch/installed.csv" "$scratch/built.csv"

# Shells take the completions, and the manual has every command and no mistake.
bash -n "$own/share/bash-completion/completions/umemaki"
manual="$own/share/man/man1/umemaki.1"
if [ -f "$manual" ]; then
  for command in $("$umemaki" --help | sed -n '/^SUBCOMMANDS:/,/^  See/s/^  \([a-z0-9-]*\)  .*/\1/p'); do
    grep -q "^\.SS umemaki $(echo "$command" | sed 's/-/\\\\-/g')\$" "$manual" || {
      echo "the manual lacks $command" >&2
      exit 1
    }
  done
  if command -v groff >/dev/null 2>&1; then
    groff -man -ww -Tutf8 "$manual" 2>"$scratch/groff" >/dev/null
    if [ -s "$scratch/groff" ]; then
      cat "$scratch/groff" >&2
      exit 1
    fi
  fi
fi

# Installed again it stands where it stood.
(cd - >/dev/null && PROGRAM=$program sh scripts/install.sh "$own") >/dev/null
"$umemaki" list architectures >/dev/null
code=0
(cd - >/dev/null && sh scripts/install.sh /proc/nowhere) 2>/dev/null || code=$?
[ "$code" -eq 73 ] || { echo "a prefix that cannot be made ends with $code" >&2; exit 1; }
echo "installed, found its library from elsewhere, completions and manual as they should be"
