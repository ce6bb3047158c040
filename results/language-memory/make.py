#!/usr/bin/env python3
"""Makes everything in this folder. After `sh scripts/build.sh`:

    sh scripts/results.sh language-memory

Python's standard library is enough.
"""

import concurrent.futures
import csv
import json
import os
import pathlib
import subprocess
import threading

import pictures

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
TOOL = os.environ.get("UMEMAKI", ROOT / ".build/release/umemaki")
SCRATCH = ROOT / ".build/sweeps/language-memory"
# SUSHI's array at 19.2 GB/s; the two memories are what is divided here.
DESIGN = ROOT / "arch/sushi-maps.yaml"
MODELS = ["gpt2", "qwen2.5-0.5b"]
CONTEXT = 512
# Of these, what prompts may share: half, so that attention stays bound by the port.
BEGINNING = 256
PROMPT = 128
BATCHES = [1, 4, 16]
KIB, MIB = 1 << 10, 1 << 20
BUDGETS = [size * KIB for size in (4, 8, 16, 32, 64, 128, 256, 512)] + [
    size * MIB for size in (1, 4, 16, 64)]
RANK = 16
TENANTS = 64
USES = ["weights", "adapters", "beginnings", "maps"]


def words(size):
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB"


class Point:
    """What one run says, in all; a run of a memory that holds nothing has a byte of each."""

    def __init__(self, said):
        totals = said["totals"]
        self.dram = totals["dram_read_bytes"] + totals["dram_write_bytes"]
        self.energy, self.seconds = totals["energy_j"], totals["latency_s"]
        self.held = totals["cached_weight_bytes"]
        self.layers = {
            layer["name"]: layer["shape"] for layer in said["layers"] if "_adapter_" in layer["name"]}
        self.token = said["iteration"]["cache"]["bytes_per_token"]


def put(path, text):
    """Writes a file that another thread may be reading, or writing with the same text."""
    own = path.with_suffix(f".{threading.get_ident()}")
    own.write_text(text)
    own.replace(path)


def architecture(weights, maps):
    path = SCRATCH / f"edge-{weights}-{maps}.yaml"
    text = DESIGN.read_text()
    for old, new in (
            ("persistent_buffer: {size: 1152 KiB}", f"persistent_buffer: {{size: {max(weights, 1)} B}}"),
            ("capacity: 1152 KiB", f"capacity: {max(maps, 1)} B")):
        if text.count(old) != 1:
            raise SystemExit(f"{DESIGN}: expected `{old}` once")
        text = text.replace(old, new)
    put(path, text)
    return path


def adapted(model, count):
    """The model with an adapter for each of `count` sequences."""
    path = SCRATCH / f"{model}-{count}.yaml"
    text = (ROOT / f"workloads/{model}.yaml").read_text()
    adapters = f"  adapters: {{rank: {RANK}, form: unmerged, on: [all], count: {count}}}\n"
    head, tail = text.split("\niteration:", 1)
    put(path, head + "\n" + adapters + "iteration:" + tail)
    return path


def run(workload, phase, batch, weights=0, maps=0, cached=None):
    flags = (
        ["--phase", "prefill", "--tokens", PROMPT] if phase == "prompt"
        else ["--phase", "decode", "--context", CONTEXT, "--batch", batch])
    if cached:
        flags += ["--cached", cached]
    command = [TOOL, "run", architecture(weights, maps), workload, *flags, "--format", "json"]
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr}")
    return Point(json.loads(done.stdout))


def slices(model, batch, layers, budget):
    """A file of whole adapters' layers, the first ones that fit; of grouped ones the first adapters."""
    path = SCRATCH / f"{model}-{batch}-{budget}-slices.yaml"
    lines, left = [], budget
    for name, shape in layers.items():
        channels = shape["c"] // shape["groups"]
        kernels = min(shape["k"], left // channels)
        if kernels > 0:
            lines.append(f"  - {{layer: {name}, kernels: {kernels}, channels: {channels}}}")
            left -= kernels * channels
    put(path, "slices:\n" + "\n".join(lines) + "\n" if lines else "slices: []\n")
    return path


class Study:
    """Rows of the table, by model, phase, batch, use and budget."""

    def __init__(self):
        self.rows = {}

    def add(self, model, phase, batch, use, budget, held, tokens, bare, saved):
        """`saved` of an iteration, in bytes, joules and seconds, of `bare` ones."""
        row = {
            "model": model, "phase": phase, "batch": batch, "use": use, "budget_bytes": budget,
            "held_bytes": held,
            "dram_bytes_per_token": (bare.dram - saved[0]) / tokens,
            "energy_per_token_j": (bare.energy - saved[1]) / tokens,
            "seconds_per_token": (bare.seconds - saved[2]) / tokens,
        }
        for name, value in zip(("bytes", "j", "s"), saved):
            row[f"saved_{name}_per_byte"] = value / tokens / held if held else 0.0
        self.rows[model, phase, batch, use, budget] = row
        return row

    def phase(self, model, phase, batch):
        tokens = PROMPT if phase == "prompt" else batch
        bare = run(model, phase, batch)
        self.add(model, phase, batch, "nothing", 0, 0, tokens, bare, (0, 0, 0))

        def saved(point, base=bare):
            return base.dram - point.dram, base.energy - point.energy, base.seconds - point.seconds

        for budget in BUDGETS:
            held = run(model, phase, batch, weights=budget, cached="self")
            self.add(model, phase, batch, "weights", budget, held.held, tokens, bare, saved(held))
            point = run(model, phase, batch, maps=budget)
            self.add(model, phase, batch, "maps", budget, budget, tokens, bare, saved(point))
            if phase == "prompt":
                continue
            # What a pinned beginning saves: its bytes once for each sequence, at the price of a held weight's.
            kept = min(BEGINNING, int(budget // bare.token))
            size = int(kept * bare.token)
            joules = saved(held)[1] / saved(held)[0] if saved(held)[0] else 0.0
            self.add(
                model, phase, batch, "beginnings", budget, size, tokens, bare,
                (size * batch, size * batch * joules, size * batch / BANDWIDTH))
        if phase == "prompt":
            return
        workload = adapted(model, batch)
        base = run(workload, phase, batch)
        self.add(model, phase, batch, "adapters", 0, 0, tokens, base, (0, 0, 0))
        for budget in BUDGETS:
            file = slices(model, batch, base.layers, budget)
            point = run(workload, phase, batch, weights=budget, cached=file)
            self.add(
                model, phase, batch, "adapters", budget, point.held, tokens, base, saved(point, base))

    def mixes(self, model, batch):
        """Divisions of one budget: weights alone; maps first; maps and a beginning first."""
        bare = run(model, "answer", batch)
        knee = self.knee(model, "answer", batch)
        for budget in (b for b in BUDGETS if b > knee):
            for use in ("maps + weights", "maps + beginnings + weights"):
                kept = min(BEGINNING, int((budget - knee) // bare.token)) if "beginnings" in use else 0
                size = int(kept * bare.token)
                rest = budget - knee - size
                point = run(model, "answer", batch, weights=rest, maps=knee, cached="self")
                joules = self.rows[model, "answer", batch, "beginnings", budget]
                each = joules["saved_j_per_byte"] if size else 0.0
                self.add(
                    model, "answer", batch, use, budget, budget, batch, bare,
                    (bare.dram - point.dram + size * batch,
                     bare.energy - point.energy + size * batch * each,
                     bare.seconds - point.seconds + size * batch / BANDWIDTH))

    def knee(self, model, phase, batch):
        """The least room for maps behind which more saves no byte."""
        rows = [self.rows[model, phase, batch, "maps", b] for b in BUDGETS]
        least = min(row["dram_bytes_per_token"] for row in rows)
        return next(r["budget_bytes"] for r in rows if r["dram_bytes_per_token"] == least)

    def get(self, model, batch, use, budget, phase="answer"):
        return self.rows[model, phase, batch, use, budget]


BANDWIDTH = 19.2e9


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows] + [""]


def present(batch):
    """The chance that one of as many tenants, all alike, is among the sequences of an iteration."""
    return 1 - (1 - 1 / TENANTS) ** batch


def conclusions(study):
    """Sentences, every figure of which is worked out from the rows."""
    weights = {
        b: {round(study.get(m, b, "weights", s)["saved_bytes_per_byte"] * b, 6)
            for m in MODELS for s in BUDGETS} for b in BATCHES}
    if any(found != {1.0} for found in weights.values()):
        raise SystemExit("a byte of weights does not save a byte an iteration, the page is wrong")
    maps = {
        b: [study.get(m, b, "maps", study.knee(m, "answer", b))["saved_bytes_per_byte"] for m in MODELS]
        for b in BATCHES}
    knees = {b: [study.knee(m, "answer", b) for m in MODELS] for b in BATCHES}
    yield (
        "**Maps first, and few.** A byte for maps saves "
        + "; ".join(
            f"{min(maps[b]):.1f} to {max(maps[b]):.1f} bytes of DRAM for every token at {b} "
            f"sequence{'s' if b > 1 else ''}, up to {words(max(knees[b]))}" for b in BATCHES)
        + ". Behind that more room saves nothing: one token's maps are small.")
    prompt = [study.get(m, 1, "maps", study.knee(m, "prompt", 1), "prompt") for m in MODELS]
    yield (
        f"**Prompts want more of them.** A prompt of {PROMPT} tokens has use for "
        + " and ".join(words(row["budget_bytes"]) for row in prompt)
        + f" of maps ({', '.join(MODELS)}), which save "
        + " and ".join(
            f"{1 - row['dram_bytes_per_token'] / study.get(m, 1, 'nothing', 0, 'prompt')['dram_bytes_per_token']:.1%}"
            for m, row in zip(MODELS, prompt)) + " of its DRAM bytes.")
    last = BATCHES[-1]
    yield (
        "**Then a beginning that prompts share, as soon as sequences run together.** Weights are read once an "
        "iteration, whoever runs; cached keys and values once for each sequence. A byte of weights saves one byte an "
        f"iteration, which is 1/{last} of a byte for every token of {last} sequences; a byte of a beginning that all of "
        "them share saves a whole one. If a share of the requests begins so, it saves that share: the beginning comes "
        f"first where more than one sequence in {last} has it.")
    yield (
        "**Adapters are no better than weights, and worse for many tenants.** An adapter whose tenant is in the "
        "iteration is read once, like a weight. Of "
        f"{TENANTS} tenants that are all alike, one is in an iteration of {last} sequences with a chance of "
        f"{present(last):.1%}, so that its byte saves that part of what a byte of weights saves.")
    gains = []
    for m in MODELS:
        for b in BATCHES:
            for s in (4 * MIB, 16 * MIB):
                row = study.get(m, b, "maps + beginnings + weights", s)
                only = study.get(m, b, "weights", s)
                gains.append((b, 1 - row["energy_per_token_j"] / only["energy_per_token_j"]))
    yield (
        "**What the order is worth.** Of 4 and 16 MiB, maps, then the beginning, then weights take "
        + "; ".join(
            f"{min(g for x, g in gains if x == b):.1%} to {max(g for x, g in gains if x == b):.1%} less energy than "
            f"weights alone at {b} sequence{'s' if b > 1 else ''}" for b in BATCHES) + ".")
    small = [study.get(m, 1, "weights", 4 * MIB) for m in MODELS]
    yield (
        "**How little it is.** One token alone reads every weight: 4 MiB of them save "
        + " and ".join(
            f"{1 - row['dram_bytes_per_token'] / study.get(m, 1, 'nothing', 0)['dram_bytes_per_token']:.1%}"
            for m, row in zip(MODELS, small))
        + f" of the bytes of {' and '.join(MODELS)}. More sequences an iteration save more than any memory here: "
        + " and ".join(
            f"{study.get(m, 1, 'nothing', 0)['dram_bytes_per_token'] / study.get(m, last, 'nothing', 0)['dram_bytes_per_token']:.1f}"
            for m in MODELS) + f" times fewer bytes a token with {last}.")


def report(study):
    lines = [
        "# What should a byte of on-chip memory hold for a language model?", "",
        "Weights of layers, adapters, a beginning that prompts share, or maps: on SUSHI's array "
        "(`arch/sushi-maps.yaml`: 1.296 TOPS, 19.2 GB/s, 144 pJ per byte of DRAM) with one memory for weights that stay "
        "and one for maps, both of any size. Made by `sh scripts/results.sh language-memory`; every row is in "
        "`memory.csv`.", "",
        f"An answer's token after {CONTEXT} cached ones, of 1 to {BATCHES[-1]} sequences at once, and a prompt of {PROMPT} "
        "tokens; 8 bits. What is saved is of every token made, and of every byte that holds something.", "",
        "## Conclusions", "",
    ]
    lines += [f"{i}. {text}" for i, text in enumerate(conclusions(study), 1)]
    lines += ["", "![DRAM bytes that a memory saves for every token](memory.svg)", "",
              "## What a byte saves for every token of an answer", "",
              "Bytes of DRAM, picojoules, picoseconds of the device, at 1 MiB; of maps at the least room behind which "
              "more saves nothing. Adapters: one for each sequence, all of them in every iteration.", ""]
    for model in MODELS:
        rows = []
        for batch in BATCHES:
            for use in USES:
                size = study.knee(model, "answer", batch) if use == "maps" else MIB
                row = study.get(model, batch, use, size)
                rows.append([
                    batch, use, words(size), f"{row['saved_bytes_per_byte']:.4g}",
                    f"{row['saved_j_per_byte'] * 1e12:.4g}", f"{row['saved_s_per_byte'] * 1e12:.4g}"])
        lines += [f"### {model}", ""]
        lines += table(["sequences", "holds", "room", "bytes", "pJ", "ps"], rows)
    lines += [
        "## One budget divided", "",
        "DRAM bytes, energy and time for every token: weights alone; maps up to where more saves nothing, the rest "
        f"weights; maps, then a beginning of up to {BEGINNING} tokens that all sequences share, then weights.", "",
    ]
    for model in MODELS:
        rows = []
        for batch in BATCHES:
            for size in (MIB, 4 * MIB, 16 * MIB, 64 * MIB):
                cells = []
                for use in ("weights", "maps + weights", "maps + beginnings + weights"):
                    row = study.get(model, batch, use, size)
                    cells.append(
                        f"{row['dram_bytes_per_token'] / 1e6:.2f} MB, {row['energy_per_token_j'] * 1e3:.3f} mJ, "
                        f"{row['seconds_per_token'] * 1e3:.3f} ms")
                rows.append([batch, words(size), *cells])
        lines += [f"### {model}", ""]
        lines += table(
            ["sequences", "room", "weights", "maps + weights", "maps + beginnings + weights"], rows)
    lines += [
        "## What is not said here", "",
        "- The persistent buffer holds weights. A pinned beginning is no part of the cost model: its rows are arithmetic, "
        "the bytes of its keys and values once for each sequence, priced like bytes of held weights of the same run, at "
        f"the bandwidth of the DRAM. It is {BEGINNING} tokens at most, half of what is cached, so that the port still "
        "bounds attention, as it does here by a factor of 4 or more.",
        "- That the work of a prompt is spared where its beginning is cached needs no memory on the chip; it is "
        "not counted here (page ServingLanguageModels, `beginnings`).",
        "- An attention that reads a shared beginning once for all sequences (grouped by beginning) would save the "
        "same bytes without a memory; the designs here do not.",
        "- Tenants of adapters, and who begins alike, are arithmetic on the rows, not requests that were served.",
        "- Memories above 1 MiB are priced as one of 1 MiB, where the energy table ends. Buffers for operands and results "
        "are not of the budget. Prices are those of 45 nm.", "",
    ]
    return "\n".join(lines)


def main():
    SCRATCH.mkdir(parents=True, exist_ok=True)
    study = Study()
    questions = [(m, "answer", b) for m in MODELS for b in BATCHES] + [(m, "prompt", 1) for m in MODELS]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda question: study.phase(*question), questions))
        list(pool.map(lambda place: study.mixes(*place), [(m, b) for m in MODELS for b in BATCHES]))
    order = sorted(study.rows, key=lambda k: (MODELS.index(k[0]), k[1], k[2], k[3], k[4]))
    with open(HERE / "memory.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(list(study.rows[order[0]]))
        for key in order:
            writer.writerow([
                f"{value:.9g}" if isinstance(value, float) else value
                for value in study.rows[key].values()])
    (HERE / "memory.svg").write_text(pictures.saved(study, MODELS, BATCHES, BUDGETS, USES, words))
    (HERE / "report.md").write_text(report(study))


if __name__ == "__main__":
    main()
