#!/bin/sh
# Makes the tables of this folder; from anywhere, after `sh scripts/build.sh`.
# How much of a service's frontier do stated latencies give away, and what does noise on these cost?
set -eu
cd "$(dirname "$0")/../.."
program=${UMEMAKI:-.build/release/umemaki}
folder=results/privacy
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
echo 'noise_us,found,found_share,queries,goodput' >"$folder/noise.csv"
for noise in 0 50 200 800; do
  sed "s/latency: 200 us/latency: $noise us/" workloads/scenarios/private-resnet50.yaml >"$scratch/private-resnet50.yaml"
  "$program" probe "$scratch/private-resnet50.yaml" --format json -o "$scratch/probe.json"
  python3 - "$scratch/probe.json" "$noise" <<'END' >>"$folder/noise.csv"
import json, sys
run = json.load(open(sys.argv[1]))["runs"][0]
print(f"{sys.argv[2]},{run['found']:.3f},{run['found_share']:.4f},{run['queries']:.1f},{run['goodput']:.4f}")
END
done
