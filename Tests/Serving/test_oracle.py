#!/usr/bin/env python3
"""Compares `umemaki serve` with `oracle.py`, service by service, over random scenarios.

    python3 Tests/Serving/test_oracle.py [--cases N] [--seed S] [--program PATH]

Every run of every scenario must give the same services (device, sub-network, start, length, batch, first
query, cached sub-graph), loads, changes of sub-network and drops, to the picosecond. A case that differs
is printed with its seed and its files are kept.
"""

import argparse
import concurrent.futures
import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cases
import oracle

ROOT = pathlib.Path(__file__).resolve().parents[2]


def picoseconds(microseconds):
    return round(microseconds * 1e6)


def exported(program, path):
    """What the trace shows, run by run; None and the message where the program refuses."""
    done = subprocess.run([program, "serve", str(path), "--format", "trace", "--quiet"],
                          cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        return None, f"exit code {done.returncode}: {done.stderr.strip()}"
    found = {}
    for event in json.loads(done.stdout)["traceEvents"]:
        records = found.setdefault(event["pid"], [])
        if event["ph"] == "M":
            continue
        start, device = picoseconds(event["ts"]), event["tid"] // 3
        if event["cat"] == "drop":
            records.append(("drop", int(event["name"].split()[1]), start))
            continue
        length, more = picoseconds(event["dur"]), event["args"]
        if event["cat"] == "service":
            records.append(("service", device, event["name"], start, length, more["batch"],
                            more["first_query"], more["cached"]))
        elif event["cat"] == "load":
            records.append(("load", device, event["name"].removeprefix("load "), start, length))
        elif event["cat"] == "actuation":
            records.append(("actuation", device, start, length))
    return found, ""


def difference(expected, found):
    """The first record that differs, kind by kind, or nothing."""
    for kind in ("service", "actuation", "load", "drop"):
        one = [r[:5] if kind == "load" else r for r in expected if r[0] == kind]
        other = [r for r in found if r[0] == kind]
        for index in range(max(len(one), len(other))):
            left = one[index] if index < len(one) else "nothing"
            right = other[index] if index < len(other) else "nothing"
            if left != right:
                return f"{kind} {index} of {len(one)}: the oracle says {left}, the program {right}"
    return None


def check(seed, program):
    """What differs in the case with this seed, and what it held."""
    case = cases.scenario(random.Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        found, message = exported(program, cases.write(case, pathlib.Path(folder)))
    if found is None:
        return [message], 0, 0
    problems, services = [], 0
    for index, run in enumerate(case["runs"]):
        expected = oracle.simulate(case, run)
        services += sum(record[0] == "service" for record in expected)
        wrong = difference(expected, found.get(index, []))
        if wrong:
            problems.append(f"{run['name']} {run['policy']} {run['caching']}: {wrong}")
    return problems, len(case["runs"]), services


def keep(seed):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"oracle-{seed}-"))
    return cases.write(cases.scenario(random.Random(seed)), folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=300, help="scenarios of two to six runs")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first one")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--program", default=str(ROOT / ".build/release/umemaki"))
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    seeds = range(options.seed, options.seed + options.cases)
    print(f"seeds {seeds[0]} to {seeds[-1]}", flush=True)
    wrong, runs, services = 0, 0, 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        results = pool.map(check, seeds, [options.program] * len(seeds))
        for seed, (problems, count, served) in zip(seeds, results):
            runs, services = runs + count, services + served
            if problems:
                wrong += 1
                print(f"seed {seed}, {keep(seed)}:")
                for problem in problems:
                    print(f"  {problem}")
    print(f"{options.cases - wrong} of {options.cases} scenarios agree: {runs} runs, "
          f"{services} services")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
