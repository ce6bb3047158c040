"""The oracle caching policy: what its sequence of sub-graphs must cost.

The policy promises the least time that measured queries take, then the least of all, over every sequence
of sub-graphs with one decision after each `interval` served queries. Here all are tried at once: the best
cost of every state (cached sub-graph, last sub-network) is carried from query to query.
"""

import draws
import policies


class Held:
    """What a policy looks at of a device, for one cached sub-graph."""

    def __init__(self, column):
        self.column = column


class Asked:
    """What a policy looks at of a query, its wait left out."""

    def __init__(self, accuracy, latency, named):
        self.accuracy, self.latency, self.named, self.deadline = accuracy, latency, named, latency


def allowed(options, run):
    """Whether the policy can know what will be served."""
    return (options["devices"] == 1 and "until" not in options and "most_waiting" not in options and not options.get("failures") and options["segments"] is None
            and run["kind"].startswith("strict") and run.get("budget") != "remaining")


def count(scenario):
    """The queries of a run that serves all."""
    sent = scenario["arrivals"].get("times", [None] * scenario["options"]["queries"])
    return min(len(sent), scenario["options"]["queries"])


def choices(scenario, run):
    """For each served query its number and, by sub-graph, its sub-network; None if that is unclear."""
    table, source = scenario["table"], draws.Demands(scenario["demands"], scenario["options"]["seed"])
    policy = policies.make(run["policy"], table, None)
    found = []
    for number in range(count(scenario)):
        query = Asked(*source.next()[:3])
        rows = [policy.choice(query, Held(c), 0) for c in range(len(table.subgraphs))]
        if None in rows and any(row is not None for row in rows):
            return None
        if rows[0] is not None:
            found.append((number, rows))
    return found


def optimum(scenario, run, change):
    """The least (time of measured queries, time of all); `change` gives that of a change of sub-network."""
    table, options = scenario["table"], scenario["options"]
    caching, columns = run["caching"], range(len(table.subgraphs))
    queries = choices(scenario, run)
    warm_up = options.get("warm_up", 0)

    def load(old, new):
        return 0 if old is None and not options.get("charges_initial_load") else table.load(old, new)[1]

    starts = [table.subgraphs.index(caching["initial"])] if "initial" in caching else columns
    first = bool(queries) and queries[0][0] >= warm_up
    states = {(c, None): (load(None, c) * first, load(None, c)) for c in starts}
    for served, (number, rows) in enumerate(queries):
        counts = number >= warm_up
        if served and served % caching["interval"] == 0:
            moved = {}
            for (column, last), (measured, total) in states.items():
                for new in columns:
                    time = load(column, new)
                    keep(moved, (new, last), (measured + time * counts, total + time))
            states = moved
        after = {}
        for (column, last), (measured, total) in states.items():
            row = rows[column]
            time = table.latency[row][column][0] + change(last, row, column)
            keep(after, (column, row), (measured + time * counts, total + time))
        states = after
    return min(states.values())


def keep(states, key, cost):
    """The cheaper of two ways to a state."""
    states[key] = min(cost, states.get(key, cost))


def cost(scenario, records):
    """What the program's sequence costs; a load is taken by the query that is served next."""
    measured = total = load = 0
    for record in sorted((r for r in records if r[0] in ("load", "service")), key=lambda r: r[3]):
        if record[0] == "load":
            load += record[4]
            continue
        total += load + record[4]
        if record[6] >= scenario["options"].get("warm_up", 0):
            measured += load + record[4]
        load = 0
    return measured, total
