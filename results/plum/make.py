#!/usr/bin/env python3
"""Makes the tables of this folder. From the repository's root, after `sh scripts/build.sh`:

    python3 results/plum/make.py

Weights are synthetic (Laplace, seed 1) and never kept. Python's standard library is enough.
"""

import concurrent.futures
import csv
import hashlib
import itertools
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
TOOL = os.environ.get("UMEMAKI", ROOT / ".build/release/umemaki")
NETWORKS = ["resnet18", "resnet34", "resnet20-cifar", "resnet56-cifar"]
SCHEMES = ["binary", "ternary", "signed-binary"]
ENGINES = ["plum-dense", "plum-sparse", "plum-repetition", "plum-sr"]
WIDTHS = range(2, 10)
BLOCKS = [16, 32, 64, 128, 256, 512]
PATTERNS = [4, 8, 16, 32]
SEED = 1


def tool(*arguments):
    result = subprocess.run(
        [str(TOOL), *map(str, arguments)], cwd=ROOT, capture_output=True, text=True
    )
    if result.returncode:
        raise SystemExit(f"umemaki {' '.join(map(str, arguments))}: {result.stderr}")
    return result.stdout


def run(architecture, network, weights, *more):
    return json.loads(
        tool("run", architecture, network, "--weights", weights, "--format", "json", *more)
    )


def quantized(totals, layers):
    """Totals over the quantized layers only: the others are the same for every scheme."""
    chosen = [l for l in layers if l["weights"]["scheme"] in SCHEMES]
    return {
        "cycles": sum(l["cycles"] for l in chosen),
        "additions": sum(l["additions"] for l in chosen),
        "energy_j": sum(l["energy_j"] for l in chosen),
        "macs": sum(l["macs"] for l in chosen),
    }


def counted(network, scheme, weights, layers):
    """Additions of a whole network from the exact analysis, at the best of several tile widths."""
    pixels = {}
    for layer in layers:
        shape = layer["shape"]
        side = (shape["h"] + 2 * shape["padding"] - shape["r"]) // shape["stride"] + 1
        pixels[layer["weights"]["dataset"]] = side * side
    rows = []
    totals = {}
    macs = 0
    best = {}
    for width in range(1, 13):
        document = json.loads(
            tool("analyze", weights, "--tile-width", width, "--format", "json"))
        for tensor in document["tensors"]:
            if tensor["operations"] is None:
                continue
            outputs = pixels[tensor["dataset"]]
            if width == 1:
                macs += tensor["elements"] * outputs
            for name, value in tensor["operations"].items():
                key = (tensor["dataset"], name)
                best[key] = min(best.get(key, value * outputs), value * outputs)
    for (_, name), value in best.items():
        totals[name] = totals.get(name, 0) + value
    for name in ["dense", "sparse", "repetition", "mirrored_repetition", "direct",
                 "trie_highest", "mirrored_direct"]:
        if name in totals:
            rows.append({"network": network, "scheme": scheme, "count": name,
                         "additions": totals[name],
                         "additions_per_mac": round(totals[name] / macs, 4)})
    return rows


def plum_on_sushi(folder):
    floats, packed = folder / "supernet.h5", folder / "supernet-sb.h5"
    tool("make-weights", "ofa-resnet50", "--seed", SEED, "-o", floats)
    tool("quantize", floats, "-o", packed, "--scheme", "signed-binary",
         "--workload", "ofa-resnet50", "--quiet")
    rows = []
    for subnet in ["0.6B", "0.9B", "1.8B", "2.4B", "3.7B", "4.1B"]:
        for architecture, weights in [("sushi-analytic", floats), ("plum-sushi", packed)]:
            empty, full = (
                run(architecture, "ofa-resnet50", weights, "--subnet", subnet,
                    "--cached", cached)["totals"]
                for cached in ["none", "self"])
            rows.append({
                "subnet": subnet, "architecture": architecture,
                "weight_bytes": empty["weight_bytes"],
                "cached_bytes": full["cached_weight_bytes"],
                "latency_s": f"{empty['latency_s']:.6g}",
                "latency_cached_s": f"{full['latency_s']:.6g}",
                "dram_bytes": empty["dram_read_bytes"] + empty["dram_write_bytes"],
                "dram_cached_bytes": full["dram_read_bytes"] + full["dram_write_bytes"],
                "energy_j": f"{empty['energy_j']:.6g}",
                "energy_cached_j": f"{full['energy_j']:.6g}",
            })
    return rows


def engine_text(name, **changes):
    lines = (ROOT / f"arch/{name}.yaml").read_text().splitlines()
    for key, value in changes.items():
        lines = [
            f"  {key}: {value}" if line.startswith(f"  {key}:") else line for line in lines
        ]
    return "\n".join(lines) + "\n"


def write(name, rows):
    with open(HERE / name, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def scheme_rows(network, scheme, weights):
    """Every engine on one scheme's weights, and the exact counts of additions."""
    rows, counts = [], []
    for engine in ENGINES:
        result = run(engine, network, weights)
        if engine == ENGINES[0]:
            counts = counted(network, scheme, weights, result["layers"])
        total = quantized(result["totals"], result["layers"])
        rows.append({
            "network": network, "scheme": scheme, "engine": engine,
            "cycles": total["cycles"], "additions": total["additions"],
            "additions_per_mac": round(total["additions"] / total["macs"], 4),
            "energy_j": f"{total['energy_j']:.6g}",
        })
    return rows, counts


def sweep_row(folder, network, weights, width, block, pattern):
    """One setting of the engine with both ideas."""
    path = folder / f"{network}-{width}-{block}-{pattern}.yaml"
    path.write_text(engine_text(
        "plum-sr", tile_width=width, filter_block=block, pattern_adders=pattern,
        merge_adders=64 - pattern, weight_bits_per_cycle=block * width))
    result = run(path, network, weights)
    total = quantized(result["totals"], result["layers"])
    return {
        "network": network, "tile_width": width, "filter_block": block,
        "pattern_adders": pattern, "merge_adders": 64 - pattern,
        "cycles": total["cycles"], "additions": total["additions"],
        "energy_j": f"{total['energy_j']:.6g}",
    }


def quantized_weights(folder, network):
    """A weight file per scheme."""
    floats = folder / f"{network}.h5"
    tool("make-weights", network, "--seed", SEED, "-o", floats)
    files = {scheme: folder / f"{network}-{scheme}.h5" for scheme in SCHEMES}
    for scheme, weights in files.items():
        tool("quantize", floats, "-o", weights, "--scheme", scheme, "--workload", network, "--quiet")
    floats.unlink()
    return files


def main():
    # Runs are processes of their own, so threads are enough to keep every core busy.
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = pathlib.Path(folder)
        supernet = pool.submit(plum_on_sushi, folder)
        files = dict(zip(NETWORKS, pool.map(lambda n: quantized_weights(folder, n), NETWORKS)))
        plain = [pool.submit(scheme_rows, network, scheme, files[network][scheme])
                 for network in NETWORKS for scheme in SCHEMES]
        settings = [pool.submit(sweep_row, folder, network, files[network]["signed-binary"], *setting)
                    for network in ["resnet18", "resnet20-cifar"]
                    for setting in itertools.product(WIDTHS, BLOCKS, PATTERNS)]
        schemes = [row for job in plain for row in job.result()[0]]
        counts = [row for job in plain for row in job.result()[1]]
        sweep = [job.result() for job in settings]
        sushi = supernet.result()
    write("schemes.csv", schemes)
    write("sweep.csv", sweep)
    write("counts.csv", counts)
    write("sushi.csv", sushi)
    report(schemes, sweep, counts, sushi)
    inputs = [f"arch/{name}.yaml" for name in ENGINES + ["plum-sushi", "sushi-analytic"]]
    inputs += [f"workloads/{name}.yaml" for name in NETWORKS + ["ofa-resnet50"]]
    inputs += ["arch/energy/horowitz-45nm.yaml", "arch/energy/dram/ddr4-18.yaml"]
    manifest = {
        "version": tool("--version").strip(), "seed": SEED, "distribution": "laplace",
        "inputs": {p: hashlib.sha256((ROOT / p).read_bytes()).hexdigest() for p in inputs},
    }
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")


def report(schemes, sweep, counts, sushi):
    find = {(r["network"], r["scheme"], r["engine"]): r for r in schemes}
    lines = [
        "# Sparsity, repetition, or both",
        "",
        "Quantized layers of four networks on the same 64 x 16 adders (`arch/plum-*.yaml`). Weights are",
        "synthetic: Laplace latents through the released quantization rules. Binary uses the offset form",
        "wherever patterns are shared, the fair baseline. Made by `python3 results/plum/make.py`.",
        "",
        "## Which scheme needs fewest additions, cycles and joules",
        "",
        "Best engine for each scheme by cycles; additions per multiply-accumulate of the layer's shape.",
        "",
        "| network | scheme | best engine | additions per MAC | cycles | energy | cycles against signed-binary |",
        "|---|---|---|---|---|---|---|",
    ]
    for network in NETWORKS:
        best = {}
        for scheme in SCHEMES:
            best[scheme] = min(
                (find[network, scheme, e] for e in ENGINES), key=lambda r: r["cycles"])
        for scheme in SCHEMES:
            row = best[scheme]
            ratio = row["cycles"] / best["signed-binary"]["cycles"]
            lines.append(
                f"| {network} | {scheme} | {row['engine']} | {row['additions_per_mac']} | "
                f"{row['cycles']:,} | {float(row['energy_j']) * 1e3:.3f} mJ | {ratio:.2f} |")
    lines += [
        "", "## Additions of the exact analysis", "",
        "Per multiply-accumulate, every layer at its best tile width from 1 to 12, all its filters",
        "sharing sums. For binary, `trie` and `direct` are the offset form, `mirrored` the native one.",
        "", "| network | scheme | sparse | repetition | mirrored | direct | trie |",
        "|---|---|---|---|---|---|---|",
    ]
    count = {(r["network"], r["scheme"], r["count"]): r["additions_per_mac"] for r in counts}
    for network in NETWORKS:
        for scheme in SCHEMES:
            cells = [count.get((network, scheme, name), "-") for name in
                     ["sparse", "repetition", "mirrored_repetition", "direct", "trie_highest"]]
            lines.append(f"| {network} | {scheme} | " + " | ".join(map(str, cells)) + " |")
    lines += [
        "", "## What each idea gains on signed-binary weights", "",
        "Cycles of the dense engine over cycles of the engine.", "",
        "| network | sparse | repetition | both |", "|---|---|---|---|",
    ]
    for network in NETWORKS:
        dense = find[network, "signed-binary", "plum-dense"]["cycles"]
        gains = [dense / find[network, "signed-binary", e]["cycles"] for e in ENGINES[1:]]
        lines.append(f"| {network} | " + " | ".join(f"{g:.2f}" for g in gains) + " |")
    lines += ["", "## Tile width, filter block and adder split", ""]
    for network in ["resnet18", "resnet20-cifar"]:
        rows = [r for r in sweep if r["network"] == network]
        fastest = min(rows, key=lambda r: r["cycles"])
        fewest = min(rows, key=lambda r: r["additions"])
        frugal = min(rows, key=lambda r: float(r["energy_j"]))
        sparse = find[network, "signed-binary", "plum-sparse"]["cycles"]
        for name, row in [("fewest cycles", fastest), ("fewest additions", fewest),
                          ("least energy", frugal)]:
            lines.append(
                f"- {network}, {name}: T = {row['tile_width']}, block {row['filter_block']}, "
                f"{row['pattern_adders']} + {row['merge_adders']} adders: {row['cycles']:,} cycles, "
                f"{row['additions']:,} additions, {float(row['energy_j']) * 1e3:.3f} mJ")
        beaten = [r for r in rows if r["cycles"] < sparse]
        lines.append(
            f"- {network}: {len(beaten)} of {len(rows)} points are faster than skipping zeros alone "
            f"({sparse:,} cycles).")
        for block in BLOCKS:
            row = min((r for r in rows if r["filter_block"] == block), key=lambda r: r["cycles"])
            lines.append(
                f"  - block {block}: best T = {row['tile_width']} with {row['pattern_adders']} + "
                f"{row['merge_adders']} adders, {sparse / row['cycles']:.2f} times the speed of "
                "skipping zeros alone")
    lines += [
        "", "## PLUM on SUSHI", "",
        "OFA-ResNet50 sub-networks with 8-bit weights on `sushi-analytic` and signed-binary ones on",
        "`plum-sushi`, both with a 1728 KiB persistent buffer filled from the same sub-network. The two",
        "arrays differ in size, so compare each with itself.", "",
        "| sub-network | design | weights | in the buffer | latency saved | DRAM bytes saved | energy saved |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in sushi:
        saved = [1 - float(row[b]) / float(row[a]) for a, b in [
            ("latency_s", "latency_cached_s"), ("dram_bytes", "dram_cached_bytes"),
            ("energy_j", "energy_cached_j")]]
        lines.append(
            f"| {row['subnet']} | {row['architecture']} | {row['weight_bytes'] / 2**20:.2f} MiB | "
            f"{row['cached_bytes'] / row['weight_bytes']:.1%} | "
            + " | ".join(f"{x:.1%}" for x in saved) + " |")
    (HERE / "report.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
