#!/usr/bin/env python3
"""Makes everything in this folder but experiment.yaml. After `sh scripts/build.sh`:

    sh scripts/results.sh sram-split

Weights are synthetic (Laplace, seed 1) and never kept. Python's standard library is enough.
"""

import csv
import os
import pathlib
import shutil
import subprocess

import pictures

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
TOOL = os.environ.get("UMEMAKI", ROOT / ".build/release/umemaki")
SWEEPS = ROOT / ".build/sweeps"
STORE = SWEEPS / "sram-split"
SUPERNETS = ["ofa-resnet50", "ofa-mobilenetv3"]
STORAGE = {"false": "8 bit", "true": "packed"}
# The point that tables show, the middle of what is swept; everything else stands under "How firm it is".
BASE = {"policy": "both", "bandwidth": "19.2 GB/s", "dram": "ddr4-18"}
# What `validate --perturb` asks again.
TESTED = ["4.1B", "ofa-note10-22"]
TESTED_SHARES = [eighth / 8 for eighth in range(9)]
TESTED_MOST = 4 << 20


def tool(*arguments):
    result = subprocess.run(
        [str(TOOL), *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"umemaki {' '.join(map(str, arguments))}: {result.stderr}")
    return result.stdout


def swept():
    """Runs the sweep, from nothing; the lines of its table."""
    SWEEPS.mkdir(parents=True, exist_ok=True)
    for name in SUPERNETS:
        floats = SWEEPS / f"{name}.h5"
        signed = SWEEPS / f"{name}-signed-binary.h5"
        for path in (floats, signed):
            path.unlink(missing_ok=True)
        tool("make-weights", name, "-o", floats, "--distribution", "laplace", "--seed", 1)
        tool("quantize", floats, "-o", signed, "--scheme", "signed-binary", "--workload", name)
        floats.unlink()
    shutil.rmtree(STORE, ignore_errors=True)
    tool("sweep", HERE / "experiment.yaml", "-o", STORE, "--quiet")
    table = SWEEPS / "sram-split.csv"
    tool("report", STORE, "--format", "csv", "-o", table)
    drawn = SWEEPS / "sram-split-pictures"
    shutil.rmtree(drawn, ignore_errors=True)
    tool("report", STORE, "--format", "svg", "-o", drawn)
    for name in ("sensitivity.svg", "curve-budget.svg"):
        shutil.copy(drawn / name, HERE / f"sweep-{name}")
    shutil.copy(STORE / "manifest.json", HERE / "manifest.json")
    return table


def size(text):
    value, unit = text.split()
    return int(value) * {"KiB": 1 << 10, "MiB": 1 << 20}[unit]


class Designs:
    """Every design of the sweep, by everything but its split."""

    def __init__(self, table):
        self.splits = {}
        self.budgets = []
        self.bandwidths = []
        self.drams = []
        self.nets = []
        self.supernet = {}
        self.count = 0
        with open(table, newline="") as file:
            for row in csv.DictReader(file):
                self.count += 1
                if row["status"] != "ok":
                    raise SystemExit(f"point {row['point']}: {row['message']}")
                key = tuple(
                    row[k] for k in ("subnet", "packed", "budget", "policy", "bandwidth", "dram"))
                self.splits.setdefault(key, []).append({
                    "share": float(row["share"]), "energy": float(row["energy_j"]),
                    "latency": float(row["latency_s"]), "dram": int(row["dram_bytes"]),
                    "cached": int(row["cached_weight_bytes"]), "weights": int(row["weight_bytes"]),
                })
                for seen, name in (
                        (self.budgets, "budget"), (self.bandwidths, "bandwidth"), (self.drams, "dram")):
                    if row[name] not in seen:
                        seen.append(row[name])
                if row["subnet"] not in self.nets:
                    self.nets.append(row["subnet"])
                    self.supernet[row["subnet"]] = row["network"]

    def of(self, net, packed, budget, policy=None, bandwidth=None, dram=None):
        return self.splits[
            net, packed, budget, policy or BASE["policy"], bandwidth or BASE["bandwidth"],
            dram or BASE["dram"]]

    def best(self, *place, figure="energy", **where):
        """The split with the least of a figure, the one with less room for weights among equals."""
        return min(self.of(*place, **where), key=lambda d: (d[figure], d["share"]))

    def end(self, share, *place, **where):
        return next(d for d in self.of(*place, **where) if d["share"] == share)

    def half(self, net, packed, **where):
        """The least budget of which the best split gives weights half."""
        return next(
            (b for b in self.budgets if self.best(net, packed, b, **where)["share"] >= 0.5), "nowhere")

    def enough(self, net, packed):
        """The least budget within a hundredth of the least energy of any."""
        least = min(self.best(net, packed, b)["energy"] for b in self.budgets)
        return next(
            b for b in self.budgets if self.best(net, packed, b)["energy"] <= 1.01 * least)

    def crossing(self, net, packed):
        """The largest budget up to which all of it for maps beats all of it for weights."""
        last = "nowhere"
        for budget in self.budgets:
            ends = [self.end(s, net, packed, budget)["energy"] for s in (0, 1)]
            if ends[0] >= ends[1]:
                break
            last = budget
        return last

    def saved(self, net, packed, budget):
        """DRAM bytes that each byte saves where all of the budget holds maps, and where weights."""
        maps, weights = (self.end(s, net, packed, budget) for s in (0, 1))
        nothing = weights["dram"] + weights["cached"]
        return (
            (nothing - maps["dram"]) / size(budget),
            (nothing - weights["dram"]) / min(size(budget), weights["weights"]))


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows] + [""]


def tested(designs):
    """The conclusions that `validate --perturb` asks again, on its part of the designs."""
    budgets = [b for b in designs.budgets if size(b) <= TESTED_MOST and b != "3 MiB"]

    def splits(net, packed, budget):
        return [d for d in designs.of(net, packed, budget) if d["share"] in TESTED_SHARES]

    def best(net, packed, budget):
        return min(splits(net, packed, budget), key=lambda d: (d["energy"], d["share"]))

    most = 0
    for net in TESTED:
        halves = []
        for packed, word in STORAGE.items():
            first = next(
                (b for b in budgets if best(net, packed, b)["share"] >= 0.5), "nowhere")
            halves.append(f"{word}: {first}")
            for budget in budgets:
                fastest = min(d["latency"] for d in splits(net, packed, budget))
                most = max(most, best(net, packed, budget)["latency"] / fastest - 1)
        wins = all(
            designs.end(0, net, packed, b)["energy"] <= designs.end(1, net, packed, b)["energy"]
            for packed in STORAGE for b in budgets)
        yield (
            f"- sram-split, {net}: weights get half from {', '.join(halves)}; maps alone "
            + ("beat weights alone up to 4 MiB" if wins else "lose to weights alone"))
    yield "- sram-split, objectives: " + (
        "the split of least energy costs less than 1 % of latency" if most < 0.01
        else "least energy and least latency want different splits")


def spread(designs, values):
    """`512 KiB`, or `384 KiB to 1 MiB`, of budgets."""
    order = sorted(set(values), key=lambda b: size(b) if b != "nowhere" else 1 << 60)
    return order[0] if len(order) == 1 else f"{order[0]} to {order[-1]}"


def conclusions(designs):
    """Sentences, every figure of which is worked out from the designs."""
    everything = [(n, p) for n in designs.nets for p in STORAGE]
    of = {name: [n for n in designs.nets if designs.supernet[n] == name] for name in SUPERNETS}
    first = designs.budgets[0]
    per = {(n, p): designs.saved(n, p, first) for n, p in everything}
    nothing = {
        (n, p): {designs.end(1, n, p, b)["dram"] + designs.end(1, n, p, b)["cached"]
                 for b in designs.budgets} for n, p in everything}
    if any(len(found) > 1 for found in nothing.values()):
        raise SystemExit("a byte of weights does not save a byte of DRAM, the page is wrong")
    maps = [found[0] for found in per.values()]
    yield (
        "**Maps first.** A byte of SRAM that holds weights saves one byte of DRAM per inference, at every "
        "budget, of every sub-network, packed or not: a byte is a byte, however many weights it codes. A "
        f"byte that holds maps saves {min(maps):.0f} to {max(maps):.0f} of them at {first}, since one window "
        "of rows serves every layer in turn.")
    halves = {n: [designs.half(n, p) for p in STORAGE] for n in designs.nets}
    yield (
        "**Then weights.** Once the windows of rows fit there is little more to gain from maps, and what is "
        "added goes to weights. They get half of the SRAM from "
        + ", ".join(
            f"{spread(designs, [b for n in nets for b in halves[n]])} on for the sub-networks of {name}"
            for name, nets in of.items())
        + ": the larger the first maps, the later.")
    steps = [
        designs.budgets.index(early) - designs.budgets.index(late)
        for late, early in halves.values() if early != late]
    last = designs.budgets[-1]

    def enough(net, packed):
        found = designs.enough(net, packed)
        return found + " or more" if found == last else found

    yield (
        "**Signed-binary weights hardly move that budget**: it is "
        + (f"at most {max(map(abs, steps))} of {len(designs.budgets)} budgets "
           f"{'earlier' if max(steps) < 0 else 'away'} for {len(steps)} of {len(halves)} sub-networks, and the "
           "same for the others" if steps else "the same for all")
        + ". What they change is where it ends, the budget within 1 % of the least energy of any: "
        + "; ".join(
            f"{n} {enough(n, 'false')} at 8 bit, {enough(n, 'true')} packed"
            for name in SUPERNETS for n in (of[name][0], of[name][-1])) + ".")
    gains = []
    for n, p in everything:
        best = designs.best(n, p, "2 MiB")["energy"]
        gains.append((
            1 - best / designs.end(1, n, p, "2 MiB")["energy"],
            1 - best / designs.end(0, n, p, "2 MiB")["energy"]))
    yield (
        "**A split is worth its trouble.** Of 2 MiB the best split saves "
        f"{min(g[0] for g in gains):.1%} to {max(g[0] for g in gains):.1%} of the energy of weights alone, and "
        f"{min(g[1] for g in gains):.1%} to {max(g[1] for g in gains):.1%} of that of maps alone. Maps alone "
        "beat weights alone up to "
        + "; ".join(
            f"{spread(designs, [designs.crossing(n, p) for n in nets for p in STORAGE])} ({name})"
            for name, nets in of.items()) + ".")
    costs, energies, latencies = [], [], []
    for n, p in everything:
        for b in designs.budgets:
            of_split = designs.of(n, p, b)
            fastest = min(d["latency"] for d in of_split)
            costs.append(designs.best(n, p, b)["latency"] / fastest - 1)
            energies.append(max(d["energy"] for d in of_split) / designs.best(n, p, b)["energy"] - 1)
            latencies.append(max(d["latency"] for d in of_split) / fastest - 1)
    yield (
        f"**Energy decides.** The worst split costs up to {max(energies):.0%} more energy than the best, and "
        f"up to {max(latencies):.0%} more time. The split of least energy costs at most {max(costs):.1%} of "
        "time, so that one split serves both.")
    resident = [designs.half(n, p, policy="resident") for n, p in everything]
    yield (
        "**Whole maps want more.** Without rows of fused layers (`resident`) weights get half from "
        f"{spread(designs, resident)} on.")
    places = [{"bandwidth": w, "dram": d} for w in designs.bandwidths for d in designs.drams]
    firm = sum(
        designs.half(n, p, **place) == designs.half(n, p) for n, p in everything for place in places)
    yield (
        "**How firm it is.** At "
        + " and ".join(designs.bandwidths) + f", and with {len(designs.drams)} kinds of DRAM from 3.9 to 70 pJ per "
        "bit, the budget from which weights get half is the same as on this page in "
        f"{firm} of {len(everything) * len(places)} cases.")


def kib(share, budget):
    held = share * size(budget) / 1024
    return f"{held:.0f}"


def report(designs):
    lines = [
        "# What should a byte of SRAM hold?", "",
        "One budget of SRAM, split between weights that stay from query to query (SUSHI's persistent buffer) "
        "and maps that stay from layer to layer, on SUSHI's array (`arch/sushi-maps.yaml`): "
        f"{designs.count:,} designs of `experiment.yaml`, made by `sh scripts/results.sh sram-split`. "
        "Weights at 8 bit, or signed-binary as PLUM stores them, with what PLUM leaves at full precision at "
        "8 bit (`packs_weights`); they are synthetic (Laplace, seed 1). The persistent buffer holds the first "
        "kernels of the very sub-network that runs. The array, its buffers for operands and results, and its "
        "work are the same for both, so only what is stored and moved differs. Unless said, both kinds of "
        "maps on chip are allowed (`policy: both`), at 19.2 GB/s and 144 pJ per byte of DRAM.", "",
        "## Conclusions", "",
    ]
    lines += [f"{i}. {text}" for i, text in enumerate(conclusions(designs), 1)]
    lines += [
        "", "![Room for weights of the best split](split.svg)", "",
        "Behind the budget where it ends there is room for all, and what the split is no longer matters: of equals "
        "the smaller memory for maps is the cheaper one to read.", "",
        "![Energy of the best split and of both ends](energy.svg)", "",
        "## What `validate --perturb` asks again", "",
        "The largest sub-network of each supernet, up to 4 MiB, shares in eighths.", "",
        *tested(designs), "", "## The best split", "",
        "Room for weights, in KiB of the budget, of the split of least energy; energy and latency of an "
        "inference with it.", "",
    ]
    shown = ["256 KiB", "512 KiB", "1 MiB", "2 MiB", "4 MiB", "8 MiB", "16 MiB"]
    for packed, word in STORAGE.items():
        rows = []
        for net in designs.nets:
            cells = []
            for budget in shown:
                best = designs.best(net, packed, budget)
                cells.append(
                    f"{kib(best['share'], budget)}: {best['energy'] * 1e3:.2f} mJ, "
                    f"{best['latency'] * 1e3:.2f} ms")
            rows.append([net, f"{designs.end(1, net, packed, shown[0])['weights'] / (1 << 20):.2f} MiB", *cells])
        lines += [f"### {word[0].upper()}{word[1:]}", ""]
        lines += table(["sub-network", "weights", *shown], rows)
    lines += [
        "## What a byte saves", "",
        "DRAM bytes per inference that each byte of SRAM saves where all of it holds maps; where all of it holds "
        "weights it is one, as long as there are weights left.", "",
    ]
    lines += table(
        ["sub-network", "storage", *shown],
        [[n, word, *(f"{designs.saved(n, p, b)[0]:.1f}" for b in shown)]
         for n in designs.nets for p, word in STORAGE.items()])
    lines += [
        "## Where it turns and where it ends", "",
        "`half`: the least budget of which the best split gives weights half. `maps alone`: the largest up to "
        "which all of it for maps beats all of it for weights. `enough`: the least within 1 % of the least energy.",
        "",
    ]
    lines += table(
        ["sub-network", "storage", "half", "half, whole maps only", "half, for latency", "maps alone", "enough"],
        [[n, word, designs.half(n, p), designs.half(n, p, policy="resident"),
          next((b for b in designs.budgets
                if designs.best(n, p, b, figure="latency")["share"] >= 0.5), "nowhere"),
          designs.crossing(n, p), designs.enough(n, p)]
         for n in designs.nets for p, word in STORAGE.items()])
    lines += [
        "## What is not said here", "",
        "- Each query runs the sub-network whose weights are held. With several in turn a byte of weights saves "
        "less (`results/serving`), a byte of maps the same: maps come first all the more.",
        "- Memories above 1 MiB are priced as one of 1 MiB, where the energy table ends; what large buffers "
        "cost to read is too little, for weights and for maps.",
        "- A share of nothing is one byte, since a policy needs room. Shares are sixteenths of the budget, so "
        "that maps have no less than a sixteenth, or nothing.",
        "- The buffers for operands, results and the weights of fused rows (576 KiB) are not of the budget.", "",
    ]
    return "\n".join(lines)


def write_best(designs):
    with open(HERE / "best.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([
            "subnet", "packed", "policy", "budget", "share_energy", "energy_j", "latency_s", "dram_bytes",
            "share_latency", "least_latency_s", "maps_only_j", "weights_only_j"])
        for net in designs.nets:
            for packed in STORAGE:
                for policy in ("resident", "both"):
                    for budget in designs.budgets:
                        place = (net, packed, budget)
                        best = designs.best(*place, policy=policy)
                        fast = designs.best(*place, policy=policy, figure="latency")
                        ends = [designs.end(s, *place, policy=policy)["energy"] for s in (0, 1)]
                        writer.writerow([
                            net, packed, policy, budget, best["share"], f"{best['energy']:.9g}",
                            f"{best['latency']:.9g}", best["dram"], fast["share"],
                            f"{fast['latency']:.9g}", *(f"{e:.9g}" for e in ends)])


def main():
    designs = Designs(swept())
    write_best(designs)
    nets = [
        [n for n in designs.nets if designs.supernet[n] == name][place]
        for name in SUPERNETS for place in (0, -1)]
    (HERE / "split.svg").write_text(pictures.split(designs, nets, size))
    (HERE / "energy.svg").write_text(pictures.energy(designs, nets, size))
    (HERE / "report.md").write_text(report(designs))


if __name__ == "__main__":
    main()
