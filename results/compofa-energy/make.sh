#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
set -eu
cd "$(dirname "$0")/../.."
folder=results/compofa-energy
program=${UMEMAKI:-.build/release/umemaki}
sh results/sweep.sh $folder
store=.build/sweeps/compofa-energy
for name in compofa-latency ofa-energy ofa-latency; do
  rm -rf "$store-$name"
  "$program" sweep "$folder/$name.yaml" -o "$store-$name" --quiet
done
for axis in energy latency; do
  compound=$store
  [ $axis = energy ] || compound=$store-compofa-latency
  "$program" compare "$store-ofa-$axis" "$compound" --format markdown -o "$folder/fronts-$axis.md"
done
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
for name in ofa-energy compofa-latency ofa-latency; do
  "$program" report "$store-$name" --format csv -o "$scratch/$name.csv"
done
python3 $folder/tables.py $folder "$scratch/ofa-energy.csv" $folder/points.csv "$scratch/ofa-latency.csv" \
  "$scratch/compofa-latency.csv"
