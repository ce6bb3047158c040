"""The kinds of files that users write, where their seeds are, and the commands that read each kind."""

import glob
import os
import re
import shlex
import subprocess

from . import trees

TINY = "Tests/CommandTests/Errors/tiny.yaml"
NETWORKS = [TINY, "resnet20-cifar", "alexnet", "mobilenetv2", "opt-125m", "vgg16", "deit-s16"]
DESIGNS = (
    "sushi-analytic sushi-zcu104 systolic-32-ws systolic-32-os systolic-32-is tpu-like nvdla-large eyeriss-v1 edge-sram "
    "a100-like mesh-16 big-little sigma-like stonne-tpu xilinx-dpu-b1152 laptop-npu-like sushi-maps sushi-coded kv260-llama"
).split()
FORMATS = ["json", "json", "json", "table", "csv", "markdown", "html", "trace"]
# What one process of `check` is asked about; the others are imports and texts.
CHECKED = {
    "architecture", "workload", "scenario", "graph-scenario", "token-scenario", "sharing-scenario", "device-scenario",
    "sweep", "energy-table", "dram-preset", "area-table", "subgraph", "subnet",
}


class Seed:
    def __init__(self, kind, path, command=None):
        self.kind, self.path, self.command = kind, path, command


def copy_tree(root, folder):
    """The files that names lead to, at their places below `folder`."""
    parts = (
        "arch workloads Tests/CommandTests/Errors Tests/CommandTests/Import Tests/CommandTests/Damaged "
        "Tests/ValidationTests/References"
    ).split()
    for part in parts:
        target = os.path.join(folder, os.path.dirname(part))
        os.makedirs(target, exist_ok=True)
        subprocess.run(["cp", "-r", os.path.join(root, part), target], check=True)


def kind_of(text):
    """The kind of a YAML file by the keys that it has."""
    has = lambda *keys: any(re.search(rf"^{key}:", text, re.M) for key in keys)
    if has("clients") and has("table", "link"):
        return "device-scenario"
    if has("graph") and has("runs", "arrivals"):
        return "graph-scenario"
    if has("axes"):
        return "sweep"
    if has("kernels") and has("runs", "arrivals") or has("sharing"):
        return "sharing-scenario"
    if has("cost", "costs", "iteration", "scheduler") and has("runs") or has("model") and has("runs"):
        return "token-scenario"
    if has("runs") or has("arrivals"):
        return "scenario"
    if has("datapath") or has("memory") and has("frequency"):
        return "architecture"
    if has("layers", "supernet", "transformer", "graph_network", "blocks", "network"):
        return "workload"
    return "other"


def seeds(folder):
    """Every seed below a folder that `copy_tree` filled."""
    def found(pattern):
        return sorted(glob.glob(pattern, root_dir=folder))

    many = [Seed("architecture", path) for path in found("arch/*.yaml")]
    many += [Seed("energy-table", path) for path in found("arch/energy/*.yaml")]
    many += [Seed("dram-preset", path) for path in found("arch/energy/dram/*.yaml")]
    many += [Seed("area-table", path) for path in found("arch/area/*.yaml")]
    many += [Seed("workload", path) for path in found("workloads/*.yaml")]
    places = {
        "scenarios": "scenario", "graphs": "graph-scenario", "tokens": "token-scenario", "sharing": "sharing-scenario",
        "devices": "device-scenario", "sweeps": "sweep",
    }
    for place, kind in places.items():
        many += [Seed(kind, path) for path in found(f"workloads/{place}/*.yaml")] * 4
    for path in found("Tests/CommandTests/Errors/*.*"):
        stem, ending = os.path.splitext(path)
        if ending not in (".yaml", ".csv", ".txt", ".onnx", ".h5", ".m", ".py", ".cfg", ".json", ".safetensors"):
            continue
        command = None
        if os.path.exists(os.path.join(folder, stem + ".command")):
            with open(os.path.join(folder, stem + ".command")) as file:
                command = shlex.split(file.read())
        kind = "other"
        if ending == ".yaml":
            with open(os.path.join(folder, path), errors="replace") as file:
                kind = kind_of(file.read())
        elif ending == ".h5":
            kind = "hdf5"
        elif ending == ".onnx":
            kind = "onnx"
        elif command and command[0] == "import":
            kind = "import"
        if kind == "other" and not command:
            continue
        if kind == "other" and command and ending == ".yaml":
            kind = "mapping" if "--mapping" in command else "import" if command[0] == "import" else "other"
        many.append(Seed(kind, path, command))
    for path in found("Tests/CommandTests/Import/**/*.onnx") + found("Tests/CommandTests/Import/forms/*.onnx"):
        many.append(Seed("onnx", path))
    for path in found("Tests/CommandTests/Import/*.*"):
        if path.endswith((".csv", ".m", "layers.py", ".yaml")):
            many.append(Seed("import", path))
    return many


# Commands that make further seeds: documents, tables, weights, stores.
MADE = [
    ("mapping", "made/mapping.yaml", "run nvdla-large alexnet --mapping-out made/mapping.yaml"),
    ("mapping", "made/search.yaml", f"run nvdla-large {TINY} --mapping search --mapping-out made/search.yaml"),
    ("document", "made/run.json", "run sushi-analytic resnet20-cifar --format json -o made/run.json"),
    ("document", "made/cores.json", "run mesh-16 resnet20-cifar --format json -o made/cores.json"),
    ("document", "made/maps.json", "run sushi-maps resnet20-cifar --format json -o made/maps.json"),
    ("document", "made/tokens.json", "run a100-like opt-125m --format json -o made/tokens.json"),
    ("document", "made/explain.json", f"explain edge-sram {TINY} --format json -o made/explain.json"),
    ("document", "made/mapping.json", f"mapping nvdla-large {TINY} --format json -o made/mapping.json"),
    ("document", "made/serve.json", "serve shared-devices --format json -o made/serve.json"),
    ("document", "made/graph.json", "serve gated-stages --format json -o made/graph.json"),
    ("document", "made/kernels.json", "serve small-kernels --format json -o made/kernels.json"),
    ("document", "made/device.json", "serve workloads/devices/two-programs.yaml --format json -o made/device.json"),
    ("document", "made/tune.json", "tune tuned-cascade --format json -o made/tune.json"),
    ("document", "made/probe.json", "probe private-resnet50 --format json -o made/probe.json"),
    ("document", "made/stitch.json", "stitch resnet20-cifar resnet20-cifar --on systolic-32-os --format json -o made/stitch.json"),
    ("document", "made/budget.json", "budget a100-like opt-125m --target '50 ms' --format json -o made/budget.json"),
    ("document", "made/validate.json", "validate eie-imbalance --format json -o made/validate.json"),
    ("weights", "made/w.h5", f"make-weights {TINY} -o made/w.h5"),
    ("weights", "made/q.h5", "quantize made/w.h5 -o made/q.h5 --scheme ternary"),
    ("weights", "made/b.h5", "quantize made/w.h5 -o made/b.h5 --scheme signed-binary"),
    ("weights", "made/c.h5", "quantize made/w.h5 -o made/c.h5 --scheme codebook --entries 4"),
    ("document", "made/analyze.json", "analyze made/q.h5 --format json -o made/analyze.json"),
    ("document", "made/codecs.json", "codecs made/w.h5 --format json -o made/codecs.json"),
    ("document", "made/delta.json", "delta made/c.h5 made/c.h5 --format json -o made/delta.json"),
    ("document", "made/compare.json", "compare made/run.json made/cores.json --format json -o made/compare.json"),
    ("", "made/table.csv", "profile sushi-analytic ofa-resnet50 --subnets 0.6B,4.1B -o made/table.csv"),
    ("", "made/table.h5", "profile sushi-analytic ofa-resnet50 --subnets 0.6B,4.1B -o made/table.h5"),
    ("onnx", "made/net.onnx", "export resnet20-cifar -o made/net.onnx"),
    ("import", "made/net.csv", "export resnet20-cifar -o made/net.csv"),
    ("store", "made/store", "sweep made/sweep.yaml -o made/store --quiet"),
    ("store", "made/loads", "sweep made/loads.yaml -o made/loads --quiet"),
]
TEXTS = {
    "made/sweep.yaml": f"""name: two
summary: Some designs.
source: made for the test
inference: {{architecture: sushi-analytic, workload: {TINY}}}
axes:
  - {{name: pixels, path: architecture.datapath.pixels, values: [1, 2]}}
  - {{name: clock, path: architecture.frequency, values: [100 MHz, 1 GHz]}}
objectives: [latency, energy]
""",
    "made/loads.yaml": """name: loads
summary: Some loads.
source: made for the test
serving: {scenario: made/served.yaml}
axes:
  - {name: rate, path: scenario.arrivals.rate, values: [50 Hz, 100 Hz]}
objectives: [slo_attainment, accuracy]
""",
    "made/served.yaml": """name: served
summary: A table of another program, and arrivals of a trace.
source: made for the test
table: table.csv
arrivals: {kind: poisson, rate: 100 Hz}
demands:
  accuracy: {low: 0.75, high: 0.798}
  latency: {low: 5 ms, high: 36 ms}
options: {queries: 60}
runs:
  - {name: a, policy: {kind: strict-accuracy}, caching: {kind: none}}
  - {name: b, policy: {kind: strict-latency}, caching: {kind: none}}
""",
    "made/traced.yaml": """name: traced
summary: Arrivals of a trace.
source: made for the test
table: table.csv
arrivals: {kind: trace, file: trace.csv, format: queries}
options: {queries: 20}
runs:
  - {name: a, policy: {kind: strict-accuracy}, caching: {kind: none}}
""",
    "made/timed.yaml": """name: timed
summary: Arrivals of a trace.
source: made for the test
table: table.csv
arrivals: {kind: trace, file: times.txt, format: timestamps}
demands:
  accuracy: {low: 0.75, high: 0.798}
  latency: {low: 5 ms, high: 36 ms}
options: {queries: 20}
runs:
  - {name: a, policy: {kind: strict-accuracy}, caching: {kind: none}}
""",
    "made/trace.csv": "arrival_s,deadline_s,accuracy\n"
    + "".join(f"{at / 50},{at / 50 + 0.05},0.75\n" for at in range(30)),
    "made/times.txt": "".join(f"{at / 50}\n" for at in range(30)),
    "made/core.cfg": """[general]
run_name = small
[architecture_presets]
ArrayHeight: 16
ArrayWidth: 16
IfmapSramSzkB: 64
FilterSramSzkB: 64
OfmapSramSzkB: 64
IfmapOffset: 0
FilterOffset: 10000000
OfmapOffset: 20000000
Bandwidth: 10
Dataflow: ws
MemoryBanks: 1
[run_presets]
InterfaceBandwidth: USER
""",
}
# A text and the file that names it: both are written anew, the name exchanged.
COMPANIONS = [
    ("made/table.csv", "made/served.yaml"),
    ("made/table.h5", "made/served.yaml"),
    ("made/trace.csv", "made/traced.yaml"),
    ("made/times.txt", "made/timed.yaml"),
    ("workloads/devices/programs.csv", "workloads/devices/two-programs.yaml"),
    ("workloads/graphs/samples.h5", "workloads/graphs/tuned-cascade.yaml"),
    ("workloads/graphs/samples.h5", "workloads/graphs/tuned-stages.yaml"),
    ("workloads/tokens/rtx-pro-6000/requests.csv", "workloads/tokens/rtx-pro-6000-served.yaml"),
    ("workloads/tokens/rtx-pro-6000/operators.csv", "workloads/tokens/rtx-pro-6000-served.yaml"),
    ("workloads/tokens/rtx-pro-6000/attention.csv", "workloads/tokens/rtx-pro-6000-served.yaml"),
]

# Scenarios that start a program of one's own, whose lines become wrong.
PROCESSES = [
    ("workloads/scenarios/own-policy.yaml", "../policies/drain.py"),
    ("workloads/scenarios/own-policy.yaml", "../policies/slackfit.py"),
    ("workloads/devices/two-programs.yaml", "program.py"),
]
# Commands whose words are changed.
LINES = [
    f"run sushi-analytic ofa-resnet50 --subnet 0.6B --cached self --host fc --fill cycles --batch 2",
    f"run a100-like opt-125m --phase decode --tokens 1 --context 128 --batch 4 --logits last",
    "run a100-like opt-125m --sequences '[{tokens: 512}, {tokens: 1, context: 1024, count: 31}]'",
    f"run nvdla-large {TINY} --mapping '{{rule: search, objective: energy}}' --energy horowitz-45nm --dram ddr4-18",
    "run tpu-like ofa-mobilenetv3 --subnet '{resolution: 224, depths: [4, 4, 4, 4, 4], kernels: 7, expansions: 6}'",
    f"run sushi-analytic {TINY} --format trace --trace-tiles 64",
    f"mapping nvdla-large {TINY} --layer conv", f"explain edge-sram {TINY} --layer conv",
    "profile sushi-analytic ofa-resnet50 --subnets 0.6B,4.1B --subgraphs 2 --batches 1,2,4 --host fc --fill bytes",
    "budget a100-like opt-125m --target '50 ms' --decodes 32 --context 1024 --prompt 2048 --granule 16",
    "quantize made/w.h5 -o OUT/q.h5 --scheme signed-binary --threshold-ratio 0.05 --positive-fraction 0.5 --layout OIHW",
    "quantize made/w.h5 -o OUT/q.h5 --scheme codebook --entries 16 --prune 0.5 --escapes 0.01 --scope filter",
    "codecs made/w.h5 --entries 2,4,8 --prune 0,0.5 --escapes 0,0.01", "analyze made/q.h5 --tile-width 2,3,6 --jobs 2",
    f"make-weights {TINY} --distribution ternary --seed 7 -o OUT/w.h5", "delta made/c.h5 made/c.h5 --layout OIHW",
    "serve made/served.yaml --capacity 99 --quiet", "serve made/served.yaml --bound --trace-layers 20 --format trace",
    "probe private-resnet50 --highest '50 ms' --resolution '1 ms'", "tune tuned-cascade --settings OUT/s.csv",
    "stitch resnet20-cifar resnet20-cifar --on systolic-32-os --by energy --buckets 20 --tau 0.05",
    "sweep made/sweep.yaml -o OUT/s --jobs 1 --shard 1/2 --deadline 3s", "report made/store --planes", "list subnets ofa-resnet50",
    "import made/net.onnx -o OUT/i.yaml --name n --input-shape x=1x3x32x32", "export ofa-resnet50 --subnet 0.6B -o OUT/e.csv",
    "compare made/run.json made/cores.json --format html", "validate zigzag --jobs 1", "check arch/tpu-like.yaml made/sweep.yaml",
    "new architecture mine -o OUT/n.yaml", "schema workload", "list formats", "merge made/store made/loads -o OUT/m", "rerun made/run.json --strict",
]


def line(draw, out):
    """A command with some words changed."""
    words = [word.replace("OUT", out) for word in shlex.split(draw.choice(LINES))]
    for _ in range(draw.choice([1, 1, 1, 1, 2, 3])):
        if draw.random() < 0.6:
            numbers = [at for at, word in enumerate(words) if at and re.fullmatch(r"[0-9.,]+|[{\[].*", word)]
        else:
            numbers = []
        at = draw.choice(numbers) if numbers else draw.randrange(1, len(words)) if len(words) > 1 else 0
        how, other = draw.random(), shlex.split(draw.choice(LINES))
        # Nothing is written outside the folder of the case.
        if words[at] in ("-o", "--output", "--settings") or words[at].startswith(out):
            continue
        if (how < 0.6 or numbers) and re.search(r"\d", words[at]):
            found = list(re.finditer(r"[0-9.]+", words[at]))
            one = draw.choice(found)
            words[at] = words[at][: one.start()] + trees.number(draw, one.group(0)) + words[at][one.end() :]
        elif how < 0.8:
            word = draw.choice(other[1:] or ["x"])
            if "OUT" not in word and word not in ("-o", "--settings"):
                words[at] = word
        elif how < 0.9:
            words[at] = draw.choice(["", " ", "-1", "--", "é\u202e", "{}", "[]", "none", "x" * 5000, "/", ".", "..", "/dev/null"])
        else:
            del words[at]
            if not words:
                words = ["list"]
    written = [at for at, word in enumerate(words) if word in ("-o", "--output", "--settings")]
    for at in written:
        if at + 1 >= len(words) or not words[at + 1].startswith(out):
            return ["list", *words[1:at]]
    return words


def make(program, folder):
    """Makes the further seeds; one that an older program cannot make is left out."""
    os.makedirs(os.path.join(folder, "made"), exist_ok=True)
    for path, text in TEXTS.items():
        with open(os.path.join(folder, path), "w") as file:
            file.write(text)
    made, missing = [], []
    for kind, path, words in MADE:
        outcome = program.run(shlex.split(words))
        if outcome.code == 0:
            if kind:
                made.append(Seed(kind, path))
        else:
            missing.append(f"{words}: {outcome.text.strip()[:200]}")
    made.append(Seed("import", "made/core.cfg"))
    made += [Seed("process", scenario, script) for scenario, script in PROCESSES]
    made.append(Seed("line", "made/sweep.yaml"))
    for text, by in COMPANIONS:
        if os.path.exists(os.path.join(folder, text)):
            made += [Seed("companion", text, by)] * 3
    return made, missing


def subnets(tree):
    """Names of the sub-networks of a workload."""
    for pair in tree if trees.is_mapping(tree) else []:
        if str(pair.key) in ("subnets", "subnetworks") and isinstance(pair.value, list):
            for one in pair.value:
                for inner in one if trees.is_mapping(one) else []:
                    if inner.key == "name":
                        yield str(inner.value)


def commands(draw, kind, path, tree, out):
    """Commands that compute with a file; `out` is a folder to write to."""
    how = ["--format", draw.choice(FORMATS)]
    plain = ["--format", draw.choice(FORMATS[:-1])]
    if kind == "architecture":
        network = draw.choice(NETWORKS)
        return [draw.choice([
            ["run", path, network, *how], ["run", path, network, *how], ["run", path, network, *how],
            ["run", path, TINY, "--mapping", draw.choice(["search", "largest", "{rule: search, objective: energy}"]), *plain],
            ["explain", path, network, *plain], ["mapping", path, TINY, *plain],
            ["profile", path, "ofa-resnet50", "--subnets", "0.6B"],
            ["run", path, "ofa-resnet50", "--subnet", "0.6B", "--cached", "self", *how],
            ["run", path, "opt-125m", "--phase", draw.choice(["prefill", "decode"]), "--tokens", "3", "--context", "9", *how],
            ["budget", path, "opt-125m", "--target", "50 ms"],
        ])]
    if kind == "energy-table":
        return [["run", draw.choice(DESIGNS), draw.choice(NETWORKS[:3]), "--energy", path, *plain]]
    if kind == "dram-preset":
        return [["run", draw.choice(DESIGNS), draw.choice(NETWORKS[:3]), "--dram", path, *plain]]
    if kind == "subgraph":
        return [["run", "sushi-analytic", "ofa-resnet50", "--subnet", "0.6B", "--cached", path, *plain]]
    if kind == "mapping":
        layers = {str(pair.key) for pair in tree or [] if isinstance(pair, trees.Pair)}
        network = "alexnet" if layers and "conv1" in trees.write(tree) else TINY
        return [[draw.choice(["run", "run", "mapping"]), "nvdla-large", network, "--mapping", path, *plain]]
    if kind == "workload":
        names = list(subnets(tree)) if tree else []
        chosen = ["--subnet", draw.choice(names)] if names else []
        design = draw.choice(DESIGNS)
        return [draw.choice([
            ["run", design, path, *chosen, *how], ["run", design, path, *chosen, *how], ["run", design, path, *chosen, *how],
            ["run", design, path, *chosen, "--batch", draw.choice(["2", "3", "256"]), *how],
            ["run", design, path, "--phase", "decode", "--context", draw.choice(["1", "100000000"]), *how],
            ["run", "systolic-32-ws", path, *chosen, "--mapping", "search", *plain],
            ["export", path, *chosen, "-o", f"{out}/e.csv"], ["export", path, *chosen, "-o", f"{out}/e.onnx"],
            ["make-weights", path, *chosen, "-o", f"{out}/w.h5"], ["explain", design, path, *chosen, *plain],
            ["stitch", path, TINY, "--on", "systolic-32-os", *plain],
            ["profile", "sushi-analytic", path] if names else ["mapping", design, path, *plain],
        ])]
    if kind in ("scenario", "graph-scenario", "token-scenario", "sharing-scenario", "device-scenario"):
        serve = ["serve", path, "--quiet"]
        many = [[*serve, *how]] * 5 + [[*serve, "--queries", f"{out}/q.csv"], [*serve, "--queries", f"{out}/q.h5"]]
        if kind == "scenario":
            many += [["probe", path, *plain], [*serve, "--capacity", "90"], [*serve, "--bound"]]
        if kind == "graph-scenario":
            many += [["tune", path, *plain]] * 3
        if kind == "token-scenario":
            many += [[*serve, "--iterations", f"{out}/i.csv"]]
        return [draw.choice(many)]
    if kind == "sweep":
        return [["sweep", path, "-o", f"{out}/s", "--deadline", "4s", "--jobs", "1", *plain]]
    if kind in ("import", "onnx"):
        return [["import", path, "-o", f"{out}/i.yaml", *draw.choice([[], [], ["--skip-unsupported"], ["--weights", f"{out}/i.h5"]])]]
    if kind in ("hdf5", "weights"):
        return [draw.choice([
            ["analyze", path, *plain], ["codecs", path, "--entries", "2,4", *plain], ["delta", path, "made/c.h5"],
            ["delta", "made/c.h5", path], ["run", "eie", TINY, "--weights", path, *plain],
            ["run", "plum-sr", TINY, "--weights", path, *plain], ["run", "sushi-coded", TINY, "--weights", path, *plain],
            ["quantize", path, "-o", f"{out}/q.h5", "--scheme", draw.choice(["ternary", "binary", "signed-binary"])],
            ["quantize", path, "-o", f"{out}/q.h5", "--scheme", "codebook", "--entries", "4"],
        ])]
    if kind == "document":
        return [draw.choice([
            ["report", path, *plain], ["report", path, *plain], ["report", path, "--format", "svg", "-o", f"{out}/p"],
            ["report", path, "--format", "hdf5", "-o", f"{out}/r.h5"], ["compare", "made/run.json", path, *plain],
            ["compare", path, path, *plain], ["explain", path], ["rerun", path, *plain],
        ])]
    if kind == "store":
        return [draw.choice([
            ["report", path, *plain], ["report", path, "--planes", *plain], ["compare", path, path, *plain],
            ["sweep", "made/sweep.yaml", "-o", path, "--resume", "--quiet"], ["merge", path, "-o", f"{out}/m"],
            ["sweep", "made/loads.yaml", "-o", path, "--resume", "--quiet"],
        ])]
    return []
