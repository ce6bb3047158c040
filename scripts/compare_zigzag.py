"""Sets mappings of 20 layers on 3 designs against ZigZag's cost model, mapping by mapping.

    python3 scripts/compare_zigzag.py [--program .build/release/umemaki] [--write]

Both programs get the same loop nest: a tile of kernels, channels and rows that fits half of each buffer,
the loop order, and what stays on chip; ZigZag's own search and memory allocation are not used. Both prices are
the same, so DRAM bytes, cycles and energy differ only where the models do. `--write` writes designs, layers,
mappings and ZigZag's figures to Tests/ValidationTests/References/zigzag, which `umemaki validate zigzag` reads.

Needs `pip install zigzag-dse==3.9.1 six`; without it the script says so and ends with 0.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

try:
    import logging

    logging.disable(logging.CRITICAL)
    from importlib.metadata import version

    from zigzag.cost_model.cost_model import CostModelEvaluation
    from zigzag.datatypes import LayerDim
    from zigzag.mapping.data_movement import DataDirection
    from zigzag.mapping.temporal_mapping import TemporalMapping, TemporalMappingType
    from zigzag.stages.main import MainStage
    from zigzag.stages.mapping.spatial_mapping_conversion import SpatialMappingConversionStage
    from zigzag.stages.mapping.spatial_mapping_generation import SpatialMappingGeneratorStage
    from zigzag.stages.parser.accelerator_parser import AcceleratorParserStage
    from zigzag.stages.parser.workload_parser import WorkloadParserStage
    from zigzag.stages.stage import Stage
    from zigzag.stages.workload_iterator import WorkloadStage
except ImportError as error:
    print(f"skipped: ZigZag is not installed ({error}); pip install zigzag-dse==3.9.1 six")
    sys.exit(0)

# Picojoules: of a multiply-accumulate, and of a bit of a buffer and of DRAM; assumed, equal for both.
MAC, SRAM, DRAM = 0.2, 0.01, 1.0

# name: kernels and channels side by side, KiB of each buffer, bytes per cycle of each DRAM port.
DESIGNS = {
    "square-16": (16, 16, 64, 16),
    "square-32": (32, 32, 128, 32),
    "wide-64x8": (64, 8, 64, 8),
}

# name: kernels, channels, kernel side, output side, stride; without padding, of ResNet-50 and VGG-16.
LAYERS = {
    "res2-reduce": (64, 256, 1, 56, 1),
    "res2-3x3": (64, 64, 3, 56, 1),
    "res2-expand": (256, 64, 1, 56, 1),
    "res3-reduce": (128, 512, 1, 28, 1),
    "res3-down": (128, 128, 3, 28, 2),
    "res3-3x3": (128, 128, 3, 28, 1),
    "res3-expand": (512, 128, 1, 28, 1),
    "res4-reduce": (256, 1024, 1, 14, 1),
    "res4-down": (256, 256, 3, 14, 2),
    "res4-3x3": (256, 256, 3, 14, 1),
    "res4-expand": (1024, 256, 1, 14, 1),
    "res5-reduce": (512, 2048, 1, 7, 1),
    "res5-down": (512, 512, 3, 7, 2),
    "res5-3x3": (512, 512, 3, 7, 1),
    "res5-expand": (2048, 512, 1, 7, 1),
    "vgg1-2": (64, 64, 3, 112, 1),
    "vgg2-1": (128, 64, 3, 56, 1),
    "vgg3-1": (256, 128, 3, 56, 1),
    "vgg4-1": (512, 256, 3, 28, 1),
    "vgg5-1": (512, 512, 3, 14, 1),
}


def divisors(number):
    return [value for value in range(1, number + 1) if number % value == 0]


def mappings(layer, design):
    """Every even tile of whole granules that fits half of each buffer, with what stays."""
    kernels, channels, side, out, stride = layer
    k, c, kib, _ = design
    size = kib * 1024
    columns = (out - 1) * stride + side
    for rows in divisors(out):
        high = (rows - 1) * stride + side
        for kt in divisors(kernels // k):
            for ct in divisors(channels // c):
                if high * columns * ct * c > size // 2:
                    continue
                if kt * k * ct * c * side * side > size // 2 or rows * out * kt * k * 4 > size // 2:
                    continue
                strips, blocks, parts = out // rows, kernels // k // kt, channels // c // ct
                for order in ("pixels", "kernels"):
                    if order == "kernels" and blocks == 1:
                        continue
                    if order == "pixels":
                        keeps_input = high * columns * channels <= size // 2
                        keeps_weights = kernels * channels * side * side <= size
                    else:
                        keeps_input = columns * columns * channels <= size
                        keeps_weights = kt * k * channels * side * side <= size // 2
                    sweeps_input = 1 if keeps_input else blocks
                    sweeps_weights = 1 if keeps_weights else strips
                    moved = (
                        strips * high * columns * channels * sweeps_input
                        + kernels * channels * side * side * sweeps_weights
                        + kernels * out * out
                    )
                    yield {
                        "order": order, "rows": rows, "kt": kt, "ct": ct, "strips": strips, "blocks": blocks,
                        "parts": parts, "keeps_input": keeps_input, "keeps_weights": keeps_weights,
                        "moved": moved, "tiles": strips * blocks * parts,
                    }


def best(layer, design):
    return min(mappings(layer, design), key=lambda m: (m["moved"], m["tiles"], m["order"], -m["rows"]))


# ------------------------------------------------------------------------------------------------ this project


def architecture(name, design):
    k, c, kib, rate = design
    return f"""name: {name}
summary: One of three designs that are set against ZigZag.
source: assumed
frequency: 1 GHz
layer_overhead: 0 cycles
precision: {{input: 8 bit, weight: 8 bit, output: 8 bit, accumulator: 32 bit}}
datapath: {{kind: dot-product-array, output_channels: {k}, input_channels: {c}, taps: 1, pixels: 1, sweep: output-pixels, pointwise: single-tap, depthwise_channels: 1, pass_overhead: 0 cycles}}
memory:
  dram: {{bandwidth: {2 * rate} GB/s, ports: separate}}
  transfers:
    input: {{bandwidth: {rate} GB/s, overlap: ping-pong, channel_alignment: 1}}
    weight: {{bandwidth: {rate} GB/s, overlap: ping-pong, channel_alignment: 1}}
    output: {{bandwidth: {rate} GB/s, overlap: ping-pong, channel_alignment: 1}}
  buffers:
    - {{name: input_buffer, holds: [input], size: {kib} KiB, ping_pong: true}}
    - {{name: weight_buffer, holds: [weight], size: {kib} KiB, ping_pong: true}}
    - {{name: output_buffer, holds: [output], size: {kib} KiB, ping_pong: true}}
energy: {{table: horowitz-45nm, dram: ddr4-18}}
mapping: {{rule: file, file: {name}-mappings.yaml}}
"""


def workload(names):
    lines = ["name: layers", "summary: Layers without padding.", "source: assumed", "layers:"]
    for name in names:
        kernels, channels, side, out, stride = LAYERS[name]
        high = (out - 1) * stride + side
        lines.append(
            f"  - {{name: {name}, operator: convolution, input: [{channels}, {high}, {high}], "
            f"output_channels: {kernels}, kernel: {side}, stride: {stride}}}"
        )
    return "\n".join(lines) + "\n"


def mapping_file(design, chosen):
    k, c, _, _ = design
    lines = ["layers:"]
    for name, m in chosen.items():
        out = LAYERS[name][3]
        order = "pixels-kernels-channels" if m["order"] == "pixels" else "kernels-pixels-channels"
        keeps = [word for word, kept in (("input", m["keeps_input"]), ("weights", m["keeps_weights"])) if kept]
        lines.append(
            f"  - {{name: {name}, order: {order}, pixels: {m['rows'] * out}, kernels: {m['kt'] * k}, "
            f"channels: {m['ct'] * c}, keeps: [{', '.join(keeps)}]}}"
        )
    return "\n".join(lines) + "\n"


def own(program, folder, name, design, chosen):
    paths = {key: os.path.join(folder, file) for key, file in (
        ("arch", f"{name}.yaml"), ("layers", "layers.yaml"), ("maps", f"{name}-mappings.yaml")
    )}
    for key, text in (
        ("arch", architecture(name, design)), ("layers", workload(chosen)), ("maps", mapping_file(design, chosen))
    ):
        with open(paths[key], "w") as file:
            file.write(text)
    run = subprocess.run(
        [program, "run", paths["arch"], paths["layers"], "--format", "json"],
        check=True, capture_output=True, text=True,
    )
    for layer in json.loads(run.stdout)["layers"]:
        traffic = layer["traffic_bytes"]

        def bits(level):
            return 8 * sum(way["read"] + way["write"] for way in traffic[level].values())

        buffers = sum(bits(level) for level in ("input_buffer", "weight_buffer", "output_buffer"))
        yield layer["name"], {
            "bytes": bits("dram") // 8, "cycles": layer["cycles"],
            "energy": MAC * layer["macs"] + SRAM * buffers + DRAM * bits("dram"),
        }


# ------------------------------------------------------------------------------------------------ ZigZag


def port(name, kind, bits, *moves):
    return {
        "name": name, "type": kind, "bandwidth_min": bits, "bandwidth_max": bits, "allocation": list(moves)
    }


def memory(size, bits, price, operands, ports, served):
    return {
        "size": size, "r_cost": bits * price, "w_cost": bits * price, "area": 0, "latency": 1,
        "operands": operands, "ports": ports, "served_dimensions": served,
    }


def accelerator(name, design):
    k, c, kib, rate = design
    size, link = kib * 8192, 8 * rate
    both = ["D1", "D2"]

    def buffer(operand, array_bits):
        # One word is what the array takes in a cycle.
        return memory(
            size, array_bits, SRAM, [operand],
            [port("r_port_1", "read", array_bits, f"{operand}, tl"), port("w_port_1", "write", array_bits, f"{operand}, fh")],
            both,
        )

    sums = memory(
        size, 32 * k, SRAM, ["O"],
        [
            port("r_port_1", "read", 32 * k, "O, tl"), port("w_port_1", "write", 32 * k, "O, fl"),
            port("r_port_2", "read", 32 * k, "O, th"), port("w_port_2", "write", 32 * k, "O, fh"),
        ],
        both,
    )
    dram = memory(
        10**12, link, DRAM, ["I1", "I2", "O"],
        [
            port("r_port_1", "read", link, "I1, tl", "I2, tl", "O, tl"),
            port("w_port_1", "write", link, "I1, fh", "I2, fh", "O, fl"),
            port("r_port_2", "read", link, "O, th"), port("w_port_2", "write", link, "O, fh"),
        ],
        both,
    )
    register = memory(
        8, 8, 0, ["I2"], [port("r_port_1", "read", 8, "I2, tl"), port("w_port_1", "write", 8, "I2, fh")], []
    )
    return {
        "name": name,
        "memories": {
            "weight_register": register, "input_buffer": buffer("I1", 8 * c),
            "weight_buffer": buffer("I2", 8 * c * k), "output_buffer": sums, "dram": dram,
        },
        "operational_array": {"unit_energy": MAC, "unit_area": 1, "dimensions": both, "sizes": [k, c]},
    }


def zigzag_layer(name, index):
    kernels, channels, side, out, stride = LAYERS[name]
    return {
        "id": index, "name": name, "operator_type": "Conv",
        "equation": "O[b][g][k][oy][ox]+=W[g][k][c][fy][fx]*I[b][g][c][iy][ix]",
        "dimension_relations": [f"ix={stride}*ox+1*fx", f"iy={stride}*oy+1*fy"],
        "loop_dims": ["B", "G", "K", "C", "OY", "OX", "FY", "FX"],
        "loop_sizes": [1, 1, kernels, channels, out, out, side, side],
        "operand_precision": {"W": 8, "I": 8, "O": 32, "O_final": 8},
        "operand_source": {"W": index, "I": index},
    }


def spatial(design):
    k, c, _, _ = design
    return [
        {
            "name": "default", "spatial_mapping": {"D1": [f"K, {k}"], "D2": [f"C, {c}"]},
            "memory_operand_links": {"O": "O", "W": "I2", "I": "I1"},
        }
    ]


class GivenMapping(Stage):
    """The loops of `best`, level by level, in place of ZigZag's own search."""

    chosen = {}
    results = {}

    def __init__(self, callables, *, accelerator, layer, spatial_mapping, spatial_mapping_int, **rest):
        super().__init__(callables, **rest)
        self.accelerator, self.layer = accelerator, layer
        self.spatial, self.spatial_int = spatial_mapping, spatial_mapping_int

    def is_leaf(self):
        return True

    def loops(self):
        m = self.chosen[self.layer.name]
        _, _, side, out, _ = LAYERS[self.layer.name]
        tile = [("OX", out), ("OY", m["rows"])]
        taps = [("FX", side), ("FY", side), ("C", m["ct"]), ("K", m["kt"])]
        parts, blocks, strips = [("C", m["parts"])], [("K", m["blocks"])], [("OY", m["strips"])]
        outer = blocks + strips if m["order"] == "pixels" else strips + blocks
        inner, last = outer[:1], outer[1:]

        def split(keeps_inner, keeps_all):
            """What a buffer holds of the outer loops, and what DRAM does."""
            if keeps_all:
                return parts + outer, []
            return (parts + inner, last) if keeps_inner else ([], parts + outer)

        if m["order"] == "pixels":
            held_input, moved_input = split(m["keeps_input"], False)
            held_weights, moved_weights = split(False, m["keeps_weights"])
        else:
            held_input, moved_input = split(False, m["keeps_input"])
            held_weights, moved_weights = split(m["keeps_weights"], False)
        levels = {
            "I": [tile + taps + held_input, moved_input],
            "W": [tile, taps + held_weights, moved_weights],
            "O": [tile + taps + parts, outer],
        }
        return {
            operand: [[(LayerDim(dim), size) for dim, size in level if size > 1] for level in levels[operand.name]]
            for operand in self.layer.layer_operands
        }

    def run(self):
        mapping = TemporalMapping(self.loops(), self.layer, TemporalMappingType.UNEVEN)
        cost = CostModelEvaluation(
            accelerator=self.accelerator, layer=self.layer, spatial_mapping=self.spatial,
            spatial_mapping_int=self.spatial_int, temporal_mapping=mapping,
            access_same_data_considered_as_no_access=False,
        )
        self.results[self.layer.name] = cost
        yield cost, None


def zigzag(folder, name, design, chosen):
    import yaml

    GivenMapping.chosen, GivenMapping.results = chosen, {}
    paths = {}
    layers = [zigzag_layer(layer, index) for index, layer in enumerate(chosen)]
    for key, value in (("hw", accelerator(name, design)), ("layers", layers), ("spatial", spatial(design))):
        paths[key] = os.path.join(folder, f"zz-{name}-{key}.yaml")
        with open(paths[key], "w") as file:
            yaml.safe_dump(value, file, sort_keys=False)
    MainStage(
        [
            WorkloadParserStage, AcceleratorParserStage, WorkloadStage, SpatialMappingGeneratorStage,
            SpatialMappingConversionStage, GivenMapping,
        ],
        accelerator=paths["hw"], workload=paths["layers"], mapping=paths["spatial"],
        nb_mappings_generated=1, enable_mix_spatial_mapping_generation=False, enable_speedup=True,
    ).run()
    for layer, cost in GivenMapping.results.items():
        words = sum(
            levels[-1].get(way)
            for levels in cost.memory_word_access.values()
            for way in (DataDirection.RD_OUT_TO_LOW, DataDirection.WR_IN_BY_LOW)
        )
        yield layer, {
            "bytes": round(words * design[3]), "cycles": round(cost.latency_total2),
            "energy": cost.energy_total,
        }


FOLDER = "Tests/ValidationTests/References/zigzag"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=".build/release/umemaki")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = ["design,layer,dram_bytes,cycles,energy_pj,version"]
    worst = {"bytes": 0, "cycles": 0, "energy": 0}
    with tempfile.TemporaryDirectory() as scratch:
        folder = FOLDER if arguments.write else scratch
        for name, design in DESIGNS.items():
            chosen = {layer: best(shape, design) for layer, shape in LAYERS.items()}
            ours = dict(own(arguments.program, folder, name, design, chosen))
            theirs = dict(zigzag(scratch, name, design, chosen))
            for layer in LAYERS:
                a, b = ours[layer], theirs[layer]
                errors = {key: a[key] / b[key] - 1 for key in worst}
                worst = {key: max(worst[key], abs(errors[key])) for key in worst}
                print(f"{name:10} {layer:12}", *(f"{key} {100 * value:+.2f} %" for key, value in errors.items()))
                lines.append(
                    f"{name},{layer},{b['bytes']},{b['cycles']},{b['energy']:.6g},zigzag-dse {version('zigzag-dse')}"
                )
        if arguments.write:
            with open(os.path.join(FOLDER, "reference.csv"), "w") as file:
                file.write("\n".join(lines) + "\n")
    print("largest difference:", *(f"{key} {100 * value:.2f} %" for key, value in worst.items()))


if __name__ == "__main__":
    main()
