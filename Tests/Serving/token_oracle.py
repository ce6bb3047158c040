#!/usr/bin/env python3
"""A simulator of serving token by token in plain Python, written from the definitions of the policies.

    python3 Tests/Serving/token_oracle.py FILE [--format json|table]
    python3 Tests/Serving/token_oracle.py --self-test
    python3 Tests/Serving/token_oracle.py --random N [--seed S] [--kinds KIND,...]
    python3 Tests/Serving/token_oracle.py --scenario SEED [--kinds KIND,...]

It shares no code with any engine of the project. All times are whole units of a virtual clock:
nanoseconds, or iterations where the cost is `iterations`. Fractions are exact.

The scenario is a JSON object; nothing has a default but what is marked (optional):

    blocks, block         blocks of the cache, and tokens per block
    watermark             blocks that an admission must leave free
    max_sequences         the most requests that run at a time
    preempt               "exact" or "conservative"
    readmit               (optional) "same": a victim may be admitted again in the iteration that
                          preempted it; "later": not before the next one. Same if absent.
    aside                 (optional) "victims": a request inside its prompt that the pass over decodes has
                          set aside may be preempted by a later decode; "safe": it may not. Victims if absent.
    swap                  (optional) {"blocks", "latency", "block", "full"}: a host's memory, see rule 7
    requests              [{"arrival", "prompt", "output", "name" (optional), "deadline" (medha)}]
    cost                  {"kind": "iterations"}, or {"kind": "linear", "start", "token", "sequence",
                          "context"}: start + token x tokens + sequence x requests of the batch
                          + context x tokens that these had in the cache before the iteration
    policy                {"kind": "prefill-first", "limit", "padded"}
                          {"kind": "orca", "maximum"}
                          {"kind": "sarathi", "budget"}
                          {"kind": "sarathi", "stages": {"high", "low", "count", "tokens"}}
                          {"kind": "vllm-v1", "budget"}
                          {"kind": "medha", "target", "deadline", "granularity", "chunk", "long", "cap"}

Rules. A request has a prompt p, an output o, v tokens in the cache, and g tokens generated. What it has
to prefill, P, is p at first and p + g after a preemption. It is inside its prompt while v < P; the
iteration that brings v to P yields a token, every decode after that brings one token into the cache and
yields one; with o tokens it is finished and leaves, with its blocks, at the end of the iteration.

1. At a time t at which the device is free, all requests that have arrived by t join the waiting queue
   in arrival order (ties: order of the list); then one pass of the policy makes the batch. If nothing
   waits or runs, t is the next arrival.
2. A pass that schedules nothing is no iteration and takes no time: what it preempted is reported with
   the next iteration, which starts at the same t.
3. Refused on arrival: ceil((p + o - 1) / block) > blocks - watermark; prefill first also p + o - 1 >
   limit; Orca instead p + o - 1 > maximum, or ceil(maximum / block) > blocks.
4. Admission of the head of the waiting queue: running < max_sequences and free - ceil(P / block) >=
   watermark; it takes ceil(P / block) blocks. (vLLM 1.x: same test, but only the blocks of its chunk;
   Orca: ceil(maximum / block) blocks must be free and are taken, no watermark.)
5. A decode needs a block if v + 1 > its blocks x block. Exact: while it needs one and none is free,
   preempt. Conservative: while none is free, needed or not, preempt. The watermark has no say here.
6. Victim: the last in arrival order among running requests that this iteration has not handled yet
   (handled = has tokens in the batch); the request that wants the block is considered only if there is
   none, and then it does not run. A victim loses its blocks and its v tokens (these are "recomputed"),
   and goes to the front of the waiting queue.

7. With `swap`, a victim that has tokens in the cache moves all its blocks to the host, if as many of the
   host's `blocks` are free; it keeps v, and is swapped: neither waiting nor running. Where they are not
   free, `full` says: "stop", the run ends; "recompute", rule 6. While anybody is swapped, nobody is
   admitted. At the end of a pass over running requests that preempted nobody, swapped ones come back in
   arrival order, as long as running < max_sequences and free - n >= watermark, with n = the larger of
   what they had and ceil((v + their tokens) / block), which they take; those past their prompt decode
   at once (their tokens are 1), those inside have none and go on as any that runs; under vLLM 1.x both
   get what the budget leaves, and none comes back where nothing is left. The next iteration lasts
   `latency` longer for every cache that moved since the one before, and `block` for every block of it.

Prefill first: admits from the head while rule 4 holds and the sum of the P admitted in this pass
(padded: their number x the longest) is at most the limit; stops at the first that fails. If it admitted
any, the batch is these whole prompts; else every running request decodes, in arrival order, by rule 5.

Orca: every running request decodes, then whole prompts are admitted from the head until one fails.

Sarathi, budget T: (1) in arrival order, requests past their prompt decode by rule 5; those inside are
set aside; (2) those, in arrival order, get min(P - v, max(0, T - n)) tokens, n being the tokens of the
batch so far; (3) from the head of the waiting queue, the same chunk while rule 4 holds and the chunk is
not 0; stops at the first that fails. Stages: T is, for each request, the size of its stage, floor(v /
ceil(tokens / count)), the last stage if beyond it; size i of count (at least 2) is high - i (high - low)
/ (count - 1), to the nearest multiple of min(32, low), halves upwards.

vLLM 1.x, budget T: in arrival order, each running request gets min(what it has to do, T - n), where that
is 1 for a decode; none where nothing is left of T. It takes the blocks that v + its tokens need, by
rule 5, where "conservative" is a matter of decodes alone: a chunk preempts only for blocks it lacks.
Then waiting ones, as in Sarathi (3).

Medha: (1) as Sarathi; (2) all requests inside their prompt, running or waiting, in the order of their
relative slack at t, smallest first (ties: arrival order), each get the largest chunk, at most `chunk`,
with which the cost of the whole batch is at most the target. A request that gets 0 tokens waits, and
the next one is tried. A waiting request must pass rule 4 first (also one whose chunk would be 0); once
one has failed, no other is admitted in this pass. Relative slack = (arrival + deadline - t - w) / W, W =
C(up(P)), w = W - C(down(v)); C(l) = cost of an iteration with one prefill of l tokens, C(0) = 0; up and
down round to multiples of `granularity` (1024 if absent). A request with P >= `long` is long: its target
is (1 - r) x target for the whole batch, r being its relative slack held between 0 and `cap` (a string
or a number); only one long request gets tokens in an iteration. `chunk`, and `long` with `cap`, are
optional; `deadline` is for all requests that have none of their own, counted from their arrival, for the
first token. If the batch would be empty, the first that could have run gets one token.
"""

import argparse
import fractions
import json
import random
import re
import sys

sys.dont_write_bytecode = True
import token_checks
import token_tables

POLICIES = {
    "prefill-first": ({"limit": 1, "padded": bool}, {}),
    "orca": ({"maximum": 1}, {}),
    "sarathi": ({}, {"budget": 1, "stages": dict}),
    "vllm-v1": ({"budget": 1}, {}),
    "medha": ({"target": 1}, {"deadline": 0, "granularity": 1, "chunk": 1, "long": 1, "cap": "share"}),
}
COSTS = {"iterations": ({}, {}), "linear": ({"start": 0, "token": 0, "sequence": 0, "context": 0}, {})}
SCENARIO = ({"policy": dict, "blocks": 1, "block": 1, "watermark": 0, "max_sequences": 1,
             "preempt": ("exact", "conservative"), "requests": list, "cost": dict},
            {"readmit": ("same", "later"), "aside": ("victims", "safe"), "swap": dict})
SWAP = ({"blocks": 1, "latency": 0, "block": 0, "full": ("stop", "recompute")}, {})
REQUEST = ({"arrival": 0, "prompt": 1, "output": 1}, {"name": str, "deadline": 0})
STAGES = ({"high": 1, "low": 1, "count": 2, "tokens": 1}, {})


class Wrong(Exception):
    """A scenario that says something wrong, and what would be right."""


def checked(value, rules, place):
    """The object with what `rules` demand and allow: least whole numbers, types or words by key."""
    needed, optional = rules
    if not isinstance(value, dict):
        raise Wrong(f"{place}: this is no object")
    for key in value:
        if key not in needed and key not in optional:
            raise Wrong(f"{place}: unknown key `{key}`; known are {', '.join([*needed, *optional])}")
    for key in needed:
        if key not in value:
            raise Wrong(f"{place}: `{key}` is missing")
    for key, one in value.items():
        rule = needed.get(key, optional.get(key))
        if isinstance(rule, tuple):
            fine, right = one in rule, " or ".join(rule)
        elif rule == "share":
            fine, right = share(one) is not None, "a number from 0 to below 1"
        elif isinstance(rule, type):
            fine, right = isinstance(one, rule), f"of type {rule.__name__}"
        else:
            fine, right = type(one) is int and one >= rule, f"a whole number of at least {rule}"
        if not fine:
            raise Wrong(f"{place}: `{key}` is {one!r}; it must be {right}")
    return value


def share(value):
    """An exact number from 0 to below 1, from its decimal digits; None for anything else."""
    return fractions.Fraction(str(value)) if re.fullmatch(r"0(\.[0-9]{1,18})?", str(value)) else None


def named(value, rules, place):
    """An object whose `kind` says which rules it keeps."""
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in rules:
        raise Wrong(f"{place}: `kind` is {kind!r}; known are {', '.join(rules)}")
    checked({key: one for key, one in value.items() if key != "kind"}, rules[kind], place)


def validate(scenario):
    """Refuses what the simulator could not run, or would have to guess."""
    checked(scenario, SCENARIO, "scenario")
    policy = scenario["policy"]
    named(policy, POLICIES, "policy")
    named(scenario["cost"], COSTS, "cost")
    if "swap" in scenario:
        checked(scenario["swap"], SWAP, "swap")
    for index, request in enumerate(scenario["requests"]):
        checked(request, REQUEST, f"request {index}")
        if policy["kind"] == "medha" and "deadline" not in {**policy, **request}:
            raise Wrong(f"request {index}: it has no `deadline`, and neither has the policy")
    names = [name(scenario, index) for index in range(len(scenario["requests"]))]
    if len(set(names)) < len(names):
        raise Wrong("requests: two have the same name")
    if policy["kind"] == "sarathi":
        if ("budget" in policy) == ("stages" in policy):
            raise Wrong("policy: sarathi needs either `budget` or `stages`")
        stages = checked(policy["stages"], STAGES, "stages") if "stages" in policy else None
        if stages and stages["low"] > stages["high"]:
            raise Wrong("stages: `low` is above `high`")
    if ("long" in policy) != ("cap" in policy):
        raise Wrong("policy: `long` and `cap` go together")


def name(scenario, index):
    return scenario["requests"][index].get("name", str(index))


def ceil(value, by):
    return -(-value // by)


class Request:
    """What is known of a request: what it asks for, where it is, and what has happened to it."""

    def __init__(self, scenario, index):
        said = scenario["requests"][index]
        self.name, self.index = name(scenario, index), index
        self.arrival, self.prompt, self.output = said["arrival"], said["prompt"], said["output"]
        self.deadline = said.get("deadline", scenario["policy"].get("deadline"))
        self.order = (self.arrival, index)
        self.target = self.prompt  # P
        self.cached = self.generated = self.blocks = 0
        self.first_scheduled = self.refused = None
        self.preemptions = self.recomputed = self.moved = 0
        self.times = []  # of its tokens

    @property
    def inside(self):
        return self.cached < self.target

    @property
    def longest(self):
        """The most tokens that it ever has in the cache."""
        return self.prompt + self.output - 1


class HostFull(Exception):
    """The host has no room for the cache of a victim, and `full` says stop."""

    def __init__(self, name, blocks, free):
        super().__init__(f"{name} has {blocks} blocks, {free} are free")
        self.name, self.blocks, self.free = name, blocks, free


class Simulation:
    """The state of one run; a policy makes a batch of it with `decode`, `admit` and `add`."""

    def __init__(self, scenario):
        validate(scenario)
        self.scenario, self.block, self.blocks = scenario, scenario["block"], scenario["blocks"]
        self.watermark, self.most = scenario["watermark"], scenario["max_sequences"]
        self.conservative = scenario["preempt"] == "conservative"
        self.later = scenario.get("readmit") == "later"
        self.safe = scenario.get("aside") == "safe"
        self.policy = scenario["policy"]
        self.make = {"prefill-first": self.prefill_first, "orca": self.orca, "sarathi": self.sarathi,
                     "vllm-v1": self.vllm, "medha": self.medha}[self.policy["kind"]]
        self.requests = [Request(scenario, index) for index in range(len(scenario["requests"]))]
        self.coming = sorted(self.requests, key=lambda request: request.order)
        self.waiting, self.running, self.swapped = [], [], []
        self.swap = scenario.get("swap")
        self.out, self.back, self.traffic = [], [], 0  # since the last iteration
        self.batch = []  # (request, "p" or "d", tokens)
        self.preempted, self.fresh = [], []  # since the last iteration; in this pass
        self.now, self.iterations = 0, []

    # What happens

    def run(self):
        while self.coming or self.waiting or self.running or self.swapped:
            if not self.waiting and not self.running and not self.swapped:
                self.now = max(self.now, self.coming[0].arrival)
            while self.coming and self.coming[0].arrival <= self.now:
                self.arrive(self.coming.pop(0))
            if not self.waiting and not self.running and not self.swapped:
                continue
            self.batch, self.fresh = [], []
            self.make()
            if self.batch:
                self.iterate()
            elif not self.fresh:
                raise AssertionError("a pass has done nothing: the run would never end")
        return self.result()

    def arrive(self, request):
        request.refused = self.refusal(request)
        if not request.refused:
            self.waiting.append(request)

    def refusal(self, request):
        """Why the request can never run to its end, or nothing."""
        if self.policy["kind"] == "orca":
            if request.longest > self.policy["maximum"]:
                return "maximum"
            return "blocks" if ceil(self.policy["maximum"], self.block) > self.blocks else None
        if ceil(request.longest, self.block) > self.blocks - self.watermark:
            return "blocks"
        if self.policy["kind"] == "prefill-first" and request.longest > self.policy["limit"]:
            return "limit"
        return None

    def iterate(self):
        """The batch runs, its tokens come out at its end, and who is finished leaves."""
        length = self.cost([(request.cached, tokens) for request, _, tokens in self.batch])
        if self.swap:
            length += (self.swap["latency"] * len(self.out + self.back)
                       + self.swap["block"] * self.traffic)
        entry = {
            "start": self.now, "duration": length,
            "batch": [[request.name, kind, tokens] for request, kind, tokens in self.batch],
            "tokens": sum(tokens for _, _, tokens in self.batch),
            "blocks_during": self.blocks - self.free,
            "waiting": [request.name for request in self.waiting],
            "preempted": [request.name for request in self.preempted],
        }
        if self.swap:
            entry["swapped_out"] = [request.name for request in self.out]
            entry["swapped_in"] = [request.name for request in self.back]
            entry["host"] = sum(request.moved for request in self.swapped)
            self.out, self.back, self.traffic = [], [], 0
        for request, _, tokens in self.batch:
            if request.first_scheduled is None:
                request.first_scheduled = self.now
            request.cached += tokens
            if not request.inside:
                request.generated += 1
                request.times.append(self.now + length)
                if request.generated == request.output:
                    self.running.remove(request)
                    request.blocks = 0
        entry["blocks_after"] = self.blocks - self.free
        self.iterations.append(entry)
        self.preempted = []
        self.now += length

    def cost(self, sequences):
        """The length of an iteration; a sequence is its cached and its new tokens."""
        rule = self.scenario["cost"]
        if rule["kind"] == "iterations":
            return 1
        return (rule["start"] + rule["sequence"] * len(sequences)
                + rule["token"] * sum(tokens for _, tokens in sequences)
                + rule["context"] * sum(cached for cached, _ in sequences))

    def result(self):
        def figures(request):
            times = request.times
            return {"name": request.name, "refused": request.refused,
                    "first_scheduled": request.first_scheduled,
                    "first_token": times[0] if times else None, "last_token": times[-1] if times else None,
                    "preemptions": request.preemptions, "recomputed": request.recomputed,
                    "token_times": times}

        requests = [figures(request) for request in self.requests]
        return {"iterations": self.iterations, "requests": requests, "sums": {
            "iterations": len(self.iterations),
            "tokens": sum(entry["tokens"] for entry in self.iterations),
            "duration": sum(entry["duration"] for entry in self.iterations),
            "end": sum(self.iterations[-1][key] for key in ("start", "duration")) if self.iterations else 0,
            "finished": sum(request["refused"] is None for request in requests),
            "refused": sum(request["refused"] is not None for request in requests),
            "preemptions": sum(request["preemptions"] for request in requests),
            "recomputed": sum(request["recomputed"] for request in requests),
        }}

    # Blocks

    @property
    def free(self):
        return self.blocks - sum(request.blocks for request in self.requests)

    @property
    def tokens(self):
        return sum(tokens for _, _, tokens in self.batch)

    def add(self, request, tokens):
        self.batch.append((request, "p" if request.inside else "d", tokens))

    def preempt(self, victim):
        self.running.remove(victim)
        self.preempted.append(victim)
        self.fresh.append(victim)
        victim.preemptions += 1
        if self.swap and victim.cached > 0 and self.move_out(victim):
            return
        self.waiting.insert(0, victim)
        victim.recomputed += victim.cached
        victim.cached = victim.blocks = 0
        victim.target = victim.prompt + victim.generated

    def move_out(self, victim):
        """The blocks of a victim go to the host; false where they do not fit."""
        used = sum(request.moved for request in self.swapped)
        if used + victim.blocks > self.swap["blocks"]:
            if self.swap["full"] == "stop":
                raise HostFull(victim.name, victim.blocks, self.swap["blocks"] - used)
            return False
        victim.moved, victim.blocks = victim.blocks, 0
        self.swapped = sorted(self.swapped + [victim], key=lambda one: one.order)
        self.out.append(victim)
        self.traffic += victim.moved
        return True

    def bring_back(self, budget=None):
        """Rule 7, at the end of a pass over those that run."""
        while not self.fresh and self.swapped and len(self.running) < self.most:
            first = self.swapped[0]
            tokens = 0 if first.inside else 1
            if budget is not None:
                left = budget - self.tokens
                if left <= 0:
                    return
                tokens = min(first.target - first.cached, left) if first.inside else 1
            need = max(first.moved, ceil(first.cached + tokens, self.block))
            if self.free - need < self.watermark:
                return
            self.swapped.pop(0)
            self.running = sorted(self.running + [first], key=lambda one: one.order)
            self.back.append(first)
            self.traffic += first.moved
            first.moved, first.blocks = 0, need
            if tokens:
                self.add(first, tokens)

    def secure(self, request, tokens, conservative, spared=()):
        """Takes the blocks that `tokens` more need, preempting by rules 5 and 6; whether it may run."""
        while True:
            lacking = max(0, ceil(request.cached + tokens, self.block) - request.blocks)
            if lacking <= self.free and not (conservative and self.free == 0):
                request.blocks += lacking
                return True
            handled = [one for one, _, _ in self.batch]
            others = [one for one in self.running
                      if one is not request and one not in handled and one not in spared]
            victim = others[-1] if others else request
            self.preempt(victim)
            if victim is request:
                return False

    def decode(self):
        """Every running request past its prompt decodes by rule 5; those that were set aside."""
        aside = []
        for request in list(self.running):
            if request not in self.running:
                continue
            if request.inside:
                aside.append(request)
            elif self.secure(request, 1, self.conservative, aside if self.safe else ()):
                self.add(request, 1)
        self.bring_back()
        aside += [request for request in self.running if request.inside and request not in aside]
        return sorted([request for request in aside if request in self.running],
                      key=lambda one: one.order)

    def admissible(self, request):
        if self.swapped or len(self.running) >= self.most or self.later and request in self.fresh:
            return False
        if self.policy["kind"] == "orca":
            return self.free >= ceil(self.policy["maximum"], self.block)
        return self.free - ceil(request.target, self.block) >= self.watermark

    def admit(self, request, tokens=None):
        """From the waiting queue to the running ones, with the blocks of its prompt, or of `tokens`."""
        self.waiting.remove(request)
        self.running.append(request)
        self.running.sort(key=lambda one: one.order)
        if self.policy["kind"] == "orca":
            request.blocks = ceil(self.policy["maximum"], self.block)
        else:
            request.blocks = ceil(request.target if tokens is None else tokens, self.block)

    # Policies

    def prefill_first(self):
        prompts = []
        while self.waiting and self.admissible(self.waiting[0]):
            head = self.waiting[0]
            joined = prompts + [head.target]
            size = len(joined) * max(joined) if self.policy["padded"] else sum(joined)
            if size > self.policy["limit"]:
                break
            prompts = joined
            self.admit(head)
            self.add(head, head.target)
        if not self.batch:
            self.decode()

    def orca(self):
        for request in self.running:
            self.add(request, 1)
        while self.waiting and self.admissible(self.waiting[0]):
            head = self.waiting[0]
            self.admit(head)
            self.add(head, head.target)

    def sarathi(self):
        for request in self.decode():
            tokens = self.chunk(request)
            if tokens > 0:
                self.add(request, tokens)
        self.admit_chunks()

    def admit_chunks(self, blocks_of_chunk=False):
        while self.waiting and self.admissible(self.waiting[0]):
            head = self.waiting[0]
            tokens = self.chunk(head)
            if tokens == 0:
                break
            self.admit(head, tokens if blocks_of_chunk else None)
            self.add(head, tokens)

    def chunk(self, request):
        budget = self.policy["budget"] if "budget" in self.policy else self.size(request)
        return min(request.target - request.cached, max(0, budget - self.tokens))

    def size(self, request):
        """The size of the chunks of the stage that a request has reached."""
        stages = self.policy["stages"]
        high, low, count = stages["high"], stages["low"], stages["count"]
        stage = min(request.cached // ceil(stages["tokens"], count), count - 1)
        unit = min(32, low)
        exact = high - fractions.Fraction(stage * (high - low), count - 1)
        return (exact / unit + fractions.Fraction(1, 2)).__floor__() * unit

    def vllm(self):
        for request in list(self.running):
            if request not in self.running:
                continue
            tokens = min(request.target - request.cached if request.inside else 1,
                         self.policy["budget"] - self.tokens)
            conservative = self.conservative and not request.inside
            if tokens > 0 and self.secure(request, tokens, conservative):
                self.add(request, tokens)
        self.bring_back(self.policy["budget"])
        self.admit_chunks(blocks_of_chunk=True)

    def medha(self):
        self.decode()
        inside = [request for request in self.running if request.inside] + self.waiting
        inside.sort(key=lambda request: (self.relative_slack(request), request.order))
        self.fill(inside, self.fitting)
        if not self.batch:
            self.fill(inside, lambda request: 0 if self.batch else 1)

    def fill(self, candidates, chunk):
        closed = False  # to those that wait
        for request in candidates:
            waits = request in self.waiting
            if waits:
                closed = closed or not self.admissible(request)
                if closed:
                    continue
            tokens = chunk(request)
            if tokens > 0:
                if waits:
                    self.admit(request)
                self.add(request, tokens)

    def prefill_time(self, tokens):
        return self.cost([(0, tokens)]) if tokens > 0 else 0

    def relative_slack(self, request):
        step = self.policy.get("granularity", 1024)
        whole = self.prefill_time(ceil(request.target, step) * step)
        rest = whole - self.prefill_time(request.cached // step * step)
        slack = request.arrival + request.deadline - self.now - rest
        # Where a prefill takes no time, only the sign of what is left counts.
        return fractions.Fraction(slack, max(1, whole))

    def long(self, request):
        return "long" in self.policy and request.target >= self.policy["long"]

    def fitting(self, request):
        """The largest chunk with which the batch keeps within the target; 0 if there is none."""
        limit = fractions.Fraction(self.policy["target"])
        if self.long(request):
            if any(kind == "p" and self.long(other) for other, kind, _ in self.batch):
                return 0
            limit *= 1 - min(max(self.relative_slack(request), 0), share(self.policy["cap"]))
        others = [(other.cached, tokens) for other, _, tokens in self.batch]
        fits, fails = 0, min(request.target - request.cached,
                             self.policy.get("chunk", request.target)) + 1
        while fails - fits > 1:
            middle = (fits + fails) // 2
            if self.cost(others + [(request.cached, middle)]) <= limit:
                fits = middle
            else:
                fails = middle
        return fits


def simulate(scenario):
    """The iterations, the requests and the sums of a scenario; raises `Wrong` for one that is wrong."""
    return Simulation(scenario).run()


def rows(result):
    """Iterations as rows: start, batch, tokens, blocks during / after, waiting, preempted."""
    lines = []
    for entry in result["iterations"]:
        batch = " ".join(who + (kind if kind == "d" else f"p{tokens}")
                         for who, kind, tokens in entry["batch"])
        lines.append(f"| {entry['start']} | {batch} | {entry['tokens']} "
                     f"| {entry['blocks_during']} / {entry['blocks_after']} "
                     f"| {' '.join(entry['waiting']) or '-'} "
                     f"| {' '.join(entry['preempted']) or '-'} |")
    return lines


def summary(result):
    """First token / last token / preemptions of every request, and how many iterations and tokens."""
    parts = [f"{request['name']} {request['first_token']} / {request['last_token']} / "
             f"{request['preemptions']}" for request in result["requests"]]
    sums = result["sums"]
    return f"{'; '.join(parts)}. {sums['iterations']} iterations, {sums['tokens']} tokens."


def self_test():
    """What differs from the schedules worked out by hand."""
    problems = []
    for title, scenario, expected, last in token_tables.tables():
        result = simulate(scenario)
        found, wanted = rows(result) + [summary(result)], expected + [last]
        for index in range(max(len(found), len(wanted))):
            one = found[index] if index < len(found) else "nothing"
            other = wanted[index] if index < len(wanted) else "nothing"
            if one != other:
                problems.append(f"{title}: {one}; by hand it is {other}")
        problems += [f"{title}: {wrong}" for wrong in token_checks.wrong(scenario, result)]
    for title, scenario, expected in token_tables.figures():
        result = simulate(scenario)
        found = {**result["sums"], "durations": [entry["duration"] for entry in result["iterations"]],
                 "who": [request["preemptions"] for request in result["requests"]],
                 "refusals": [request["refused"] for request in result["requests"]]}
        problems += [f"{title}: {key} is {found[key]}; by hand it is {value}"
                     for key, value in expected.items() if found[key] != value]
        problems += [f"{title}: {wrong}" for wrong in token_checks.wrong(scenario, result)]
    return problems


def check_random(seed, kinds):
    """What is wrong with the run of the scenario with this seed, and its sums."""
    scenario = token_checks.scenario(random.Random(seed), kinds)
    if "swap" in scenario:
        scenario["swap"]["full"] = "recompute"
    result = simulate(scenario)
    problems, sums = token_checks.wrong(scenario, result), dict(result["sums"])
    if simulate(json.loads(json.dumps(scenario))) != result:
        problems.append("a second run differs")
    for key, value in (("readmit", "later"), ("aside", "safe")):
        other = {**scenario, key: value}
        found = simulate(other)
        problems += [f"{key} {value}: {wrong}" for wrong in token_checks.wrong(other, found)]
        sums[f"scenarios that differ with {key} {value}"] = int(found != result)
    alike = {kind: simulate(other) for kind, other in token_checks.unlimited(scenario).items()}
    return problems + token_checks.differing(alike), sums


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", help="a scenario as JSON")
    parser.add_argument("--format", choices=("json", "table"), default="json")
    parser.add_argument("--self-test", action="store_true", help="the schedules worked out by hand")
    parser.add_argument("--random", type=int, metavar="N", help="checks the runs of N random scenarios")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first of them")
    parser.add_argument("--kinds", default=",".join(token_checks.KINDS), metavar="KIND,...",
                        help="of policies in random scenarios; `stages` is sarathi with stages")
    parser.add_argument("--scenario", type=int, metavar="SEED", help="prints the random scenario of a seed")
    options = parser.parse_args()
    kinds = tuple(options.kinds.split(","))
    if not set(kinds) <= set(token_checks.KINDS):
        parser.error(f"--kinds: known are {', '.join(token_checks.KINDS)}")
    if options.scenario is not None:
        print(json.dumps(token_checks.scenario(random.Random(options.scenario), kinds)))
        return 0
    if options.self_test:
        problems = self_test()
        print("\n".join(problems + [f"{len(token_tables.tables())} schedules and "
                                    f"{len(token_tables.figures())} sets of figures: "
                                    f"{len(problems)} differences"]))
        return 1 if problems else 0
    if options.random is not None:
        failed, totals = 0, {}
        for seed in range(options.seed, options.seed + options.random):
            problems, sums = check_random(seed, kinds)
            failed += bool(problems)
            for wrong in problems:
                print(f"seed {seed}: {wrong}")
            totals = {key: totals.get(key, 0) + value for key, value in sums.items()}
        print(f"seeds {options.seed} to {options.seed + options.random - 1}: "
              f"{options.random - failed} of {options.random} scenarios keep the invariants: {totals}")
        return 1 if failed else 0
    if options.file is None:
        parser.error("a scenario, --self-test, --random or --scenario")
    try:
        with open(options.file, encoding="utf-8") as file:
            scenario = json.load(file, parse_float=str)
        result = simulate(scenario)
    except (OSError, ValueError, Wrong) as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return 2
    print("\n".join(rows(result) + [summary(result)]) if options.format == "table" else json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
