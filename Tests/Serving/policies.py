"""The scheduler policies of `umemaki serve`, from their descriptions, by trying everything.

`decide` gives ("serve", sub-network, positions) or ("drop", None, positions).
"""

import math
from fractions import Fraction


def boundary(total, segments, count):
    """Where a segment ends: a double-precision share of the service, to the nearest picosecond."""
    return math.floor(total * (segments / count) + 0.5)


class Policy:
    """A query whose segments have run stays on its sub-network and is never given up, except that
    `late: drop` of the policies that order queries gives it up as any other."""

    def __init__(self, options, table, segments):
        self.options, self.table, self.segments = options, table, segments

    def finished(self, device, batch, start, now):
        """A batch, or a segment of one, is through."""

    def key(self, query):
        """The oldest first."""
        return query.arrival

    def decide(self, now, queue, device):
        if queue[0].segments:
            return "serve", queue[0].subnet, [0]
        return self.choose(now, queue, device)

    def latency(self, subnet, device, batch=0):
        return getattr(device, "table", self.table).latency[subnet][device.column][batch]

    def first(self, queue, count):
        return range(min(count, len(queue)))

    def rows(self):
        return range(len(self.table.subnets))

    def sizes(self):
        return range(len(self.table.batches))


class Fixed(Policy):
    """One sub-network; batches keep the earliest deadline, or are as large as the queue allows."""

    def subnet(self):
        return self.table.subnets.index(self.options["subnet"])

    def full(self):
        return self.options.get("batching", "full") == "full"

    def key(self, query):
        return query.arrival if self.full() else query.deadline

    def choose(self, now, queue, device):
        largest = min(self.options.get("max_batch", self.table.batches[-1]), self.table.batches[-1])
        limit = min(largest, len(queue))
        if self.full():
            return "serve", self.subnet(), range(limit)
        slack = queue[0].deadline - now
        fitting = [n for n in range(1, limit + 1)
                   if self.latency(self.subnet(), device, self.table.holding(n)) <= slack]
        if fitting:
            return "serve", self.subnet(), range(fitting[-1])
        rule = self.options.get("late", "fastest")
        if rule == "drop":
            return "drop", None, [0]
        size = min(self.table.batches[0], largest) if rule == "fastest" else largest
        return "serve", self.subnet(), self.first(queue, size)


class MinimumAccuracy(Fixed):
    def subnet(self):
        return min(self.rows(), key=lambda s: (self.table.accuracy[s], s))


class StrictAccuracy(Policy):
    """The fastest sub-network that is accurate enough; the more accurate one of equally fast ones."""

    def choice(self, query, device, now):
        rows = [s for s in self.rows() if self.table.accuracy[s] >= query.accuracy]
        if not rows:
            if self.options.get("fallback", "most-accurate") == "drop":
                return None
            best = max(self.table.accuracy)
            rows = [s for s in self.rows() if self.table.accuracy[s] == best]
        return min(rows, key=lambda s: (self.latency(s, device), -self.table.accuracy[s], s))

    def choose(self, now, queue, device):
        subnet = self.choice(queue[0], device, now)
        return ("drop", None, [0]) if subnet is None else ("serve", subnet, [0])


class StrictLatency(StrictAccuracy):
    """The most accurate sub-network that is fast enough; the faster one of equally accurate ones."""

    def choice(self, query, device, now):
        left = query.deadline - now
        limit = left if self.options.get("budget") == "remaining" else query.latency
        rows = [s for s in self.rows() if self.latency(s, device) <= limit]
        if rows:
            return min(rows, key=lambda s: (-self.table.accuracy[s], self.latency(s, device), s))
        if self.options.get("fallback", "fastest") == "drop":
            return None
        return min(self.rows(),
                   key=lambda s: (self.latency(s, device), -self.table.accuracy[s], s))


class Ordered(Policy):
    """Serves one query at a time, on a sub-network that the query determines."""

    def subnet(self, query, device):
        if query.segments:
            return query.subnet
        if query.named is not None:
            return query.named
        if "subnet" in self.options:
            return self.table.subnets.index(self.options["subnet"])
        return StrictAccuracy({}, self.table, None).choice(query, device, None)

    def total(self, query, device):
        return self.latency(self.subnet(query, device), device)

    def remaining(self, query, device):
        total = self.total(query, device)
        return total - (boundary(total, query.segments, self.segments) if self.segments else 0)

    def position(self, now, queue, device):
        return 0

    def decide(self, now, queue, device):
        position = self.position(now, queue, device)
        query = queue[position]
        late = now + self.remaining(query, device) > query.deadline
        if late and self.options.get("late", "serve") == "drop":
            return "drop", None, [position]
        return "serve", self.subnet(query, device), [position]


class Edf(Ordered):
    def key(self, query):
        return query.deadline


class Lrs(Ordered):
    def score(self, query, now, device):
        return query.deadline - now - self.remaining(query, device)

    def position(self, now, queue, device):
        return min(range(len(queue)), key=lambda p: (self.score(queue[p], now, device), p))


class Lars(Lrs):
    def score(self, query, now, device):
        return Fraction(super().score(query, now, device), self.total(query, device))


class Slack(Policy):
    """Looks at the slack of the earliest deadline, then takes as many of the earliest as fit."""

    default_comparison = "strict"
    default_limit = "none"

    def key(self, query):
        return query.deadline

    def fits(self, latency, limit):
        inclusive = self.options.get("comparison", self.default_comparison) == "inclusive"
        return latency <= limit if inclusive else latency < limit

    def limit(self, queue):
        """The number of the largest batch size that is considered."""
        last = len(self.table.batches) - 1
        if self.options.get("batch_limit", self.default_limit) == "none":
            return last
        return self.table.holding(min(len(queue), self.table.batches[-1]))

    def fastest(self, device, batch):
        return min(self.rows(), key=lambda s: (self.latency(s, device, batch), s))

    def choose(self, now, queue, device):
        picked = self.pick(queue[0].deadline - now, device, self.limit(queue))
        if picked is None:
            rule = self.options.get("late", "fastest")
            if rule == "drop":
                return "drop", None, [0]
            batch = 0 if rule == "fastest" else len(self.table.batches) - 1
            picked = self.fastest(device, batch), batch
        return "serve", picked[0], self.first(queue, self.table.batches[picked[1]])

    def best(self, rows, device, batch):
        """The most accurate; of equally accurate ones the faster."""
        return min(rows, default=None, key=lambda s: (
            -self.table.accuracy[s], self.latency(s, device, batch), s))


class MaxBatch(Slack):
    def pick(self, slack, device, limit):
        least = min(self.rows(), key=lambda s: (self.table.accuracy[s], s))
        fitting = [b for b in range(limit + 1) if self.fits(self.latency(least, device, b), slack)]
        if not fitting:
            return None
        batch = fitting[-1]
        rows = [s for s in self.rows() if self.fits(self.latency(s, device, batch), slack)]
        return self.best(rows, device, batch), batch


class MaxAccuracy(Slack):
    def pick(self, slack, device, limit):
        rows = [s for s in self.rows() if self.fits(self.latency(s, device, 0), slack)]
        subnet = self.best(rows, device, 0)
        if subnet is None:
            return None
        return subnet, [b for b in range(limit + 1)
                        if self.fits(self.latency(subnet, device, b), slack)][-1]


class SlackFit(Slack):
    default_comparison = "inclusive"
    default_limit = "queue-length"

    def pick(self, slack, device, limit):
        count = self.options.get("buckets", 10)
        cells = {(s, b): self.latency(s, device, b) for s in self.rows() for b in self.sizes()}
        # From the fastest sub-network at the smallest batch to the slowest at the largest.
        low = min(cells[s, 0] for s in self.rows())
        high = max(low, *(cells[s, len(self.sizes()) - 1] for s in self.rows()))
        tops = [low + (high - low) * k // count for k in range(1, count + 1)]
        fitting = [k for k in range(count) if self.fits(tops[k], slack)]
        for bucket in reversed(range(fitting[-1] + 1) if fitting else []):
            bottom = tops[bucket - 1] if bucket else 0
            if self.options.get("reading", "within-bucket") == "below-top":
                bottom = 0
            inside = [(s, b) for (s, b), latency in cells.items()
                      if b <= limit and bottom < latency <= tops[bucket]]
            if inside:
                batch = max(b for _, b in inside)
                return self.tie([s for s, b in inside if b == batch], device, batch), batch
        return None

    def tie(self, rows, device, batch):
        if self.options.get("tie_break", "accuracy") == "accuracy":
            return self.best(rows, device, batch)
        return min(rows, key=lambda s: (
            self.latency(s, device, batch), -self.table.accuracy[s], s))


class Adaptive(Policy):
    """A limit per device: grows after a full batch in time, shrinks after one that is late."""

    def __init__(self, options, table, segments):
        super().__init__(options, table, segments)
        self.most = min(options.get("max_batch", table.batches[-1]), table.batches[-1])
        self.limits = {}

    def limit(self, device):
        return self.limits.get(device.number, min(self.options.get("start", 1), self.most))

    def choose(self, now, queue, device):
        subnet = self.table.subnets.index(self.options["subnet"])
        return "serve", subnet, self.first(queue, self.limit(device))

    def finished(self, device, batch, start, now):
        limit = self.limit(device)
        if "target" in self.options:
            kept = now - start <= self.options["target"]
        else:
            kept = now <= min(q.deadline for q in batch)
        if not kept:
            self.limits[device.number] = max(1, math.floor(limit * self.options.get("backoff", 0.9)))
        elif len(batch) >= limit:
            self.limits[device.number] = min(self.most, limit + self.options.get("increase", 1))


class Gathering(Policy):
    """The earliest deadline first, with other queries that suit its sub-network as long as it is met."""

    def key(self, query):
        return query.deadline

    def gather(self, queue, subnet, slack, device):
        """Positions of the largest batch that ends within the slack; None where not even one does."""
        most = min(self.options.get("max_batch", self.table.batches[-1]), self.table.batches[-1])
        sizes = [n for n in range(1, min(most, len(queue)) + 1)
                 if self.latency(subnet, device, self.table.holding(n)) <= slack]
        if not sizes:
            return None
        seen = range(min(len(queue), self.options.get("reach", 64)))
        return [p for p in seen if p == 0 or self.suits(queue[p], subnet)][:sizes[-1]]


class Cheapest(Gathering):
    """The fastest sub-network that is accurate enough and in time for the head of the queue."""

    def suits(self, query, subnet):
        return query.accuracy <= self.table.accuracy[subnet]

    def choose(self, now, queue, device):
        slack = queue[0].deadline - now
        accurate = [s for s in self.rows() if self.suits(queue[0], s)]
        quick = [s for s in self.rows() if self.latency(s, device) <= slack]
        fallback = self.options.get("fallback", "latency")
        both = [s for s in accurate if s in quick]
        if both:
            subnet = self.fastest(both, device)
        elif fallback == "drop":
            return "drop", None, [0]
        elif fallback == "accuracy":
            subnet = self.fastest(accurate, device) if accurate else self.most(self.rows(), device)
        else:
            subnet = self.most(quick, device) if quick else self.fastest(self.rows(), device)
        return "serve", subnet, self.gather(queue, subnet, slack, device) or [0]

    def fastest(self, rows, device):
        return min(rows, key=lambda s: (self.latency(s, device), -self.table.accuracy[s], s))

    def most(self, rows, device):
        return min(rows, key=lambda s: (-self.table.accuracy[s], self.latency(s, device), s))


class Exact(Gathering):
    """Gives up at once what cannot be met on the sub-network that it names."""

    def named(self, query):
        return self.table.subnets.index(self.options["subnet"]) if query.named is None else query.named

    def suits(self, query, subnet):
        return self.named(query) == subnet

    def choose(self, now, queue, device):
        subnet = self.named(queue[0])
        positions = self.gather(queue, subnet, queue[0].deadline - now, device)
        return ("drop", None, [0]) if positions is None else ("serve", subnet, positions)


KINDS = {
    "fixed": Fixed, "minimum-accuracy": MinimumAccuracy, "strict-accuracy": StrictAccuracy,
    "strict-latency": StrictLatency, "fcfs": Ordered, "edf": Edf, "lrs": Lrs, "lars": Lars,
    "maxbatch": MaxBatch, "maxacc": MaxAccuracy, "slackfit": SlackFit,
    "adaptive-batching": Adaptive, "cheapest-variant": Cheapest, "exact-admission": Exact,
}


def make(options, table, segments):
    return KINDS[options["kind"]](options, table, segments)
