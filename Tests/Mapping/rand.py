"""Random layers, designs and mappings: oracle.py, oracle.cpp and (through files) the program."""
import random, copy, os, yaml, json, subprocess, itertools
import oracle as o
def design(rng, name):
    kind = rng.choice(["ws", "is", "os", "dot", "dot", "ws"])
    if kind == "dot":
        by_input = rng.random() < .3
        taps = rng.choice([1, 1, 4, 9]); aug = taps == 1 and not by_input and rng.random() < .3
        a = dict(kind="dot-product-array", output_channels=rng.choice([2, 3, 4, 8]), input_channels=rng.choice([2, 3, 4, 8]), taps=taps,
                 pixels=1 if by_input else rng.choice([1, 2, 4]), sweep="input-pixels" if by_input else "output-pixels",
                 pointwise=rng.choice(["fold-input", "single-tap"]), depthwise_channels=rng.choice([1, 2, 4]),
                 pass_overhead=f"{rng.choice([0, 0, 3, 10])} cycles", channel_augmentation=aug)
    else:
        flow = {"ws": "weight-stationary", "is": "input-stationary", "os": "output-stationary"}[kind]
        a = dict(kind="systolic-array", rows=rng.choice([2, 4, 6, 8]), columns=rng.choice([2, 3, 4, 8]), dataflow=flow,
                 folds=rng.choice(["serial", "overlapped"] + (["cropped"] if kind == "os" else [])),
                 stationary_load="exposed" if kind == "os" else rng.choice(["exposed", "hidden"]))
    bw = lambda: rng.choice(["500 MB/s", "1 GB/s", "2 GB/s", "4 GB/s", "1300 MB/s", "8 GB/s"])
    link = lambda: dict(bandwidth=bw(), overlap=rng.choice(["none", "ping-pong", "ping-pong", "streaming", "streaming"]), channel_alignment=rng.choice([1, 1, 1, 2, 4]))
    links = dict(input=link(), weight=link(), output=link())
    links["weight"]["overlap"] = rng.choice(["none", "ping-pong", "ping-pong"]); links["weight"]["channel_alignment"] = 1
    links["input"]["gather"] = rng.choice(["none", "rows", "rows", "pixels"])
    size = lambda: f"{rng.choice([256, 512, 1024, 2048, 4096])} B"
    pp = lambda: rng.random() < .6
    style = rng.choice(["own", "own", "iw", "all", "io"])
    B = lambda n, h: dict(name=n, holds=h, size=size(), ping_pong=pp())
    buffers = {"own": lambda: [B("inputs", ["input"]), B("weights", ["weight"]), B("sums", ["output"])],
               "iw": lambda: [B("shared", ["input", "weight"]), B("sums", ["output"])],
               "io": lambda: [B("shared", ["input", "output"]), B("weights", ["weight"])],
               "all": lambda: [B("shared", ["input", "weight", "output"])]}[style]()
    if style == "all": buffers[0]["size"] = f"{rng.choice([1536, 3072, 6144, 12288])} B"
    return dict(name=name, summary="random", source="assumed", frequency="1 GHz", layer_overhead=f"{rng.choice([0, 0, 17])} cycles",
                precision=dict(input="8 bit", weight=rng.choice(["8 bit", "8 bit", "4 bit"]), output="8 bit", accumulator=rng.choice(["32 bit", "24 bit"])), datapath=a,
                memory=dict(dram=dict(bandwidth="16 GB/s", ports=rng.choice(["shared", "separate"])), transfers=links, buffers=buffers),
                energy=dict(table="horowitz-45nm", dram=rng.choice(["ddr4-18", "hbm2-3.9"])), **({"idle_power": "20 mW"} if rng.random() < .4 else {}))
def layer(rng, name):
    kind = rng.choice(["convolution"] * 4 + ["depthwise-convolution", "fully-connected"])
    if kind == "fully-connected":
        return dict(name=name, operator=kind, input=[rng.randint(1, 40), 1, 1], output_channels=rng.randint(1, 40))
    k = rng.choice([1, 1, 2, 3, 3, 5]); h, w = rng.randint(k, 12), rng.randint(k, 12)
    c = rng.choice([1, 2, 3, 4, 6, 8, 12, 16, 20])
    d = dict(name=name, operator=kind, input=[c, h, w], kernel=k, stride=rng.choice([1, 1, 1, 2, 3]), padding=rng.choice([0, 0, k // 2]))
    if kind == "convolution":
        d["output_channels"] = rng.choice([1, 2, 4, 5, 8, 12, 16, 24])
        if rng.random() < .15:
            g = rng.choice([2, 3, 4])
            if d["output_channels"] % g == 0 and c % g == 0: d["groups"] = g
    return d
def to_layer(d):
    c, h, w = d["input"]; k = d.get("kernel", 1); s = d.get("stride", 1); p = d.get("padding", 0)
    dw = d["operator"] == "depthwise-convolution"
    return o.Layer("", c if dw else d["output_channels"], c, o.Axis(h, k, s, p, p), o.Axis(w, k, s, p, p), c if dw else d.get("groups", 1), dw)
def random_mapping(rng, d, l, tries=300):
    n = o.Nest(d, l); a = o.array_of(d, n); unit = n.out_columns if d.array["kind"] == "dot-product-array" else 1
    for _ in range(tries):
        m = o.Mapping(rng.choice(["pixels", "kernels"]), min(n.pixels, unit * rng.randint(1, n.pixels // unit)), rng.randint(1, n.kernels), rng.randint(1, n.channels), rng.random() < .4, rng.random() < .4)
        if o.fits(d, n, a, m): return m
