"""Random tables, loads and options for `test_oracle.py`, as a simulation and as the files of one."""

import json

import hdf5
import lookahead
import power
import oracle
from oracle import Table

MILLISECOND = 10**9
SINGLE = ["strict-accuracy", "strict-latency", "fcfs", "edf", "lrs", "lars"]
BATCHED = ["fixed", "minimum-accuracy", "maxbatch", "maxacc", "slackfit", "adaptive-batching",
           "cheapest-variant", "exact-admission"]


def table(random):
    rows, columns = random.randint(1, 5), random.randint(0, 3)
    subgraphs = ["none"] + [f"g{c}" for c in range(1, columns + 1)]
    if random.random() < 0.2:
        random.shuffle(subgraphs)
    batches = random.choice([[1], [1, 2, 4, 8, 16], [1, 3], [1, 2, 5], [2, 4], [1, 16]])
    coarse, steady = random.random() < 0.4, random.random() < 0.6
    unit = MILLISECOND // 2 if coarse else 1

    def length():
        return unit * random.randint(1, 8) if coarse else random.randint(1, 4 * MILLISECOND)

    latency = []
    for row in range(rows):
        latency.append([])
        for column in range(len(subgraphs)):
            cells = []
            for index in range(len(batches)):
                floor = max(cells[-1] if index else 0, latency[row - 1][column][index] if row else 0)
                cells.append((floor if steady else 0) + length())
            latency[row].append(cells)
    accuracy = [random.choice([0.5, 0.6, 0.7, 0.8]) if random.random() < 0.3 else
                0.5 + 0.08 * row + random.randint(0, 60) / 1000 for row in range(rows)]
    weights = resident = loads = transitions = None
    if random.random() < 0.6:
        weights = [random.randint(100, 10**6) for _ in range(rows)]
        resident = [[0 if name == "none" else random.randint(0, w) for name in subgraphs]
                    for w in weights]
    if random.random() < 0.7:
        loads = [(0, 0) if name == "none" else
                 (random.randint(0, 10**6), 0 if random.random() < 0.1 else length())
                 for name in subgraphs]
    vectors = None
    if random.random() < 0.6:
        width = 2 * random.randint(1, 3)
        vectors = [[[random.randint(0, 6) for _ in range(width)] for _ in range(n)]
                   for n in (rows, len(subgraphs))]
        if loads and random.random() < 0.7:
            transitions = [[(0, 0) if i == j else (random.randint(0, 10**6), length())
                            for j in range(len(subgraphs))] for i in range(len(subgraphs))]
    return Table([f"s{r}" for r in range(rows)], accuracy, subgraphs, batches, latency, loads,
                 transitions, weights, resident, *(vectors or (None, None)))


def variant(random, made):
    """Another table of the same sub-networks and batch sizes, with sub-graphs of its own."""
    while True:
        other = table(random)
        if len(other.subnets) >= len(made.subnets):
            break
    rows = len(made.subnets)
    # Cells of one size for every other: of another device, monotone or not.
    latency = [[[random.randint(1, 4 * MILLISECOND) for _ in made.batches] for _ in other.subgraphs]
               for _ in range(rows)]
    vectors = other.subnet_vectors
    return Table(made.subnets, made.accuracy, other.subgraphs, made.batches, latency, other.loads,
                 other.transitions, other.weights and other.weights[:rows],
                 other.resident and other.resident[:rows], vectors and vectors[:rows],
                 other.subgraph_vectors)


def kinds(random, made, actuation):
    """Devices of one to three kinds, two or more in all."""
    found = []
    for number in range(random.randint(1, 3)):
        own = made if number == 0 or random.random() < 0.4 else variant(random, made)
        rule = None
        if random.random() < 0.3:
            rule = {"kind": "fixed", "time": random.randint(1, 2 * MILLISECOND)}
        if actuation["kind"] == "missing-bytes" and not own.weights:
            rule = rule or {"kind": "none"}
        found.append({"name": f"kind {number}", "count": random.randint(1, 3), "table": own,
                      "speed": random.choice([1, 1, 2, 0.3, 1.7]), "actuation": rule})
    if len(found) == 1:
        found[0]["count"] += 1
    return found


def models(random, made, listed):
    """Models of one or more sub-networks each, and memories that hold some of them."""
    rows = list(range(len(made.subnets)))
    random.shuffle(rows)
    found = []
    while rows:
        count = random.randint(1, len(rows))
        found.append({"name": f"model {len(found)}", "rows": rows[:count], "pinned": random.random() < 0.2,
                      "bytes": random.randint(1, 10**6)})
        rows = rows[count:]
    pinned = sum(m["bytes"] for m in found if m["pinned"])
    largest = max([m["bytes"] for m in found if not m["pinned"]] or [0])
    for kind in listed:
        if random.random() < 0.8:
            kind["memory"] = pinned + largest + random.choice([0, random.randint(0, 10**6)])
            kind["link"] = 10**6 * random.randint(10, 5000)
    return found


def arrivals(random, table, devices, queries):
    """From nearly idle to several times what the devices can do."""
    if random.random() < 0.25:
        think = random.choice([0, MILLISECOND, random.randint(1, 5 * MILLISECOND)])
        return {"kind": "closed-loop", "clients": random.randint(1, 6), "think": think}
    service = sum(cell[0][0] for cell in table.latency) // len(table.latency)
    mean = service / devices / random.choice([0.05, 0.5, 0.9, 1.5, 4])
    grid = random.random() < 0.4
    times = [0]
    for _ in range(random.randint(queries // 2, queries + 5)):
        gap = random.expovariate(1 / mean)
        if random.random() < 0.3:
            gap *= random.choice([0, 5])
        step = MILLISECOND // 2
        times.append(times[-1] + (round(gap / step) * step if grid else round(gap)))
    return {"kind": "trace", "times": times}


def demands(random, table):
    longest = max(c for row in table.latency for column in row for c in column)
    low = random.randint(1, 2 * longest)
    if random.random() < 0.4:
        low = -(-low // MILLISECOND) * MILLISECOND
    high = low if random.random() < 0.4 else low + random.randint(0, 3 * longest)
    accuracy = None
    if random.random() < 0.7:
        bottom = random.choice(table.accuracy) if random.random() < 0.5 else random.uniform(0.3, 0.9)
        accuracy = (bottom, bottom if random.random() < 0.3 else random.uniform(bottom, 1))
    weights = None
    if random.random() < 0.3:
        weights = [random.choice([0, 1, 2.5]) for _ in table.subnets]
        weights[random.randrange(len(weights))] += 1
    return {"latency": (low, high), "accuracy": accuracy, "weights": weights}


def pieces(random, table):
    return [random.randrange(len(table.subnets)) for _ in range(random.randint(1, 4))]


def classes(random, table, asked):
    """Classes with demands of their own, some left out; shares as a file can say them exactly."""
    count = random.randint(1, 4)
    parts = [random.randint(0, 8) for _ in range(count - 1)] + [1]
    found = []
    for number, part in enumerate(parts):
        own = demands(random, table)
        own = {key: None if random.random() < 0.4 else value for key, value in own.items()}
        if asked.get("pieces") and random.random() < 0.5:
            own["weights"], own["pieces"] = None, pieces(random, table)
        found.append({"name": f"class {number}", "share": part / sum(parts),
                      "target": random.choice([None, 0.5, 1.0]), **own})
    return {**asked, "classes": found}


def rows(random, table, count, names):
    """What the rows of a trace ask for: accuracy, latency, sub-network, class; None where a field is
    empty."""
    longest = max(c for row in table.latency for column in row for c in column)
    holes = random.choice([0, 0.5])
    empty = [random.random() < 0.4 for _ in range(4)]

    def row():
        asked = (random.choice(table.accuracy + [random.uniform(0.3, 1)]),
                 random.randint(1, 4 * longest), random.randrange(len(table.subnets)),
                 random.choice(names + ["other"]))
        return tuple(None if without or random.random() < holes else value
                     for without, value in zip(empty, asked))

    return [row() for _ in range(count)]


def some(random, **choices):
    """Each option with even odds of being left out."""
    return {key: random.choice(values) for key, values in choices.items() if random.random() < 0.5}


def policy(random, table, segmented, chained):
    kind = random.choice(SINGLE + BATCHED * 2 if not segmented or table.batches == [1] else SINGLE)
    if chained:
        kind = random.choice(SINGLE[2:] + ([] if segmented else ["exact-admission"]))
    late = ["fastest", "drop", "fastest-at-max-batch"]
    if kind in ("fcfs", "edf", "lrs", "lars"):
        options = some(random, subnet=table.subnets, late=["serve", "drop"])
    elif kind == "strict-accuracy":
        options = some(random, fallback=["most-accurate", "drop"])
    elif kind == "strict-latency":
        options = some(random, fallback=["fastest", "drop"], budget=["constraint", "remaining"])
    elif kind in ("fixed", "minimum-accuracy"):
        options = some(random, max_batch=range(1, table.batches[-1] + 1))
        options |= some(random, batching=["deadline", "full"])
        if options.get("batching", "full") == "deadline":
            options |= some(random, late=late)
        if kind == "fixed":
            options["subnet"] = random.choice(table.subnets)
    elif kind == "adaptive-batching":
        options = some(random, max_batch=range(1, table.batches[-1] + 1), start=range(1, 20),
                       increase=[1, 2, 5], backoff=[0.9, 0.5, 0.1],
                       target=[MILLISECOND, random.randint(1, 8 * MILLISECOND)])
        options["subnet"] = random.choice(table.subnets)
    elif kind in ("cheapest-variant", "exact-admission"):
        options = some(random, max_batch=range(1, table.batches[-1] + 1), reach=[1, 2, 5, 20])
        if kind == "cheapest-variant":
            options |= some(random, fallback=["accuracy", "latency", "drop"])
        else:
            options["subnet"] = random.choice(table.subnets)
    else:
        options = some(random, comparison=["strict", "inclusive"], late=late,
                       batch_limit=["none", "queue-length"])
        if kind == "slackfit":
            options |= some(random, buckets=[1, 2, 3, 5, 10, 50],
                            reading=["within-bucket", "below-top"],
                            tie_break=["accuracy", "fastest"])
    return {"kind": kind, **options}


def caching(random, table, listed):
    tables = [kind["table"] for kind in listed or []] or [table]
    known = [name for name in table.subgraphs if all(name in t.subgraphs for t in tables)]
    kinds = ["none", "static", "most-frequent"]
    if all(t.subnet_vectors for t in tables):
        kinds += ["average"] * 3
    kind = random.choice(kinds)
    if kind == "none":
        return {"kind": kind}
    if kind == "static":
        return {"kind": kind, "subgraph": random.choice(known)}
    return {"kind": kind, "window": random.randint(1, 6),
            **some(random, interval=range(1, 7), initial=known)}


def plan(random, case, run):
    """Sometimes an oracle in the place of the caching policy, where it can know the queries."""
    oracle = {"kind": "lookahead", "interval": random.randint(1, 6),
              **some(random, initial=case["table"].subgraphs)}
    known = lookahead.allowed(case["options"], run["policy"]) and lookahead.choices(case, run) is not None
    return {**run, "caching": oracle} if known and random.random() < 0.9 else run


def failures(random, devices, sent):
    """Devices that fail; one that never does, or all of them come back."""
    last = max(sent.get("times", [20 * MILLISECOND])[-1], MILLISECOND)
    rule = some(random, in_flight=["requeue", "lost"])
    if random.random() < 0.5:
        every = random.choice([MILLISECOND, random.randint(1 + last // 20, 1 + last)])
        rule["every"] = every
        if devices == 1 or random.random() < 0.5:
            rule["repair"] = random.randint(1, every * devices - 1)
            # Without a count services longer than the time between failures would never end.
            rule["count"] = random.choice([1, 2, 7, 40])
        return rule
    rule["outages"] = []
    for device in range(devices):
        now = 0
        for _ in range(random.randint(0, 3)):
            grid = random.choice([1, MILLISECOND // 2])
            now += grid * random.randint(1, 1 + last // grid)
            back = now + grid * random.randint(1, 1 + last // grid // 2)
            if device and random.random() < 0.2:
                rule["outages"].append({"device": device, "at": now})
                break
            rule["outages"].append({"device": device, "at": now, "back": back})
            now = back
    # Written the other way round: the program sorts them.
    ordered = sorted(rule["outages"], key=lambda o: (o["at"], o["device"]))
    return {**rule, "outages": ordered or [{"device": 0, "at": 2 * last, "back": 3 * last}]}


def supply(random, tables, runs, sent):
    """Powers in microwatts, a battery in microjoules, around what the table's services draw."""
    # Picojoules of a service, and what each cell draws in microwatts.
    energy = min(oracle.joules(table) for table in tables)
    draws = [oracle.joules(table) / cell * 1e6
             for table in tables for row in table.latency for sizes in row for cell in sizes]
    rule = {}
    # An oracle of sub-graphs knows no batteries.
    knows = any(run["caching"]["kind"] == "lookahead" for run in runs)
    if knows or random.random() < 0.6:
        rule["idle"] = random.choice([0, min(draws) / 10, min(draws) / 2])
    if not knows and random.random() < 0.5:
        rule["cap"] = rule.get("idle", 0) + random.choice(draws) * random.uniform(0.3, 1.2)
    if not knows and (not rule or random.random() < 0.5):
        share = random.uniform(0.5, 1.2 * len(sent.get("times", [0] * 30)))
        rule["battery"] = energy * share * 1e-6
    return {name: f"{value:.9f}" for name, value in rule.items()}


def scenario(random):
    made = table(random)
    segments = random.randint(2, 7) if random.random() < 0.3 else None
    queries = random.randint(1, 60)
    options = {"queries": queries, "seed": random.randint(0, 1000),
               "devices": random.choice([1, 1, 1, 2, 3, 4]), "actuation": {"kind": "none"},
               "segments": segments}
    if random.random() < 0.3:
        time = random.choice([MILLISECOND, random.randint(1, 3 * MILLISECOND)])
        options["actuation"] = {"kind": "fixed", "time": time}
    elif made.weights and random.random() < 0.4:
        options["actuation"] = {"kind": "missing-bytes",
                                "bandwidth": 10**6 * random.randint(10, 1000)}
    if random.random() < 0.3:
        options["charges_initial_load"] = random.choice([True, False])
    if queries > 2 and random.random() < 0.2:
        options["warm_up"] = random.randint(0, queries // 3)
    if random.random() < 0.12:
        options["most_waiting"] = random.randint(1, 6)
    listed = kinds(random, made, options["actuation"]) if random.random() < 0.25 else None
    if listed:
        options["devices"] = sum(kind["count"] for kind in listed)
    sent = arrivals(random, made, options["devices"], queries)
    if random.random() < 0.15:
        last = sent.get("times", [0, 20 * MILLISECOND])
        options["until"] = max(1, random.choice(last + [random.randint(0, last[-1])]))
    if random.random() < 0.35:
        options["failures"] = failures(random, options["devices"], sent)
    asked = demands(random, made)
    if random.random() < 0.2:
        asked.update(weights=None, pieces=pieces(random, made))
    runs = [{"name": f"run {n}", "policy": policy(random, made, segments, "pieces" in asked),
             "caching": caching(random, made, listed)} for n in range(random.randint(2, 6))]
    if sent["kind"] == "trace" and random.random() < 0.5:
        if random.random() < 0.5:
            asked = classes(random, made, asked)
        names = [group["name"] for group in asked.get("classes", [])]
        asked["rows"] = rows(random, made, len(sent["times"]), names)
        if any(row[3] is not None for row in asked["rows"]) and random.random() < 0.3:
            for group in asked.get("classes", []):
                group["share"] = None
    elif random.random() < 0.3:
        asked = classes(random, made, asked)
    shared = models(random, made, listed) if listed and random.random() < 0.5 else None
    if shared and not any("memory" in kind for kind in listed):
        shared = None
    case = {"models": shared, "table": made, "arrivals": sent, "demands": asked, "options": options, "devices": listed}
    runs = [plan(random, case, run) for run in runs]
    if random.random() < 0.3:
        options["power"] = supply(random, [kind["table"] for kind in listed or [case]], runs, sent)
    if listed and random.random() < 0.5:
        own_supplies(random, listed, options.get("power") or {}, runs, sent)
    return {**case, "runs": runs}


def own_supplies(random, listed, rule, runs, sent):
    """Powers of some kinds; with a cap of all devices always both, since a cap is above what idle ones draw."""
    for kind in listed:
        own = supply(random, [kind["table"]], runs, sent)
        own.pop("battery", None)
        if own.keys() == {"cap"} or "cap" in rule and "cap" not in own:
            own = {}
        if own and random.random() < 0.7:
            kind["power"] = own


def seconds(picoseconds):
    """Exact decimal text."""
    return f"{picoseconds // 10**12}.{picoseconds % 10**12:012d}"


def written(run):
    """A run with its times as a file says them."""
    policy = dict(run["policy"])
    if "target" in policy:
        policy["target"] = f"{policy['target']} ps"
    return {**run, "policy": policy}


def picoseconds(rule):
    """A rule of failures with its times as a file says them."""
    said = {k: f"{v} ps" if k in ("every", "repair", "at", "back") else v for k, v in rule.items()}
    if "outages" in rule:
        said["outages"] = [picoseconds(outage) for outage in reversed(rule["outages"])]
    return said


def actuation(rule):
    """A rule of changes as a file says it."""
    rule = dict(rule)
    if "time" in rule:
        rule["time"] = f"{rule['time']} ps"
    if "bandwidth" in rule:
        rule["bandwidth"] = f"{rule['bandwidth'] // 10**6} MB/s"
    return rule


def write_table(table, folder, name):
    """A file of a table, with what its form can say; its name."""
    name += ".h5" if table.subnet_vectors else ".csv"
    (write_hdf5 if name.endswith(".h5") else write_csv)(table, folder / name)
    return name


def said(mix, table):
    """Demands as a file says them."""
    asked = {}
    if mix["latency"]:
        asked["latency"] = {"low": f"{mix['latency'][0]} ps", "high": f"{mix['latency'][1]} ps"}
    if mix["accuracy"]:
        asked["accuracy"] = dict(zip(("low", "high"), mix["accuracy"]))
    if mix["weights"]:
        asked["subnet_weights"] = mix["weights"]
    if mix.get("pieces"):
        asked["pieces"] = [table.subnets[row] for row in mix["pieces"]]
    return asked


def write(case, folder):
    """The files of a scenario; returns the path of the scenario."""
    options = {k: v for k, v in case["options"].items() if v is not None}
    if "until" in options:
        options["until"] = f"{options['until']} ps"
    if "failures" in options:
        options["failures"] = picoseconds(options["failures"])
    if "power" in options:
        options["power"] = power.written(options["power"])
    options["actuation"] = actuation(options["actuation"])
    mix = case["demands"]
    asked = said(mix, case["table"])
    if "classes" in mix:
        asked["classes"] = [
            {"name": group["name"], **said(group, case["table"]),
             **{key: group[own] for key, own in (("share", "share"), ("attainment", "target"))
                if group[own] is not None}}
            for group in mix["classes"]]
    sent = case["arrivals"]
    if sent["kind"] == "trace":
        process = write_trace(sent["times"], mix.get("rows"), case["table"], folder)
    else:
        process = {"kind": "closed-loop", "clients": sent["clients"],
                   "think_time": f"{sent['think']} ps"}
    source = {"table": write_table(case["table"], folder, "table")}
    if case.get("devices"):
        del options["devices"]
        source["devices"] = [{
            "name": kind["name"], "count": kind["count"],
            **({} if kind["table"] is case["table"] else
               {"table": write_table(kind["table"], folder, f"table-{number}")}),
            **({} if "memory" not in kind else
               {"memory": f"{kind['memory']} B", "link": f"{kind['link'] // 10**6} MB/s"}),
            **({} if "power" not in kind else {"power": power.written(kind["power"])}),
            **({} if kind["speed"] == 1 else {"speed": kind["speed"]}),
            **({} if kind["actuation"] is None else {"actuation": actuation(kind["actuation"])})}
            for number, kind in enumerate(case["devices"])]
    if case.get("models"):
        source["models"] = [
            {"name": m["name"], "subnets": [case["table"].subnets[row] for row in m["rows"]],
             "bytes": f"{m['bytes']} B", **({"pinned": True} if m["pinned"] else {})}
            for m in case["models"]]
    path = folder / "scenario.yaml"
    path.write_text(json.dumps({
        "name": "random", "summary": "A random scenario.", "source": "made by cases.py",
        **source, "arrivals": process, "demands": asked, "options": options,
        "runs": [written(run) for run in case["runs"]]}, indent=1))
    return path


def write_trace(times, asked, table, folder):
    """A trace of times alone, or of rows under names of its own; returns the scenario's `arrivals`."""
    if not asked:
        (folder / "arrivals.txt").write_text("".join(f"{seconds(t)}\n" for t in times))
        return {"kind": "trace", "file": "arrivals.txt", "format": "timestamps"}
    # From an instant of 2023 on, half of the files with deadlines in place of latencies.
    start, lines = 1_700_000_000 * 10**12, ["at,net,top1,wait,until,tenant"]
    relative = len(times) % 2 == 0
    for time, (accuracy, latency, subnet, group) in zip(times, asked):
        wait = "" if latency is None else seconds(latency if relative else start + time + latency)
        lines.append(",".join([
            seconds(start + time), "" if subnet is None else "m" + table.subnets[subnet],
            "" if accuracy is None else repr(accuracy), wait if relative else "",
            "" if relative else wait, group or ""]))
    (folder / "arrivals.csv").write_text("\n".join(lines) + "\n")
    patience = {"latency_s": "wait"} if relative else {"deadline_s": "until"}
    return {"kind": "trace", "file": "arrivals.csv", "format": "queries",
            "columns": {"arrival_s": "at", "model": "net", "accuracy": "top1",
                        "class": "tenant", **patience},
            "models": {"m" + name: name for name in table.subnets}}


def write_csv(table, path):
    columns = ["subnet", "subgraph", "batch", "latency_s", "energy_j", "dram_bytes", "accuracy"]
    columns += ["weight_bytes", "resident_bytes"] if table.weights else []
    columns += ["load_bytes", "load_s"] if any(table.loads) else []
    lines = [",".join(columns)]
    for row, subnet in enumerate(table.subnets):
        for column, subgraph in enumerate(table.subgraphs):
            for index, size in enumerate(table.batches):
                cell = [subnet, subgraph, size, seconds(table.latency[row][column][index]),
                        "0.001", 1000, repr(table.accuracy[row])]
                if table.weights:
                    cell += [table.weights[row], table.resident[row][column]]
                if any(table.loads):
                    cell += [table.loads[column][0], seconds(table.loads[column][1])]
                lines.append(",".join(map(str, cell)))
    path.write_text("\n".join(lines) + "\n")


def flat(nested):
    return [value for part in nested for value in (flat(part) if isinstance(part, list) else [part])]


def write_hdf5(table, path):
    rows, columns, sizes = len(table.subnets), len(table.subgraphs), len(table.batches)
    cells = [rows, columns, sizes]
    arrays = [
        ("subnets", [rows], table.subnets, None), ("subgraphs", [columns], table.subgraphs, None),
        ("batches", [sizes], table.batches, None), ("accuracy", [rows], table.accuracy, "1"),
        ("latency", cells, flat(table.latency), "ps"),
        ("energy", cells, [1000.0] * (rows * columns * sizes), "pJ"),
        ("dram_bytes", cells, [1000] * (rows * columns * sizes), "B"),
        ("load_bytes", [columns], [size for size, _ in table.loads], "B"),
        ("load_time", [columns], [time for _, time in table.loads], "ps")]
    if table.weights:
        arrays += [("weight_bytes", [rows], table.weights, "B"),
                   ("resident_bytes", [rows, columns], flat(table.resident), "B")]
    if table.transitions:
        pairs = [pair for row in table.transitions for pair in row]
        arrays += [("transition_bytes", [columns, columns], [size for size, _ in pairs], "B"),
                   ("transition_time", [columns, columns], [time for _, time in pairs], "ps")]
    for name, vectors in (("subnet_encodings", table.subnet_vectors),
                          ("subgraph_encodings", table.subgraph_vectors)):
        arrays.append((name, [len(vectors), len(vectors[0])], flat(vectors), None))
    hdf5.write(path, arrays)
