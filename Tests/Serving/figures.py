"""The figures of a serving run, from what `oracle.py` saw and their definitions in the documentation.

Only queries after the warm-up count. A query is finished when it is served or given up; in a run that
`until` stops, one whose deadline has passed counts as missed, too.
"""

import oracle


class Observed:
    def __init__(self, scenario, run):
        self.scenario, self.table = scenario, scenario["table"]
        self.warm_up = scenario["options"].get("warm_up", 0)
        self.completed, self.dropped, self.open = [], [], {}
        self.ends = {}  # by number: the query, when it ended and how
        execution = oracle.Execution(scenario, run, self.see)
        self.records = execution.run()
        self.stopped, self.arrived = execution.stopped, execution.arrived
        self.memory = {"model_loads": sum(d.swaps for d in execution.devices),
                       "model_evictions": sum(d.evictions for d in execution.devices)}
        self.happened, self.downs = execution.happened, execution.downs
        self.meter, self.causes = execution.meter, execution.causes
        self.pieces = [event[1] for event in self.happened if event[0] == "piece"]
        self.loads = [(r[1], r[3], r[4]) for r in self.records if r[0] == "load"]
        for query in self.open.values():
            self.ends[query.number] = (query, self.stopped, "unfinished")

    def see(self, what, query, subnet, device, now):
        if what == "arrived":
            self.open[query.number] = query
            return
        del self.open[query.number]
        self.ends[query.number] = (query, now, what)
        if query.number < self.warm_up:
            return
        if what == "completed":
            self.completed.append((query, subnet, device and (device.number, device.table, device.column), now))
        else:
            self.dropped.append(query)

    def supply(self):
        """What idle devices drew over served queries, in joules, and who was not served for want of power."""
        idle = 1e-12 * sum(watts * float(time)
                           for watts, time in zip(self.meter.powers, self.meter.idle_times))
        return {
            "idle_energy_j_per_query":
                idle / len(self.completed) if self.completed and self.meter.counts_idle else None,
            "battery_emptied_s":
                None if self.meter.emptied is None else self.meter.emptied / 1e12,
            "queries_without_power": sum(self.causes.get(q.number) == "battery" for q in self.dropped)}

    def classes(self):
        """The figures of every class, None for queries of no class."""
        mix = self.scenario["demands"]
        names = [g["name"] for g in mix.get("classes") or []]
        for row in mix.get("rows") or []:
            if row[3] is not None and row[3] not in names:
                names.append(row[3])
        if not names:
            return {}
        found = {name: self.figures(lambda q, name=name: q.group == name) for name in [*names, None]}
        if not found[None]["queries"]:
            del found[None]
        return found

    def figures(self, passes=None):
        """By the names of `serve --format json`; what has no value is None.

        `passes` picks the queries of a class; figures of the whole run have what no class has, too.
        """
        accuracy = self.table.accuracy
        if passes is None:
            return {**self.figures(lambda _: True), **self.whole()}
        completed = [entry for entry in self.completed if passes(entry[0])]
        dropped = [query for query in self.dropped if passes(query)]
        left = [query for query in self.open.values()
                if query.number >= self.warm_up and passes(query)]
        met = [(q, s) for q, s, _, now in completed if now <= q.deadline]
        overdue = [q for q in left if self.stopped is not None and q.deadline <= self.stopped]
        finished = len(completed) + len(dropped) + len(overdue)
        latencies = [now - q.arrival for q, _, _, now in completed]
        latency = mean(latencies)
        return {
            "queries": len(completed) + len(dropped) + len(left), "in_flight": len(left),
            "completed": len(completed), "dropped": len(dropped),
            "slo_attainment": len(met) / finished if finished else None,
            "mean_accuracy": mean([accuracy[s] for _, s in met]),
            "mean_accuracy_completed": mean([accuracy[s] for _, s, _, _ in completed]),
            "latency_mean": None if latency is None else latency / 1e12,
            "latency_max": max(latencies) / 1e12 if latencies else None}

    def whole(self):
        """The figures that only a whole run has."""
        hits = None
        if all(kind["table"].weights for kind in oracle.kinds(self.scenario)):
            hits = mean([table.resident[s][column] / table.weights[s]
                         for _, s, (_, table, column), _ in self.completed])
        return {"cache_hit_ratio": hits}

    def devices(self):
        """By device, where kinds are listed: its kind, and the queries that it served to the end."""
        found, number = {}, 0
        for kind in oracle.kinds(self.scenario) if self.scenario.get("devices") else []:
            for number in range(number, number + kind["count"]):
                found[number] = (kind["name"], sum(d == number for _, _, (d, _, _), _ in self.completed))
            number += 1
        return found


def mean(values):
    return sum(values) / len(values) if values else None
