"""SlackFit as a process: what `kind: slackfit` decides, from the same options and with the same defaults."""
import bisect
import json
import sys


def better(one, other):
    """Whether a pick, (row, batch number), goes before another in a bucket."""
    if one[1] != other[1]:
        return one[1] > other[1]

    def rank(pick):
        accuracy, latency = -profile["subnets"][pick[0]]["accuracy"], column[pick[0]][pick[1]]
        return (accuracy, latency, pick[0]) if tie_break == "accuracy" else (latency, accuracy, pick[0])

    return rank(one) < rank(other)


def fill(limit):
    """The pick of every bucket where no batch number above `limit` is considered."""
    picks = [None] * len(tops)
    for row, latencies in enumerate(column):
        for batch, latency in enumerate(latencies[: limit + 1]):
            bucket = bisect.bisect_left(tops, latency)
            if bucket < len(tops) and (picks[bucket] is None or better((row, batch), picks[bucket])):
                picks[bucket] = (row, batch)
    for bucket in range(1, len(tops)):
        lower, own = picks[bucket - 1], picks[bucket]
        if own is None or (reading == "below-top" and lower is not None and better(lower, own)):
            picks[bucket] = lower
    return picks


def fastest(batch):
    return min(range(len(column)), key=lambda row: (column[row][batch], row))


def decide(ask):
    held, waiting = ask["devices"][ask["device"]]["subgraph"], ask["waiting"]
    tops, picks, first, last = columns[held]
    slack = ask["queue"][0]["deadline_ps"] - ask["now_ps"]
    limit = len(sizes) - 1
    if batch_limit == "queue-length":
        limit = bisect.bisect_left(sizes, min(waiting, sizes[-1]))
    find = bisect.bisect_right if comparison == "inclusive" else bisect.bisect_left
    bucket = find(tops, slack) - 1
    if bucket >= 0 and picks[limit][bucket] is not None:
        row, batch = picks[limit][bucket]
        return dict(message="choose", subnet=names[row], batch=sizes[batch])
    if late == "drop":
        return dict(message="drop", queries=[ask["queue"][0]["query"]])
    row, batch = (first, 0) if late == "fastest" else (last, -1)
    return dict(message="choose", subnet=names[row], batch=sizes[batch])


for line in sys.stdin:
    ask = json.loads(line)
    if ask["message"] == "hello":
        profile, options, columns = ask["profile"], ask["options"], {}
        buckets, late = options.get("buckets", 10), options.get("late", "fastest")
        reading, tie_break = options.get("reading", "within-bucket"), options.get("tie_break", "accuracy")
        comparison, batch_limit = options.get("comparison", "inclusive"), options.get("batch_limit", "queue-length")
        names, sizes = [subnet["name"] for subnet in profile["subnets"]], profile["batches"]
        for number, graph in enumerate(profile["subgraphs"]):
            column = [row[number] for row in profile["latency_ps"]]
            low, high = column[fastest(0)][0], max(latencies[-1] for latencies in column)
            tops = [low + max(high - low, 0) * (bucket + 1) // buckets for bucket in range(buckets)]
            picks = [fill(limit) for limit in range(len(sizes))]
            columns[graph["name"]] = (tops, picks, fastest(0), fastest(-1))
        print(json.dumps(dict(message="ready")), flush=True)
    elif ask["message"] == "decide":
        print(json.dumps(decide(ask)), flush=True)
