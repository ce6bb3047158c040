"""SuperServe's comparison: every policy tuned over as many settings, from nearly idle to past saturation."""

import itertools
import json

import tool

VARIATIONS = [2, 4, 8]
# Multiples of the shipped 300 Hz constant plus 1,100 Hz gamma: 14 Hz to 8.4 kHz.
LOADS = [0.01, 0.5, 1, 1.5, 2, 3, 4, 6]
BUCKETS = [2, 5, 10, 20, 50, 100, 400]
BUCKET_LOADS = [0.01, 1, 3]
LATE = ["fastest", "fastest-at-max-batch", "drop"]
SUBNETS = ["0.6B", "0.9B", "1.8B", "2.4B", "3.7B", "4.1B"]

ADAPTIVE = {
    "slackfit": [{"late": late, "buckets": n} for late in LATE for n in (10, 50)],
    "maxbatch": [{"late": late, "comparison": c} for late in LATE for c in ("strict", "inclusive")],
    "maxacc": [{"late": late, "comparison": c} for late in LATE for c in ("strict", "inclusive")],
}
FIXED = [{"batching": "deadline", "late": late} for late in LATE]
FIXED += [{"batching": "full", "max_batch": n} for n in (2, 4, 16)]
POLICIES = list(ADAPTIVE) + [f"fixed {s}" for s in SUBNETS]
SETTINGS = len(FIXED)
assert all(len(settings) == SETTINGS for settings in ADAPTIVE.values())


def label(options):
    return ", ".join(f"{key} {value}" for key, value in options.items())


def runs():
    """Name and policy of every run; the name says the policy and its setting."""
    for kind, settings in ADAPTIVE.items():
        yield from ((f"{kind}: {label(o)}", {"kind": kind, "batch_limit": "queue-length", **o})
                    for o in settings)
    for subnet, options in itertools.product(SUBNETS, FIXED):
        yield f"fixed {subnet}: {label(options)}", {"kind": "fixed", "subnet": subnet, **options}


def write_scenario(path, table, variation, load, chosen):
    path.write_text(json.dumps({
        "name": path.stem, "summary": "One load of the study.", "source": "results/serving/superserve.py",
        "table": str(table),
        "arrivals": {"kind": "bursty", "base_rate": f"{300 * load:g} Hz",
                     "variant_rate": f"{1100 * load:g} Hz", "squared_variation": variation},
        "demands": {"latency": {"low": "36 ms", "high": "36 ms"}},
        "options": {"queries": 50000, "seed": 1, "devices": 8, "warm_up": 1000},
        "seeds": [1, 2, 3],
        "runs": [{"name": name, "policy": policy, "caching": {"kind": "none"}}
                 for name, policy in chosen]}))
    return path


def study(program, folder):
    """All settings at all loads, and SlackFit by its number of buckets."""
    table = folder / "table.csv"
    program.run("profile", "sushi-analytic", "ofa-resnet50", "--batches", "1,2,4,8,16", "-o", table)
    points = [(8, 1)] if program.sample else list(itertools.product(VARIATIONS, LOADS))
    jobs = [(write_scenario(folder / f"cv{v}-x{load}.yaml", table, v, load, list(runs())), None)
            for v, load in points]
    bucketed = [(f"{n} {limit}", {"kind": "slackfit", "buckets": n, "batch_limit": limit,
                                  "late": "fastest-at-max-batch"})
                for n in BUCKETS for limit in ("queue-length", "none")]
    loads = BUCKET_LOADS[:1] if program.sample else BUCKET_LOADS
    for load in loads:
        path = folder / f"buckets-x{load}.yaml"
        jobs.append((write_scenario(path, table, 8, load, bucketed), None))
    results = program.serve_all(jobs)
    rows = []
    for (variation, load), policies in zip(points, results):
        for policy in policies:
            name, setting = policy["name"].split(": ")
            rows.append({
                "squared_variation": variation, "rate_hz": round(1400 * load), "policy": name,
                "setting": setting, **figures(policy)})
    buckets = []
    for load, policies in zip(loads, results[len(points):]):
        for policy in policies:
            number, limit = policy["name"].split()
            buckets.append({"rate_hz": round(1400 * load), "buckets": int(number),
                            "batch_limit": limit, **figures(policy)})
    return rows, buckets


def figures(policy):
    latency = policy["latency_s"]
    return {
        "slo_attainment": tool.optional(policy["slo_attainment"], ".5f"),
        "slo_attainment_ci95": tool.interval(policy, "slo_attainment", ".5f"),
        "mean_accuracy": tool.optional(policy["mean_accuracy"], ".5f"),
        "mean_accuracy_ci95": tool.interval(policy, "mean_accuracy", ".5f"),
        "dropped": policy["dropped"], "latency_mean_s": tool.optional(latency["mean"], ".6g"),
        "latency_p99_s": tool.optional(latency["p99"], ".6g"),
        "energy_j_per_query": tool.optional(policy["energy_j_per_query"], ".6g"),
        "utilization": tool.optional(policy["utilization"], ".4f"),
    }
