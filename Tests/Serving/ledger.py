"""What `serve --queries` should say of every query, worked out from what `oracle.py` saw.

Waits are told apart moment by moment, by what every device did then, and costs are shared piece by piece;
neither follows the program's way of doing it.
"""

import csv
import math

import oracle

BYTES = 1000  # of every cell of the tables of `cases.py`
NAMES = ("queueing", "batching", "load", "service")


def picoseconds(text):
    """Exact, from decimal text; nothing where there is none."""
    if not text:
        return None
    whole, _, part = text.partition(".")
    return int(whole) * 10**12 + int(part.ljust(12, "0") or 0)


def read(path):
    """The rows of a file of records by run and query."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        found.setdefault(row["run"], {})[int(row["query"])] = row
    if sum(map(len, found.values())) != len(rows):
        raise ValueError("a query has two records")
    return found


def parted(whole, count):
    """A whole number in equal parts, the first ones larger by one where it does not divide."""
    return [whole // count + (i < whole % count) for i in range(count)]


class Expected:
    """The record of every query of one run."""

    def __init__(self, case, observed):
        self.case, self.seen, self.table = case, observed, case["table"]
        self.pieces, self.end = observed.pieces, observed.ends
        self.tables = [kind["table"] for kind in oracle.kinds(case)]
        self.loaded = {number: 0 for number in observed.ends}
        self.share_loads()

    def share_loads(self):
        """Bytes of loads: to the batch whose end asked for it, else to the batch that starts next."""
        waiting = 0
        for event in self.seen.happened:
            if event[0] == "piece":
                piece = event[1]
                size = waiting + piece["change_bytes"]
                waiting = 0
                for number, part in zip(piece["members"], parted(size, len(piece["members"]))):
                    self.loaded[number] += part
            else:
                _, device, start, size = event
                asked = [p for p in self.pieces if p["device"] == device and p["end"] == start
                         and p["whole"]]
                if not asked:
                    waiting += size
                    continue
                members = asked[-1]["members"]
                for number, part in zip(members, parted(size, len(members))):
                    self.loaded[number] += part
        self.left = waiting  # of loads after which nothing started: to the last record of all

    def parts(self, number):
        """Where a query's time went, in ps."""
        query, end, _ = self.end[number]
        own = [p for p in self.pieces if number in p["members"]]
        found = dict.fromkeys(NAMES, 0)
        moment = query.arrival
        for piece in own + [None]:
            until = piece["start"] if piece else end
            for name, length in self.wait(moment, until):
                found[name] += length
            if piece:
                moment = min(piece["end"], end)
                change = min(piece["change"], moment - piece["start"])
                found["load"] += change
                found["service"] += moment - piece["start"] - change
        return found

    def wait(self, start, end):
        """What all devices did between two times, from one change to the next."""
        spans = [(p["start"], p["end"], p["device"], "serve") for p in self.pieces]
        spans += [(s, s + t, d, "load") for d, s, t in self.seen.loads]
        spans += [(s, math.inf if e is None else e, d, "down") for d, s, e in self.seen.downs]
        cuts = sorted({start, end} | {c for s in spans for c in s[:2] if start < c < end})
        for low, high in zip(cuts, cuts[1:]):
            busy = {d: what for s, e, d, what in spans if s <= low and high <= e}
            if len(busy) < sum(kind["count"] for kind in oracle.kinds(self.case)):
                yield "batching", high - low
            else:
                yield ("load" if "load" in busy.values() else "queueing"), high - low

    def energy(self, number):
        """Its share of services and their off-chip bytes, a service that was stopped by its time."""
        energy, moved = 0.0, 0
        stop = self.seen.stopped
        for piece in self.pieces:
            if number not in piece["members"]:
                continue
            low, high = piece["shares"]
            work = piece["start"] + piece["change"]
            if stop is not None and piece["end"] > stop:
                if stop <= work or piece["end"] <= work:
                    continue
                high = low + (high - low) * ((stop - work) / (piece["end"] - work))
            energy += piece["energy"] * 1e-12 * (high - low) / len(piece["members"])
            whole = round_half_up(BYTES * high) - round_half_up(BYTES * low)
            moved += parted(whole, len(piece["members"]))[piece["members"].index(number)]
        return energy, moved + self.loaded[number]

    def record(self, number):
        query, end, what = self.end[number]
        own = [p for p in self.pieces if number in p["members"]]
        last = own[-1] if own else None
        parts = self.parts(number)
        outcome = {"dropped": "dropped", "unfinished": "unfinished"}.get(
            what, "met" if end <= query.deadline else "late")
        energy, moved = self.energy(number)
        return {
            "class": query.group, "arrival_s": query.arrival, "deadline_s": query.deadline, "end_s": end,
            "accuracy_asked": query.accuracy, "start_s": own[0]["start"] if own else None,
            "device": last and last["device"], "pieces": len(own),
            "subnet": last and self.table.subnets[last["subnet"]],
            "subgraph": last and last["prefix"] + last["table"].subgraphs[last["column"]],
            "batch": len(last["members"]) if last else 0,
            "batch_members": " ".join(map(str, last["members"])) if last else "",
            **self.model(number, own, last), "bytes_hit": self.hit(last), "bytes_loaded": self.loaded[number],
            "dram_bytes": moved, "energy_j": energy, "outcome": outcome,
            "accuracy": self.table.accuracy[last["subnet"]] if what == "completed" else None,
            "cause": self.cause(outcome, parts, number), **{f"{n}_s": parts[n] for n in NAMES}}

    def model(self, number, own, last):
        """The model that served it, and its share of the bytes of models."""
        if not self.case.get("models"):
            return {}
        name = last and next(m["name"] for m in self.case["models"] if last["subnet"] in m["rows"])
        share = sum(parted(p["swap_bytes"], len(p["members"]))[p["members"].index(number)] for p in own)
        return {"model": name, "model_bytes_loaded": share}

    def hit(self, piece):
        if piece is None or not all(table.weights for table in self.tables):
            return None
        return piece["table"].resident[piece["subnet"]][piece["column"]]

    def cause(self, outcome, parts, number):
        query, end, _ = self.end[number]
        if number in self.seen.causes:
            return self.seen.causes[number]
        if outcome == "late":
            return max(NAMES, key=lambda name: (parts[name], -NAMES.index(name)))
        if outcome == "dropped" and any(
                number in p["members"] and p.get("lost") and p["end"] == end for p in self.pieces):
            return "failure"
        if outcome == "dropped":
            return "too-late" if end + self.least(number) > query.deadline else "policy"
        if outcome == "unfinished":
            return "running" if any(number in p["members"] and p["end"] > end
                                    for p in self.pieces) else "waiting"
        return ""

    def least(self, number):
        # Work that a failure cut is lost.
        own = [p for p in self.pieces if number in p["members"] and "lost" not in p]
        if not own:
            return min(cells[0] for table in self.tables for row in table.latency for cells in row)
        share = own[-1]["shares"][1]
        return min(cells[0] - round_half_up(cells[0] * share)
                   for table in self.tables for cells in table.latency[own[-1]["subnet"]])


def round_half_up(value):
    """To the nearest, halves away from zero."""
    return math.floor(value + 0.5)


def unequal(expected, row):
    """The first value of a row that differs."""
    for name, value in expected.items():
        text = row[name]
        if name.endswith("_s"):
            same = picoseconds(text) == value
        elif value is None or isinstance(value, str):
            same = text == (value or "")
        elif isinstance(value, float):
            same = bool(text) and abs(float(text) - value) <= 1e-9 * abs(value) + 1e-18
        else:
            same = text == str(value)
        if not same:
            return f"{name}: the oracle says {value}, the record {text}"
    return None


def wrong(case, observed, rows):
    """What differs between the records of a run and what should stand there."""
    expected = Expected(case, observed)
    if rows:
        expected.loaded[list(rows)[-1]] += expected.left
    if sorted(rows) != sorted(observed.ends):
        return f"records of {len(rows)} queries, {len(observed.ends)} arrived"
    for number in sorted(rows):
        found = unequal(expected.record(number), rows[number])
        if found:
            return f"query {number}: {found}"
    return None


def sums(rows, report, warm_up):
    """The first figure of a report that the records do not add up to."""
    kept = [r for r in rows.values() if int(r["query"]) >= warm_up]
    by = {o: [r for r in kept if r["outcome"] == o] for o in ("met", "late", "dropped", "unfinished")}
    served = by["met"] + by["late"]
    overdue = [r for r in by["unfinished"] if picoseconds(r["deadline_s"]) <= picoseconds(r["end_s"])]
    known = len(served) + len(by["dropped"]) + len(overdue)
    times = sorted(picoseconds(r["end_s"]) - picoseconds(r["arrival_s"]) for r in served)
    found = {"completed": (len(served), 0), "dropped": (len(by["dropped"]), 0),
             "in_flight": (len(by["unfinished"]), 0)}
    if known:
        found["slo_attainment"] = (len(by["met"]) / known, 1e-12)
    if served:
        found["latency_mean"] = (sum(times) / len(times) / 1e12, 1e-12)
        for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
            # A percentile is the end of its bucket: three significant digits.
            rank = max(1, math.ceil(share * len(times) - 1e-9))
            found[f"latency_{name}"] = (times[rank - 1] / 1e12, 1e-3)
        if warm_up == 0:
            for name, column in (("energy_j_per_query", "energy_j"),
                                 ("dram_bytes_per_query", "dram_bytes")):
                total = sum(float(r[column]) for r in rows.values())
                if column == "energy_j":
                    # Records hold no idle energy.
                    total += (report.get("power", {}).get("idle_energy_j_per_query") or 0) * len(served)
                found[name] = (total / len(served), 1e-9)
    for name, (value, tolerance) in found.items():
        if abs(report[name] - value) > tolerance * abs(value) + 1e-18:
            return f"{name}: the records add up to {value}, the report says {report[name]}"
    return None
