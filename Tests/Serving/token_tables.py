"""Schedules worked out by hand: the goldens of `token_oracle.py`.

A row is the start of an iteration, its batch (`Ap6`: A prefills 6 tokens; `Bd`: B decodes one), its
tokens, the blocks in use during it and once finished requests have left, who waits after the pass, and who
was preempted. The last line says when the first and the last token of each request came out, and how
often it was preempted.
"""


def scenario(requests, policy, **others):
    """A scenario with requests as (name, arrival, prompt, output) or with a deadline as well."""
    keys = ("name", "arrival", "prompt", "output", "deadline")
    return {"policy": policy, "blocks": 100, "block": 4, "watermark": 0, "max_sequences": 4,
            "preempt": "conservative", "cost": {"kind": "iterations"}, **others,
            "requests": [dict(zip(keys, request)) for request in requests]}


SET_1 = [("A", 0, 6, 3), ("B", 0, 10, 2), ("C", 1, 3, 4), ("D", 2, 5, 2), ("E", 5, 12, 1)]
ROOM = {"blocks": 16}
SET_2 = [("A", 0, 6, 6), ("B", 0, 7, 5), ("C", 0, 4, 4)]
TIGHT = {"blocks": 6}
UNEVEN = [("A", 0, 30, 1, 100), ("B", 0, 5, 2, 20)]
TEN_AND_TOKENS = {"kind": "linear", "start": 10, "token": 1, "sequence": 0, "context": 0}
ASIDE = [("A", 0, 20, 1), ("B", 0, 3, 4)]
SHRINKING = {"kind": "sarathi", "stages": {"high": 6, "low": 2, "count": 3, "tokens": 12}}
TIGHT_EXACT = {"blocks": 6, "preempt": "exact"}

TABLES = [
    ("Set 1, prefill first, limit 16",
     scenario(SET_1, {"kind": "prefill-first", "limit": 16, "padded": False}, **ROOM),
     """
| 0 | Ap6 Bp10 | 16 | 5 / 5 | - | - |
| 1 | Cp3 | 3 | 6 / 6 | - | - |
| 2 | Dp5 | 5 | 8 / 8 | - | - |
| 3 | Ad Bd Cd Dd | 4 | 8 / 3 | - | - |
| 4 | Ad Cd | 2 | 4 / 2 | - | - |
| 5 | Ep12 | 12 | 5 / 2 | - | - |
| 6 | Cd | 1 | 2 / 0 | - | - |
""",
     "A 1 / 5 / 0; B 1 / 4 / 0; C 2 / 7 / 0; D 3 / 4 / 0; E 6 / 6 / 0. 7 iterations, 43 tokens."),

    ("Set 1, Orca, maximum 13",
     scenario(SET_1, {"kind": "orca", "maximum": 13}, **ROOM),
     """
| 0 | Ap6 Bp10 | 16 | 8 / 8 | - | - |
| 1 | Ad Bd Cp3 | 5 | 12 / 8 | - | - |
| 2 | Ad Cd Dp5 | 7 | 12 / 8 | - | - |
| 3 | Cd Dd | 2 | 8 / 4 | - | - |
| 4 | Cd | 1 | 4 / 0 | - | - |
| 5 | Ep12 | 12 | 4 / 0 | - | - |
""",
     "A 1 / 3 / 0; B 1 / 2 / 0; C 2 / 5 / 0; D 3 / 4 / 0; E 6 / 6 / 0. 6 iterations, 43 tokens."),

    ("Set 1, Sarathi, budget 8",
     scenario(SET_1, {"kind": "sarathi", "budget": 8}, **ROOM),
     """
| 0 | Ap6 Bp2 | 8 | 5 / 5 | - | - |
| 1 | Ad Bp7 | 8 | 5 / 5 | C | - |
| 2 | Ad Bp1 Cp3 Dp3 | 8 | 8 / 6 | - | - |
| 3 | Bd Cd Dp2 | 4 | 6 / 3 | - | - |
| 4 | Cd Dd | 2 | 4 / 2 | - | - |
| 5 | Cd Ep7 | 8 | 5 / 3 | - | - |
| 6 | Ep5 | 5 | 3 / 0 | - | - |
""",
     "A 1 / 3 / 0; B 3 / 4 / 0; C 3 / 6 / 0; D 4 / 5 / 0; E 7 / 7 / 0. 7 iterations, 43 tokens."),

    ("Set 2, Sarathi, conservative",
     scenario(SET_2, {"kind": "sarathi", "budget": 8}, **TIGHT),
     """
| 0 | Ap6 Bp2 | 8 | 4 / 4 | C | - |
| 1 | Ad Bp5 Cp2 | 8 | 5 / 5 | - | - |
| 2 | Ad Bd Cp2 | 4 | 5 / 5 | - | - |
| 3 | Ad Bd | 2 | 6 / 6 | C | C |
| 4 | Ad Bp7 | 8 | 6 / 6 | C | B |
| 5 | Ad Bp7 | 8 | 6 / 3 | C | B |
| 6 | Bp3 Cp5 | 8 | 5 / 5 | - | - |
| 7 | Bd Cd | 2 | 5 / 2 | - | - |
| 8 | Cd | 1 | 2 / 0 | - | - |
""",
     "A 1 / 6 / 0; B 2 / 8 / 2; C 3 / 9 / 1. 9 iterations, 49 tokens."),

    ("Set 2, Sarathi, exact",
     scenario(SET_2, {"kind": "sarathi", "budget": 8}, **{**TIGHT, "preempt": "exact"}),
     """
| 0 | Ap6 Bp2 | 8 | 4 / 4 | C | - |
| 1 | Ad Bp5 Cp2 | 8 | 5 / 5 | - | - |
| 2 | Ad Bd Cp2 | 4 | 5 / 5 | - | - |
| 3 | Ad Bd | 2 | 6 / 6 | C | C |
| 4 | Ad Bd | 2 | 6 / 6 | C | - |
| 5 | Ad Bd | 2 | 6 / 0 | C | - |
| 6 | Cp5 | 5 | 2 / 2 | - | - |
| 7 | Cd | 1 | 2 / 2 | - | - |
| 8 | Cd | 1 | 2 / 0 | - | - |
""",
     "A 1 / 6 / 0; B 2 / 6 / 0; C 3 / 9 / 1. 9 iterations, 33 tokens."),

    ("Set 2, prefill first, conservative",
     scenario(SET_2, {"kind": "prefill-first", "limit": 16, "padded": False}, **TIGHT),
     """
| 0 | Ap6 Bp7 | 13 | 4 / 4 | C | - |
| 1 | Cp4 | 4 | 5 / 5 | - | - |
| 2 | Ad Bd Cd | 3 | 6 / 6 | - | - |
| 3 | Ad Bd | 2 | 5 / 5 | C | C |
| 4 | Ad | 1 | 3 / 3 | B C | B |
| 5 | Bp10 | 10 | 6 / 6 | C | - |
| 6 | Ad | 1 | 3 / 3 | B C | B |
| 7 | Bp11 | 11 | 6 / 3 | C | - |
| 8 | Cp6 | 6 | 5 / 5 | - | - |
| 9 | Ad Cd | 2 | 5 / 0 | - | - |
""",
     "A 1 / 10 / 0; B 1 / 8 / 2; C 2 / 10 / 1. 10 iterations, 53 tokens."),

    ("Set 2, Sarathi, conservative, watermark 1",
     scenario(SET_2, {"kind": "sarathi", "budget": 8}, **{**TIGHT, "watermark": 1}),
     """
| 0 | Ap6 Bp2 | 8 | 4 / 4 | C | - |
| 1 | Ad Bp5 Cp2 | 8 | 5 / 5 | - | - |
| 2 | Ad Bd Cp2 | 4 | 5 / 5 | - | - |
| 3 | Ad Bd | 2 | 6 / 6 | C | C |
| 4 | Ad | 1 | 3 / 3 | B C | B |
| 5 | Ad | 1 | 3 / 0 | B C | - |
| 6 | Bp8 | 8 | 3 / 3 | C | - |
| 7 | Bp2 Cp5 | 7 | 5 / 5 | - | - |
| 8 | Bd Cd | 2 | 5 / 2 | - | - |
| 9 | Cd | 1 | 2 / 0 | - | - |
""",
     "A 1 / 6 / 0; B 2 / 9 / 1; C 3 / 10 / 1. 10 iterations, 42 tokens."),

    # Worked out by hand from the rules of policies that have no schedule above.
    ("Set 1, prefill first, padded",
     scenario(SET_1, {"kind": "prefill-first", "limit": 16, "padded": True}, **ROOM),
     """
| 0 | Ap6 | 6 | 2 / 2 | B | - |
| 1 | Bp10 | 10 | 5 / 5 | C | - |
| 2 | Cp3 Dp5 | 8 | 8 / 8 | - | - |
| 3 | Ad Bd Cd Dd | 4 | 8 / 3 | - | - |
| 4 | Ad Cd | 2 | 4 / 2 | - | - |
| 5 | Ep12 | 12 | 5 / 2 | - | - |
| 6 | Cd | 1 | 2 / 0 | - | - |
""",
     "A 1 / 5 / 0; B 2 / 4 / 0; C 3 / 7 / 0; D 3 / 4 / 0; E 6 / 6 / 0. 7 iterations, 43 tokens."),

    ("Stages of 6, 4 and 2 tokens",
     scenario([("A", 0, 20, 1), ("B", 0, 3, 2)],
              {"kind": "sarathi", "stages": {"high": 6, "low": 2, "count": 3, "tokens": 12}}, **ROOM),
     """
| 0 | Ap6 | 6 | 5 / 5 | B | - |
| 1 | Ap4 Bp2 | 6 | 6 / 6 | - | - |
| 2 | Ap2 Bp1 | 3 | 6 / 6 | - | - |
| 3 | Bd Ap1 | 2 | 6 / 5 | - | - |
| 4 | Ap2 | 2 | 5 / 5 | - | - |
| 5 | Ap2 | 2 | 5 / 5 | - | - |
| 6 | Ap2 | 2 | 5 / 5 | - | - |
| 7 | Ap1 | 1 | 5 / 0 | - | - |
""",
     "A 8 / 8 / 0; B 3 / 4 / 0. 8 iterations, 24 tokens."),

    ("vLLM 1.x, budget 4: chunks take only their blocks, and B wants the block that A has got",
     scenario([("A", 0, 3, 4), ("B", 0, 4, 2)], {"kind": "vllm-v1", "budget": 4},
              blocks=5, block=2, preempt="exact"),
     """
| 0 | Ap3 Bp1 | 4 | 3 / 3 | - | - |
| 1 | Ad Bp3 | 4 | 4 / 4 | - | - |
| 2 | Ad | 1 | 3 / 3 | B | B |
| 3 | Ad | 1 | 3 / 0 | B | - |
| 4 | Bp4 | 4 | 2 / 2 | - | - |
| 5 | Bp1 | 1 | 3 / 0 | - | - |
""",
     "A 1 / 4 / 0; B 2 / 6 / 1. 6 iterations, 15 tokens."),

    ("Medha, target 20: the short prompt has less slack for its length",
     scenario(UNEVEN, {"kind": "medha", "target": 20, "granularity": 1}, cost=TEN_AND_TOKENS, blocks=16),
     """
| 0 | Bp5 Ap5 | 10 | 10 / 10 | - | - |
| 20 | Bd Ap9 | 10 | 10 / 8 | - | - |
| 40 | Ap10 | 10 | 8 / 8 | - | - |
| 60 | Ap6 | 6 | 8 / 0 | - | - |
""",
     "A 76 / 76 / 0; B 20 / 40 / 0. 4 iterations, 36 tokens."),

    ("Medha, the same with A long: it leaves the share of its slack, at most 0.4, to others",
     scenario(UNEVEN, {"kind": "medha", "target": 20, "granularity": 1, "long": 20, "cap": "0.4"},
              cost=TEN_AND_TOKENS, blocks=16),
     """
| 0 | Bp5 | 5 | 2 / 2 | A | - |
| 15 | Bd Ap1 | 2 | 10 / 8 | - | - |
| 27 | Ap2 | 2 | 8 / 8 | - | - |
| 39 | Ap2 | 2 | 8 / 8 | - | - |
| 51 | Ap2 | 2 | 8 / 8 | - | - |
| 63 | Ap3 | 3 | 8 / 8 | - | - |
| 76 | Ap8 | 8 | 8 / 8 | - | - |
| 94 | Ap10 | 10 | 8 / 8 | - | - |
| 114 | Ap2 | 2 | 8 / 0 | - | - |
""",
     "A 126 / 126 / 0; B 15 / 27 / 0. 9 iterations, 36 tokens."),

    ("Stages of 10, 7 and 4 tokens in multiples of 4, each for 17 tokens: 12, 8 and 4",
     scenario([("A", 0, 50, 1)],
              {"kind": "sarathi", "stages": {"high": 10, "low": 4, "count": 3, "tokens": 50}}, **ROOM),
     """
| 0 | Ap12 | 12 | 13 / 13 | - | - |
| 1 | Ap12 | 12 | 13 / 13 | - | - |
| 2 | Ap8 | 8 | 13 / 13 | - | - |
| 3 | Ap8 | 8 | 13 / 13 | - | - |
| 4 | Ap4 | 4 | 13 / 13 | - | - |
| 5 | Ap4 | 4 | 13 / 13 | - | - |
| 6 | Ap2 | 2 | 13 / 0 | - | - |
""",
     "A 7 / 7 / 0. 7 iterations, 50 tokens."),

    ("Stages in a full cache: the decode of B preempts A, which was set aside",
     scenario(ASIDE, SHRINKING, **TIGHT_EXACT),
     """
| 0 | Ap6 | 6 | 5 / 5 | B | - |
| 1 | Ap4 Bp2 | 6 | 6 / 6 | - | - |
| 2 | Ap2 Bp1 | 3 | 6 / 6 | - | - |
| 3 | Bd Ap1 | 2 | 6 / 6 | - | - |
| 4 | Bd | 1 | 2 / 2 | A | A |
| 5 | Bd | 1 | 2 / 0 | A | - |
| 6 | Ap6 | 6 | 5 / 5 | - | - |
| 7 | Ap4 | 4 | 5 / 5 | - | - |
| 8 | Ap2 | 2 | 5 / 5 | - | - |
| 9 | Ap2 | 2 | 5 / 5 | - | - |
| 10 | Ap2 | 2 | 5 / 5 | - | - |
| 11 | Ap2 | 2 | 5 / 5 | - | - |
| 12 | Ap2 | 2 | 5 / 0 | - | - |
""",
     "A 13 / 13 / 1; B 3 / 6 / 0. 13 iterations, 39 tokens."),

    ("The same where what was set aside is safe: B preempts itself",
     scenario(ASIDE, SHRINKING, **TIGHT_EXACT, aside="safe"),
     """
| 0 | Ap6 | 6 | 5 / 5 | B | - |
| 1 | Ap4 Bp2 | 6 | 6 / 6 | - | - |
| 2 | Ap2 Bp1 | 3 | 6 / 6 | - | - |
| 3 | Bd Ap1 | 2 | 6 / 6 | - | - |
| 4 | Ap2 | 2 | 5 / 5 | B | B |
| 5 | Ap2 | 2 | 5 / 5 | B | - |
| 6 | Ap2 | 2 | 5 / 5 | B | - |
| 7 | Ap1 | 1 | 5 / 0 | B | - |
| 8 | Bp5 | 5 | 2 / 2 | - | - |
| 9 | Bd | 1 | 2 / 0 | - | - |
""",
     "A 8 / 8 / 0; B 3 / 10 / 1. 10 iterations, 30 tokens."),

    ("vLLM 1.x, conservative: a chunk that lacks no block preempts nobody",
     scenario([("A", 0, 8, 1)], {"kind": "vllm-v1", "budget": 3}, blocks=2),
     """
| 0 | Ap3 | 3 | 1 / 1 | - | - |
| 1 | Ap3 | 3 | 2 / 2 | - | - |
| 2 | Ap2 | 2 | 2 / 0 | - | - |
""",
     "A 3 / 3 / 0. 3 iterations, 8 tokens."),

    ("Medha: B is first and has no room, so C does not pass it",
     scenario([("A", 0, 8, 3, 9), ("B", 1, 20, 1, 5), ("C", 1, 4, 1, 10)],
              {"kind": "medha", "target": 1, "granularity": 1}, blocks=6),
     """
| 0 | Ap8 | 8 | 2 / 2 | - | - |
| 1 | Ad | 1 | 3 / 3 | B C | - |
| 2 | Ad | 1 | 3 / 0 | B C | - |
| 3 | Bp20 Cp4 | 24 | 6 / 0 | - | - |
""",
     "A 1 / 3 / 0; B 4 / 4 / 0; C 4 / 4 / 0. 4 iterations, 34 tokens."),

    # At 0: (60 - 30) / 30 against (38 - 20) / 20; exact lengths would put A first. At 7 B has 7 tokens, of
    # which none counts: (38 - 7 - 20) / 20 against (60 - 7 - 30) / 30.
    ("Medha, slacks in steps of 10 tokens",
     scenario([("A", 0, 25, 1, 60), ("B", 0, 12, 1, 38)], {"kind": "medha", "target": 7, "granularity": 10},
              cost={**TEN_AND_TOKENS, "start": 0}, blocks=16),
     """
| 0 | Bp7 | 7 | 3 / 3 | A | - |
| 7 | Bp5 Ap2 | 7 | 10 / 7 | - | - |
| 14 | Ap7 | 7 | 7 / 7 | - | - |
| 21 | Ap7 | 7 | 7 / 7 | - | - |
| 28 | Ap7 | 7 | 7 / 7 | - | - |
| 35 | Ap2 | 2 | 7 / 0 | - | - |
""",
     "A 37 / 37 / 0; B 14 / 14 / 0. 6 iterations, 37 tokens."),
]


def tables():
    """Title, scenario, rows and last line of every schedule."""
    return [(title, made, text.strip().split("\n"), last) for title, made, text, last in TABLES]


# A lone request that fills the cache to the last token preempts itself on each of the last three.
LONE = [("A", 0, 5, 4)]
FULL = {"blocks": 2, "block": 4}

FIGURES = [
    ("Set 2, Sarathi, conservative, readmitted only in a later iteration",
     scenario(SET_2, {"kind": "sarathi", "budget": 8}, **TIGHT, readmit="later"),
     {"tokens": 42, "recomputed": 13, "who": [0, 1, 1]}),
    ("A lone request in a full cache, Sarathi",
     scenario(LONE, {"kind": "sarathi", "budget": 100}, **FULL),
     {"preemptions": 3, "recomputed": 5 + 6 + 7, "tokens": 8 + 18, "iterations": 4}),
    ("A lone request in a full cache, prefill first: a pass without a batch takes no time",
     scenario(LONE, {"kind": "prefill-first", "limit": 8, "padded": False}, **FULL),
     {"preemptions": 3, "recomputed": 18, "tokens": 26, "iterations": 4, "end": 4}),
    ("A lone request in a full cache, exact",
     scenario(LONE, {"kind": "sarathi", "budget": 100}, **FULL, preempt="exact"),
     {"preemptions": 0, "tokens": 8, "iterations": 4}),
    ("Refusals: 9 tokens in 2 blocks of 4, 8 tokens with a watermark, 8 above the limit",
     scenario([("A", 0, 5, 5), ("B", 0, 5, 4)], {"kind": "sarathi", "budget": 8}, **FULL),
     {"refusals": ["blocks", None], "tokens": 8 + 18}),
    ("Refusals: the watermark",
     scenario([("A", 0, 5, 4), ("B", 0, 4, 1)], {"kind": "sarathi", "budget": 8}, **FULL, watermark=1),
     {"refusals": ["blocks", None], "tokens": 4}),
    ("Refusals: the token limit",
     scenario([("A", 0, 5, 4), ("B", 0, 5, 3)], {"kind": "prefill-first", "limit": 7, "padded": False}),
     {"refusals": ["limit", None], "tokens": 7}),
    ("Refusals: the maximum of Orca, reached and passed by one token",
     scenario([("A", 0, 5, 5), ("B", 0, 5, 4)], {"kind": "orca", "maximum": 8}, **FULL),
     {"refusals": ["maximum", None], "tokens": 8}),
    # Prompts of 3 and 2 in chunks of 4 tokens: 100 + 2 x 7 + 4 x 10; then 1 token of B after 1, and A's
    # second token after 3: 100 + 2 x 7 + 2 x 10 + (3 + 1) x 1; then B's second one after 2: 100 + 7 + 10 + 2.
    ("The cost of an iteration",
     scenario([("A", 0, 3, 2), ("B", 0, 2, 2)], {"kind": "sarathi", "budget": 4},
              cost={"kind": "linear", "start": 100, "token": 10, "sequence": 7, "context": 1}),
     {"durations": [154, 138, 119], "end": 411}),
]


def figures():
    """Title, scenario and expected figures."""
    return FIGURES
