"""The figures of a serving run, from what `oracle.py` saw and their definitions in the documentation.

Only queries after the warm-up count. A query is finished when it is served or given up; in a run that
`until` stops, one whose deadline has passed counts as missed, too.
"""

import oracle


class Observed:
    def __init__(self, scenario, run):
        self.table = scenario["table"]
        self.warm_up = scenario["options"].get("warm_up", 0)
        self.completed, self.dropped, self.open = [], [], {}
        self.ends = {}  # by number: the query, when it ended and how
        execution = oracle.Execution(scenario, run, self.see)
        self.records = execution.run()
        self.stopped, self.arrived = execution.stopped, execution.arrived
        self.happened, self.downs = execution.happened, execution.downs
        self.meter, self.causes = execution.meter, execution.causes
        self.latency = execution.table.latency  # with a cap, longer than that of the table
        self.pieces = [event[1] for event in self.happened if event[0] == "piece"]
        self.loads = [(r[1], r[3], r[4]) for r in self.records if r[0] == "load"]
        for query in self.open.values():
            self.ends[query.number] = (query, self.stopped, "unfinished")

    def see(self, what, query, subnet, column, now):
        if what == "arrived":
            self.open[query.number] = query
            return
        del self.open[query.number]
        self.ends[query.number] = (query, now, what)
        if query.number < self.warm_up:
            return
        if what == "completed":
            self.completed.append((query, subnet, column, now))
        else:
            self.dropped.append(query)

    def supply(self):
        """What idle devices drew over served queries, in joules, and who was not served for want of power."""
        idle = self.meter.idle * float(self.meter.idle_time) * 1e-12
        return {
            "idle_energy_j_per_query":
                idle / len(self.completed) if self.completed and self.meter.counts_idle else None,
            "battery_emptied_s":
                None if self.meter.emptied is None else self.meter.emptied / 1e12,
            "queries_without_power": sum(q.number in self.causes for q in self.dropped)}

    def figures(self):
        """By the names of `serve --format json`; what has no value is None."""
        accuracy = self.table.accuracy
        met = [(q, s) for q, s, _, now in self.completed if now <= q.deadline]
        overdue = [q for q in self.open.values() if q.number >= self.warm_up
                   and self.stopped is not None and q.deadline <= self.stopped]
        finished = len(self.completed) + len(self.dropped) + len(overdue)
        latencies = [now - q.arrival for q, _, _, now in self.completed]

        def mean(values):
            return sum(values) / len(values) if values else None

        hits = None
        if self.table.weights:
            hits = mean([self.table.resident[s][c] / self.table.weights[s]
                         for _, s, c, _ in self.completed])
        latency = mean(latencies)
        return {
            "completed": len(self.completed), "dropped": len(self.dropped),
            "slo_attainment": len(met) / finished if finished else None,
            "mean_accuracy": mean([accuracy[s] for _, s in met]),
            "mean_accuracy_completed": mean([accuracy[s] for _, s, _, _ in self.completed]),
            "latency_mean": None if latency is None else latency / 1e12,
            "latency_max": max(latencies) / 1e12 if latencies else None,
            "cache_hit_ratio": hits}
