#!/usr/bin/env python3
"""Compares `umemaki serve` with `oracle.py`, service by service, over random scenarios.

    python3 Tests/Serving/test_oracle.py [--cases N] [--seed S] [--program PATH]

Every run of every scenario must give the same services (device, sub-network, start, length, batch, first
query, cached sub-graph), loads, changes of sub-network and drops, to the picosecond, and the
same figures as their definitions; every query must have the record that `ledger.py` works out, and the
records must add up to the figures. Runs of the `lookahead` policy must cost what the best sequence of
sub-graphs costs. A case that differs is printed with its seed and its files are kept.
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
import figures
import ledger
import lookahead
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
        if event["ph"] in "MCbe":
            continue
        start, device = picoseconds(event["ts"]), event["tid"] // 3
        if event["cat"] == "outage":
            continue
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


def report(program, path):
    """The figures of every run by name, and the records of its queries."""
    file = path.parent / "queries.csv"
    done = subprocess.run([program, "serve", str(path), "--format", "json", "--quiet",
                           "--queries", str(file)],
                          cwd=ROOT, capture_output=True, text=True, check=True)
    return {p["name"]: flat(p) for p in json.loads(done.stdout)["policies"]}, ledger.read(file)


def flat(figures):
    return {**figures, **{f"latency_{k}": v for k, v in figures["latency_s"].items()}}


def classes(observed, reported):
    """The first figure of a class that differs, or class that is not there."""
    expected = observed.classes()
    found = {entry["class"]: flat(entry) for entry in reported.get("classes", [])}
    if list(expected) != list(found):
        return f"classes: the oracle says {list(expected)}, the program {list(found)}"
    for name, figures_ in expected.items():
        wrong = unequal(figures_, found[name])
        if wrong:
            return f"class {name}: {wrong}"
    return None


def devices(observed, reported):
    """Where a device is of another kind, or served another number of queries."""
    found = {each["device"]: (kind["kind"], each["completed"])
             for kind in reported.get("devices", []) for each in kind["each"]}
    limited = any(kind.get("memory") for kind in oracle.kinds(observed.scenario))
    if limited and not observed.warm_up:
        memory = {key: reported["memory"][key] for key in observed.memory}
        if memory != observed.memory:
            return f"memory: the oracle says {observed.memory}, the program {memory}"
    expected = observed.devices()
    return None if found == expected else f"devices: the oracle says {expected}, the program {found}"


def unequal(expected, found):
    """The first figure that differs; sums of many terms may differ in their last digits."""
    for name, value in expected.items():
        other = found[name]
        if (value is None) != (other is None) or value is not None and abs(value - other) > (
                1e-9 * abs(value)):
            return f"{name}: the oracle says {value}, the program {other}"
    return None


def planned(case, run, records):
    """Whether the sequence of an oracle costs more, or less, than the best one."""
    def change(last, subnet, column):
        return oracle.change_time(case["table"], case["options"]["actuation"], last, subnet, column)

    best, own = lookahead.optimum(case, run, change), lookahead.cost(case, records)
    return [] if best == own else [f"{run['name']} {run['caching']}: the best costs {best}, the program {own}"]


def followed(run, records):
    """The same run with the sub-graphs that the program's services had cached."""
    columns = [record[7] for record in records if record[0] == "service"]
    return {**run, "caching": {**run["caching"], "columns": columns}}


def check(seed, program):
    """What differs in the case with this seed, and what it held."""
    case = cases.scenario(random.Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        path = cases.write(case, pathlib.Path(folder))
        found, message = exported(program, path)
        reported, rows = ({}, {}) if found is None else report(program, path)
    if found is None:
        arrived = min(figures.Observed(case, run).arrived for run in case["runs"])
        refused = "options.warm_up" in message and arrived <= case["options"].get("warm_up", 0)
        return [] if refused else [message], 0, 0
    problems, services = [], 0
    for index, run in enumerate(case["runs"]):
        if run["caching"]["kind"] == "lookahead":
            problems += planned(case, run, found.get(index, []))
            run = followed(run, found.get(index, []))
        observed = figures.Observed(case, run)
        expected = observed.records
        services += sum(record[0] == "service" for record in expected)
        wrong = difference(expected, found.get(index, []))
        wrong = wrong or unequal(observed.figures(), reported[run["name"]])
        if observed.meter:
            wrong = wrong or unequal(observed.supply(), reported[run["name"]]["power"])
        wrong = wrong or classes(observed, reported[run["name"]])
        wrong = wrong or devices(observed, reported[run["name"]])
        wrong = wrong or ledger.wrong(case, observed, rows.get(run["name"], {}))
        wrong = wrong or ledger.sums(
            rows.get(run["name"], {}), reported[run["name"]], case["options"].get("warm_up", 0))
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
