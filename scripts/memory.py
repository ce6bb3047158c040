#!/usr/bin/env python3
"""Runs the largest questions that are asked of the program and looks how much memory each one takes.

    python3 scripts/memory.py [--only a,b] [--program .build/release/umemaki] [--list] [--write]

Every row has a cap; exit code 1 where one is passed, or where a run ends otherwise than it should. Files are made in
a folder of their own and removed. The rows take minutes each and up to 3 GB of disk, so continuous integration
leaves them out. `--write` puts the table on the page Speed.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

COSTS = "subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy\n" + "".join(
    f"{name},none,1,{seconds},0.001,1000,0.75\n" for name, seconds in [("a", 0.001), ("b", 0.002), ("c", 0.004)])


def scenario(queries):
    return f"""name: many
summary: Drawn queries on four equal devices.
source: generated
table: costs.csv
arrivals: {{kind: poisson, rate: 1500 Hz}}
demands: {{latency: {{low: 10 ms, high: 10 ms}}, subnet_weights: [1, 1, 1]}}
options: {{queries: {queries}, devices: 4}}
runs: [{{name: first come, policy: {{kind: fcfs}}, caching: {{kind: none}}}}]
"""


def sweep(points):
    """A million designs: the smallest network of the library, for what a sweep keeps does not depend on it."""
    return f"""name: million
summary: Designs of one small network.
source: generated
inference: {{architecture: sushi-analytic, workload: alexnet}}
axes:
  - {{name: weights, path: "architecture.memory.buffers[weight_buffer].size", range: {{from: 256 KiB, to: {256 + 64 * 99} KiB, step: 64 KiB, scale: linear}}}}
  - {{name: inputs, path: "architecture.memory.buffers[input_buffer].size", range: {{from: 256 KiB, to: {256 + 64 * 99} KiB, step: 64 KiB, scale: linear}}}}
  - {{name: clock, path: architecture.frequency, range: {{from: 110 MHz, to: {100 + 10 * points // 10000} MHz, step: 10 MHz, scale: linear}}}}
objectives: [latency, energy, area]
"""


def layers(count):
    yield "name: long\nsummary: Layers in a row.\nsource: generated\nlayers:\n"
    for index in range(count):
        yield (f"  - {{name: l{index}, operator: convolution, output_channels: {8 + index % 13}, kernel: [3, 3], "
               "input: [8, 14, 14], padding: 1}\n")


def number(value):
    """A number of a protocol buffer."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(place, content):
    if isinstance(content, int):
        return number(place << 3) + number(content)
    return number(place << 3 | 2) + number(len(content)) + content


def model(path, blocks):
    """A chain of `blocks` fully connected layers of 64 MiB each, as ONNX."""
    side = 4096

    def value(name):
        shape = b"".join(field(1, field(1, extent)) for extent in (1, side))
        return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))

    size = 4 * side * side
    with open(path, "wb") as out:
        nodes, weights = [], []
        for index in range(blocks):
            name = f"w{index}".encode()
            nodes.append(field(1, field(1, b"x%d" % index) + field(1, name) + field(2, b"x%d" % (index + 1))
                               + field(3, b"fc%d" % index) + field(4, b"MatMul")))
            head = field(1, side) + field(1, side) + field(2, 1) + field(8, name) + number(9 << 3 | 2) + number(size)
            weights.append(head)
        rest = field(2, b"large") + field(11, value(b"x0")) + field(12, value(b"x%d" % blocks))
        nodes = b"".join(nodes)
        graph = len(nodes) + len(rest) + sum(
            1 + len(number(len(head) + size)) + len(head) + size for head in weights)
        out.write(field(1, 8) + field(8, field(1, b"") + field(2, 17)) + number(7 << 3 | 2) + number(graph) + nodes)
        block = random.Random(1).randbytes(1 << 20)
        for head in weights:
            out.write(number(5 << 3 | 2) + number(len(head) + size) + head)
            for _ in range(size >> 20):
                out.write(block)
        out.write(rest)


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as out:
        out.writelines([text] if isinstance(text, str) else text)


def prepare_serving(queries):
    def prepare(folder):
        write(folder, "costs.csv", COSTS)
        write(folder, "many.yaml", scenario(queries))
    return prepare


# Name: what it is, how its files are made, the command, the exit code, and the cap in MiB.
ROWS = {
    "points": ("a sweep of a million points", lambda folder: write(folder, "million.yaml", sweep(1_000_000)),
               ["sweep", "million.yaml", "-o", "million"], 0, 1024),
    "layers": ("a network of 65,536 layers", lambda folder: write(folder, "long.yaml", layers(65_536)),
               ["run", "systolic-32-ws", "long.yaml", "--format", "csv", "-o", "long.csv"], 0, 1024),
    "refusal": ("a network of a million layers, refused", lambda folder: write(folder, "long.yaml", layers(1_000_000)),
                ["run", "systolic-32-ws", "long.yaml"], 65, 256),
    "model": ("a model of 1.9 GB, its weights left alone",
              lambda folder: model(os.path.join(folder, "large.onnx"), 29),
              ["import", "large.onnx", "-o", "large.yaml"], 0, 256),
    "queries": ("a hundred million queries", prepare_serving(100_000_000),
                ["serve", "many.yaml"], 0, 128),
    "records": ("ten million queries, each with a record on disk", prepare_serving(10_000_000),
                ["serve", "many.yaml", "--queries", "queries.csv"], 0, 128),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/umemaki"))
    parser.add_argument("--only", help="these rows, by their names")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", action="store_true", help="into the page Speed; only with all rows")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(f"{name}: {row[0]}" for name, row in ROWS.items()))
        return
    chosen = arguments.only.split(",") if arguments.only else list(ROWS)
    unknown = [name for name in chosen if name not in ROWS]
    if unknown:
        parser.error(f"no row {unknown[0]}, expected some of {', '.join(ROWS)}")
    if arguments.write and arguments.only:
        parser.error("--write is for all rows")
    failed = False
    table = ["| question | peak | cap |", "| --- | --- | --- |"]
    for name in chosen:
        what, prepare, command, code, cap = ROWS[name]
        with tempfile.TemporaryDirectory() as folder:
            prepare(folder)
            start = time.monotonic()
            with open(os.path.join(folder, "err"), "w") as errors:
                process = subprocess.Popen(
                    [os.path.abspath(arguments.program), *command], cwd=folder,
                    env=dict(os.environ, UMEMAKI_LIBRARY=ROOT), stdout=subprocess.DEVNULL, stderr=errors)
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.monotonic() - start
            peak = used.ru_maxrss / 1024
            table.append(f"| {what} | {peak:,.0f} MiB | {cap:,} MiB |")
            print(f"{name}: {seconds:.0f} s", file=sys.stderr, flush=True)
            if os.waitstatus_to_exitcode(status) != code or peak > cap:
                failed = True
                with open(os.path.join(folder, "err")) as text:
                    print(f"{name}: exit code {os.waitstatus_to_exitcode(status)}, expected {code}; "
                          + text.read(2000), file=sys.stderr)
    print("\n".join(table))
    if arguments.write and not failed:
        page = os.path.join(ROOT, "Sources", "umemaki", "umemaki.docc", "Speed.md")
        with open(page) as text:
            before, rest = text.read().split("<!-- memory -->\n")
            after = rest.split("<!-- /memory -->")[1]
        with open(page, "w") as text:
            text.write(before + "<!-- memory -->\n" + "\n".join(table) + "\n<!-- /memory -->" + after)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
