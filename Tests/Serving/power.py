"""What devices draw, may draw and have, from the definitions in the documentation.

Powers are in picojoules per picosecond, which are watts; energies in picojoules.
"""

import math


def said(rule):
    """The numbers of a rule as the program reads them from its texts: microwatts and microjoules."""
    return {name: float(value) * 1e-3 * 1e-3 if name != "battery" else float(value) * 1e-6 * 1e12
            for name, value in rule.items()}


def written(rule):
    """A rule as a file says it."""
    return {name: f"{value} {'uJ' if name == 'battery' else 'uW'}" for name, value in rule.items()}


def limited(time, energy, power):
    """Time and energy of a service that draws at most the cap."""
    cap, idle = power.get("cap"), power.get("idle", 0.0)
    if cap is None:
        return time, energy
    longer = math.ceil((energy - idle * time) / (cap - idle) * (1 - 1e-12))
    return (time, energy) if longer <= time else (longer, energy + idle * (longer - time))


def share(piece, time):
    """How much of a whole service is done at a time."""
    low, high = piece["shares"]
    work, end = piece["start"] + piece["change"], piece["end"]
    if time >= end:
        return high
    if time <= work or end <= work:
        return low
    return low + (high - low) * ((time - work) / (end - work))


def merged(rule, kind):
    """What holds for a kind of devices: what it says itself, else what is said of all."""
    return {**rule, **said(kind.get("power") or {})}


class Meter:
    """What all devices have used since the start, and how long they were idle since the warm-up."""

    def __init__(self, power, rules):
        """`rules` are those of the kinds, in their order."""
        self.watts = [rule.get("idle", 0.0) for rule in rules]
        # Each power once: devices of equal ones are counted together.
        self.powers = list(dict.fromkeys(self.watts))
        self.budget = power.get("battery")
        self.counts_idle = any("idle" in rule for rule in rules)
        self.used, self.idle_times, self.emptied = 0.0, [0] * len(self.powers), None

    def count(self, devices):
        """How many of some devices have each idle power."""
        counts = [0] * len(self.powers)
        for device in devices:
            counts[self.powers.index(self.watts[device.kind])] += 1
        return counts

    def drawn(self, last, time, idle):
        total = self.used
        for watts, count in zip(self.powers, idle):
            total += watts * float(time - last) * float(count)
        return total

    def use(self, piece, high):
        self.used += piece["energy"] * high - piece["energy"] * piece["shares"][0]

    def at(self, time, last, pieces, idle):
        total = self.drawn(last, time, idle)
        for piece in pieces:
            total += piece["energy"] * share(piece, time) - piece["energy"] * piece["shares"][0]
        return total

    def end(self, last, time, pieces, idle):
        """The first picosecond of a span at which more is used than there was, or nothing."""
        if self.budget is None or self.emptied is not None:
            return None
        if self.at(time, last, pieces, idle) <= self.budget:
            return None
        low, high = last, time
        while low < high:
            middle = (low + high) // 2
            if self.at(middle, last, pieces, idle) > self.budget:
                high = middle
            else:
                low = middle + 1
        return low

    def wait(self, last, time, idle, since):
        self.used = self.drawn(last, time, idle)
        if since is not None and time > since:
            for number, count in enumerate(idle):
                self.idle_times[number] += (time - max(last, since)) * count
