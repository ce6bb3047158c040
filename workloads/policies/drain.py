"""The most accurate sub-network with which all that waits is served by the earliest deadline."""
import json
import sys


def answer(**fields):
    print(json.dumps(fields), flush=True)


def choose(ask):
    slack = (ask["queue"][0]["deadline_ps"] - ask["now_ps"]) * margin
    held = columns[ask["devices"][ask["device"]]["subgraph"]]
    # The devices that are up share the queue.
    share = -(-ask["waiting"] // sum(one["activity"] != "down" for one in ask["devices"]))
    best = None
    for subnet, row in zip(profile["subnets"], profile["latency_ps"]):
        for batch, latency in zip(profile["batches"], row[held]):
            rank = (subnet["accuracy"], -latency / min(batch, ask["waiting"]))
            if -(-share // batch) * latency <= slack and (best is None or rank > best[0]):
                best = (rank, subnet["name"], batch)
    if best is None:
        rows = profile["latency_ps"]
        fastest = min(range(len(rows)), key=lambda number: rows[number][held][-1])
        return profile["subnets"][fastest]["name"], profile["batches"][-1]
    return best[1:]


for line in sys.stdin:
    ask = json.loads(line)
    if ask["message"] == "hello":
        profile, margin = ask["profile"], ask["options"].get("margin", 1)
        columns = {graph["name"]: number for number, graph in enumerate(profile["subgraphs"])}
        answer(message="ready")
    elif ask["message"] == "decide":
        subnet, batch = choose(ask)
        answer(message="choose", subnet=subnet, batch=batch)
