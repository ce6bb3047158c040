"""Random scenarios of serving token by token, and what must hold in every run of one.

The checks see only the scenario and the printed result: they count tokens and blocks again.
"""

import collections


def ceil(value, by):
    return -(-value // by)


KINDS = ("prefill-first", "orca", "sarathi", "stages", "vllm-v1", "medha")


def scenario(draw, kinds=KINDS):
    """A small scenario of one of these kinds of policies; memory is tight in most of them."""
    block = draw.choice((1, 2, 4, 8))
    count = draw.randint(1, 12)
    iterations = draw.random() < 0.4
    cost = {"kind": "iterations"} if iterations else {
        "kind": "linear", "start": draw.randint(0, 2000), "token": draw.randint(1, 100),
        "sequence": draw.choice((0, draw.randint(0, 100))), "context": draw.choice((0, draw.randint(0, 10)))}
    step = draw.choice((1, 3)) if iterations else draw.choice((500, 3000))
    requests, now = [], 0
    for _ in range(count):
        now += draw.choice((0, draw.randint(0, step)))
        requests.append({"arrival": now, "prompt": draw.randint(1, draw.choice((4, 16, 40))),
                         "output": draw.randint(1, draw.choice((2, 16, 30)))})
    if draw.random() < 0.2:
        draw.shuffle(requests)
    longest = max(request["prompt"] + request["output"] - 1 for request in requests)
    largest = ceil(longest, block)
    watermark = draw.choice((0, 0, 1, 2))
    blocks = max(1, largest + watermark + draw.choice((-1, 0, 1, 2, largest // 2, largest, 20 * largest)))
    policy = random_policy(draw, draw.choice(kinds), longest, cost, requests)
    made = {"policy": policy, "blocks": blocks, "block": block, "watermark": watermark,
            "max_sequences": draw.choice((1, 2, 4, 100, 100)),
            "preempt": draw.choice(("exact", "conservative")), "requests": requests, "cost": cost}
    if draw.random() < 0.4:
        made["swap"] = {"blocks": draw.choice((1, largest, 3 * largest, 50 * largest)),
                        "latency": draw.choice((0, draw.randint(1, 100))),
                        "block": block * draw.choice((256, 512, 1024)),
                        "full": draw.choice(("stop", "recompute", "recompute"))}
    return made


def random_policy(draw, kind, longest, cost, requests):
    if kind == "prefill-first":
        return {"kind": kind, "limit": max(1, longest + draw.choice((-1, 0, 5, 50))),
                "padded": draw.random() < 0.5}
    if kind == "orca":
        return {"kind": kind, "maximum": max(1, longest + draw.choice((-1, 0, 0, 3)))}
    if kind == "stages":
        low = draw.choice((1, 2, 3, 8, 33))
        return {"kind": "sarathi", "stages": {
            "high": low + draw.randint(0, 40), "low": low, "count": draw.randint(2, 5),
            "tokens": draw.randint(1, 50)}}
    if kind != "medha":
        return {"kind": kind, "budget": draw.choice((1, 2, draw.randint(3, 30), 500))}
    if cost["kind"] == "iterations":
        target, scale = draw.choice((1, 2)), 5
    else:
        target = max(1, cost["start"] + cost["token"] * draw.randint(0, 40))
        scale = 2 * target
    policy = {"kind": kind, "target": target, "deadline": draw.randint(0, 10 * scale)}
    if draw.random() < 0.8:
        policy["granularity"] = draw.choice((1, 4, 16))
    if draw.random() < 0.3:
        policy["chunk"] = draw.randint(1, 20)
    if draw.random() < 0.5:
        policy.update(long=draw.randint(2, 20), cap=draw.choice(("0", "0.4", "0.75")))
    for request in requests:
        if draw.random() < 0.3:
            request["deadline"] = draw.randint(0, 10 * scale)
    return policy


def unlimited(made):
    """The same requests with room for everything under policies that must then do the same."""
    total = sum(request["prompt"] + request["output"] for request in made["requests"])
    blocks = 2 * total * len(made["requests"]) + made["watermark"]
    common = {**made, "blocks": blocks, "max_sequences": 10**6}
    # Nothing is ever long enough to keep the whole from running at once.
    target = 10**9 * (1 + total)
    return {kind: {**common, "policy": policy} for kind, policy in {
        "orca": {"kind": "orca", "maximum": total},
        "sarathi": {"kind": "sarathi", "budget": total},
        "vllm-v1": {"kind": "vllm-v1", "budget": total},
        "medha": {"kind": "medha", "target": target, "deadline": 0}}.items()}


def differing(results):
    """Where runs differ that must be the same but for the order in a batch and the blocks."""
    def seen(result):
        return [(entry["start"], entry["duration"], sorted(entry["batch"])) for entry in result["iterations"]]

    wanted = seen(results["orca"])
    return [f"without limits, {kind} differs from orca, or preempts" for kind, result in results.items()
            if seen(result) != wanted or result["sums"]["preemptions"]]


class Replay:
    """What the iterations say of the requests that have not finished."""

    def __init__(self, made):
        self.made, self.policy, self.kind = made, made["policy"], made["policy"]["kind"]
        self.requests = {request.get("name", str(index)): request
                         for index, request in enumerate(made["requests"])}
        self.order = sorted(self.requests, key=lambda name: self.requests[name]["arrival"])
        self.cached = dict.fromkeys(self.requests, 0)
        self.generated = dict.fromkeys(self.requests, 0)
        self.prefill = {name: request["prompt"] for name, request in self.requests.items()}
        self.running, self.times = set(), collections.defaultdict(list)
        self.host = {}  # blocks by name
        self.recomputed, self.preemptions = collections.Counter(), collections.Counter()
        self.problems = []

    def need(self, holds, what, entry):
        if not holds:
            self.problems.append(f"{what}, at {entry['start']}: {entry}")

    def blocks(self, name):
        """What a running request holds."""
        size = self.made["block"]
        if self.kind == "orca":
            return ceil(self.policy["maximum"], size)
        held = self.cached[name] if self.kind == "vllm-v1" else max(self.cached[name], self.prefill[name])
        return ceil(held, size)

    def take_preempted(self, entry):
        for name in entry["preempted"]:
            self.preemptions[name] += 1
            if name in entry.get("swapped_out", []):
                continue
            self.need(name in self.running, f"{name} is preempted and did not run", entry)
            self.recomputed[name] += self.cached[name]
            self.prefill[name] = self.requests[name]["prompt"] + self.generated[name]
            self.cached[name] = 0
            self.running.discard(name)

    def move(self, entry):
        """Caches that went to the host and came back; how long that takes."""
        swap, moved = self.made["swap"], 0
        for name in entry["swapped_out"]:
            self.need(name in self.running and self.cached[name] > 0, f"{name} has nothing to move", entry)
            self.running.discard(name)
            self.host[name] = self.blocks(name)
            moved += self.host[name]
        for name in entry["swapped_in"]:
            self.need(name in self.host, f"{name} is not in the host", entry)
            moved += self.host.pop(name, 0)
        used = sum(self.host.values())
        self.need(used == entry["host"] <= swap["blocks"], f"the host holds {used} blocks", entry)
        self.need(not self.host or not {name for name, kind, _ in entry["batch"] if kind == "p"}
                  - self.running - set(entry["swapped_in"]), "somebody passes those in the host", entry)
        return (swap["latency"] * len(entry["swapped_out"] + entry["swapped_in"])
                + swap["block"] * moved)

    def take(self, entry, clock):
        """One iteration, after `clock`, the end of the one before."""
        made, batch = self.made, entry["batch"]
        self.start(entry, clock)
        moves = self.move(entry) if "swap" in made else 0
        self.take_preempted(entry)
        stayed = set(self.running)
        self.running |= set(entry.get("swapped_in", []))
        names = [name for name, _, _ in batch]
        self.need(batch and len(set(names)) == len(names), "no batch, or a request is twice in it", entry)
        cost = self.cost([(self.cached[name], tokens) for name, _, tokens in batch])
        self.need(cost + moves == entry["duration"], f"the cost is {cost + moves}", entry)
        ends = entry["start"] + entry["duration"]
        finished = []
        decoding = {name for name in self.running if self.cached[name] >= self.prefill[name]}
        for name, kind, tokens in batch:
            rest = self.prefill[name] - self.cached[name]
            self.need((kind == "d") == (rest <= 0), f"{name} is of the other kind", entry)
            self.need(1 <= tokens <= max(rest, 1), f"{name} has too many tokens, or none", entry)
            self.need(self.requests[name]["arrival"] <= entry["start"], f"{name} has not arrived", entry)
            self.running.add(name)
            self.cached[name] += tokens
            if self.cached[name] >= self.prefill[name]:
                self.generated[name] += 1
                self.times[name].append(ends)
                if self.generated[name] == self.requests[name]["output"]:
                    finished.append(name)
        self.need(entry["tokens"] == sum(tokens for _, _, tokens in batch), "the sum of tokens", entry)
        during = sum(map(self.blocks, self.running))
        self.need(during == entry["blocks_during"], f"{during} blocks are held during it", entry)
        self.need(during <= made["blocks"], "more blocks than there are", entry)
        self.need(len(self.running) <= made["max_sequences"], "too many run", entry)
        if self.running - stayed and self.kind != "orca":
            self.need(during <= made["blocks"] - made["watermark"], "an admission leaves too little", entry)
        self.batch_rules(entry, decoding, cost)
        waiting = {name for name in self.accepted if self.requests[name]["arrival"] <= entry["start"]
                   and self.generated[name] < self.requests[name]["output"]
                   and name not in self.running and name not in self.host}
        self.need(set(entry["waiting"]) == waiting, f"{sorted(waiting)} wait", entry)
        # With stages a later prompt may get a chunk that an earlier one is too far on for.
        if self.kind != "medha" and "stages" not in self.policy and "swap" not in made:
            alive = [name for name in self.order if name in self.running or name in waiting]
            self.need(set(alive[:len(self.running)]) == self.running, "one overtakes another", entry)
        self.running -= set(finished)
        after = sum(map(self.blocks, self.running))
        self.need(after == entry["blocks_after"], f"{after} blocks are held after it", entry)
        return ends

    def start(self, entry, clock):
        """The device waits only where there is nothing to do, and then for the next arrival."""
        left = [self.requests[name]["arrival"] for name in self.accepted
                if self.generated[name] < self.requests[name]["output"]]
        self.need(entry["start"] == max(clock, min(left)), "the device waits, or starts too early", entry)

    def batch_rules(self, entry, decoding, cost):
        """What the policy promises of a batch."""
        batch = entry["batch"]
        decodes = {name for name, kind, _ in batch if kind == "d"}
        prefills = [(name, tokens) for name, kind, tokens in batch if kind == "p"]
        count, tokens = len(decodes), entry["tokens"]
        whole = all(tokens == self.prefill[name] for name, tokens in prefills)
        if self.kind == "prefill-first":
            self.need(whole and not (decodes and prefills), "a mixed batch, or a part of a prompt", entry)
            longest = max([tokens for _, tokens in prefills], default=0)
            size = len(prefills) * longest if self.policy["padded"] else sum(t for _, t in prefills)
            self.need(size <= self.policy["limit"], "more than the limit", entry)
            self.need(prefills or decodes == decoding, f"{sorted(decoding)} are past their prompts", entry)
        else:
            self.need(decodes == decoding, f"{sorted(decoding)} are past their prompts", entry)
        if self.kind == "orca":
            self.need(whole and not entry["preempted"], "a part of a prompt, or a preemption", entry)
        if "budget" in self.policy:
            budget = self.policy["budget"]
            self.need(tokens <= budget or not prefills and self.kind == "sarathi", "above the budget", entry)
            parts = [name for name in self.running if self.cached[name] < self.prefill[name]]
            self.need(tokens >= budget or not parts, "a chunk could have been larger", entry)
        if "stages" in self.policy:
            self.need(tokens <= max(count, self.policy["stages"]["high"]) + 16, "above any stage", entry)
        if self.kind == "medha":
            alone = [tokens for _, tokens in prefills] == [1] and not decodes
            self.need(cost <= self.policy["target"] or not prefills or alone, "above the target", entry)
            self.need(all(t <= self.policy.get("chunk", t) for _, t in prefills), "above the chunk", entry)
            long = [name for name, _ in prefills if self.prefill[name] >= self.policy.get("long", 10**18)]
            self.need(len(long) <= 1, "two long ones", entry)

    def cost(self, sequences):
        rule = self.made["cost"]
        if rule["kind"] == "iterations":
            return 1
        return rule["start"] + sum(rule["sequence"] + rule["token"] * tokens + rule["context"] * cached
                                   for cached, tokens in sequences)

    def refused(self, request):
        longest, made = request["prompt"] + request["output"] - 1, self.made
        if self.kind == "orca":
            maximum = self.policy["maximum"]
            return longest > maximum or ceil(maximum, made["block"]) > made["blocks"]
        return (ceil(longest, made["block"]) > made["blocks"] - made["watermark"]
                or self.kind == "prefill-first" and longest > self.policy["limit"])

    def run(self, result):
        said = {request["name"]: request for request in result["requests"]}
        self.accepted = [name for name, request in self.requests.items() if not self.refused(request)]
        if [name for name, request in said.items() if request["refused"] is None] != self.accepted:
            return [f"refused must be all but {self.accepted}"]
        clock = 0
        for entry in result["iterations"]:
            clock = self.take(entry, clock)
            if self.problems:
                return self.problems
        if self.running or result["iterations"] and result["iterations"][-1]["blocks_after"]:
            self.problems.append("blocks do not return to zero")
        first = {}
        for entry in result["iterations"]:
            for name, _, _ in entry["batch"]:
                first.setdefault(name, entry["start"])
        for name in self.requests:
            times = self.times[name]
            expected = {"first_scheduled": first.get(name), "first_token": times[0] if times else None,
                        "last_token": times[-1] if times else None, "token_times": times,
                        "preemptions": self.preemptions[name], "recomputed": self.recomputed[name]}
            self.problems += [f"{name}: {key} is {said[name][key]}, counted again {value}"
                              for key, value in expected.items() if said[name][key] != value]
            if name in self.accepted and len(times) != self.requests[name]["output"]:
                self.problems.append(f"{name} has {len(times)} tokens")
        sums, kept = result["sums"], [self.requests[name] for name in self.accepted]
        useful = sum(request["prompt"] + request["output"] - 1 for request in kept)
        expected = {
            "tokens": useful + sum(self.recomputed.values()), "recomputed": sum(self.recomputed.values()),
            "preemptions": sum(self.preemptions.values()), "finished": len(kept),
            "refused": len(self.requests) - len(kept), "end": clock,
            "iterations": len(result["iterations"]),
            "duration": sum(entry["duration"] for entry in result["iterations"])}
        self.problems += [f"the sum of {key} is {sums[key]}, counted again {value}"
                          for key, value in expected.items() if sums[key] != value]
        room = sum(self.blocks_at_most(request) for request in kept)
        if self.made["blocks"] - self.made["watermark"] > room and sums["preemptions"]:
            self.problems.append("preemptions with room for all")
        return self.problems

    def blocks_at_most(self, request):
        return ceil(request["prompt"] + request["output"] - 1, self.made["block"])


def wrong(made, result):
    """What does not hold in a run."""
    return Replay(made).run(result)
