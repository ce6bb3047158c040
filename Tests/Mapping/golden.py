"""Small layers on small designs, the best mapping of every objective, found by walking every mapping.

python3 golden.py FIRST_SEED COUNT > golden.csv      (columns: golden.md)
"""
import csv, random, sys, tempfile, os, yaml
import oracle as o, rand
import fast
LINK = ("bandwidth", "overlap", "channel_alignment")
HEAD = ("seed kind rows columns dataflow folds stationary_load output_channels input_channels taps pixels sweep pointwise "
        "depthwise_channels pass_overhead channel_augmentation layer_overhead input_bits weight_bits output_bits accumulator_bits ports "
        "input_bandwidth input_overlap input_alignment gather weight_bandwidth weight_overlap output_bandwidth output_overlap output_alignment "
        "buffers dram idle_power operator c h w k kernel stride padding groups "
        "objective mappings cycles bytes energy_pj edp order tile_pixels tile_kernels tile_channels keeps_input keeps_weights "
        "stated_mappings stated_cycles stated_bytes stated_energy_pj stated_edp largest_cycles largest_bytes").split()
def columns(seed, spec, l):
    a, t, p = spec["datapath"], spec["memory"]["transfers"], spec["precision"]
    number = lambda text: str(text).split()[0]
    r = dict(seed=seed, kind=a["kind"], input_bits=number(p["input"]), weight_bits=number(p["weight"]), output_bits=number(p["output"]), accumulator_bits=number(p["accumulator"]))
    for k in "rows columns dataflow folds stationary_load output_channels input_channels taps pixels sweep pointwise depthwise_channels".split():
        if k in a: r[k] = a[k]
    if "pass_overhead" in a: r["pass_overhead"] = number(a["pass_overhead"]); r["channel_augmentation"] = str(a["channel_augmentation"]).lower()
    r["layer_overhead"] = number(spec["layer_overhead"]); r["ports"] = spec["memory"]["dram"]["ports"]
    for k in ("input", "weight", "output"):
        r[f"{k}_bandwidth"], r[f"{k}_overlap"] = t[k]["bandwidth"], t[k]["overlap"]
        if k != "weight": r[f"{k}_alignment"] = t[k]["channel_alignment"]
    r["gather"] = t["input"]["gather"]
    r["buffers"] = ";".join(f"{b['name']}:{'+'.join(b['holds'])}:{number(b['size'])}:{'ping-pong' if b['ping_pong'] else 'single'}" for b in spec["memory"]["buffers"])
    r["dram"] = spec["energy"]["dram"]; r["idle_power"] = number(spec.get("idle_power", "0 mW"))
    c, h, w = l["input"]
    r.update(operator=l["operator"], c=c, h=h, w=w, k=l.get("output_channels", c), kernel=l.get("kernel", 1), stride=l.get("stride", 1), padding=l.get("padding", 0),
             groups=c if l["operator"].startswith("depthwise") else l.get("groups", 1))
    return r
def golden_layer(rng):
    kind = rng.choice(["convolution"] * 8 + ["depthwise-convolution", "fully-connected"])
    if kind == "fully-connected":
        return dict(operator=kind, input=[rng.randint(20, 60), 1, 1], output_channels=rng.randint(20, 60))
    k = rng.choice([1, 1, 3, 3, 2, 5])
    l = dict(operator=kind, input=[rng.choice([3, 7, 8, 11, 16, 22, 24]), rng.randint(max(k, 5), 14), rng.randint(max(k, 5), 14)],
             kernel=k, stride=rng.choice([1, 1, 1, 2, 3]), padding=rng.choice([0, k // 2]))
    if kind == "convolution":
        l["output_channels"] = rng.choice([5, 8, 12, 13, 16, 20, 24])
        if rng.random() < .1 and l["output_channels"] % 2 == 0 and l["input"][0] % 2 == 0: l["groups"] = 2
    return l
def main(first, count):
    out = csv.DictWriter(sys.stdout, HEAD, lineterminator="\n"); out.writeheader(); seed, done = first, 0
    while done < count:
        rng = random.Random(seed); spec = rand.design(rng, f"golden-{seed}"); l = golden_layer(rng); seed += 1
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "d.yaml"); yaml.safe_dump(spec, open(path, "w")); d = o.load_design(path, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "arch"))
        L = rand.to_layer(l); big = o.largest(d, L)
        n = o.Nest(d, L)
        if n.kernels * n.channels * n.taps * n.pixels * n.groups > 400_000: continue
        problem = lambda space: fast.problem(d, L, free=True, exact=False, space=space)
        every, stated = fast.brute(problem(16)), fast.brute(problem(64))
        if every is None or not 200 <= every[1] <= 150_000 or every[0]["cycles"][1].tiles == 1: continue
        for ob in fast.OBJECTIVES:
            m, t = every[0][ob]; t2 = stated[0][ob][1]
            # The plain oracle says the same of the winner.
            c = o.cost(d, L, m); assert (c.cycles, c.moved) == (t.cycles, t.moved) and abs(c.energy / t.energy - 1) < 1e-12
            r = columns(seed - 1, spec, l)
            r.update(objective=ob, mappings=every[1], cycles=t.cycles, bytes=t.bytes, energy_pj=repr(t.energy), edp=repr(t.energy * t.cycles), order=m.order, tile_pixels=m.pixels,
                     tile_kernels=m.kernels, tile_channels=m.channels, keeps_input=int(m.keeps_input), keeps_weights=int(m.keeps_weights), stated_mappings=stated[1], stated_cycles=t2.cycles,
                     stated_bytes=t2.bytes, stated_energy_pj=repr(t2.energy), stated_edp=repr(t2.energy * t2.cycles), largest_cycles=big[1].cycles if big else "", largest_bytes=big[1].bytes if big else "")
            out.writerow(r)
        done += 1
main(int(sys.argv[1]), int(sys.argv[2]))
