#!/usr/bin/env python3
"""Makes the tables and the report of this folder. From the repository's root, after a release build:

    python3 results/serving/make.py

`--reduced` makes a sample of the rows again, each with all its queries, puts them in the place of those that
are there and the report from the tables beside them, and fails where a byte differs; with `--accept` it
writes them. Python's standard library is enough; the same program gives the same bytes every time.
"""

import argparse
import hashlib
import itertools
import json
import os
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
import superserve
import superserve_report
import sushi
import tool

HERE = pathlib.Path(__file__).resolve().parent
BURSTY = [f"superserve-bursty-cv{c}" for c in (2, 4, 8)]
BURSTY += ["superserve-accelerating", "superserve-actuation-0ms", "superserve-actuation-100ms"]
# The tables, and what tells groups of their rows apart.
KEYS = {
    "sushi": ["scenario"], "windows": ["scenario", "window"], "sizes": ["scenario", "subgraphs"],
    "buffers": ["scenario", "persistent_buffer", "bandwidth"], "cuts": ["scenario"],
    "bursty": ["scenario"], "loads": ["squared_variation", "rate_hz"], "buckets": ["rate_hz"],
    "warnings": ["scenario"],
}


def shipped(program, folder):
    """The SuperServe scenarios as they are shipped."""
    names = BURSTY[2:3] if program.sample else BURSTY
    jobs = [(program.scenario(n, folder / f"{n}.yaml", {}), n) for n in names]
    return [tool.row(n, p) for n, ps in zip(names, program.serve_all(jobs)) for p in ps]


def bursty_lines(rows):
    lines = [
        "", "## SuperServe's scenarios as shipped", "",
        "Eight accelerators, 36 ms deadlines, means over the seeds of the scenario. Attainment counts only with",
        "the accuracy, which is that of the queries that met their deadline, and the drops beside it.", "",
        "| scenario | policy | attainment | accuracy | drops | mean latency | energy per query |",
        "|---|---|---|---|---|---|---|"]
    for r in rows:
        latency, energy = ((f"{float(r[k]) * 1e3:.2f} {unit}" if r[k] else "") for k, unit in
                           (("latency_mean_s", "ms"), ("energy_j_per_query", "mJ")))
        accuracy = f"{float(r['mean_accuracy']):.2%}" if float(r["slo_attainment"] or 0) else ""
        lines.append(f"| {r['scenario']} | {r['run']} | {float(r['slo_attainment']):.2%} | {accuracy} | "
                     f"{r['dropped']} | {latency} | {energy} |")
    return lines + ["", *slow_change(rows)]


def slow_change(rows):
    """What 100 ms for a change of sub-network do to the policies that change it."""
    found = []
    for name in ("slackfit", "maxbatch", "maxacc"):
        pair = [next((float(r["slo_attainment"]) for r in rows if r["scenario"] == s and r["run"] == name),
                     None) for s in BURSTY[-2:]]
        if None not in pair:
            found.append(f"{name} from {pair[0]:.2%} to {pair[1]:.2%}")
    return ["A change of sub-network that takes 100 ms takes the attainment of " + ", ".join(found) + "."
            ] if found else []


def warnings_lines(rows):
    lines = ["", "## What the tool warns of", "",
             "In the scenarios as shipped; one that is not named has no warning.", ""]
    warnings = {}
    for r in rows:
        warnings.setdefault(r["warning"], []).append(r["scenario"])
    return lines + [f"- {w}: {', '.join(names)}" for w, names in warnings.items()]


def tables(program):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        made = sushi.study(program, folder)
        made["bursty"] = shipped(program, folder)
        made["loads"], made["buckets"] = superserve.study(program, folder)
    return {**made, "warnings": program.warnings}


def report(made):
    rows = {name: tool.typed(table) for name, table in made.items()}
    return "\n".join([
        "# Serving", "", "Made by `python3 results/serving/make.py`; every option stands in the scenario files "
        "and is", "printed by `umemaki serve`. All sentences with figures are made from the tables.", "",
        *sushi.report(rows), *bursty_lines(rows["bursty"]),
        *superserve_report.report(rows["loads"], rows["buckets"]), *warnings_lines(rows["warnings"]), ""])


def manifest(program):
    files = [f"workloads/scenarios/{n}.yaml" for n in sushi.SUSHI + BURSTY]
    files += ["arch/sushi-analytic.yaml", "arch/sushi-zcu104.yaml",
              "workloads/ofa-resnet50.yaml", "workloads/ofa-mobilenetv3.yaml"]
    return json.dumps({
        "version": program.run("--version").strip(), "seeds": "in the scenarios and superserve.py",
        "inputs": {f: hashlib.sha256((tool.ROOT / f).read_bytes()).hexdigest() for f in files}},
        indent=2, sort_keys=True) + "\n"


def differences(files):
    """Where files differ from what is there."""
    found = []
    for name, text in files.items():
        old = (HERE / name).read_text().splitlines()
        for number, (one, other) in enumerate(itertools.zip_longest(old, text.splitlines()), 1):
            if one != other:
                found.append(f"{name}:{number}: is\n  {one}\nand should be\n  {other}")
                break
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reduced", action="store_true", help="a sample of the rows, compared")
    parser.add_argument("--accept", action="store_true", help="write what --reduced makes")
    parser.add_argument("--program", help="UMEMAKI, or the release build, unless given",
                        default=os.environ.get("UMEMAKI", tool.ROOT / ".build/release/umemaki"))
    options = parser.parse_args()
    program = tool.Tool(pathlib.Path(options.program).resolve(), options.reduced)
    made = tables(program)
    if options.reduced:
        made = {name: tool.spliced(tool.read(HERE / f"{name}.csv"), rows, KEYS[name], f"{name}.csv")
                for name, rows in made.items()}
    files = {f"{name}.csv": tool.text(rows) for name, rows in made.items()}
    files["report.md"] = report(made)
    if options.reduced and not options.accept:
        wrong = differences(files)
        if wrong:
            raise SystemExit("\n".join(wrong) + "\nmake everything: python3 results/serving/make.py")
        return
    if not options.reduced:
        files["manifest.json"] = manifest(program)
    for name, text in files.items():
        (HERE / name).write_text(text)


if __name__ == "__main__":
    main()
