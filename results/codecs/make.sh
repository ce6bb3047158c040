#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
# How many more weights of a network does a persistent buffer keep when they are coded, and at which error?
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
folder=results/codecs
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
"$program" make-weights resnet18 -o "$scratch/w.h5" --seed 1
"$program" codecs "$scratch/w.h5" --workload resnet18 --entries 2,4,8,16 --prune 0,0.5 --escapes 0 --format csv \
  -o "$folder/codecs.csv"
{
  echo 'network,weights,bits_per_weight,latency_ms,dram_mib,cached_mib'
  row() {
    "$program" run "$2" resnet18 --weights "$3" --cached self --format json -o "$scratch/run.json"
    python3 - "$scratch/run.json" "$1" "$4" <<'END'
import json, sys
run = json.load(open(sys.argv[1]))["totals"]
mib = (run["dram_read_bytes"] + run["dram_write_bytes"]) / 2**20
print(f"resnet18,{sys.argv[2]},{sys.argv[3]},{run['latency_s'] * 1e3:.4f},{mib:.3f},{run['cached_weight_bytes'] / 2**20:.3f}")
END
  }
  row "8 bit" sushi-analytic "$scratch/w.h5" 8
  for entries in 16 4; do
    "$program" quantize "$scratch/w.h5" -o "$scratch/c.h5" --scheme codebook --entries "$entries" --prune 0.5 \
      --workload resnet18 --quiet
    bits=$("$program" analyze "$scratch/c.h5" --format json | python3 -c "
import json, sys
coded = [t for t in json.load(sys.stdin)['tensors'] if t['scheme'] == 'codebook']
print(f\"{sum(t['storage_bits'] for t in coded) / sum(t['elements'] for t in coded):.4f}\")")
    row "$entries entries and half pruned" sushi-coded "$scratch/c.h5" "$bits"
  done
} >"$folder/sushi.csv"
