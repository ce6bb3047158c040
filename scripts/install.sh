#!/bin/sh
# Builds the program with the Swift runtime inside and puts it under a prefix with its library, its
# completions and its manual.
#
#   sh scripts/install.sh PREFIX
#
# PREFIX/bin/umemaki            needs no Swift on the machine, only libyaml, libhdf5 and SQLite
# PREFIX/share/umemaki          arch/, workloads/ and the schemas of editors
# PREFIX/share/man/man1         `man umemaki`
# PREFIX/share/bash-completion, zsh, fish
#
# Without `swift` in the path nothing is built; PROGRAM=FILE installs a program that was built before.
set -eu
cd "$(dirname "$0")/.."

prefix=${1:-}
if [ -z "$prefix" ] || [ $# -ne 1 ]; then
  echo "usage: sh scripts/install.sh PREFIX" >&2
  exit 64
fi
if ! mkdir -p "$prefix/bin" 2>/dev/null || [ ! -w "$prefix/bin" ]; then
  echo "$prefix: no folder bin can be made or written there" >&2
  exit 73
fi
prefix=$(cd "$prefix" && pwd)

program=${PROGRAM:-}
if [ -z "$program" ]; then
  sh scripts/setup.sh
  build=.build/install
  swift build -c release --product umemaki --static-swift-stdlib --scratch-path "$build"
  program=$(swift build -c release --static-swift-stdlib --scratch-path "$build" --show-bin-path)/umemaki
fi

# Beside the old one first: a program that runs is replaced, not written over.
cp "$program" "$prefix/bin/.umemaki.new"
[ -n "${PROGRAM:-}" ] || strip "$prefix/bin/.umemaki.new" 2>/dev/null || true
mv "$prefix/bin/.umemaki.new" "$prefix/bin/umemaki"

library=$prefix/share/umemaki
mkdir -p "$library"
rm -rf "$library/arch" "$library/workloads"
cp -r arch workloads "$library"
cp LICENSE "$library"

umemaki=$prefix/bin/umemaki
completions() {
  mkdir -p "$prefix/share/$2"
  "$umemaki" --generate-completion-script "$1" >"$prefix/share/$2/$3"
}
completions bash bash-completion/completions umemaki
completions zsh zsh/site-functions _umemaki
completions fish fish/vendor_completions.d umemaki.fish

# The manual is what the program says of itself, one section for each command.
if command -v python3 >/dev/null 2>&1; then
  mkdir -p "$prefix/share/man/man1"
  "$umemaki" --experimental-dump-help | python3 scripts/manual.py >"$prefix/share/man/man1/umemaki.1"
else
  echo "no manual: there is no python3"
fi

"$umemaki" --version >/dev/null
echo "installed $umemaki $("$umemaki" --version), with its library in $library"
