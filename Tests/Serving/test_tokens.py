"""The program's serving of tokens against `token_oracle.py`, on random scenarios.

Usage: test_tokens.py PROGRAM COUNT [SEED]

The program writes every iteration and every request; the oracle was written from the definitions alone. Both
must have the same batches at the same times, the same blocks, the same preemptions. Two choices of the
definitions are the program's: requests that stand aside for a turn cannot lose their cache to decodes
(`aside: safe`), as in the code of Sarathi-Serve; and vLLM 1.x admits nobody into an iteration for which
somebody lost the cache (`readmit: later`).
"""

import csv
import os
import random
import subprocess
import sys
import tempfile

import token_checks
import token_oracle

NS = 1000  # picoseconds


def policy(spec):
    """The policy of a scenario in the program's words."""
    spec = dict(spec)
    kind = spec.pop("kind")
    if kind == "orca":
        return {"kind": kind, "reserve": spec["maximum"]}
    if kind == "sarathi" and "stages" in spec:
        stages = spec["stages"]
        return {"kind": kind, "budget": stages["high"],
                "shrinking": {"high": stages["high"], "low": stages["low"],
                              "stages": stages["count"], "longest": stages["tokens"]}}
    if kind == "medha":
        own = {"kind": kind, "target": f"{spec['target']} ns", "granularity": spec.get("granularity", 1024)}
        if "deadline" in spec:
            own["deadline"] = f"{max(1, spec['deadline'])} ns"
        for key in ("chunk", "long"):
            if key in spec:
                own[key] = spec[key]
        if "cap" in spec:
            own["cap"] = float(spec["cap"])
        return own
    return {"kind": kind, **spec}


def flow(value):
    """A value as YAML in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def by_class(scenario, draw):
    """Deadlines of requests by the length of their prompts, in place of the policy's."""
    del scenario["policy"]["deadline"]
    longest = sorted(draw.sample(range(1, 41), draw.randint(0, 3))) + [None]
    scenario["classes"] = [(most, draw.randint(1, 50 * scenario["policy"]["target"])) for most in longest]
    for request in scenario["requests"]:
        request["deadline"] = next(
            deadline for most, deadline in scenario["classes"] if most is None or request["prompt"] <= most)


def write(scenario, folder):
    """The scenario's file and its trace."""
    cost = scenario["cost"]
    with open(os.path.join(folder, "trace.csv"), "w") as file:
        file.write("arrival_ns,prompt_tokens,output_tokens\n")
        for request in scenario["requests"]:
            file.write(f"{request['arrival']},{request['prompt']},{request['output']}\n")
    watermark = scenario["watermark"]
    blocks = scenario["blocks"]
    share = 0 if watermark == 0 else (watermark + 0.5) / blocks * 100
    targets = ""
    if "classes" in scenario:
        entries = [{"name": f"class-{index}", **({"longest": longest} if longest else {}),
                    "first_token": f"{deadline} ns"}
                   for index, (longest, deadline) in enumerate(scenario["classes"])]
        targets = f"targets: {{classes: [{', '.join(map(flow, entries))}]}}\n"
    swap = ""
    if "swap" in scenario:
        # A token of this model's cache has 32 x 2 x 4096 x 2 = 524288 bytes.
        bytes_of_block = 524288 * scenario["block"]
        rate = bytes_of_block * 10**9 // scenario["swap"]["block"]
        swap = (f", swap: {{memory: {bytes_of_block * scenario['swap']['blocks']} B, "
                f"full: {scenario['swap']['full']}, link: {{latency: {scenario['swap']['latency']} ns, "
                f"bandwidth: {rate} B/s}}}}")
    text = f"""name: random
summary: a random scenario
source: generated
model: llama-2-7b
costs: {{kind: formula, start: {cost['start']} ns, token: {cost['token']} ns, request: {cost['sequence']} ns, context: {cost['context']} ns}}
requests:
  count: {len(scenario['requests'])}
  arrivals: {{kind: trace, file: trace.csv, format: queries}}
  lengths: {{kind: trace}}
cache: {{block: {scenario['block']}, blocks: {blocks}, watermark: {share:.9f} %, preemption: {scenario['preempt']}{swap}}}
{targets}most_sequences: {scenario['max_sequences']}
runs: [{{name: run, policy: {flow(policy(scenario['policy']))}}}]
"""
    path = os.path.join(folder, "scenario.yaml")
    with open(path, "w") as file:
        file.write(text)
    return path


def nanoseconds(text, origin=0):
    """Whole nanoseconds of an exact decimal of seconds."""
    whole, _, part = text.partition(".")
    picoseconds = int(whole) * 10**12 + int((part + "0" * 12)[:12])
    assert picoseconds % NS == 0, text
    return picoseconds // NS + origin


def plain(scenario):
    """Without what the oracle sees as deadlines of requests."""
    return {key: value for key, value in scenario.items() if key != "classes"}


def compare(program, scenario):
    """What differs, in a sentence; None where nothing does."""
    first = min(request["arrival"] for request in scenario["requests"])
    full = None
    try:
        expected = token_oracle.simulate(plain(scenario))
    except token_oracle.HostFull as error:
        full = f"the cache of request {error.name}: it has {error.blocks} blocks, {error.free} are free"
    with tempfile.TemporaryDirectory() as folder:
        path = write(scenario, folder)
        rows, queries = os.path.join(folder, "rows.csv"), os.path.join(folder, "queries.csv")
        done = subprocess.run([program, "serve", path, "--iterations", rows, "--queries", queries,
                               "--format", "csv", "-o", os.path.join(folder, "out.csv")],
                              capture_output=True, text=True)
        if full is not None:
            said = done.returncode != 0 and full in done.stderr
            return None if said else f"does not say {full}: {done.returncode} {done.stderr.strip()}"
        if done.returncode != 0:
            if not any(row["last_token"] is not None for row in expected["requests"]):
                return None
            return f"exits with {done.returncode}: {done.stderr.strip()}"
        found = list(csv.DictReader(open(rows)))
        requests = {row["request"]: row for row in csv.DictReader(open(queries))}
    names = {request.get("name", str(index)): str(index)
             for index, request in enumerate(scenario["requests"])}
    if len(found) != len(expected["iterations"]):
        return f"{len(found)} iterations, expected {len(expected['iterations'])}"
    for index, (own, other) in enumerate(zip(found, expected["iterations"])):
        batch = sorted(f"{names[str(name)]}{kind}" + (str(tokens) if kind == "p" else "")
                       for name, kind, tokens in other["batch"])
        pairs = [
            ("start", nanoseconds(own["start_s"], first), other["start"]),
            ("end", nanoseconds(own["end_s"], first), other["start"] + other["duration"]),
            ("batch", sorted(own["pieces"].split()), batch),
            ("tokens", int(own["tokens"]), other["tokens"]),
            ("blocks", int(own["blocks"]), other["blocks_during"]),
            ("blocks after", int(own["blocks_after"]), other["blocks_after"]),
            ("preempted", own["preempted"].split(), [names[str(name)] for name in other["preempted"]]),
            ("out", own["swapped_out"].split(), [names[str(name)] for name in other.get("swapped_out", [])]),
            ("back", own["swapped_in"].split(), [names[str(name)] for name in other.get("swapped_in", [])]),
            ("host", int(own["host_blocks"]), other.get("host", 0)),
        ]
        for what, mine, its in pairs:
            if mine != its:
                return f"iteration {index}: {what} {mine}, expected {its}"
    for other in expected["requests"]:
        own = requests[names[str(other["name"])]]
        if (own["refused"] == "1") != (other["refused"] is not None):
            return f"request {other['name']}: refused {own['refused']}, expected {other['refused']}"
        if other["refused"] is not None:
            continue
        pairs = [("first token", nanoseconds(own["first_token_s"], first), other["first_token"]),
                 ("last token", nanoseconds(own["last_token_s"], first), other["last_token"]),
                 ("preemptions", int(own["preemptions"]), other["preemptions"]),
                 ("recomputed", int(own["recomputed_tokens"]), other["recomputed"])]
        for what, mine, its in pairs:
            if mine != its:
                return f"request {other['name']}: {what} {mine}, expected {its}"
    return None


def main():
    """Compares as many scenarios as are asked for; exits with 1 where one differs."""
    program, count = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    kinds = ["prefill-first", "orca", "sarathi", "stages", "vllm-v1", "medha"]
    differing = 0
    iterations = full = 0
    for index in range(count):
        kind = kinds[index % len(kinds)]
        scenario = token_checks.scenario(random.Random(seed + index), [kind])
        if scenario["cost"]["kind"] != "linear":
            scenario["cost"] = {"kind": "linear", "start": 1000, "token": 7, "sequence": 3, "context": 2}
            for request in scenario["requests"]:
                request["arrival"] *= 1000
        scenario["requests"].sort(key=lambda request: request["arrival"])
        scenario["aside"] = "safe"
        if kind == "vllm-v1":
            scenario["readmit"] = "later"
        for request in scenario["requests"]:
            request.pop("deadline", None)
        if kind == "medha":
            draw = random.Random(f"classes {seed + index}")
            if draw.random() < 0.5:
                by_class(scenario, draw)
            else:
                scenario["policy"]["deadline"] = max(1, scenario["policy"]["deadline"])
        difference = compare(program, scenario)
        try:
            iterations += len(token_oracle.simulate(plain(scenario))["iterations"])
        except token_oracle.HostFull:
            full += 1
        if difference is not None:
            differing += 1
            if differing <= 10:
                print(f"{kind}, seed {seed + index}: {difference}")
    print(f"{count - differing} of {count} scenarios agree, {iterations} iterations, in {full} the host is full")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
