"""What a layer takes on a design under a mapping, tile by tile: a second implementation.

Plain loops over strips, blocks of kernels and parts of channels; no kinds of tiles, no runs, no
memory of what was computed, no bounds. Batch of one image, weights of the design's precision, no
coded links, no gating, everything from and to DRAM.
"""
import math
import os
import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

import yaml

UNITS = {"B": 8, "KiB": 8 << 10, "MiB": 8 << 20, "GiB": 8 << 30, "bit": 1, "Hz": 1, "kHz": 10**3, "MHz": 10**6,
         "GHz": 10**9, "B/s": 1, "kB/s": 10**3, "MB/s": 10**6, "GB/s": 10**9, "TB/s": 10**12, "cycles": 1,
         "pJ": 1, "mW": 1, "uW": Fraction(1, 1000), "W": 1000}


def quantity(text):
    """A number with a unit in the base of its kind: bits, Hz, B/s, cycles, pJ, mW."""
    number, unit = re.fullmatch(r"\s*([-+0-9.eE_]+)\s*(\S+)\s*", str(text)).groups()
    return Fraction(number) * UNITS[unit]


def rate(text, clock):
    """Bytes per cycle, None where transfers take no time."""
    return None if text == "unlimited" else quantity(text) / clock


def up(value, divisor):
    """A quotient of whole numbers, rounded up."""
    return -(-value // divisor)


def transfer(bits, bytes_per_cycle):
    return 0 if bytes_per_cycle is None or bits == 0 else math.ceil(Fraction(bits, 8) / bytes_per_cycle)


# Designs

@dataclass
class Link:
    rate: Fraction
    overlap: str
    align: int
    gather: str = "rows"


@dataclass
class Room:
    """Bits for one tile, for what stays, and the name of the buffer with all its bits."""
    tile: int
    whole: int
    buffer: str
    size: int


@dataclass
class Design:
    name: str
    clock: int
    overhead: int
    depthwise_overhead: int
    bits: dict
    array: dict
    links: dict
    shared_port: bool
    rooms: dict
    prices: dict
    lanes: int


def load_design(path, library):
    spec = yaml.safe_load(open(path))
    clock = quantity(spec["frequency"])
    memory = spec["memory"]
    links = {name: Link(rate(link["bandwidth"], clock), link["overlap"], int(link["channel_alignment"]),
                        str(link.get("gather", "rows")))
             for name, link in memory["transfers"].items()}
    for link in memory["transfers"].values():
        assert "compression" not in link
    rooms = {}
    for buffer in memory["buffers"]:
        size = int(quantity(buffer["size"]))
        share = size // len(buffer["holds"])
        assert "banks" not in buffer
        for operand in buffer["holds"]:
            rooms[operand] = Room(share // 2 if buffer["ping_pong"] else share, share, buffer["name"], size)
    array = dict(spec["datapath"])
    assert array.get("gating") is None
    lanes = (array["rows"] * array["columns"] if array["kind"] == "systolic-array" else
             array["output_channels"] * array["input_channels"] * array["taps"] * array["pixels"])
    overhead = int(quantity(spec["layer_overhead"]))
    design = Design(
        spec["name"], int(clock), overhead,
        int(quantity(spec["depthwise_overhead"])) if "depthwise_overhead" in spec else overhead,
        {key: int(quantity(value)) for key, value in spec["precision"].items()}, array, links,
        memory["dram"]["ports"] == "shared", rooms, {}, lanes)
    design.prices = load_prices(spec, design, library)
    return design


# Energy

def load_prices(spec, design, library):
    """Picojoules of an action, of a bit read and written per buffer, and milliwatts."""
    table = yaml.safe_load(open(os.path.join(library, "energy", spec["energy"]["table"] + ".yaml")))
    dram = yaml.safe_load(open(os.path.join(library, "energy", "dram", spec["energy"]["dram"] + ".yaml")))
    assert table["unit"] == "pJ" and dram["unit"] == "pJ"

    def operation(key, bits, power):
        entry = min(table[key], key=lambda entry: abs(entry["bits"] - bits))
        return float(quantity(entry["energy"])) * (bits / entry["bits"]) ** power

    def buffer(size):
        points = [(float(quantity(e["size"])), [float(quantity(e["read"])) / float(quantity(e["width"])),
                                                float(quantity(e["write"])) / float(quantity(e["width"])),
                                                float(quantity(e["leakage"]))]) for e in table["sram"]]
        assert "sram_outside" not in table and "sram_small" not in table
        size = min(max(size, points[0][0]), points[-1][0])
        for (low, a), (high, b) in zip(points, points[1:]):
            if low <= size <= high:
                share = math.log(size / low) / math.log(high / low)
                return [math.exp(math.log(x) + (math.log(y) - math.log(x)) * share) if x > 0 and y > 0
                        else max(0, x + (y - x) * share) for x, y in zip(a, b)]
        return points[0][1]

    operand = max(design.bits["input"], design.bits["weight"])
    memories = {room.buffer: room.size for room in design.rooms.values()}
    kept = spec["memory"].get("persistent_buffer")
    leak = sum(buffer(size)[2] for size in memories.values())
    if kept and quantity(kept["size"]) > 0:
        leak += buffer(float(quantity(kept["size"])))[2]
    width = float(quantity(dram["width"]))
    return {"multiply": operation("multiply", operand, 2),
            "add": operation("add", design.bits["accumulator"], 1),
            "register": operation("register", operand, 1),
            "buffer": {name: buffer(size)[:2] for name, size in memories.items()},
            "dram": (float(quantity(dram["read"])) / width, float(quantity(dram["write"])) / width),
            "power": leak + float(quantity(spec["idle_power"]) if "idle_power" in spec else 0)}


# Layers

@dataclass(frozen=True)
class Axis:
    """Windows along one side of a map."""
    extent: int
    kernel: int = 1
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1

    @property
    def span(self):
        return self.dilation * (self.kernel - 1) + 1

    @property
    def padded(self):
        return self.before + self.extent + self.after

    @property
    def windows(self):
        return (self.padded - self.span) // self.stride + 1

    def element(self, window, tap):
        place = window * self.stride + tap * self.dilation - self.before
        return place if 0 <= place < self.extent else None

    def elements(self, first, last):
        """The elements that the windows first to last touch."""
        found = {self.element(w, t) for w in range(first, last + 1) for t in range(self.kernel)}
        return found - {None}

    def read(self, first, last, skips):
        found = self.elements(first, last)
        if not found:
            return 0
        return len(found) if skips else max(found) - min(found) + 1

    def last_tap(self, window):
        return max((t for t in range(self.kernel) if self.element(window, t) is not None), default=0)


@dataclass(frozen=True)
class Layer:
    name: str
    kernels: int
    channels: int
    rows: Axis
    columns: Axis
    groups: int = 1
    depthwise: bool = False
    terms: int = 0            # elements that the results are added to
    results: int = -1         # elements stored, where they are not the results themselves
    vectors: int = 0          # elements stored when the map is done: the mean of every channel


def layer_of(shape, name, operator, maps=()):
    """A layer from the shape, and the list of maps, that a run's JSON gives."""
    moved = {"terms": sum(m["elements"] for m in maps for r in m["readers"]
                          if r["name"] == name and r["as"] == "term")}
    assert not any(r["name"] == name and r["as"] == "factor" for m in maps for r in m["readers"])
    written = [m for m in maps if m["producer"] == name and m["written"]]
    if written:
        means = [m for m in written if "global-average-pool" in m["name"]]
        moved["vectors"] = sum(m["elements"] for m in means)
        moved["results"] = sum(m["elements"] for m in written) - moved["vectors"]
    pad = shape["padding"]
    if isinstance(pad, int):
        pad = [pad] * 4
    stride = shape["stride"]
    stride = (stride, stride) if isinstance(stride, int) else tuple(stride)
    rows = Axis(shape["h"], shape["r"], stride[0], pad[0], pad[2])
    columns = Axis(shape["w"], shape["s"], stride[1], pad[1], pad[3])
    layer = Layer("", shape["k"], shape["c"], rows, columns, shape["groups"], operator == "depthwise-convolution")
    if moved.get("results", -1) == layer.kernels * rows.windows * columns.windows and not moved["vectors"]:
        moved["results"] = -1 if not moved["terms"] else moved["results"]
    return replace(layer, **moved)


class Nest:
    """One group of a layer: kernels, channels and output pixels."""

    def __init__(self, design, layer):
        whole = layer.depthwise and design.array["kind"] == "dot-product-array"
        self.depthwise = whole
        self.groups = 1 if whole else layer.groups
        self.kernels = layer.kernels // self.groups
        self.channels = layer.channels // layer.groups
        self.rows, self.columns = layer.rows, layer.columns
        self.taps = self.rows.kernel * self.columns.kernel
        self.out_rows, self.out_columns = self.rows.windows, self.columns.windows
        self.pixels = self.out_rows * self.out_columns
        self.gather = design.links["input"].gather
        self.read_columns = (len(self.columns.elements(0, self.out_columns - 1)) if self.gather == "pixels"
                             else self.columns.extent)
        self._read = {}

    def input_rows(self, first, count):
        """Rows of the map that so many pixels from `first` on read."""
        top, bottom = first // self.out_columns, (first + count - 1) // self.out_columns
        if (top, bottom) not in self._read:
            self._read[top, bottom] = self.rows.read(top, bottom, self.gather != "none")
        return self._read[top, bottom]

    def last_tap(self, first, pixels):
        row = (first + pixels - 1) // self.out_columns
        return self.rows.last_tap(row) * self.columns.kernel + self.columns.last_tap(self.out_columns - 1)


@dataclass(frozen=True)
class Mapping:
    order: str            # "pixels" or "kernels", the outer loop
    pixels: int
    kernels: int
    channels: int
    keeps_input: bool
    keeps_weights: bool


# Arrays: cycles and actions of one tile with its operands there

def share(part, whole):
    return 0.0 if whole == 0 else min(1.0, max(0.0, part / whole))


@dataclass
class Execution:
    cycles: int
    last_fold: int = 0
    input_reads: int = 0
    weight_reads: int = 0
    sum_reads: int = 0
    sum_writes: int = 0
    registers: int = 0


@dataclass
class Overlap:
    """Shares of the input with what is left to compute once they are there, and the ends of the results."""
    needs: list
    after_first_result: int
    last_share: float
    after_last_round: int


class Systolic:
    def __init__(self, array, nest):
        self.a, self.nest = array, nest
        self.R, self.C = array["rows"], array["columns"]
        self.flow = array["dataflow"]
        self.stays = self.flow == "output-stationary"
        self.hidden = not self.stays and array["stationary_load"] == "hidden"
        self.preload = None
        if self.hidden:
            self.preload = ("weight" if self.flow == "weight-stationary" else "input", self.R)
        self.drain = self.R + self.C - 2 if array["folds"] == "overlapped" else 0
        fold = min(nest.channels, self.R // math.gcd(nest.taps, self.R))
        self.granule = {"output-stationary": (min(nest.pixels, self.R), min(nest.kernels, self.C), 1),
                        "weight-stationary": (1, min(nest.kernels, self.C), fold),
                        "input-stationary": (min(nest.pixels, self.C), 1, fold)}[self.flow]

    def extents(self, p, k, c):
        reduction = c * self.nest.taps
        return {"output-stationary": (p, k, reduction), "weight-stationary": (reduction, k, p),
                "input-stationary": (reduction, p, k)}[self.flow]

    def fold_cycles(self, streamed, last):
        load = 0 if self.stays else self.R
        skew = self.R + self.C - 2
        if self.stays and not last:
            return streamed
        if self.a["folds"] in ("serial", "cropped"):
            return max(streamed + skew, load) if self.hidden else load + streamed + skew
        return max(streamed, load) if self.hidden else load + streamed

    def execute(self, p, k, c, first, is_first, is_last):
        rows, columns, streamed = self.extents(p, k, c)
        down, across = up(rows, self.R), up(columns, self.C)
        fold = self.fold_cycles(streamed, is_last)
        cycles = down * across * fold
        if self.a["folds"] == "cropped" and is_last:
            cycles = 0
            for i in range(down):
                for j in range(across):
                    r, s = min(self.R, rows - i * self.R), min(self.C, columns - j * self.C)
                    cycles += streamed + r + s + (2 if r == 1 or s == 1 else 3)
        e = Execution(cycles)
        if self.preload:
            e.last_fold = streamed + (self.R + self.C - 2 if self.a["folds"] == "serial" else 0)
            e.cycles += e.last_fold - fold
        reduction = c * self.nest.taps
        if self.stays:
            e.input_reads, e.weight_reads = p * reduction * across, reduction * k * down
            e.sum_writes = p * k if is_last else 0
        else:
            e.input_reads = p * reduction * (across if self.flow == "weight-stationary" else 1)
            e.weight_reads = reduction * k * (across if self.flow == "input-stationary" else 1)
            e.sum_writes = p * k * down
            e.sum_reads = p * k * (down - 1 if is_first else down)
        e.registers = 3 * p * k * reduction
        return e

    def overlap(self, p, k, c, first, is_last, cycles):
        n = self.nest
        rows, columns, streamed = self.extents(p, k, c)
        down, across = up(rows, self.R), up(columns, self.C)
        fold = cycles // (down * across) if self.a["folds"] == "cropped" else self.fold_cycles(streamed, is_last)
        load = 0 if self.stays or self.hidden else self.R
        lag = 0 if self.a["folds"] == "overlapped" else self.R + self.C - 2
        if self.stays:
            every = n.input_rows(first, p) * n.read_columns
            head = n.input_rows(first, 1) * n.read_columns
            in_row = min(n.out_columns, p)
            step, span = n.columns.stride, n.columns.span
            onward = min(step, span) if n.gather == "pixels" else step
            begin = min(n.read_columns, min(in_row, self.R) * onward + span)
            return Overlap([(1.0, across * fold - streamed),
                            (share(head - n.read_columns + begin, every), cycles - streamed),
                            (share(head, every), cycles - (up(in_row, self.R) - 1) * across * fold - streamed)],
                           cycles - fold, (p - (down - 1) * self.R) / p, 0)
        if self.flow == "weight-stationary":
            late = n.last_tap(first, p)

            def after(place):
                return cycles - place // self.R * across * fold - load - streamed
            head = min(c, max(1, self.R // n.taps))
            return Overlap([(1.0, after((c - 1) * n.taps + late)),
                            (head / c, after((head - 1) * n.taps + late))],
                           across * fold - load - lag, (k - (across - 1) * self.C) / k, fold - load - lag)
        return Overlap([(1.0, fold - load)], cycles - (down - 1) * fold - load - lag,
                       (p - (across - 1) * self.C) / p, fold - load - lag)


class DotProduct:
    preload, drain, stays = None, 0, False

    def __init__(self, array, nest):
        self.a, self.nest = array, nest
        self.block = min(nest.kernels, array["depthwise_channels"] if nest.depthwise else array["output_channels"])
        folds = nest.taps == 1 and array["pointwise"] == "fold-input"
        self.side = array["input_channels"] * (array["taps"] if folds else 1)
        self.granule = (nest.out_columns, self.block, min(nest.channels, self.side))
        self.augments = bool(array.get("channel_augmentation")) and not nest.depthwise \
            and nest.channels < array["input_channels"]
        self.by_input = array["sweep"] == "input-pixels"

    def cut(self, c):
        """Passes for a block of kernels, channels they read, passes before the last new channel, repeats."""
        a, n = self.a, self.nest
        if self.augments:
            passes = n.rows.kernel * up(n.columns.kernel * c, a["input_channels"])
            return passes, n.taps * c, 0, passes
        blocks, groups = up(c, self.side), up(n.taps, a["taps"])
        taps = (groups * blocks, groups * c, groups * (blocks - 1), groups)
        if groups == 1 or a["taps"] == 1 or n.depthwise:
            return taps
        edge = math.isqrt(a["taps"])
        windows = up(n.rows.kernel, edge) * up(n.columns.kernel, edge)
        full, rest = divmod(windows * c, a["input_channels"])
        passes = full + (rest > 0)
        if passes >= taps[0]:
            return taps
        return (passes, full * min(c, a["input_channels"]) + min(c, rest), up(c, a["input_channels"]) - 1, 1)

    def swept(self, p):
        n = self.nest
        rows = up(p, n.out_columns)
        if not self.by_input:
            return rows * up(n.out_columns, self.a["pixels"])
        taken = n.rows.padded if rows == n.out_rows else \
            min(n.rows.padded, (rows - 1) * n.rows.stride + n.rows.span)
        return taken * n.columns.padded

    def pause(self):
        return int(quantity(self.a["pass_overhead"]))

    def execute(self, p, k, c, first, is_first, is_last):
        n = self.nest
        blocks = up(k, self.block)
        passes, reads, _, _ = self.cut(c)
        swept = self.swept(p)
        e = Execution(blocks * passes * (swept + self.pause()))
        e.input_reads = swept * self.a["pixels"] * reads * (k if n.depthwise else blocks)
        e.weight_reads = k * c * n.taps
        e.sum_writes = p * k * passes
        e.sum_reads = p * k * (passes - 1 if is_first else passes)
        e.registers = p * k * c * n.taps
        return e

    def overlap(self, p, k, c, first, is_last, cycles):
        n, a = self.nest, self.a
        blocks = up(k, self.block)
        passes, _, before, repeats = self.cut(c)
        one = cycles // (blocks * passes)
        if n.depthwise:
            before = (blocks - 1) * passes
        if self.by_input:
            window = (n.rows.span - 1) * n.columns.padded + n.columns.span - 1
            padding, late = n.rows.after * n.columns.padded + n.columns.after, 0
        else:
            window = padding = 0
            tap = n.last_tap(first, p)
            late = tap // a["taps"]
            if self.augments:
                row, column = divmod(tap, n.columns.kernel)
                per_row = up(n.columns.kernel * n.channels, a["input_channels"])
                late = row * per_row + ((column + 1) * n.channels - 1) // a["input_channels"]
        edge = self.pause() + padding
        result = Overlap([(1.0, cycles - (before + late + 1) * one + edge)],
                         cycles - (passes * one - one + window), (k - (blocks - 1) * self.block) / k, one - window)
        if repeats > 1:
            head = min(self.block, k) / k if n.depthwise else min(self.side, c) / c
            rows = n.input_rows(first, p)
            if self.augments:
                late_rows = late // up(n.columns.kernel * n.channels, a["input_channels"])
            else:
                late_rows = late * a["taps"] // n.columns.kernel
            early = share(rows - min(max(0, rows - 1), late_rows), rows)
            result.needs += [(head, cycles - (late + 1) * one + edge), (head * early, cycles - one + edge),
                             (1 - head * (1 - early), cycles - (before + 1) * one + edge)]
        return result


def array_of(design, nest):
    return (Systolic if design.array["kind"] == "systolic-array" else DotProduct)(design.array, nest)


# Bits

class Footprints:
    def __init__(self, design, nest):
        self.d, self.n = design, nest

    def aligned(self, count, operand):
        return up(count, self.d.links[operand].align) * self.d.links[operand].align

    def weights(self, kernels, channels):
        return self.d.bits["weight"] * kernels * channels * self.n.taps

    def results(self, pixels, kernels):
        return self.d.bits["output"] * pixels * self.aligned(kernels, "output")

    def dealt(self, count, first, pixels, first_kernel, kernels):
        """A tile's share of what is dealt out over pixels and kernels."""
        n = self.n

        def part(amount, first, count, all):
            return amount * (first + count) // all - amount * first // all
        if count % n.kernels == 0:
            return part(count // n.kernels, first, pixels, n.pixels) * kernels
        return part(part(count, first, pixels, n.pixels), first_kernel, kernels, n.kernels)

    def sums(self, pixels, kernels):
        return self.d.bits["accumulator"] * pixels * kernels

    def strip(self, first, pixels, channels):
        return self.d.bits["input"] * self.n.input_rows(first, pixels) * self.n.read_columns \
            * self.aligned(channels, "input")

    def parts(self, channels):
        """The parts into which all channels are cut."""
        return [min(channels, self.n.channels - at) for at in range(0, self.n.channels, channels)]

    def rows_at_most(self, pixels):
        """Rows of input that a strip of so many pixels reads at most, wherever it lies."""
        n = self.n
        rows = min(up(pixels, n.out_columns) + (1 if pixels % n.out_columns else 0), n.out_rows)
        skips = n.gather != "none"
        endless = Axis((rows - 1) * n.rows.stride + n.rows.span, n.rows.kernel, n.rows.stride,
                       dilation=n.rows.dilation)
        return min(n.rows.extent, endless.read(0, rows - 1, skips))

    def rows_of_strips(self, pixels):
        """Rows of input that the strips of the map read at most, as they lie."""
        n = self.n
        return max(n.input_rows(first, min(pixels, n.pixels - first)) for first in range(0, n.pixels, pixels))

    def rows(self, pixels, exact):
        return self.rows_of_strips(pixels) if exact else self.rows_at_most(pixels)

    def input(self, rows, channels):
        return self.d.bits["input"] * rows * self.n.read_columns * self.aligned(channels, "input")

    def held(self, rows, part):
        return sum(self.input(rows, c) for c in self.parts(part))


def fits(design, nest, array, m, rooms=None, exact=True):
    """Whether every buffer holds what the mapping keeps in it."""
    f = Footprints(design, nest)
    rooms = rooms or design.rooms
    parts = m.channels < nest.channels
    if f.weights(m.kernels, m.channels) > rooms["weight"].tile:
        return False
    if f.sums(m.pixels, m.kernels) > rooms["output"].tile:
        return False
    if array.stays and parts and (m.pixels > array.granule[0] or m.kernels > array.granule[1]):
        return False
    rows = f.rows(m.pixels, exact)
    if f.input(rows, m.kernels if nest.depthwise else m.channels) > rooms["input"].tile:
        return False
    if m.keeps_input:
        if nest.depthwise:
            return False
        if m.order == "pixels" and f.held(rows, m.channels) > rooms["input"].tile:
            return False
        if m.order == "kernels" and f.held(f.rows(nest.pixels, exact), m.channels) > rooms["input"].whole:
            return False
    if m.keeps_weights:
        if m.order == "pixels" and f.weights(nest.kernels, nest.channels) > rooms["weight"].whole:
            return False
        if m.order == "kernels" and f.weights(m.kernels, nest.channels) > rooms["weight"].tile:
            return False
    return True


# Time

class Clock:
    """The ports, the array, and who waits for whom."""

    def __init__(self, design, array):
        self.shared = design.shared_port
        self.store_overlap = design.links["output"].overlap
        self.read = self.write = 0
        self.done = self.done_before = 0
        self.left = self.left_before = 0
        self.array_free = 0
        self.pending = None
        self.arrays = 0

    def flush(self):
        if self.pending is None:
            return
        cycles, ready, least = self.pending
        port = max(self.read, self.write) if self.shared else self.write
        end = max(max(port, ready) + cycles, least)
        self.write = end
        if self.shared:
            self.read = end
        self.left_before, self.left = self.left, end
        self.pending = None

    def finish(self):
        self.flush()
        return max(self.done, self.left)


@dataclass
class Cost:
    cycles: int = 0
    array_cycles: int = 0
    input_read: int = 0       # bits
    weight_read: int = 0
    output_write: int = 0
    terms: int = 0            # of input_read
    input_reads: int = 0      # elements
    weight_reads: int = 0
    sum_reads: int = 0
    sum_writes: int = 0
    registers: int = 0
    macs: int = 0
    tiles: int = 0
    energy: float = 0.0
    parts: dict = field(default_factory=dict)

    @property
    def moved(self):
        return self.input_read + self.weight_read + self.output_write

    @property
    def bytes(self):
        return up(self.input_read, 8) + up(self.weight_read, 8) + up(self.output_write, 8)


def tiles_of(nest, m):
    """Tiles in the order of execution: strip, block, part and their extents."""
    strips, blocks = up(nest.pixels, m.pixels), up(nest.kernels, m.kernels)
    parts = up(nest.channels, m.channels)
    if m.order == "pixels":
        pairs = ((s, b) for s in range(strips) for b in range(blocks))
    else:
        pairs = ((s, b) for b in range(blocks) for s in range(strips))
    for s, b in pairs:
        for q in range(parts):
            yield (s, b, q, min(m.pixels, nest.pixels - s * m.pixels), min(m.kernels, nest.kernels - b * m.kernels),
                   min(m.channels, nest.channels - q * m.channels),
                   s == strips - 1 and b == blocks - 1 and q == parts - 1, q == parts - 1)


def cost(design, layer, m):
    nest = Nest(design, layer)
    array = array_of(design, nest)
    f = Footprints(design, nest)
    t = Clock(design, array)
    total = Cost()
    links = design.links
    stream_out = links["output"].overlap == "streaming"
    terms, vectors = up(layer.terms, nest.groups), up(layer.vectors, nest.groups)
    results = up(layer.results, nest.groups) if layer.results >= 0 else -1
    for _ in range(nest.groups):
        for s, b, q, p, k, c, is_end, is_last in tiles_of(nest, m):
            total.tiles += 1
            first = s * m.pixels
            e = array.execute(p, k, c, first, q == 0, is_last)
            total.array_cycles += e.cycles
            total.input_reads += e.input_reads
            total.weight_reads += e.weight_reads
            total.sum_reads += e.sum_reads
            total.sum_writes += e.sum_writes
            total.registers += e.registers
            total.macs += p * k * c * nest.taps
            tail = array.drain if is_end else 0
            total.array_cycles += tail
            compute = e.cycles + tail
            # Loads: weights, then the input.
            load = exposed = stream = weight_cycles = input_cycles = 0
            weights = s == 0 or not m.keeps_weights
            if weights:
                bits = f.weights(k, c)
                total.weight_read += bits
                weight_cycles = transfer(bits, links["weight"].rate)
                if links["weight"].overlap == "none":
                    exposed += weight_cycles
                else:
                    load += weight_cycles
            inputs = b == 0 or not m.keeps_input
            if inputs:
                bits = f.strip(first, p, k if nest.depthwise else c)
                total.input_read += bits
                input_cycles = transfer(bits, links["input"].rate)
                if links["input"].overlap == "none":
                    exposed += input_cycles
                elif links["input"].overlap == "streaming":
                    stream = input_cycles
                else:
                    load += input_cycles
            # What results are added to comes behind the tile's other loads.
            term_cycles = 0
            if is_last and terms:
                bits = design.bits["input"] * f.dealt(terms, first, p, b * m.kernels, k)
                total.input_read += bits
                total.terms += bits
                term_cycles = transfer(bits, links["input"].rate)
                if links["input"].overlap == "none":
                    exposed += term_cycles
                else:
                    load += term_cycles
            store = None
            if is_last and results < 0:
                store = f.results(p, k)
            elif is_last:
                elements = up(f.dealt(results, first, p, b * m.kernels, k) * f.aligned(k, "output"), k)
                if first + p == nest.pixels:
                    at, own = b * m.kernels, vectors
                    elements += own * (at + k) // nest.kernels - own * at // nest.kernels
                store = design.bits["output"] * elements if elements else None
            if store is not None:
                total.output_write += store
                store = transfer(store, links["output"].rate)
            overlap = None
            if stream or stream_out:
                overlap = array.overlap(p, k, c, first, is_last, e.cycles)
            # The ports and the array.
            loaded = max(t.read, t.done_before) + load
            t.read = loaded
            if t.shared:
                t.write = max(t.write, loaded)
            t.flush()
            if t.shared:
                t.read = max(t.read, t.write)
            ready = max(loaded, t.done)
            if exposed:
                ready = max(ready, t.read) + exposed
                t.read = ready
            filled = ready
            if array.preload:
                operand, cycles = array.preload
                arrival = 0
                if weights if operand == "weight" else inputs:
                    own = links[operand].overlap
                    behind = input_cycles if operand == "weight" and inputs and links["input"].overlap == own else 0
                    if (own == "none") == (links["input"].overlap == "none"):
                        behind += term_cycles
                    if own != "none":
                        arrival = loaded - behind
                    elif (weight_cycles if operand == "weight" else input_cycles) == 0:
                        arrival = t.done
                    else:
                        arrival = ready - behind
                filled = max(ready, max(arrival, t.array_free) + cycles)
            begin = max(t.read, loaded)
            start = max(filled, t.left if t.store_overlap == "none" else t.left_before)
            end = start + compute
            if stream:
                bound = max([0] + [math.ceil(stream * part) + after for part, after in overlap.needs]) + tail
                end = max(end, begin + stream, begin + max(compute, bound))
                t.read = begin + stream
            t.done_before, t.done = t.done, end
            t.array_free = end - (e.last_fold + tail)
            if store is not None:
                behind = 0 if is_end else array.drain
                if stream_out:
                    late = max(0, math.ceil(store * overlap.last_share) - overlap.after_last_round)
                    t.pending = (store, end - overlap.after_first_result + behind, end + late + behind)
                else:
                    t.pending = (store, end + behind, end + behind)
    total.cycles = t.finish() + (design.depthwise_overhead if layer.depthwise else design.overhead)
    price(design, total)
    return total


def price(design, c):
    """Picojoules: counts times prices."""
    p, bits, rooms = design.prices, design.bits, design.rooms
    whole = lambda count: up(count, 8) * 8
    parts = {"multiply": p["multiply"] * c.macs, "add": p["add"] * c.macs, "register": p["register"] * c.registers}
    traffic = [("input", bits["input"] * c.input_reads, c.input_read - c.terms),
               ("weight", bits["weight"] * c.weight_reads, c.weight_read),
               ("output", bits["accumulator"] * c.sum_reads + c.output_write + c.terms,
                bits["accumulator"] * c.sum_writes + c.terms)]
    for operand, read, write in traffic:
        price = p["buffer"][rooms[operand].buffer]
        parts[rooms[operand].buffer] = parts.get(rooms[operand].buffer, 0) \
            + price[0] * whole(read) + price[1] * whole(write)
    parts["dram_read"] = p["dram"][0] * (whole(c.input_read) + whole(c.weight_read))
    parts["dram_write"] = p["dram"][1] * whole(c.output_write)
    parts["time"] = p["power"] * (c.cycles / design.clock) * 1e9
    c.parts = parts
    c.energy = sum(parts.values())


# The rule `largest`, for the mappings that a run's JSON does not give in full

def largest_mappings(design, layer):
    nest = Nest(design, layer)
    array = array_of(design, nest)
    f = Footprints(design, nest)
    room = design.rooms
    gp, gk, gc = array.granule

    def grow(extent, step, ok):
        if ok(extent):
            return extent
        low, high = 1, up(extent, step)
        while low + 1 < high:
            middle = (low + high) // 2
            low, high = (middle, high) if ok(middle * step) else (low, middle)
        return min(low * step, extent)

    def strip(pixels, channels):
        return f.input(f.rows_at_most(pixels), channels)
    if f.weights(gk, gc) > room["weight"].tile or f.sums(gp, gk) > room["output"].tile \
            or strip(gp, gk if nest.depthwise else gc) > room["input"].tile:
        return []
    k = gk
    if gk == 1 and not nest.depthwise and not array.stays:
        k = grow(nest.kernels, 1, lambda k: f.weights(k, gc) <= room["weight"].tile
                 and f.sums(gp, k) <= room["output"].tile)
    c = grow(nest.channels, gc, lambda c: f.weights(k, c) <= room["weight"].tile)
    keeps = not nest.depthwise and f.held(f.rows_at_most(gp), c) <= room["input"].tile
    if not keeps:
        c = grow(c, gc, lambda c: strip(gp, k if nest.depthwise else c) <= room["input"].tile)
    cut = c < nest.channels
    p = grow(nest.pixels, gp, lambda p: not (array.stays and cut and p > gp)
             and (f.held(f.rows_at_most(p), c) if keeps else strip(p, k if nest.depthwise else c)) <= room["input"].tile
             and f.sums(p, k) <= room["output"].tile)
    found = [Mapping("pixels", p, k, c, keeps, f.weights(nest.kernels, nest.channels) <= room["weight"].whole)]
    if p < nest.pixels:
        found.append(Mapping("kernels", p, k, c, not nest.depthwise
                             and f.held(f.rows_at_most(nest.pixels), c) <= room["input"].whole, c == nest.channels))
    return found


def largest(design, layer):
    best = None
    for m in largest_mappings(design, layer):
        c = cost(design, layer, m)
        if best is None or (c.cycles, c.moved) < (best[1].cycles, best[1].moved):
            best = (m, c)
    return best
