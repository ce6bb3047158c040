"""Measures cascades, searches, codecs and shared arrays at the sizes that they are meant for.

    python3 scripts/speed_graphs.py [--check] [PROGRAM]

Prints processor seconds, a figure with its goal, and the most memory; with --check the exit code is 1 where a goal
is missed. Needs the release build and h5py with numpy (scripts/test_outputs.sh makes an environment that has
them). Processor time and not wall time, so that other work on the machine counts little.
"""

import json
import math
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MILLION = 1_000_000


class Bench:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.missed = []

    def run(self, *words):
        """Processor seconds, MiB, and what was printed."""
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(
                [self.program, *words], cwd=ROOT, stdout=out, stderr=subprocess.PIPE
            )
            errors = process.stderr.read().decode()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                sys.exit(f"{' '.join(words)}: {errors}")
            out.seek(0)
            return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read().decode()

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def say(self, name, seconds, memory, figure, goal, good):
        if not good:
            self.missed.append(name)
        print(
            f"{name:<58} {seconds:7.2f} s {memory:6.0f} MiB  {figure:<34} goal {goal:<20} "
            f"{'met' if good else 'MISSED'}",
            flush=True,
        )


def scenario(bench, name, nodes, edges, queries, tail="", table="costs.csv"):
    lines = "\n".join(f"    - {{{node}}}" for node in nodes)
    return bench.file(
        name,
        f"""name: t
summary: s
source: generated
devices: [{{name: edge, table: {table}}}]
graph:
  nodes:
{lines}
  edges: [{edges}]
arrivals: {{kind: closed-loop, clients: 1}}
options: {{queries: {queries}}}
runs: [{{name: only, policy: {{kind: fcfs}}}}]
{tail}
""",
    )


def costs(bench, name, count):
    rows = "".join(f"m{i},none,1,{0.001 * (i + 1)},0.001,1000,0.75\n" for i in range(count))
    bench.file(name, "subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy\n" + rows)


def cascades(bench):
    draw = numpy.random.default_rng(1)
    with h5py.File(os.path.join(bench.folder, "t.h5"), "w") as file:
        for stage in range(5):
            file[f"c{stage}"] = draw.random(MILLION)
            file[f"r{stage}"] = (draw.random(MILLION) < 0.5 + 0.1 * stage).astype("i1")
    costs(bench, "costs.csv", 5)

    def chain(name, stages, queries, tail=""):
        nodes = [
            f"name: m{i}, subnet: m{i}, gate: {{tensor: {{file: t.h5, "
            + (f"confidence: c{i}, threshold: 0.5, " if i < stages - 1 else "")
            + f"correct: r{i}}}}}"
            for i in range(stages)
        ]
        edges = ", ".join(f"{{from: m{i}, to: m{i + 1}, when: unknown}}" for i in range(stages - 1))
        return scenario(bench, name, nodes, edges, queries, tail)

    seconds, memory, _ = bench.run("serve", chain("few.yaml", 5, 1000), "--format", "json")
    bench.say(
        "cascade of 5 stages, 10^6 samples of tensors, exact", seconds, memory, f"{seconds:.2f} s",
        "1 s", seconds < 1)
    base = seconds
    small = bench.run("serve", chain("small.yaml", 5, MILLION // 10), "--format", "json")
    seconds, memory, _ = bench.run("serve", chain("many.yaml", 5, MILLION), "--format", "json")
    bench.say(
        "the same, 10^6 queries served one by one as well", seconds, memory,
        f"{seconds:.2f} s, {MILLION / (seconds - base) / 1e6:.2f} M queries/s", "none", True)
    bench.say(
        "memory of 10^6 queries against 10^5", seconds, memory, f"{memory / small[1]:.2f} times",
        "1.1 times", memory < 1.1 * small[1])
    path = chain("thresholds.yaml", 4, 1000, "tune: {kind: thresholds, steps: 99}")
    seconds, memory, out = bench.run("tune", path, "--format", "json")
    tried = json.loads(out)["tried"]
    bench.say(
        "thresholds of 3 gates, 100 each, 10^6 samples", seconds, memory, f"{tried} settings",
        "10 s", seconds < 10 and tried == MILLION)


def closed_forms(bench):
    bench.file(
        "three.csv",
        "subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy\n"
        "a,none,1,0.001,0.001,1000,0.75\nb,none,1,0.0025,0.001,2500,0.8\nc,none,1,0.006,0.001,6000,0.85\n")
    path = scenario(
        bench, "rates.yaml",
        ["name: a, subnet: a, gate: {rate: 40 %}", "name: b, subnet: b, gate: {rate: 30 %}",
         "name: c, subnet: c"],
        "{from: a, to: b, when: unknown}, {from: b, to: c, when: unknown}", MILLION,
        table="three.csv")
    seconds, memory, out = bench.run("serve", path, "--format", "json")
    run = json.loads(out)["runs"][0]
    worst = 0.0
    for node, reach in zip(run["nodes"], [1, 0.4, 0.12]):
        if reach < 1:
            error = math.sqrt(reach * (1 - reach) / MILLION)
            worst = max(worst, abs(node["reach"]["mean"] - reach) / error)
    # 1, 3.5 or 9.5 ms with 0.6, 0.28 and 0.12.
    variance = 0.6 * 1e-6 + 0.28 * 12.25e-6 + 0.12 * 90.25e-6 - 0.00272**2
    off = abs(run["figures"]["latency_mean_s"]["mean"] - 0.00272) / math.sqrt(variance / MILLION)
    bench.say(
        "10^6 draws against the closed form of 3 stages", seconds, memory,
        f"{max(worst, off):.2f} standard errors", "3", max(worst, off) <= 3)


def ensembles(bench):
    draw = numpy.random.default_rng(2)
    labels = (draw.random(200) < 0.5).astype("i1")
    with h5py.File(os.path.join(bench.folder, "s.h5"), "w") as file:
        file["labels"] = labels
        for model in range(20):
            file[f"m{model}"] = labels * 0.3 + draw.random(200)
    costs(bench, "zoo.csv", 20)
    path = scenario(
        bench, "zoo.yaml", [f"name: m{i}, subnet: m{i}" for i in range(20)], "", 1000,
        "tune: {kind: ensemble, scores: s.h5}", table="zoo.csv")
    with open(path) as file:
        text = file.read()
    bench.file(
        "zoo.yaml", text.replace("kind: closed-loop, clients: 1", "kind: periodic, sources: 10, period: 1 s"))
    seconds, memory, out = bench.run("tune", path, "--format", "json")
    tried = json.loads(out)["tried"]
    bench.say(
        "2^20 ensembles of 20 models, 200 samples", seconds, memory, f"{tried} sets", "10 s",
        seconds < 10 and tried == 2**20 - 1)


def codecs(bench):
    path = os.path.join(bench.folder, "w.h5")
    draw = numpy.random.default_rng(3)
    tensors = 8
    weights = tensors * 512 * 512 * 9
    with h5py.File(path, "w") as file:
        file.attrs["layout"] = "OIHW"
        for index in range(tensors):
            file[f"l{index}.weight"] = draw.laplace(size=(512, 512, 3, 3)).astype("f4") * 0.02

    def one(name, *more):
        words = ("codecs", path, "--format", "json", "--escapes", "0", *more)
        once, _, _ = bench.run(*words, "--entries", "16")
        often, memory, _ = bench.run(*words, "--entries", "16,15,14,13,12")
        rate = 4 * weights / (often - once) / 1e6
        bench.say(
            f"codecs, {name}: coded, made plain, compared", often, memory, f"{rate:.0f} M weights/s",
            "none", True)

    one("16 entries", "--prune", "0")
    one("16 entries, half pruned", "--prune", "0.5")


def sharing(bench):
    def scenario(name, scale):
        tenants = "\n".join(
            f"  - {{workload: {net}, arrivals: {{kind: poisson, rate: {rate}}}, queries: {count * scale}, "
            "latency: 20 ms}"
            for net, rate, count in [
                ("mobilenetv1", "60 Hz", 60), ("resnet20-cifar", "4 kHz", 4000),
                ("resnet56-cifar", "1500 Hz", 1500), ("squeezenet", "500 Hz", 500)])
        return bench.file(
            name,
            f"""name: t
summary: s
source: generated
architecture: systolic-128-ws
tenants:
{tenants}
runs: [{{name: only, dispatch: {{kind: coalesced, max_pack: 8}}}}]
""")

    once = bench.run("serve", scenario("one.yaml", 1), "--format", "json")
    seconds, memory, out = bench.run("serve", scenario("ten.yaml", 10), "--format", "json")
    layers = json.loads(out)["runs"][0]["layers"] - json.loads(once[2])["runs"][0]["layers"]
    rate = layers / (seconds - once[0]) / 1e6
    bench.say(
        "coalescing, up to 8 layers as one", seconds, memory, f"{rate:.2f} M layers/s", "1 M layers/s",
        rate >= 1)
    bench.say(
        "memory of ten times the queries", seconds, memory, f"{memory / once[1]:.2f} times",
        "1.1 times", memory < 1.1 * once[1])


def main():
    words = [word for word in sys.argv[1:] if word != "--check"]
    program = os.path.abspath(words[0] if words else os.path.join(ROOT, ".build/release/umemaki"))
    if not os.path.exists(program):
        sys.exit("build umemaki first: sh scripts/build.sh")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(program, folder)
        for part in [cascades, closed_forms, ensembles, codecs, sharing]:
            part(bench)
    if bench.missed and "--check" in sys.argv:
        sys.exit(f"missed: {', '.join(bench.missed)}")


main()
