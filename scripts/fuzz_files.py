"""Gives the program changed files of every kind that a user can write, and looks at how it ends.

    python3 scripts/fuzz_files.py [--seed N] [--cases N] [--minutes M] [--kinds a,b] [--program PATH] [--keep FOLDER]

Seeds are the shipped files, the wrong files of the tests, and what the program itself writes. Most changes keep a
file valid: numbers become extreme ones with the right unit, values are exchanged for others of the same key or for
what the JSON Schema allows, entries come, go and change places; a share of the files is damaged blindly. YAML files
are checked many in one process; those that pass, and some of the others, are run.

Looked for: signals, exit codes that are not documented, more than 20 s of processor time, more than 4 GiB,
messages about a user's text that name no place in it, inner words of the implementation, no numbers (nan, inf) in
results, counts and energies below zero, JSON that is none, `check --resolved` that does not read back as itself, and
commands that say something else when they are run again. What is found is reduced and
saved with its command. Equal seeds make equal files. Needs PyYAML and a release build.
"""

import argparse
import collections
import os
import random
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time

from fuzzing import bytes_of, kinds, outcome, trees

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BATCH = 64
# Formats of which the program reads text with lines, so that a mistake has a place in it.
PLACED = {"workload", "architecture", "scenario", "graph-scenario", "token-scenario", "sharing-scenario",
          "device-scenario", "sweep", "energy-table", "dram-preset", "area-table", "subgraph", "mapping", "import", "document"}


class Case:
    def __init__(self, index, seed, path):
        self.index, self.seed, self.kind, self.path = index, seed, seed.kind, path
        self.words, self.tree, self.original, self.extra = [], None, None, []


class Fuzzer:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.program = outcome.Program(options.program, folder, options.seconds, options.gibibytes)
        kinds.copy_tree(ROOT, folder)
        made, missing = kinds.make(self.program, folder)
        for one in missing:
            print("no seed:", one)
        self.seeds = kinds.seeds(folder) + made
        if options.kinds:
            self.seeds = [seed for seed in self.seeds if seed.kind in options.kinds.split(",")]
        self.by_kind = collections.defaultdict(list)
        for seed in self.seeds:
            self.by_kind[seed.kind].append(seed)
        self.corpus = trees.Corpus()
        self.parsed = {}
        for seed in self.seeds:
            if seed.path.endswith(".yaml"):
                self.parsed[seed.path] = tree = trees.read(self.text(seed.path).decode("utf-8", "replace"))
                self.corpus.add(tree or [])
        self.schemas = {kind: self.schema(kind) for kind in kinds.CHECKED}
        self.counts = collections.Counter()
        self.reached, self.computed = collections.Counter(), collections.Counter()
        self.found = {}

    def schema(self, kind):
        import json

        for place in ("arch", "workloads"):
            path = os.path.join(self.folder, place, "schemas", kind + ".json")
            if os.path.exists(path):
                with open(path) as file:
                    return json.load(file)
        return {}

    def full(self, path):
        return os.path.join(self.folder, path)

    def text(self, path):
        with open(self.full(path), "rb") as file:
            return file.read()

    def write(self, path, data):
        with open(self.full(path), "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))

    # Making

    def make(self, index):
        """The case of an index: its files and its command."""
        draw = random.Random(f"{self.options.seed}/{index}")
        # Three of four of what `check` reads go no further, and cost little.
        names = sorted(self.by_kind)
        many = self.by_kind[draw.choices(names, [5 if name in kinds.CHECKED else 1 for name in names])[0]]
        # Files that are wrong already are seeds too, fewer than the others.
        right = [one for one in many if "/Errors/" not in one.path]
        seed = draw.choice(right if right and draw.random() < 0.85 else many)
        stem, ending = os.path.splitext(seed.path)
        case = Case(index, seed, os.path.join(os.path.dirname(stem), f"fuzz-{index}{ending}"))
        out = f"made/out-{index}"
        os.makedirs(self.full(out), exist_ok=True)
        case.extra.append(out)
        if seed.kind == "store":
            shutil.copytree(self.full(seed.path), self.full(case.path))
            if draw.random() < 0.75:
                bytes_of.store(draw, self.full(case.path) + "/store.sqlite")
            else:
                other = draw.choice(sorted(os.listdir(self.full(case.path))))
                data = self.text(f"{case.path}/{other}")
                self.write(f"{case.path}/{other}", draw.choice([bytes_of.document, bytes_of.flip])(draw, data))
            case.words = kinds.commands(draw, "store", case.path, None, out)[0]
            return case
        if seed.kind == "line":
            case.words = kinds.line(draw, out)
            self.write(case.path, "")
            return case
        if seed.kind == "process":
            text = self.text(seed.path).decode()
            script = os.path.join(ROOT, "scripts/fuzzing/wrong_process.py")
            path = os.path.join(self.folder, os.path.dirname(seed.path), seed.command)
            text = re.sub(r"command: \[python3, [^]]*\]", f'command: [python3, "{script}", "{index}", "{path}"], limit: 1 s', text)
            text = text.replace("queries: 2000", "queries: 60").replace("warm_up: 200", "warm_up: 2")
            if "clients:" in text:
                text = text.replace(", limit: 1 s", "")
            self.write(case.path, text)
            case.words = ["serve", case.path, "--format", draw.choice(["json", "table"])]
            return case
        data = self.text(seed.path)
        if len(data) > 400_000:
            data = data[:400_000]
        case.original = data
        changed = self.change(draw, seed, data, case)
        self.write(case.path, changed)
        if seed.kind == "companion":
            by = self.text(seed.command).decode()
            name = os.path.basename(seed.path)
            by = by.replace(name, os.path.basename(case.path))
            path = os.path.join(os.path.dirname(seed.command), f"fuzz-{index}.yaml")
            self.write(path, by)
            case.extra.append(path)
            verb = "tune" if "tune:" in by and draw.random() < 0.5 else "serve"
            case.words = [verb, path, "--format", draw.choice(["json", "table"])]
        elif seed.command and draw.random() < 0.8:
            case.words = [case.path if word == "FILE" else word for word in seed.command]
            case.words = [f"{out}/{word}" if word.startswith("unused.") else word for word in case.words]
        else:
            many = kinds.commands(draw, seed.kind, case.path, case.tree, out)
            case.words = many[0] if many else []
        return case

    def change(self, draw, seed, data, case):
        blind = draw.random()
        if blind < 0.04:
            return bytes_of.flip(draw, data)
        if seed.path.endswith(".yaml"):
            tree = self.parsed.get(seed.path)
            if tree is None or not isinstance(tree, list):
                return bytes_of.lines(draw, data)
            if blind < 0.08:
                return bytes_of.lines(draw, data)
            tree = trees.copy.deepcopy(tree)
            self.shorten(tree)
            for _ in range(draw.choice([1, 1, 1, 1, 2, 2, 3, 5])):
                trees.mutate(draw, tree, self.schemas.get(seed.kind, {}), self.corpus)
            case.tree = tree
            return trees.write(tree)
        if seed.path.endswith(".onnx"):
            return bytes_of.onnx(draw, data)
        if seed.path.endswith(".json"):
            return bytes_of.document(draw, data)
        if seed.path.endswith(".safetensors"):
            return bytes_of.safetensors(draw, data)
        if seed.path.endswith((".h5", ".keras")):
            return bytes_of.flip(draw, data)
        return bytes_of.lines(draw, data)

    def shorten(self, tree):
        """Fewer queries, seeds and values of axes, so that most cases are short."""
        for holder, index, key, _, _ in list(trees.places(tree)):
            if index >= len(holder):
                continue
            value = trees.value_at(holder, index)
            if key in ("queries", "requests") and isinstance(value, trees.Scalar) and value.isdigit() and int(value) > 60:
                trees.put(holder, index, trees.scalar("60"))
            elif key in ("count", "warm_up") and isinstance(value, trees.Scalar) and value.isdigit() and int(value) > 9:
                trees.put(holder, index, trees.scalar("30" if key == "count" else "2"))
            elif key in ("seeds", "values") and isinstance(value, list) and len(value) > 2:
                del value[2:]

    def clean(self, case):
        for path in [case.path, *case.extra]:
            full = self.full(path)
            shutil.rmtree(full, ignore_errors=True) if os.path.isdir(full) else os.path.exists(full) and os.remove(full)

    # Looking

    def check(self, cases):
        """Which YAML files `check` takes; what is odd about the others is looked at one by one."""
        asked = [case for case in cases if case.kind in kinds.CHECKED and case.path.endswith(".yaml")]
        fine = set()
        if not asked:
            return fine
        result = self.program.run(["check", *(case.path for case in asked)], factor=3)
        normal = result.code in (0, 65, 66) and not result.late
        out, errors = result.out.decode("utf-8", "replace"), result.text
        for case in asked:
            self.counts[case.kind, "check"] += 1
            if normal and f"\n{case.path}: " in "\n" + out:
                fine.add(case)
                self.counts[case.kind, "check 0"] += 1
            elif normal and f"{case.path}:" in errors:
                self.counts[case.kind, "check 65"] += 1
                said = [line for line in errors.split("\n") if line.startswith(case.path + ":")]
                if said and not any(outcome.PLACE.match(line) for line in said):
                    self.report(case, ["check", case.path])
            else:
                # Other files are named where the mistake is theirs, such as one that is not there.
                self.report(case, ["check", case.path])
        return fine

    def look(self, words, placed):
        result = self.program.run(words)
        return result, outcome.verdict(result, words, placed)

    def report(self, case, words):
        """Runs a command; where something is wrong with its end it becomes a finding."""
        result, wrong = self.look(words, case.kind in PLACED)
        if wrong and "usage" in wrong and case.kind == "line":
            wrong = None
        self.counts[case.kind, f"{words[0]} {result.code}"] += 1
        if wrong:
            self.finding(case, words, wrong, result)
        return result

    def resolved(self, case):
        """What `check --resolved` prints has to read back as itself."""
        first = self.program.run(["check", case.path, "--resolved"])
        again = os.path.join(os.path.dirname(case.path), f"fuzz-{case.index}-resolved.yaml")
        case.extra.append(again)
        self.write(again, first.out)
        second = self.program.run(["check", again, "--resolved"])
        self.counts[case.kind, "resolved"] += 1
        if first.code or second.code or first.out != second.out:
            said = (first.text + second.text).strip().split("\n")[0]
            self.finding(case, ["check", case.path, "--resolved"], "resolved: " + outcome.template(said), second)

    def twice(self, case, first):
        """The same command says the same."""
        self.counts[case.kind, "twice"] += 1
        second = self.program.run(case.words)
        if (first.code, first.out) != (second.code, second.out):
            self.finding(case, case.words, f"{case.words[0]}: says something else the second time", second)

    def finding(self, case, words, wrong, result):
        if "hang" in wrong:
            # Long and endless are told apart by hand.
            wrong += f" of {os.path.basename(case.seed.path)}"
        if wrong in self.found:
            self.found[wrong] += 1
            return
        self.found[wrong] = 1
        place = os.path.join(self.options.keep, f"{self.options.seed}-{case.index}")
        os.makedirs(place, exist_ok=True)
        for path in [case.path, *case.extra]:
            full = self.full(path)
            target = os.path.join(place, os.path.basename(path))
            if os.path.isdir(full) and case.kind == "store" and path == case.path:
                shutil.copytree(full, target, dirs_exist_ok=True)
            elif os.path.isfile(full):
                shutil.copy(full, target)
        smaller = None if "hang" in wrong or "no place" in wrong or "resolved" in wrong or "second" in wrong else self.reduce(case, words, wrong)
        with open(os.path.join(place, "finding.txt"), "w") as file:
            file.write(f"{wrong}\nseed file: {case.seed.path}\ncommand: {shlex.join(words)}\ncode: {result.code}\n")
            file.write(f"{result.seconds:.1f} s, {result.megabytes:.0f} MiB\n{result.text[:3000]}\n")
            if smaller is not None:
                file.write(f"--- reduced\n{smaller}\n")
        print(f"FOUND {wrong}\n      {place}: {shlex.join(words)}", flush=True)

    def reduce(self, case, words, wrong):
        """The smallest tree or text with the same end, within a minute."""
        if case.kind in ("store", "hdf5", "weights", "onnx", "companion", "line", "process"):
            return None
        until, saved = time.monotonic() + self.options.reduction, self.text(case.path)
        tree = trees.read(saved.decode("utf-8", "replace")) if case.path.endswith(".yaml") else None
        same = lambda: self.look(words, case.kind in PLACED)[1] == wrong
        if isinstance(tree, list):
            self.write(case.path, trees.write(tree))
            if same():
                index = 0
                while time.monotonic() < until:
                    trial = trees.copy.deepcopy(tree)
                    cut = next((cut for at, cut in trees.reductions(trial) if at >= index), None)
                    if cut is None:
                        break
                    cut()
                    self.write(case.path, trees.write(trial))
                    if same():
                        tree = trial
                    else:
                        index += 1
                best = trees.write(tree)
                self.write(case.path, saved)
                return best
        lines, size = saved.split(b"\n"), 64
        while size and time.monotonic() < until:
            at = 0
            while at < len(lines) and time.monotonic() < until:
                trial = lines[:at] + lines[at + size :]
                self.write(case.path, b"\n".join(trial))
                if same():
                    lines = trial
                else:
                    at += size
            size //= 2
        self.write(case.path, saved)
        return b"\n".join(lines).decode("utf-8", "replace")[:5000]

    def batch(self, first):
        cases = [self.make(index) for index in range(first, min(first + BATCH, self.options.cases))]
        fine = self.check(cases)
        draw = random.Random(f"{self.options.seed}/batch/{first}")
        for case in cases:
            lucky = draw.random()
            if case.kind in kinds.CHECKED and case not in fine and lucky > 0.05:
                self.clean(case)
                continue
            if case in fine and lucky < 0.15:
                self.resolved(case)
            if case.words:
                result = self.report(case, case.words)
                self.computed[case.kind] += 1
                if result.code == 0 and lucky > 0.9 and case.words[0] not in ("sweep", "merge", "new"):
                    self.twice(case, result)
                self.reached[case.kind] += result.code == 0
                imported = f"made/out-{case.index}/i.yaml"
                if case.words[0] == "import" and result.code == 0 and os.path.exists(self.full(imported)):
                    self.report(case, ["check", imported])
                    if lucky < 0.5 and not case.path.endswith(".cfg"):
                        self.report(case, ["run", draw.choice(kinds.DESIGNS), imported, "--format", "json"])
            self.clean(case)
        return len(cases)

    def table(self, made, seconds):
        print(f"\nseed {self.options.seed}: {made} files, {self.program.runs} runs of the program, {seconds:.0f} s")
        for kind in sorted(self.by_kind):
            ends = ", ".join(f"{end}: {count}" for (of, end), count in sorted(self.counts.items()) if of == kind)
            share = 100 * self.reached[kind] / max(1, self.computed[kind])
            print(f"{kind:<17} computed {self.computed[kind]:>6}, to the end {share:3.0f} %   {ends}")
        share = 100 * sum(self.reached.values()) / max(1, sum(self.computed.values()))
        print(f"commands that compute: {sum(self.computed.values())}, to the end {share:.0f} %")
        for wrong, count in sorted(self.found.items()):
            print(f"FOUND {count:>5} times: {wrong}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after this time")
    parser.add_argument("--kinds", help="only these, separated by commas")
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/umemaki"))
    parser.add_argument("--keep", default=os.path.join(ROOT, ".build/fuzz"), help="folder of what is found")
    parser.add_argument("--seconds", type=int, default=20, help="of processor time for one command")
    parser.add_argument("--gibibytes", type=float, default=4, help="of address space for one command")
    parser.add_argument("--reduction", type=float, default=60, help="seconds to make a finding smaller")
    parser.add_argument("--only", type=int, help="this case alone; its files stay")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(options, folder)
        begin, made = time.monotonic(), 0
        if options.only is not None:
            case = fuzzer.make(options.only)
            print(shlex.join(case.words), fuzzer.text(case.path).decode("utf-8", "replace"), sep="\n")
            print(fuzzer.look(["check", case.path], True)[0].text)
            result, wrong = fuzzer.look(case.words, case.kind in PLACED)
            print(result.code, result.text[:3000], wrong)
            return 0
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            while made < options.cases and time.monotonic() - begin < 60 * options.minutes:
                made += fuzzer.batch(made)
                if made % (BATCH * 20) == 0:
                    print(f"{made} files, {time.monotonic() - begin:.0f} s, {len(fuzzer.found)} found", flush=True)
        except KeyboardInterrupt:
            print("stopped")
        fuzzer.table(made, time.monotonic() - begin)
        return 1 if fuzzer.found else 0


if __name__ == "__main__":
    sys.exit(main())
