#!/usr/bin/env python3
"""Builds the targets of Tests/Fuzzing and lets libFuzzer change their inputs.

    python3 scripts/fuzz.py [--targets a,b] [--seconds N] [--corpora FOLDER] [--no-build]

Each target runs in a process of its own for N seconds. It starts from the library's files, from the files that the
tests say are wrong, from what is committed in Tests/Fuzzing/corpora, and from what earlier runs found in FOLDER
(.build/fuzzing unless given), with the keys of all schemas as a dictionary. What ends a process is kept there under
crashes/TARGET; exit code 1 where there is any. The number of inputs is printed, target by target.

An input fails when the process traps, when it takes more than 25 s or 2 GiB, when parts do not sum to totals, or
when a file that is written out does not read back as itself. Coverage is counted in the whole program and its
libraries, so that the first build takes long.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "Tests" / "Fuzzing"
TARGETS = ["specification", "model", "peer", "document", "trace", "weights"]
LARGEST = {"specification": 1 << 14, "document": 1 << 16, "model": 1 << 14}


def words():
    """Keys and values of the schemas, which a change by chance would not find."""
    found = set()

    def walk(node):
        if isinstance(node, dict):
            found.update(node.get("properties", {}))
            found.update(word for word in node.get("enum", []) if isinstance(word, str))
            if isinstance(node.get("const"), str):
                found.add(node["const"])
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    for path in sorted(ROOT.glob("*/schemas/*.json")):
        walk(json.loads(path.read_text()))
    numbers = ["9223372036854775807", "-1", "0", "1e308", "4294967296", "0.1", "GHz", "KiB", "GB/s", "cycles", "ms"]
    return sorted(word for word in found if re.fullmatch(r"[ -~]+", word)) + numbers


def seeds(target, folder, program):
    """Files that a target starts from, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0

    def add(content):
        nonlocal number
        if len(content) <= LARGEST.get(target, 1 << 13):
            (folder / f"seed-{number}").write_bytes(content)
            number += 1

    wrong = ROOT / "Tests" / "CommandTests"
    if target == "specification":
        for path in sorted([*ROOT.glob("arch/**/*.yaml"), *ROOT.glob("workloads/**/*.yaml"), *wrong.rglob("*.yaml")]):
            add(path.read_bytes())
    elif target == "peer":
        for byte, ending in enumerate(["csv", "yaml", "m", "cfg"]):
            for path in sorted(wrong.rglob(f"*.{ending}")):
                add(bytes([byte]) + path.read_bytes())
        for name in ["alexnet", "resnet18"]:
            made = folder.parent / f"{name}.csv"
            if subprocess.run([program, "export", name, "-o", made], cwd=ROOT, capture_output=True).returncode == 0:
                add(b"\0" + made.read_bytes())
    elif target == "model":
        for path in sorted(wrong.rglob("*.onnx")):
            add(path.read_bytes())
        for name in ["alexnet", "resnet20-cifar", "squeezenet"]:
            made = folder.parent / f"{name}.onnx"
            if subprocess.run([program, "export", name, "-o", made], cwd=ROOT, capture_output=True).returncode == 0:
                add(made.read_bytes())
    elif target == "document":
        for path in sorted(wrong.rglob("*.json")):
            add(path.read_bytes())
        for command in [["run", "systolic-32-ws", "eie-layers"], ["budget", "a100-like", "llama-2-7b"],
                        ["mapping", "systolic-32-ws", "eie-layers"]]:
            done = subprocess.run([program, *command, "--format", "json"], cwd=ROOT, capture_output=True)
            if done.returncode == 0:
                add(done.stdout)
    elif target == "trace":
        for path in sorted([*wrong.rglob("*.csv"), *ROOT.glob("workloads/**/*.csv")]):
            add(path.read_bytes()[:2000])
        add(b"arrival_ns,model\n0,a\n1000,b\n")
        add(b"TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n")
        add(b"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n")
        add(b"0.5\n1.25\n")
    elif target == "weights":
        for path in sorted(wrong.rglob("*.safetensors")):
            add(path.read_bytes())
        head = b'{"conv1.weight":{"dtype":"F32","shape":[1,1,1,2],"data_offsets":[0,8]}}'
        add(len(head).to_bytes(8, "little") + head + bytes(8))
    if number == 0:
        add(b"\0")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--targets", default=",".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=120, help="of each target")
    parser.add_argument("--corpora", type=pathlib.Path, default=ROOT / ".build" / "fuzzing")
    parser.add_argument("--no-build", action="store_true", help="the targets are built already")
    parser.add_argument("--program", default=ROOT / ".build" / "release" / "umemaki", type=pathlib.Path)
    parser.add_argument("--scratch", default=ROOT / ".build" / "fuzzing-build", type=pathlib.Path)
    arguments = parser.parse_args()
    targets = arguments.targets.split(",")
    unknown = [target for target in targets if target not in TARGETS]
    if unknown:
        parser.error(f"no target {unknown[0]}, expected some of {', '.join(TARGETS)}")
    if not arguments.no_build:
        # The other linker has no answer to the sections that counters need.
        subprocess.run(
            ["swift", "build", "--package-path", PACKAGE, "--scratch-path", arguments.scratch, "-c", "release",
             "-Xswiftc", "-sanitize=fuzzer", "-Xswiftc", "-use-ld=lld"], check=True)
    dictionary = arguments.corpora / "words.txt"
    arguments.corpora.mkdir(parents=True, exist_ok=True)
    dictionary.write_text("".join(
        '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"\n' for word in words()))
    failed = False
    for target in targets:
        found, crashes = arguments.corpora / target, arguments.corpora / "crashes" / target
        found.mkdir(parents=True, exist_ok=True)
        crashes.mkdir(parents=True, exist_ok=True)
        start = arguments.corpora / f"{target}-seeds"
        seeds(target, start, arguments.program.resolve())
        folders = [found, start] + [path for path in [PACKAGE / "corpora" / target] if path.is_dir()]
        log = arguments.corpora / f"{target}.log"
        inputs, left = 0, arguments.seconds
        # A process that ends begins again: each crash is one input.
        for round in range(1000):
            if left <= 0:
                break
            with open(log, "w") as out:
                subprocess.run(
                    [arguments.scratch / "release" / "Fuzz", target, *folders, f"-artifact_prefix={crashes}/",
                     f"-dict={dictionary}", f"-max_total_time={left}", "-timeout=25", "-rss_limit_mb=2048",
                     f"-max_len={LARGEST.get(target, 1 << 13)}", "-print_final_stats=1", "-detect_leaks=0",
                     f"-seed={round + 1}"],
                    stdout=out, stderr=subprocess.STDOUT, cwd=ROOT, env=dict(os.environ, UMEMAKI_LIBRARY=str(ROOT)))
            text = log.read_text(errors="replace")
            executed = re.search(r"stat::number_of_executed_units: (\d+)", text)
            seen = [int(number) for number in re.findall(r"^#(\d+)\s", text, re.M)]
            inputs += int(executed[1]) if executed else max(seen, default=0)
            took = re.search(r"Done \d+ runs in (\d+) second", text)
            if took:
                left = 0
            else:
                left -= max(5, arguments.seconds // 20)
        kept = sorted(crashes.iterdir())
        failed = failed or bool(kept)
        print(f"{target}: {inputs:,} inputs, {len(kept)} kept in {crashes}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
