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


class Meter:
    """What all devices have used since the start, and how long they were idle since the warm-up."""

    def __init__(self, power):
        self.idle, self.budget = power.get("idle", 0.0), power.get("battery")
        self.counts_idle = "idle" in power
        self.used, self.idle_time, self.emptied = 0.0, 0, None

    def use(self, piece, high):
        self.used += piece["energy"] * high - piece["energy"] * piece["shares"][0]

    def at(self, time, last, pieces, idle):
        total = self.used + self.idle * float(time - last) * float(idle)
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
        self.used += self.idle * float(time - last) * float(idle)
        if since is not None and time > since:
            self.idle_time += (time - max(last, since)) * idle
