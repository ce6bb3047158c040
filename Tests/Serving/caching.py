"""The caching policies of `umemaki serve`, from their descriptions."""

from fractions import Fraction


class Kept:
    """One sub-graph for ever."""

    def __init__(self, column):
        self.initial = column

    def served(self, subnet, column):
        return column


class Window:
    """Decides after every `interval` queries that its device served, over the last `window`."""

    def __init__(self, options, table):
        self.table = table
        self.window = options["window"]
        self.interval = options.get("interval", self.window)
        self.initial = table.subgraphs.index(options.get("initial", table.subgraphs[0]))
        self.history, self.count = [], 0

    def served(self, subnet, column):
        self.history = (self.history + [subnet])[-self.window:]
        self.count += 1
        return self.choose() if self.count % self.interval == 0 else column


class Average(Window):
    """The sub-graph nearest to the average of the vectors, the first where equal."""

    def choose(self):
        vectors = [self.table.subnet_vectors[s] for s in self.history]
        average = [Fraction(sum(column), len(vectors)) for column in zip(*vectors)]

        def distance(candidate):
            return sum((g - a) ** 2 for g, a in zip(self.table.subgraph_vectors[candidate], average))

        return min(self.table.candidates, key=lambda c: (distance(c), c))


class MostFrequent(Window):
    """What makes the most frequent sub-network fastest; the first of the table where equal."""

    def choose(self):
        rows = range(len(self.table.subnets))
        favourite = min(rows, key=lambda s: (-self.history.count(s), s))
        return min(self.table.candidates, key=lambda c: (self.table.latency[favourite][c][0], c))


class Follow:
    """The sub-graphs of `options["columns"]`, one for every served query, changed at the decisions only."""

    def __init__(self, options, table):
        self.columns = [table.subgraphs.index(name) for name in options["columns"]]
        self.interval, self.count = options["interval"], 0
        # Without a service anything may be cached.
        self.initial = self.columns[0] if self.columns else 0

    def served(self, subnet, column):
        self.count += 1
        due = self.count % self.interval == 0 and self.count < len(self.columns)
        return self.columns[self.count] if due else column


def make(options, table):
    if options["kind"] == "none":
        return Kept(table.subgraphs.index("none"))
    if options["kind"] == "lookahead":
        return Follow(options, table)
    if options["kind"] == "static":
        return Kept(table.subgraphs.index(options["subgraph"]))
    return {"average": Average, "most-frequent": MostFrequent}[options["kind"]](options, table)
