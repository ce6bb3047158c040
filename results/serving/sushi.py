"""SUSHI at equal accuracy: what caching saves, over windows, candidate sets, buffers and bandwidths."""

import csv

import tool

SUSHI = ["sushi-resnet50-analytic", "sushi-resnet50-zcu104",
         "sushi-mobilenetv3-analytic", "sushi-mobilenetv3-zcu104"]
SWEPT = ["sushi-resnet50-analytic", "sushi-mobilenetv3-analytic"]
WINDOWS = [1, 2, 4, 8, 16, 32, 64, 128]
SIZES = [1, 2, 4, 8, 16, 32, 64, 128]
BUFFERS = ["256 KiB", "512 KiB", "1 MiB", "1728 KiB", "4 MiB", "8 MiB", "16 MiB"]
BANDWIDTHS = ["4.8 GB/s", "9.6 GB/s", "19.2 GB/s", "38.4 GB/s"]
SAVINGS = {"latency": "latency_mean_s", "DRAM bytes": "dram_bytes_per_query",
           "energy": "energy_j_per_query"}
STATIC = ["SUSHI without scheduler", "static mix"]


def study(program, folder):
    """Rows of sushi, windows, sizes, buffers and cuts."""
    names = SUSHI[2:3] if program.sample else SUSHI
    swept = SWEPT[1:] if program.sample else SWEPT
    jobs, makers = [], []

    def add(table, maker, name, changes=None, runs=None, shipped=None):
        path = folder / f"sushi-{len(jobs)}.yaml"
        jobs.append((program.scenario(name, path, changes or {}, runs), shipped))
        makers.append((table, maker))

    for name in names:
        add("sushi", lambda ps, n=name: [tool.row(n, p) for p in ps], name, shipped=name)
    for name in swept:
        for window in WINDOWS[:1] if program.sample else WINDOWS:
            add("windows", lambda ps, n=name, w=window: [tool.row(n, p, window=w) for p in ps], name, {
                "window: 8, interval: 8": f"window: {window}, interval: {window}",
                "kind: lookahead, interval: 8": f"kind: lookahead, interval: {window}"})
        workload = name.split("-")[1]
        for size in SIZES[1:2] if program.sample else SIZES:
            add("sizes", lambda ps, n=name, s=size: [tool.row(n, p, subgraphs=s) for p in ps], name,
                {f"workload: ofa-{workload}}}": f"workload: ofa-{workload}, subgraphs: {size}}}"},
                ("no SUSHI", "SUSHI", "most frequent", "lookahead"))
        for size in BUFFERS[3:4] if program.sample else BUFFERS:
            for bandwidth in BANDWIDTHS[1:2] if program.sample else BANDWIDTHS:
                design = folder / f"design-{len(jobs)}.yaml"
                text = (tool.ROOT / "arch/sushi-analytic.yaml").read_text()
                text = text.replace("size: 1728 KiB", f"size: {size}")
                design.write_text(text.replace("19.2 GB/s", bandwidth))
                add("buffers", lambda ps, n=name, s=size, b=bandwidth: [saved(n, s, b, ps)], name,
                    {"architecture: sushi-analytic": f"architecture: {design}"},
                    ("no SUSHI", "SUSHI", "lookahead"))
    found = {"sushi": [], "windows": [], "sizes": [], "buffers": []}
    for (table, maker), policies in zip(makers, program.serve_all(jobs)):
        found[table] += maker(policies)
    return {**found, "cuts": [c for s in names for c in cut(program, s)]}


def saved(name, size, bandwidth, policies):
    runs = {p["name"]: p for p in policies}
    base, full, best = runs["no SUSHI"], runs["SUSHI"], runs["lookahead"]

    def latency(p):
        return p["latency_s"]["mean"]

    return {
        "scenario": name, "persistent_buffer": size, "bandwidth": bandwidth,
        "latency_saved": round(1 - latency(full) / latency(base), 4),
        "latency_saved_lookahead": round(1 - latency(best) / latency(base), 4),
        "dram_bytes_saved": round(1 - full["dram_bytes_per_query"] / base["dram_bytes_per_query"], 4),
        "energy_saved": round(1 - full["energy_j_per_query"] / base["energy_j_per_query"], 4),
    }


def cut(program, scenario):
    """What caching saves for each sub-network: over all sub-graphs, lowest, mean and highest."""
    text = (tool.ROOT / f"workloads/scenarios/{scenario}.yaml").read_text()
    line = next(l for l in text.splitlines() if l.startswith("profile:"))
    architecture = line.split("architecture: ")[1].split(",")[0]
    workload = line.split("workload: ")[1].rstrip("}")
    host = line.split("host: [")[1].split("]")[0]
    cells = list(csv.DictReader(program.run("profile", architecture, workload, "--host", host).splitlines()))
    empty = {c["subnet"]: c for c in cells if c["subgraph"] == "none"}
    rows = []
    for subnet, base in empty.items():
        parts = [[1 - float(c[k]) / float(base[k]) for c in cells
                  if c["subnet"] == subnet and c["subgraph"] != "none"]
                 for k in ("latency_s", "energy_j", "dram_bytes")]
        rows.append({
            "scenario": scenario, "subnet": subnet, "latency_s": base["latency_s"],
            **{f"{name}_saved_{kind}": round(value, 4)
               for name, values in zip(("latency", "energy", "dram"), parts)
               for kind, value in (("lowest", min(values)),
                                   ("mean", sum(values) / len(values)),
                                   ("highest", max(values)))},
        })
    return rows


def milliseconds(row):
    return f"{float(row['latency_mean_s']) * 1e3:.4f} ms"


def pick(rows, scenario, run, **more):
    return next(r for r in rows if r["scenario"] == scenario and r["run"] == run
                and all(r[k] == v for k, v in more.items()))


def savings(rows, scenario, run, key, **more):
    """The share that a run saves against no cache; a window has its base in the first table."""
    return 1 - float(pick(rows, scenario, run, **more)[key]) / float(
        pick(rows, scenario, "no SUSHI", **more)[key])


def names_of(rows):
    return list(dict.fromkeys(r["scenario"] for r in rows))


def report(data):
    return (equal_accuracy(data["sushi"]) + by_subnet(data["cuts"]) + by_window(data["windows"])
            + by_size(data["sizes"]) + ["", bound(data)] + by_buffer(data["buffers"]))


def equal_accuracy(rows):
    lines = [
        "## SUSHI at equal accuracy", "",
        "Each run against the same arrivals without a cache, means over all seeds. Loads of sub-graphs cost",
        "time, DRAM bytes and, at the price of the architecture's DRAM, energy.", "",
        "| scenario | run | mean latency | saved | DRAM bytes saved | energy saved | accuracy | hit ratio |",
        "|---|---|---|---|---|---|---|---|"]
    for r in rows:
        parts = " | ".join(f"{savings(rows, r['scenario'], r['run'], key):.1%}"
                           for key in SAVINGS.values())
        lines.append(f"| {r['scenario']} | {r['run']} | {float(r['latency_mean_s']) * 1e3:.3f} ms | {parts} | "
                     f"{float(r['mean_accuracy']):.2%} | {float(r['cache_hit_ratio']):.1%} |")
    lines += ["", order(rows), "", *against_static(rows), ""]
    most = {title: max(savings(rows, n, "SUSHI", key) for n in names_of(rows))
            for title, key in SAVINGS.items()}
    return lines + [
        "The paper's abstract reports up to 25 % latency, up to 0.98 points of accuracy and up to 78.7 % "
        "off-chip energy. Here SUSHI saves at most " + ", ".join(
            f"{value:.1%} {title}" for title, value in most.items())
        + ": classifiers run elsewhere, the buffer holds 6 to 22 % of a ResNet50 sub-network's convolutions, "
        "activations cross the pins for every layer, and queries ask for accuracies over the whole range. "
        "Under which reading the published figures come out says `umemaki validate sushi-headline`. "
        "`SUSHI without scheduler` holds "
        "the smallest sub-network, which every other one contains; `static mix` holds the slices that save "
        "most over all sub-networks, chosen offline."]


def order(rows):
    """Whether SUSHI <= SUSHI without scheduler <= no SUSHI, figure by figure."""
    parts = []
    for title, key in SAVINGS.items():
        broken = [n for n in names_of(rows)
                  if not (float(pick(rows, n, "SUSHI")[key])
                          <= float(pick(rows, n, "SUSHI without scheduler")[key]) * 1.0005
                          <= float(pick(rows, n, "no SUSHI")[key]) * 1.0005 ** 2)]
        parts.append(f"in {title} "
                     + ("everywhere" if not broken else f"except on {', '.join(broken)}"))
    return ("SUSHI <= SUSHI without scheduler <= no SUSHI, 0.05 % allowed for ties, holds "
            + "; ".join(parts) + ".")


def against_static(rows):
    """SUSHI beside the better static choice: what following the queries gains or costs."""
    lines = ["SUSHI's scheduler against the better static sub-graph of each scenario:", ""]
    for name in names_of(rows):
        parts = []
        for title, key in SAVINGS.items():
            static = max(savings(rows, name, run, key) for run in STATIC)
            parts.append(f"{title} {(savings(rows, name, 'SUSHI', key) - static) * 100:+.1f} points")
        lines.append(f"- {name}: " + ", ".join(parts) + ".")
    ahead = [n for n in names_of(rows) if any(
        savings(rows, n, "SUSHI", key) > max(savings(rows, n, run, key) for run in STATIC) + 5e-4
        for key in SAVINGS.values())]
    return lines + ["", (
        f"So the scheduler gains on {', '.join(ahead)}." if ahead else
        "So it gains nowhere: queries are drawn from one distribution for ever, there is no change to follow, "
        "and its loads cost time and energy.")]


def by_subnet(cuts):
    lines = [
        "", "## What caching saves, sub-network by sub-network", "",
        "Over all sub-graphs of the table: the range of the savings over sub-networks, and the best.", "",
        "| scenario | latency, mean over sub-graphs | latency, best | DRAM bytes, best | energy, best |",
        "|---|---|---|---|---|"]
    for name in names_of(cuts):
        def span(key):
            values = [c[key] for c in cuts if c["scenario"] == name]
            return f"{min(values):.1%} to {max(values):.1%}"
        lines.append(f"| {name} | {span('latency_saved_mean')} | {span('latency_saved_highest')} | "
                     f"{span('dram_saved_highest')} | {span('energy_saved_highest')} |")
    return lines


def by_window(windows):
    lines = [
        "", "## Window of the caching policy", "",
        "Queries between two decisions, and queries that SUSHI and most frequent look back on. Energy as",
        "saved against no cache, loads included.", "",
        "| scenario | window | SUSHI, mean latency | most frequent | static mix | lookahead | "
        "SUSHI, energy | static mix, energy | SUSHI, loads |",
        "|---|---|---|---|---|---|---|---|---|"]
    energy = SAVINGS["energy"]
    for name in names_of(windows):
        for window in windows_of(windows, name):
            here = {"window": window}
            own, mix = (savings(windows, name, run, energy, **here) for run in ("SUSHI", "static mix"))
            lines.append(f"| {name} | {window} | " + " | ".join(
                milliseconds(pick(windows, name, run, **here))
                for run in ("SUSHI", "most frequent", "static mix", "lookahead"))
                + f" | {own:.1%} | {mix:.1%} | {pick(windows, name, 'SUSHI', **here)['subgraph_loads']} |")
    lines.append("")
    for name in names_of(windows):
        first = windows_of(windows, name)[0]
        own = savings(windows, name, "SUSHI", energy, window=first)
        parts = []
        for run in STATIC:
            behind = [str(w) for w in windows_of(windows, name)
                      if savings(windows, name, "SUSHI", energy, window=w)
                      < savings(windows, name, run, energy, window=w) - 5e-4]
            parts.append(f"`{run}` {savings(windows, name, run, energy, window=first):.1%}, which is more than "
                         + (f"SUSHI's with windows {', '.join(behind)}" if behind else "SUSHI's with none"))
        lines.append(f"- {name}: with window {first} SUSHI saves {own:.1%} of the energy, {'; '.join(parts)}.")
    return lines


def windows_of(windows, name):
    return list(dict.fromkeys(r["window"] for r in windows if r["scenario"] == name))


def by_size(sizes):
    lines = [
        "", "## Number of sub-graphs", "",
        "The candidate set S in the order of `umemaki profile --subgraphs`, window 8. Loads are those of",
        "all seeds, after the warm-up.", "",
        "| scenario | size of S | SUSHI, mean latency | most frequent | lookahead | "
        "SUSHI, loads | lookahead, loads |", "|---|---|---|---|---|---|---|"]
    for name in names_of(sizes):
        for size in dict.fromkeys(r["subgraphs"] for r in sizes):
            rows = [pick(sizes, name, run, subgraphs=size)
                    for run in ("SUSHI", "most frequent", "lookahead")]
            lines.append(f"| {name} | {size} | " + " | ".join(milliseconds(r) for r in rows)
                         + "".join(f" | {r['subgraph_loads']}" for r in (rows[0], rows[2])) + " |")
    return lines + ["", growth(sizes)]


def growth(sizes):
    """What the largest set gives over the smallest one."""
    first, last = min(r["subgraphs"] for r in sizes), max(r["subgraphs"] for r in sizes)
    parts = []
    for name in names_of(sizes):
        change = {run: float(pick(sizes, name, run, subgraphs=last)["latency_mean_s"])
                  / float(pick(sizes, name, run, subgraphs=first)["latency_mean_s"]) - 1
                  for run in ("SUSHI", "lookahead")}
        loads = pick(sizes, name, "SUSHI", subgraphs=last)["subgraph_loads"]
        parts.append(f"on {name} the best sequence of sub-graphs changes by {change['lookahead']:+.2%} and "
                     f"SUSHI by {change['SUSHI']:+.2%} with {loads} loads in all seeds")
    return (f"From |S| = {first} to {last}, " + "; ".join(parts) + ". SUSHI takes the sub-graph nearest in "
            "[K, C], which need not be the one that saves most time, and changing it costs a load.")


def bound(data):
    """Whether `lookahead` is the fastest of its row in every table."""
    count, worse = 0, []
    for table in ("sushi", "windows", "sizes"):
        groups = {}
        for r in data[table]:
            groups.setdefault((r["scenario"], r.get("window"), r.get("subgraphs")), []).append(r)
        for key, group in groups.items():
            count += 1
            oracle = next(r for r in group if r["run"] == "lookahead")
            worse += [f"{key}: {r['run']}" for r in group
                      if float(r["latency_mean_s"]) < float(oracle["latency_mean_s"])]
    buffers = data["buffers"]
    worse += [f"{b['scenario']}, {b['persistent_buffer']}, {b['bandwidth']}: SUSHI" for b in buffers
              if b["latency_saved"] > b["latency_saved_lookahead"]]
    return ("`lookahead` is the best sequence of sub-graphs for queries that are known, by dynamic "
            + ("programming: at most as slow as every other run in all "
               f"{count} rows of the tables above and all {len(buffers)} points below."
               if not worse else "programming, yet slower than: " + "; ".join(worse) + "."))


def by_buffer(buffers):
    lines = []
    bandwidths = list(dict.fromkeys(b["bandwidth"] for b in buffers))
    for key, title in (("latency_saved", "Latency"), ("dram_bytes_saved", "DRAM bytes"),
                       ("energy_saved", "Energy")):
        for name in names_of(buffers):
            lines += ["", f"## {title} saved by SUSHI, {name}", "",
                      "| persistent buffer | " + " | ".join(bandwidths) + " |",
                      "|---|" + "---|" * len(bandwidths)]
            for size in dict.fromkeys(b["persistent_buffer"] for b in buffers):
                cells = [next(b[key] for b in buffers if (b["scenario"], b["persistent_buffer"],
                                                          b["bandwidth"]) == (name, size, w))
                         for w in bandwidths]
                lines.append(f"| {size} | " + " | ".join(f"{c:.1%}" for c in cells) + " |")
    return lines
