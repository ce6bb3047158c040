"""Calls `umemaki` for the studies of this folder and writes their tables."""

import concurrent.futures
import csv
import io
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Tool:
    """The program, whether only a sample of the rows is made, and what it warned of."""

    def __init__(self, program, sample):
        self.program, self.sample = str(program), sample
        self.warnings = []

    def run(self, *words):
        done = subprocess.run([self.program, *map(str, words)], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"umemaki {' '.join(map(str, words))}: {done.stderr}")
        return done.stdout

    def serve(self, scenario, shipped=None):
        """The policies of a report; `shipped` names a scenario whose warnings are kept."""
        document = json.loads(self.run("serve", scenario, "--format", "json"))
        warned = [{"scenario": shipped, "warning": w} for w in document["warnings"] if shipped]
        return document["policies"], warned

    def serve_all(self, jobs):
        """`jobs`: (path, name of a shipped scenario or nothing); the policies of each, in order."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda job: self.serve(*job), jobs))
        for _, warned in results:
            self.warnings += warned
        return [policies for policies, _ in results]

    def scenario(self, name, path, changes, runs=None):
        """The scenario `name` with texts replaced, each of which it must hold, and only some runs."""
        text = (ROOT / f"workloads/scenarios/{name}.yaml").read_text()
        for old, new in changes.items():
            if old not in text:
                raise SystemExit(f"{name} does not say {old}")
            text = text.replace(old, new)
        lines = [l for l in text.splitlines() if runs is None or not l.startswith("  - {name: ")
                 or l.split("name: ")[1].split(",")[0] in runs]
        path.write_text("\n".join(lines) + "\n")
        return path


def optional(value, text):
    """A figure as text; nothing where a run has none, because it served nothing."""
    return "" if value is None else format(value, text)


def interval(policy, name, text):
    """Half the width of the 95 % interval of a figure's mean over the seeds."""
    spread = policy["spread"][name]
    return "" if spread is None else optional(spread["ci95"], text)


def row(scenario, policy, **more):
    latency = policy["latency_s"]
    return {
        "scenario": scenario, **more, "run": policy["name"],
        "latency_mean_s": optional(latency["mean"], ".6g"),
        "latency_lowest_seed_s": optional(latency["mean_lowest_seed"], ".6g"),
        "latency_highest_seed_s": optional(latency["mean_highest_seed"], ".6g"),
        "latency_p99_s": optional(latency["p99"], ".6g"),
        "slo_attainment": optional(policy["slo_attainment"], ".5f"),
        "slo_attainment_ci95": interval(policy, "slo_attainment", ".5f"),
        "mean_accuracy": optional(policy["mean_accuracy"], ".5f"),
        "mean_accuracy_completed": optional(policy["mean_accuracy_completed"], ".5f"),
        "dropped": policy["dropped"],
        "energy_j_per_query": optional(policy["energy_j_per_query"], ".6g"),
        "dram_bytes_per_query": optional(policy["dram_bytes_per_query"], ".0f"),
        "cache_hit_ratio": optional(policy["cache_hit_ratio"], ".4f"),
        "subgraph_loads": policy["subgraph_loads"],
    }


def text(rows):
    """As CSV."""
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def read(path):
    """All rows, texts as they stand."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def spliced(old, new, keys, name):
    """`old` with the groups of equal keys that `new` has replaced."""
    def group(rows):
        found = {}
        for r in rows:
            found.setdefault(tuple(str(r[k]) for k in keys), []).append(r)
        return found

    groups, fresh = group(old), group(new)
    for key in fresh:
        if key not in groups:
            raise SystemExit(f"{name} has no rows for {', '.join(key)}: make everything first")
    return [r for key, rows in groups.items() for r in fresh.get(key, rows)]


def typed(rows):
    """Numbers as numbers, for the report."""
    def value(text):
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                pass
        return text

    return [{k: value(str(v)) for k, v in r.items()} for r in rows]
