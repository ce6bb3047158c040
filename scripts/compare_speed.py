"""Processor time of this program beside other simulators, on the same work.

    python3 scripts/compare_speed.py [--program PATH] [--install] [--only ROW,...] [--pairs N] [--write]

Ratios of processor time, user and system, of whole programs in alternating pairs; ratios, because seconds are those
of a machine and of what else it does. The peers are SCALE-Sim, ZigZag and SimPy: `--install` puts each into an
environment of its own under .build/peers (PyPI is asked for them), else those that are there are taken, else
those of the Python that runs this script. Take a fast Python for it: builds without profile-guided optimization can
take half as long again, which would be none of the peers' fault. A peer that is missing is named and left out.
`--maestro BINARY` with `--maestro-network FILE.m`, one of its mapping files, adds MAESTRO.

Results are compared first: where both must say the same and do not, the exit code is 1. `--write` puts what was
measured into the page Speed and leaves its other rows. `--list` names the rows. Needs the release build.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "speed"))
from machine import HERE, PEERS, ROOT, Pairs, figure, run, write  # noqa: E402

PAGE = os.path.join(ROOT, "Sources/umemaki/umemaki.docc/Speed.md")
# Queries, devices, deadline in ns, rate in Hz, and seconds of each sub-network: 0.8 of what the devices can do.
QUERIES, DRAWN, DEVICES, DEADLINE, RATE = 200_000, 1_000_000, 4, 36_000_000, 686
COSTS = {"small": "0.002", "middle": "0.004", "large": "0.008"}


class Comparison:
    def __init__(self, program, folder, pairs, maestro, network):
        self.program, self.folder, self.pairs = program, folder, pairs
        self.maestro, self.network = maestro, network
        self.starts = {}

    def own(self, *words):
        return [self.program, *words]

    def file(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def start(self, command):
        """Processor seconds of starting and doing nothing."""
        key = tuple(command)
        if key not in self.starts:
            run(command, self.folder)
            self.starts[key] = statistics.median(run(command, self.folder)[0] for _ in range(11))
        return self.starts[key]

    def measure(self, work, beside, peer, own, pairs, check, load=None):
        """A row of the table; `check` says of both outputs what they have in common."""
        before = self.start(load) if load else 0
        result = Pairs(peer, own, self.pairs or pairs, self.folder)
        said = check(*result.texts) if check else ""
        rest = ""
        if load:
            idle = self.start(self.own("--version"))
            # Less than that is told from start-up too badly.
            told = result.own - idle >= idle / 2
            rest = figure((result.peer - before) / (result.own - idle)) if told else "not told"
        count = str(len(result.ratios))
        spread = f"{figure(result.ratios[0])} to {figure(result.ratios[-1])}" if len(result.ratios) > 1 else ""
        row = [work, beside, figure(result.ratio), spread, rest, count, said]
        print(" | ".join(row), f"({result.peer:.3g} s and {result.own:.3g} s)", flush=True)
        return row

    # -------------------------------------------------------------------------------------------- rows

    def python(self, work):
        peer = [sys.executable, "-c", "pass"]
        version = sys.version.split()[0]
        return self.measure(work, f"`python3 -c pass`, Python {version}", peer, self.own("--version"), 11, None)

    def modules(self, name):
        def row(work):
            peer = PEERS[name]
            command = [peer.python(), "-c", peer.load]
            return self.measure(work, peer.version(), command, self.own("--version"), 7, None)

        return row

    def scalesim(self, layer, pairs):
        def row(work):
            peer = PEERS["scalesim"]
            shutil.copy(os.path.join(HERE, "scalesim.cfg"), os.path.join(self.folder, "array.cfg"))
            run(self.own("export", "resnet50", "-o", os.path.join(self.folder, "layers.csv")), ROOT)
            if layer:
                with open(os.path.join(self.folder, "layers.csv")) as file:
                    head, *lines = file.read().splitlines()
                self.file("layers.csv", "\n".join([head] + [x for x in lines if x.startswith(f"{layer},")]) + "\n")
            run(self.own("import", "layers.csv", "-o", "layers.yaml"), self.folder)
            run(self.own("import", "array.cfg", "-o", "array.yaml"), self.folder)

            def check(theirs, ours):
                theirs = json.loads(theirs)
                ours = {one["name"]: one["cycles"] for one in json.loads(ours)["layers"]}
                if theirs["cycles"] != ours:
                    sys.exit(f"{work}: cycles differ: {theirs['cycles']} and {ours}")
                if layer:
                    return "cycles equal"
                return f"cycles of all {len(ours)} layers equal; SCALE-Sim simulates {theirs['simulated']} shapes"

            script = os.path.join(HERE, "scalesim_layers.py")
            return self.measure(
                work, peer.version(), [peer.python(), script, "array.cfg", "layers.csv", "out"],
                self.own("run", "array.yaml", "layers.yaml", "--library", ROOT, "--format", "json"), pairs, check,
                load=[peer.python(), "-c", peer.load],
            )

        return row

    def zigzag(self, limit):
        def row(work):
            peer = PEERS["zigzag"]
            script = os.path.join(HERE, "zigzag_search.py")
            run([peer.python(), script, "prepare", "."], self.folder)

            def check(theirs, ours):
                theirs = json.loads(theirs)["cycles"]
                ours = {one["name"]: one["cycles"] for one in json.loads(ours)["layers"]}
                if theirs.keys() != ours.keys():
                    sys.exit(f"{work}: layers differ: {list(theirs)} and {list(ours)}")
                shares = ", ".join(f"{ours[name] / theirs[name]:.3f}" for name in ours)
                return f"cycles found, of ZigZag's: {shares}"

            return self.measure(
                work, peer.version(), [peer.python(), script, ".", str(limit)],
                self.own("run", "arch.yaml", "layers.yaml", "--library", ROOT, "--format", "json"), 5, check,
                load=[peer.python(), "-c", peer.load],
            )

        return row

    def serving(self, form, drawn):
        def row(work):
            peer = PEERS["simpy"]
            python = sys.executable if form == "loop" else peer.python()
            beside = f"Python {sys.version.split()[0]}" if form == "loop" else peer.version()
            self.scenario(drawn)
            source = f"{DRAWN}@{RATE}" if drawn else "queries.csv"

            def check(theirs, ours):
                theirs, ours = json.loads(theirs), json.loads(ours)["policies"][0]
                pairs = {
                    "queries": (theirs["queries"], ours["completed"]),
                    "mean": (theirs["mean_s"], ours["latency_s"]["mean"]),
                    "largest": (theirs["max_s"], ours["latency_s"]["max"]),
                    "p99": (theirs["p99_s"], ours["latency_s"]["p99"]),
                    "in time": (theirs["in_time"], ours["slo_attainment"]),
                }
                errors = {name: abs(a / b - 1) for name, (a, b) in pairs.items()}
                # Percentiles are read from counts of a fine raster; draws of two programs are not the same.
                limits = {"p99": 1e-3} if not drawn else {"mean": 0.05, "p99": 0.1, "largest": 1, "in time": 0.01}
                for name, error in errors.items():
                    if error > limits.get(name, 1e-9):
                        sys.exit(f"{work}: {name} differs: {pairs[name]}")
                if drawn:
                    return f"mean latencies {100 * errors['mean']:.1f} % apart"
                return "mean and largest latency and share in time equal"

            command = [python, os.path.join(HERE, "serving.py"), form, source, "costs.csv", str(DEVICES), str(DEADLINE)]
            return self.measure(
                work, beside, command, self.own("serve", "scenario.yaml", "--library", ROOT, "--format", "json"), 5,
                check, load=[python, "-c", "pass" if form == "loop" else peer.load],
            )

        return row

    def scenario(self, drawn):
        rows = [f"{name},none,1,{seconds},0.001,1000,0.75" for name, seconds in COSTS.items()]
        head = "subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy"
        self.file("costs.csv", "\n".join([head] + rows) + "\n")
        arrivals, weights = f"{{kind: poisson, rate: {RATE} Hz}}", ", subnet_weights: [1, 1, 1]"
        if not drawn:
            stream, at, lines = random.Random(1), 0, ["arrival_ns,model"]
            for _ in range(QUERIES):
                lines.append(f"{at},{stream.choice(list(COSTS))}")
                at += round(stream.expovariate(RATE / 1e9))
            self.file("queries.csv", "\n".join(lines) + "\n")
            arrivals, weights = "{kind: trace, file: queries.csv, format: queries}", ""
        self.file("scenario.yaml", f"""name: first-come
summary: First come, first served on equal devices.
source: generated
table: costs.csv
arrivals: {arrivals}
demands: {{latency: {{low: {DEADLINE} ns, high: {DEADLINE} ns}}{weights}}}
options: {{queries: {DRAWN if drawn else QUERIES}, devices: {DEVICES}}}
runs: [{{name: fcfs, policy: {{kind: fcfs}}, caching: {{kind: none}}}}]
""")

    def network_of_maestro(self, work):
        shutil.copy(self.network, os.path.join(self.folder, "network.m"))
        run(self.own("import", "network.m", "-o", "network.yaml"), self.folder)
        # 256 elements, as in its first accelerator.
        self.file("hardware.m", "NumPEs: 256\nL1Size: 256\nL2Size: 1048576\nNoC_BW: 64\nNoC_NumHops: 1\n")
        peer = [
            os.path.abspath(self.maestro), "--HW_file=hardware.m", "--Mapping_file=network.m", "--print_res=false",
            "--print_res_csv_file=true", "--print_log_file=false", "--msg_print_lv=0",
        ]
        own = self.own("run", "nvdla-large", "network.yaml", "--mapping", "largest", "--library", ROOT, "--format", "json")
        return self.measure(work, "MAESTRO", peer, own, 5, lambda theirs, ours: "not the same design")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/umemaki"))
    parser.add_argument("--install", action="store_true", help="the peers from PyPI, into .build/peers")
    parser.add_argument("--only", help="these rows, by the names that --list has")
    parser.add_argument("--pairs", type=int, help="pairs of each row, in place of the row's own number")
    parser.add_argument("--maestro", help="a binary of MAESTRO, built with -O2")
    parser.add_argument("--maestro-network", help="one of its mapping files")
    parser.add_argument("--list", action="store_true", help="the rows' names and nothing else")
    parser.add_argument("--write", action="store_true", help="into the page Speed")
    arguments = parser.parse_args()
    if arguments.pairs is not None and arguments.pairs < 1:
        parser.error("--pairs is at least 1")
    if bool(arguments.maestro) != bool(arguments.maestro_network):
        parser.error("--maestro and --maestro-network go together")
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory() as folder:
        one = Comparison(program, folder, arguments.pairs, arguments.maestro, arguments.maestro_network)
        # Name: the peer that it needs, what the table calls it, how it is measured.
        file, drawn = f"{QUERIES:,} queries of a file", f"{DRAWN:,} queries drawn"
        rows = {
            "start": (None, "start-up alone", one.python),
            "start-scalesim": ("scalesim", "start-up, modules of SCALE-Sim", one.modules("scalesim")),
            "start-zigzag": ("zigzag", "start-up, modules of ZigZag", one.modules("zigzag")),
            "start-simpy": ("simpy", "start-up, modules of SimPy", one.modules("simpy")),
            "layer": ("scalesim", "one layer on 32 x 32", one.scalesim("layer3.1.conv1", 5)),
            "network": ("scalesim", "ResNet-50 on 32 x 32", one.scalesim(None, 3)),
            "search": ("zigzag", "loops of two layers, searched", one.zigzag(6)),
            "search-less": ("zigzag", "the same, ZigZag searches less", one.zigzag(4)),
            "file-processes": ("simpy", f"{file}, process for a query", one.serving("processes", False)),
            "file-workers": ("simpy", f"{file}, process for a device", one.serving("workers", False)),
            "file-callbacks": ("simpy", f"{file}, callbacks", one.serving("callbacks", False)),
            "file-loop": (None, f"{file}, a loop by hand", one.serving("loop", False)),
            "drawn-processes": ("simpy", f"{drawn}, process for a query", one.serving("processes", True)),
            "drawn-workers": ("simpy", f"{drawn}, process for a device", one.serving("workers", True)),
            "drawn-callbacks": ("simpy", f"{drawn}, callbacks", one.serving("callbacks", True)),
            "drawn-loop": (None, f"{drawn}, a loop by hand", one.serving("loop", True)),
            "maestro": ("maestro", "layers of a MAESTRO network", one.network_of_maestro),
        }
        if arguments.list:
            return print("\n".join(rows))
        if not os.path.exists(program):
            sys.exit(f"{program} is not there: build umemaki first, sh scripts/build.sh, or name it with --program")
        chosen = arguments.only.split(",") if arguments.only else list(rows)
        unknown = [name for name in chosen if name not in rows]
        if unknown:
            parser.error(f"no row `{unknown[0]}`; there are {', '.join(rows)}")
        if arguments.install:
            for name in dict.fromkeys(rows[row][0] for row in chosen if rows[row][0] in PEERS):
                PEERS[name].install()
        measured = []
        for name in chosen:
            needs, work, measure = rows[name]
            lacks = PEERS[needs].missing() if needs in PEERS else None
            if needs == "maestro" and not arguments.maestro:
                lacks = "no binary of MAESTRO is named; --maestro BINARY --maestro-network FILE.m"
            if lacks:
                print(f"{work}: not measured, {lacks}", flush=True)
                continue
            measured.append(measure(work))
            if arguments.write:
                write(PAGE, measured, [work for _, work, _ in rows.values()])


main()
