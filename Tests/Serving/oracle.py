"""A simulator of serving in plain Python, written from the definitions in the documentation.

It shares no code with the engine of `umemaki serve` and none of its shortcuts: queues are lists that
are sorted again, policies try everything. Times are whole picoseconds. `simulate` returns what happens
on the devices, in the order in which it starts.
"""

import copy
import heapq
import math

import caching
import draws
import policies
import power

# Events of one instant take effect in this order, each kind in the order in which it was scheduled.
FINISHED, LOADED, FAILED, RECOVERED, ARRIVAL = range(5)


class Table:
    """`latency[row][column][batch]` in ps; `loads[column]` and `transitions[old][new]` as (bytes, ps)."""

    def __init__(self, subnets, accuracy, subgraphs, batches, latency, loads=None, transitions=None,
                 weights=None, resident=None, subnet_vectors=None, subgraph_vectors=None):
        self.subnets, self.accuracy, self.subgraphs, self.batches = subnets, accuracy, subgraphs, batches
        self.latency = latency
        self.loads = loads or [(0, 0)] * len(subgraphs)
        self.transitions = transitions
        self.weights, self.resident = weights, resident
        self.subnet_vectors, self.subgraph_vectors = subnet_vectors, subgraph_vectors

    def holding(self, count):
        """The number of the smallest batch size that holds so many queries: batches are padded."""
        return next(i for i, size in enumerate(self.batches) if size >= count)

    def load(self, old, new):
        """What it takes to replace `old`, None for an empty buffer, by `new`."""
        if old == new:
            return (0, 0)
        if old is None or self.transitions is None:
            return self.loads[new]
        return self.transitions[old][new]

    @property
    def candidates(self):
        """What a caching policy chooses among: everything but the empty buffer, if there is more."""
        held = [c for c, name in enumerate(self.subgraphs) if name != "none"]
        return held or list(range(len(self.subgraphs)))


class Query:
    def __init__(self, number, arrival, demand):
        self.number, self.arrival = number, arrival
        self.accuracy, self.latency, self.named, self.group, self.pieces = demand
        self.piece = 0  # how many are through
        self.deadline = arrival + self.latency
        self.subnet = None  # of the segments that have run
        self.segments = 0


class Device:
    def __init__(self, number, kind, cache, models):
        self.number, self.cache, self.kind = number, cache, kind["number"]
        self.table, self.actuation, self.prefix = kind["table"], kind["actuation"], kind["prefix"]
        self.memory, self.link = kind.get("memory"), kind.get("link")
        # Models in memory, the one that was used last at the end; pinned ones are there from the start.
        self.models = [m for m in models if m["pinned"]] if self.memory else []
        self.swaps, self.evictions = 0, 0
        self.column = cache.initial
        self.last = None
        self.busy = self.down = False
        self.work = None  # (batch or None, numbers of its records)
        self.piece = None  # what it serves
        self.life = 0  # events of the time before a failure are void


def change_time(table, rule, last, subnet, column):
    """The time that a change of sub-network takes; the first service of a device is one."""
    if last == subnet or rule["kind"] == "none":
        return 0
    if rule["kind"] == "fixed":
        return rule["time"]
    missing = table.weights[subnet] - table.resident[subnet][column]
    return -(-missing * 10**12 // rule["bandwidth"])


def change_bytes(table, rule, last, subnet, column):
    """The bytes that a change of sub-network fetches: those that are missing, where they are counted."""
    if last == subnet or rule["kind"] != "missing-bytes":
        return 0
    return table.weights[subnet] - table.resident[subnet][column]


def joules(table):
    """Of a cell, in picojoules: `cases.py` writes tables with encodings as HDF5, in picojoules."""
    return 1000.0 if table.subnet_vectors else 1e9


def limited(table, rule):
    """The table of a device with a cap, which knows the energies of its cells in picojoules."""
    cells = [[[power.limited(time, joules(table), rule) for time in sizes] for sizes in row]
             for row in table.latency]
    made = copy.copy(table)
    made.latency = [[[cell[0] for cell in sizes] for sizes in row] for row in cells]
    made.energies = [[[cell[1] for cell in sizes] for sizes in row] for row in cells]
    return made


def kinds(scenario):
    """Devices by kind: how many, their table, what a change costs on them, how names of what they hold
    begin."""
    options = scenario["options"]
    rule = power.said(options.get("power") or {})
    listed = scenario.get("devices")
    if not listed:
        return [{"name": "device", "count": options["devices"], "number": 0,
                 "table": limited(scenario["table"], rule),
                 "actuation": options["actuation"], "prefix": ""}]
    return [{"name": k["name"], "count": k["count"], "number": number,
             "table": limited(scaled(k["table"], k["speed"]), power.merged(rule, k)),
             "actuation": k["actuation"] or options["actuation"],
             "memory": k.get("memory"), "link": k.get("link"),
             "prefix": k["name"] + "/" if len(listed) > 1 else ""} for number, k in enumerate(listed)]


def scaled(table, speed):
    """Services at another speed, to the nearest picosecond and at least one; loads as they were."""
    latency = [[[max(1, math.floor(cell / speed + 0.5)) for cell in cells] for cells in row]
               for row in table.latency]
    return Table(table.subnets, table.accuracy, table.subgraphs, table.batches, latency, table.loads,
                 table.transitions, table.weights, table.resident, table.subnet_vectors,
                 table.subgraph_vectors)


class Execution:
    def __init__(self, scenario, run, observe=None):
        self.table, self.options = scenario["table"], scenario["options"]
        self.power = power.said(self.options.get("power") or {})
        rules = [power.merged(self.power, kind) for kind in scenario.get("devices") or [{}]]
        self.meter = (power.Meter(self.power, rules)
                      if any(rule.keys() - {"cap"} for rule in rules) else None)
        self.table = limited(self.table, self.power)
        self.last, self.since = 0, None if self.options.get("warm_up") else 0
        self.policy = policies.make(run["policy"], self.table, self.options.get("segments"))
        self.devices = []
        for kind in kinds(scenario):
            for _ in range(kind["count"]):
                self.devices.append(Device(
                    len(self.devices), kind, caching.make(run["caching"], kind["table"]),
                    scenario.get("models") or []))
        self.demands = draws.Demands(scenario["demands"], self.options["seed"])
        self.arrivals = scenario["arrivals"]
        self.limit = self.options["queries"]
        self.models = scenario.get("models") or []
        self.queue, self.events, self.records = [], [], []
        self.scheduled = self.arrived = self.sent = 0
        self.observe = observe or (lambda *_: None)
        # Pieces of service and loads in the order in which they start, with what records need.
        self.happened = []
        self.downs = []  # device, from when, until when
        self.causes = {}  # of queries that were given up for want of power or room
        self.stopped = None  # when `until` stopped the run

    def schedule(self, time, kind, what=None):
        heapq.heappush(self.events, (time, kind, self.scheduled, what))
        self.scheduled += 1

    def send(self, time):
        """A query is sent, as long as the run has any left."""
        if self.sent < self.limit:
            self.sent += 1
            self.schedule(time, ARRIVAL)

    def answered(self, query, now):
        """The client of a closed loop thinks, then sends again; a query given up is answered, too."""
        if self.arrivals["kind"] == "closed-loop":
            self.send(now + self.arrivals["think"])

    def run(self):
        if self.options.get("charges_initial_load"):
            for device in self.devices:
                self.load(device, None, device.column, 0)
        # A client thinks before its first query as before every other one.
        times = ([self.arrivals["think"]] * self.arrivals["clients"]
                 if self.arrivals["kind"] == "closed-loop" else self.arrivals["times"])
        for time in times:
            self.send(time)
        for outage in self.outages():
            device, at, back = outage
            self.schedule(at, FAILED, self.devices[device])
            if back is not None:
                self.schedule(back, RECOVERED, self.devices[device])
        until = self.options.get("until")
        while self.events and (self.queue or self.busy()):
            now = self.events[0][0]
            if self.passes(now if until is None else min(now, until)):
                continue
            if until is not None and now > until:
                self.stopped = until
                break
            while self.events and self.events[0][0] == now:
                _, kind, _, what = heapq.heappop(self.events)
                self.happen(kind, what, now)
            for device in self.devices:
                while not device.busy and not device.down and self.queue:
                    self.decide(device, now)
        return self.records

    def passes(self, now):
        """Lets time pass; whether the battery is used up before it has, and every device stops."""
        if self.meter is None:
            return False
        idle = [d for d in self.devices if not d.busy and not d.down]
        running = [d.piece for d in self.devices if d.busy and d.piece]
        idle = self.meter.count(idle)
        end = self.meter.end(self.last, now, running, idle)
        self.meter.wait(self.last, now if end is None else end, idle, self.since)
        self.last = now if end is None else end
        if end is None:
            return False
        self.meter.emptied = end
        given = []
        for device in self.devices:
            if not device.down:
                given += self.stop(device, end, lost=True)
        given += self.queue
        self.queue = []
        for query in given:
            self.give_up(query, end, "battery")
        return True

    def give_up(self, query, now, why=None):
        self.records.append(("drop", query.number, now))
        if why:
            self.causes[query.number] = why
        self.observe("dropped", query, None, None, now)
        self.answered(query, now)

    def outages(self):
        """(device, from, to) of every failure; of those that repeat as many as a run can see."""
        rule, devices = self.options.get("failures") or {"outages": []}, len(self.devices)
        if "outages" in rule:
            return [(o["device"], o["at"], o.get("back")) for o in rule["outages"]]
        repair = rule.get("repair")
        count = rule.get("count", 3000 if repair else devices - 1)
        times = [rule["every"] * (k + 1) for k in range(count)]
        return [(k % devices, at, at + repair if repair else None) for k, at in enumerate(times)]

    def busy(self):
        """Whether anything but failures is still to come."""
        return any(kind == ARRIVAL or kind in (FINISHED, LOADED) and what[0].life == what[-1]
                   for _, kind, _, what in self.events)

    def stop(self, device, now, lost):
        """What a device does is cut short; its queries."""
        device.down, device.life = True, device.life + 1
        self.downs.append([device.number, now, None])
        device.last = None
        device.models = []
        batch, numbers = device.work if device.busy else (None, [])
        if device.busy and device.piece and self.meter:
            self.meter.use(device.piece, power.share(device.piece, now))
        device.busy, device.piece = False, None
        for what, piece, *_ in self.happened:
            # What is under way is lost: by its time, a share of its work was done.
            if what == "piece" and piece["device"] == device.number and piece["end"] > now and batch:
                low, high = piece["shares"]
                work, end = piece["start"] + piece["change"], piece["end"]
                done = (now - work) / (end - work) if now > work and end > work else 0.0
                piece.update(end=now, whole=False,
                             lost=lost, shares=(low, low + (high - low) * done),
                             change=min(piece["change"], now - piece["start"]))
        for number in numbers:
            record = list(self.records[number])
            place = {"service": 3, "load": 3, "actuation": 2}[record[0]]
            record[place + 1] = min(record[place + 1], now - record[place])
            # A change that was to follow the load of a model has not begun.
            self.records[number] = tuple(record) if record[place + 1] >= 0 else ("nothing",)
        for query in batch or []:
            if self.options.get("segments"):
                query.segments -= 1
                query.subnet = query.subnet if query.segments else None
        return batch or []

    def fail(self, device, now):
        lost = self.options["failures"].get("in_flight") == "lost"
        for query in self.stop(device, now, lost):
            if lost:
                self.give_up(query, now)
            else:
                self.join(query)

    @property
    def without_power(self):
        return self.meter is not None and self.meter.emptied is not None

    def happen(self, kind, what, now):
        if kind in (FAILED, RECOVERED) and self.without_power:
            return
        if kind == FAILED:
            self.fail(what, now)
            return
        if kind == RECOVERED:
            what.down = False
            next(d for d in reversed(self.downs) if d[0] == what.number)[2] = now
            self.load(what, None, what.cache.initial, now)
            return
        if kind in (FINISHED, LOADED) and what[0].life != what[-1]:
            return
        if kind == ARRIVAL:
            query = Query(self.arrived, now, self.demands.next())
            if self.arrived == self.options.get("warm_up", 0):
                self.since = now if self.arrived else 0
            self.arrived += 1
            self.observe("arrived", query, None, None, now)
            if self.without_power:
                self.give_up(query, now, "battery")
            elif len(self.queue) >= self.options.get("most_waiting", len(self.queue) + 1):
                self.give_up(query, now, "full")
            else:
                self.join(query)
        elif kind == LOADED:
            what[0].busy = False
        else:
            device, batch, subnet, whole, _ = what
            device.busy = False
            if self.meter:
                self.meter.use(device.piece, device.piece["shares"][1])
            device.piece = None
            self.policy.finished(device, batch, device.start, now)
            if not whole:
                self.join(batch[0])
                return
            column = device.column
            for query in batch:
                if query.pieces and query.piece + 1 < len(query.pieces):
                    query.piece += 1
                    query.named, query.subnet, query.segments = query.pieces[query.piece], None, 0
                    column = device.cache.served(subnet, column)
                    self.join(query)
                    continue
                self.observe("completed", query, subnet, device, now)
                column = device.cache.served(subnet, column)
                self.answered(query, now)
            if column != device.column:
                self.load(device, device.column, column, now)

    def join(self, query):
        self.queue.append(query)
        self.queue.sort(key=lambda q: (self.policy.key(q), q.number))

    def load(self, device, old, new, now):
        size, time = device.table.load(old, new)
        device.column = new
        device.busy = True
        self.records.append(("load", device.number, device.prefix + device.table.subgraphs[new], now, time, size))
        self.happened.append(("load", device.number, now, size))
        device.work = None, [len(self.records) - 1]
        self.schedule(now + time, LOADED, (device, device.life))

    def swap(self, device, subnet):
        """Bytes and time to bring the model of a sub-network into memory, and what leaves for it."""
        if not device.memory:
            return 0, 0
        model = next(m for m in self.models if subnet in m["rows"])
        if model in device.models:
            device.models.remove(model)
            device.models.append(model)
            return 0, 0
        while sum(m["bytes"] for m in device.models) + model["bytes"] > device.memory:
            device.models.remove(next(m for m in device.models if not m["pinned"]))
            device.evictions += 1
        device.models.append(model)
        device.swaps += 1
        return model["bytes"], -(-model["bytes"] * 10**12 // device.link)

    def decide(self, device, now):
        what, subnet, positions = self.policy.decide(now, self.queue, device)
        batch = [self.queue[p] for p in positions]
        self.queue = [q for p, q in enumerate(self.queue) if p not in set(positions)]
        if what == "drop":
            for query in batch:
                self.give_up(query, now)
            return
        table = device.table
        whole, length = True, table.latency[subnet][device.column][table.holding(len(batch))]
        count = self.options.get("segments")
        if count:
            query = batch[0]
            passed = policies.boundary(length, query.segments, count)
            query.segments += 1
            query.subnet = subnet
            whole = query.segments == count
            length = policies.boundary(length, query.segments, count) - passed
        change = change_time(
            table, device.actuation, device.last, subnet, device.column)
        swap_bytes, swap = self.swap(device, subnet)
        first = batch[0].segments
        index = table.holding(len(batch))
        self.happened.append(("piece", {
            "energy": table.energies[subnet][device.column][index],
            "members": [q.number for q in batch], "device": device.number, "subnet": subnet,
            "table": table, "column": device.column, "prefix": device.prefix, "start": now, "change": swap + change,
            "swap_bytes": swap_bytes, "end": now + swap + change + length,
            "whole": whole, "shares": ((first - 1) / count, first / count) if count else (0.0, 1.0),
            "change_bytes": change_bytes(
                table, device.actuation, device.last, subnet, device.column)}))
        device.piece = self.happened[-1][1]
        name = self.table.subnets[subnet]
        self.records.append(("service", device.number, name, now, swap + change + length, len(batch),
                             batch[0].number, device.prefix + table.subgraphs[device.column]))
        if change:
            self.records.append(("actuation", device.number, now + swap, change))
        device.work = batch, range(len(self.records) - (2 if change else 1), len(self.records))
        device.last, device.busy, device.start = subnet, True, now
        self.schedule(now + swap + change + length, FINISHED, (device, batch, subnet, whole, device.life))


def simulate(scenario, run, observe=None):
    return Execution(scenario, run, observe).run()
