"""Which policy stands where: best settings, rivals, and a frontier, from the rows of `superserve`."""

from superserve import ADAPTIVE, POLICIES

# What differs by less is called equal: attainment and accuracy in shares.
ATTAINMENT, ACCURACY = 0.001, 0.0005


def attainment(r):
    return float(r["slo_attainment"])


def accuracy(r):
    """Of the queries that met their deadline; without any, none."""
    return float(r["mean_accuracy"] or 0) if attainment(r) else 0.0


def best(rows):
    """The setting with the highest attainment, to a tenth of a per cent; of those the most accurate."""
    return max(rows, key=lambda r: (round(attainment(r), 3), accuracy(r)))


def tuned(rows, point):
    """Each policy at its best setting of one point."""
    here = [r for r in rows if (r["squared_variation"], r["rate_hz"]) == point]
    return {name: best([r for r in here if r["policy"] == name]) for name in POLICIES}


def rival(chosen):
    """The most accurate fixed sub-network with no less attainment than SlackFit; nothing else."""
    limit = attainment(chosen["slackfit"]) - ATTAINMENT
    equal = [r for name, r in chosen.items() if name.startswith("fixed ") and attainment(r) >= limit]
    return max(equal, key=accuracy, default=None)


def interpolated(chosen):
    """Attainment along the frontier of the fixed sub-networks at SlackFit's accuracy."""
    goal = accuracy(chosen["slackfit"])
    points = sorted((accuracy(r), attainment(r)) for name, r in chosen.items()
                    if name.startswith("fixed ") and accuracy(r))
    above = [(a, max(t for b, t in points if b >= a)) for a, _ in points]
    if not above or goal > above[-1][0]:
        return None
    if goal <= above[0][0]:
        return above[0][1]
    (a0, t0), (a1, t1) = next(p for p in zip(above, above[1:]) if p[0][0] <= goal <= p[1][0])
    return t0 if a0 == a1 else t0 + (t1 - t0) * (goal - a0) / (a1 - a0)


def verdict(chosen):
    """How SlackFit stands against another policy: better, equal, worse or a trade."""
    mine = chosen["slackfit"]

    def against(other):
        gain = attainment(mine) - attainment(other)
        finer = accuracy(mine) - accuracy(other)
        more = [gain > ATTAINMENT, finer > ACCURACY]
        less = [gain < -ATTAINMENT, finer < -ACCURACY]
        if any(more):
            return "trade" if any(less) else "better"
        return "worse" if any(less) else "equal"

    found = {name: against(chosen[name]) for name in ("maxbatch", "maxacc")}
    beaten = [against(r) for name, r in chosen.items() if name.startswith("fixed ")]
    found["fixed"] = ("worse" if "worse" in beaten else
                      "equal" if "equal" in beaten else "trade" if "trade" in beaten else "better")
    return found


def sustained(rows):
    """The points at which some policy with some setting meets 99.9 % of the deadlines."""
    return sorted({(r["squared_variation"], r["rate_hz"]) for r in rows if attainment(r) >= 0.999})


def everywhere(rows, points, names):
    """The best single setting of the named policies over all `points`, and its means over them."""
    groups = {}
    for r in rows:
        if r["policy"] in names and (r["squared_variation"], r["rate_hz"]) in points:
            groups.setdefault((r["policy"], r["setting"]), []).append(r)
    means = {key: (sum(map(attainment, g)) / len(g), sum(map(accuracy, g)) / len(g),
                   min(map(attainment, g))) for key, g in groups.items()}
    key = max(means, key=lambda k: (round(means[k][0], 3), means[k][1]))
    return (*key, *means[key])
