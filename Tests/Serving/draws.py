"""The documented random streams of `umemaki serve`: what each query of a mix asks for.

xoshiro256** (Blackman and Vigna, ACM TOMS 2021) seeded by SplitMix64 (Steele, Lea and Flood, OOPSLA
2014); the name of a stream is hashed with FNV-1a into the seed.
"""

MASK = (1 << 64) - 1


class SplitMix:
    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


def rotate(value, by):
    return ((value << by) | (value >> (64 - by))) & MASK


class Stream:
    def __init__(self, seed, name):
        digest = 0xCBF29CE484222325
        for byte in name.encode():
            digest = ((digest ^ byte) * 0x100000001B3) & MASK
        seeder = SplitMix(SplitMix(seed).next() ^ digest)
        self.s = [seeder.next() for _ in range(4)]

    def next(self):
        s = self.s
        result = (rotate((s[1] * 5) & MASK, 7) * 9) & MASK
        shifted = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate(s[3], 45)
        return result

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53

    def below(self, bound):
        """Lemire's method: the high half of a product, redrawn where that would be uneven."""
        threshold = (-bound & MASK) % bound
        while True:
            product = self.next() * bound
            if product & MASK >= threshold:
                return product >> 64


class Demands:
    """`mix`: latency (low, high) in ps, accuracy (low, high) or None, weights or None.

    `rows`, where there are some, say what the first queries ask for: accuracy, latency, sub-network and
    class, each None where it is drawn. Every query draws, whatever its row says. `classes` are mixes with
    a name and a share; what they leave out is that of all, and each draws from streams of its own.
    """

    def __init__(self, mix, seed):
        self.rows = list(mix.get("rows") or [])
        self.common = Draws(mix, seed, "demands")
        self.classes = {}
        self.shares = []
        for group in mix.get("classes") or []:
            own = {key: mix[key] if group[key] is None else group[key]
                   for key in ("latency", "accuracy", "weights")}
            # Pieces and weights both say what is named: a class that has one has nothing of the other.
            own["pieces"] = group.get("pieces") or (None if group["weights"] else mix.get("pieces"))
            if own["pieces"]:
                own["weights"] = None
            self.classes[group["name"]] = Draws(own, seed, "demands/class/" + group["name"])
            if group["share"] is not None:
                self.shares.append((group["name"], group["share"]))
        self.picks = Stream(seed, "demands/class")

    def next(self):
        """Accuracy, latency, sub-network, class and, where it has pieces, all their sub-networks."""
        group = self.pick()
        row = self.rows.pop(0) if self.rows else (None, None, None, None)
        group = group if row[3] is None else row[3]
        draws = self.classes.get(group, self.common)
        pieces = draws.mix.get("pieces") if row[2] is None else None
        drawn = draws.draw()
        return (*(d if own is None else own for own, d in zip(row, drawn)), group, pieces)

    def pick(self):
        if not self.shares:
            return None
        total = 0.0
        for _, share in self.shares:
            total += share
        level, sum_ = self.picks.uniform() * total, 0.0
        for name, share in self.shares:
            sum_ += share
            if level < sum_:
                return name
        return self.shares[-1][0]


class Draws:
    """The demands of all queries, or of those of one class."""

    def __init__(self, mix, seed, prefix):
        self.mix = mix
        self.accuracies = Stream(seed, prefix + "/accuracy")
        self.latencies = Stream(seed, prefix + "/latency")
        self.subnets = Stream(seed, prefix + "/subnet")

    def draw(self):
        accuracy = 0.0
        if self.mix["accuracy"]:
            low, high = self.mix["accuracy"]
            accuracy = low if low == high else low + self.accuracies.uniform() * (high - low)
        low, high = self.mix["latency"]
        latency = low if low == high else low + self.latencies.below(high - low + 1)
        subnet = self.mix["pieces"][0] if self.mix.get("pieces") else None
        if self.mix["weights"]:
            total, cumulative = 0.0, []
            for weight in self.mix["weights"]:
                total += weight
                cumulative.append(total)
            level = self.subnets.uniform() * total
            subnet = next((i for i, c in enumerate(cumulative) if level < c), len(cumulative) - 1)
        return accuracy, latency, subnet
