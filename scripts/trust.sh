#!/bin/sh
# Writes the tables of the README and of the page "How far to trust it", from what the program prints.
#
# A line `<!-- validate: NAME ... -->` stands above the rows of `umemaki validate` for these references,
# `<!-- validate-rows -->` above those rows whose reference and quantity stand there already, and
# `<!-- perturb: COLUMN ... -->` above columns of results/perturb/report.md.
set -eu
cd "$(dirname "$0")/.."

program=${UMEMAKI:-.build/release/umemaki}
if [ ! -x "$program" ]; then
  echo "build umemaki first: swift build -c release --product umemaki" >&2
  exit 69
fi
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
# Fails when a quantity is outside its tolerance.
"$program" validate --format markdown >"$scratch/report"
grep '^|' "$scratch/report" >"$scratch/validate"
grep '^|' results/perturb/report.md >"$scratch/perturb"

for page in README.md Sources/umemaki/umemaki.docc/HowFarToTrustIt.md; do
  awk -v validate="$scratch/validate" -v perturb="$scratch/perturb" '
    # The rows of `validate` that are about one of the references in `names`; the head always.
    function references(names,   line, cells, number) {
      number = 0
      while ((getline line <validate) > 0) {
        split(line, cells, " *[|] *")
        if (++number <= 2 || index(names " ", " " cells[2] " ")) print line
      }
      close(validate)
    }
    # The columns of `perturb` whose heads are listed in `names`, separated by commas.
    function columns(names,   line, cells, wanted, count, number, i, j, text) {
      count = split(names, wanted, ", *")
      number = 0
      while ((getline line <perturb) > 0) {
        split(line, cells, " *[|] *")
        if (++number == 1) {
          for (i = 1; i <= count; i++) {
            place[i] = 0
            for (j in cells) if (cells[j] == wanted[i]) place[i] = j
            if (!place[i]) { print "no column " wanted[i] >"/dev/stderr"; exit 1 }
          }
        }
        text = "|"
        for (i = 1; i <= count; i++) text = text " " cells[place[i]] " |"
        print text
      }
      close(perturb)
    }
    # Where rows are chosen one by one, they are the lines that are there: each with the figures of now.
    chosen && /^[|]/ {
      split($0, cells, " *[|] *")
      key = cells[2] " | " cells[3]
      if (!(key in current)) { print "no row of validate: " key >"/dev/stderr"; exit 1 }
      print current[key]
      next
    }
    { chosen = 0 }
    /^<!-- validate-rows -->$/ {
      while ((getline line <validate) > 0) {
        split(line, cells, " *[|] *")
        current[cells[2] " | " cells[3]] = line
      }
      close(validate)
      print
      chosen = 1
      next
    }
    skips && /^[|]/ { next }
    { skips = 0; print }
    /^<!-- validate: .* -->$/ {
      names = $0
      sub(/^<!-- validate:/, "", names)
      sub(/ -->$/, "", names)
      references(names)
      skips = 1
    }
    /^<!-- perturb: .* -->$/ {
      names = $0
      sub(/^<!-- perturb: /, "", names)
      sub(/ -->$/, "", names)
      columns(names)
      skips = 1
    }
  ' "$page" >"$scratch/page"
  cat "$scratch/page" >"$page"
done
