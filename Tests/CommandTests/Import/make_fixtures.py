"""Makes the ONNX files of this folder and of ../Errors.

`python make_fixtures.py` needs onnx 1.23 and makes the small models and the wrong files.
`python make_fixtures.py networks` needs torch 2.15 and torchvision 0.29 too: it exports torchvision's
ResNet-50 and MobileNetV2 with torch.onnx.export, by the exporter built on torch.export (resnet50.onnx,
mobilenetv2.onnx) and by the one built on TorchScript (*-torchscript.onnx), and empties the values of
their floating-point constants. The dimensions stay; stack traces are removed.
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
ERRORS = HERE.parent / "Errors"


def strip(model):
    model.ClearField("metadata_props")
    graph = model.graph
    for thing in [graph, *graph.node, *graph.input, *graph.output, *graph.value_info]:
        thing.ClearField("doc_string")
        thing.ClearField("metadata_props")
    for tensor in graph.initializer:
        tensor.ClearField("metadata_props")
        if tensor.data_type == TensorProto.FLOAT:
            tensor.ClearField("raw_data")
            tensor.ClearField("float_data")
    return model


def networks():
    import torch
    import torchvision

    for name, make in [
        ("resnet50", torchvision.models.resnet50),
        ("mobilenetv2", torchvision.models.mobilenet_v2),
    ]:
        model = make(weights=None).eval()
        image = torch.zeros(1, 3, 224, 224)
        for ending, dynamo in [("", True), ("-torchscript", False)]:
            path = HERE / f"{name}{ending}.onnx"
            torch.onnx.export(
                model, (image,), str(path), dynamo=dynamo, input_names=["input"],
                output_names=["logits"], external_data=False,
            )
            path.write_bytes(strip(onnx.load(path)).SerializeToString())


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def floats(name, *shape):
    count = int(np.prod(shape))
    return numpy_helper.from_array(
        (np.arange(count, dtype=np.float32) / 8 - 1).reshape(shape), name)


def integers(name, *values):
    return numpy_helper.from_array(np.array(values, dtype=np.int64), name)


def model(nodes, inputs, outputs, constants, infos=()):
    graph = helper.make_graph(nodes, "g", inputs, outputs, constants, value_info=list(infos))
    return helper.make_model(
        graph, producer_name="make_fixtures", opset_imports=[helper.make_opsetid("", 17)])


def node(kind, inputs, outputs, name="", **attributes):
    return helper.make_node(kind, inputs, outputs, name=name, **attributes)


def save(built, name, folder=HERE):
    (folder / name).write_bytes(built.SerializeToString())


def tiny():
    return model(
        [
            node("Conv", ["x", "first.weight", "first.bias"], ["a"], "first", pads=[1, 1, 1, 1]),
            node("Relu", ["a"], ["b"]),
            node("Conv", ["b", "second.weight"], ["c"], "second", group=4, strides=[2, 2]),
            node("Flatten", ["c"], ["d"]),
            node("Gemm", ["d", "third.weight"], ["e"], "third", alpha=0.5),
            node("MatMul", ["e", "fourth"], ["y"], "/head/MatMul"),
        ],
        [value("x", ["batch", 2, 5, 5])], [value("y", ["batch", 2])],
        [
            floats("first.weight", 4, 2, 3, 3), floats("first.bias", 4),
            floats("second.weight", 4, 1, 3, 3), floats("third.weight", 16, 3),
            floats("fourth", 3, 2),
        ])


def external():
    built = tiny()
    data = b""
    for tensor in built.graph.initializer:
        entries = {
            "location": "tiny-external.bin", "offset": len(data), "length": len(tensor.raw_data)}
        data += tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, text in entries.items():
            tensor.external_data.add(key=key, value=str(text))
    (HERE / "tiny-external.bin").write_bytes(data)
    return built


def shapes():
    """Shapes computed from shapes, as exporters write them for a batch of any size."""
    return model(
        [
            node("Conv", ["x", "stem.weight"], ["a"], auto_pad="SAME_UPPER"),
            node("MaxPool", ["a"], ["b"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
            node("Split", ["b"], ["left", "right"], axis=1),
            node("Concat", ["right", "left"], ["c"], axis=1),
            node("Slice", ["c", "from", "to", "axes"], ["d"]),
            node("Shape", ["d"], ["shape"]),
            node("Gather", ["shape", "zero"], ["batch"]),
            node("Unsqueeze", ["batch", "axis0"], ["batches"]),
            node("Constant", [], ["free"], value_ints=[-1]),
            node("Concat", ["batches", "free"], ["flat"], axis=0),
            node("Reshape", ["d", "flat"], ["e"]),
            node("Transpose", ["w"], ["wt"], perm=[1, 0]),
            node("MatMul", ["e", "wt"], ["f"], "head"),
            node("Unsqueeze", ["f", "axis0"], ["g"]),
            node("ReduceMean", ["g"], ["y"], axes=[1], keepdims=0),
        ],
        [value("x", ["batch", 3, 10, 10])], [value("y", [1, 10])],
        [
            floats("stem.weight", 4, 3, 3, 3), floats("w", 10, 75), integers("from", 1),
            integers("to", 2**63 - 1), integers("axes", 1),
            numpy_helper.from_array(np.array(0, dtype=np.int64), "zero"), integers("axis0", 0),
        ])


def transformer():
    """Rows of a sequence become rows of a product; so do the two products of attention."""
    return model(
        [
            node("MatMul", ["x", "q.weight"], ["q"]),
            node("Add", ["q", "q.bias"], ["qb"]),
            node("MatMul", ["x", "k.weight"], ["k"]),
            node("Transpose", ["k"], ["kt"], perm=[0, 2, 1]),
            node("MatMul", ["qb", "kt"], ["s"], "scores"),
            node("Softmax", ["s"], ["p"]),
            node("MatMul", ["p", "x"], ["o"], "mix"),
            node("LayerNormalization", ["o", "gain"], ["y"]),
        ],
        [value("x", ["batch", "sequence", 8])], [value("y", ["batch", "sequence", 8])],
        [floats("q.weight", 8, 8), floats("q.bias", 8), floats("k.weight", 8, 8),
         floats("gain", 8)])


def unsupported():
    """Kernels made while running, a product of three at once, an unknown operator and what follows."""
    return model(
        [
            node("Conv", ["x", "w"], ["a"], "plain", pads=[1, 1, 1, 1]),
            node("Relu", ["k"], ["made"]),
            node("Conv", ["a", "made"], ["b"], "computed", pads=[1, 1, 1, 1]),
            node("Einsum", ["m", "m", "m"], ["chain"], "three", equation="ab,bc,cd->ad"),
            node("Magic", ["b"], ["e"], "trick\n1"),
            node("Conv", ["e", "w"], ["y"], "after", pads=[1, 1, 1, 1]),
        ],
        [value("x", [1, 4, 8, 8]), value("k", [4, 4, 3, 3]), value("m", [4, 4])],
        [value("y", [1, 4, 8, 8])], [floats("w", 4, 4, 3, 3)])


def unknown_size():
    """Older writers say -1 for a size that is not known: of the batch, and of a result's rows."""
    built = model(
        [node("Conv", ["x", "c.weight"], ["h"]), node("Relu", ["h"], ["y"])],
        [value("x", [1, 2, 8, 8])], [value("y", [1, 4, 6, 6])], [floats("c.weight", 4, 2, 3, 3)],
        [value("h", [1, 4, 6, 6])])
    built.graph.input[0].type.tensor_type.shape.dim[0].dim_value = -1
    built.graph.value_info[0].type.tensor_type.shape.dim[0].dim_value = -1
    built.graph.value_info[0].type.tensor_type.shape.dim[2].dim_value = -1
    return built


def recurrent():
    """A recurrence is no layer, the product with its states is; so is a product of int8."""
    return model(
        [
            node("LSTM", ["x", "w", "r"], ["h", "last"], "lstm", hidden_size=4),
            node("Squeeze", ["h", "axis"], ["s"]),
            node("MatMul", ["s", "head.weight"], ["p"]),
            node("DynamicQuantizeLinear", ["p"], ["q", "scale", "zero"]),
            node("MatMulInteger", ["q", "int8.weight", "zero"], ["y"]),
        ],
        [value("x", [5, 1, 3])], [value("y", None, TensorProto.INT32)],
        [floats("w", 1, 16, 3), floats("r", 1, 16, 4), integers("axis", 1),
         floats("head.weight", 4, 8),
         numpy_helper.from_array(np.zeros((8, 2), dtype=np.int8), "int8.weight")])


def only_computed():
    return model(
        [node("Conv", ["x", "w"], ["y"], "c")],
        [value("x", [1, 2, 8, 8]), value("w", [4, 2, 3, 3])], [value("y", [1, 4, 6, 6])], [])


def mostly_volumes():
    """A convolution in four directions, which no layer has, and a small product after it."""
    return model(
        [
            node("Conv", ["x", "w"], ["c"], "volume", pads=[0, 1, 1, 1] * 2),
            node("GlobalAveragePool", ["c"], ["g"]),
            node("Flatten", ["g"], ["f"]),
            node("Gemm", ["f", "fc.weight"], ["y"], transB=1),
        ],
        [value("x", [1, 3, 2, 8, 64, 64])], [value("y", [1, 10])],
        [floats("w", 8, 3, 1, 3, 3, 3), floats("fc.weight", 10, 8)])


def microsoft(nodes, inputs, constants, outputs=("y",)):
    graph = helper.make_graph(
        nodes, "g", inputs, [value(o, None) for o in outputs], constants)
    return helper.make_model(
        graph, producer_name="make_fixtures",
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)])


def bytes_of(name, *shape, kind=np.int8):
    return numpy_helper.from_array(np.zeros(shape, dtype=kind), name)


def ms(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs, outputs, domain="com.microsoft", **attributes)


def branches(then, other, inputs, constants=()):
    """An `If` over a condition; its branches are lists of nodes that make `t` and `e`."""
    graphs = {
        "then_branch": helper.make_graph(then, "t", [], [value("t", None)]),
        "else_branch": helper.make_graph(other, "e", [], [value("e", None)]),
    }
    return helper.make_node("If", inputs, ["chosen"], **graphs)


def forms():
    """Small models of one form each, by name."""
    x, w = value("x", [1, 2, 8, 8]), floats("w", 4, 2, 3, 3)
    row = value("x", [1, 16, 8])
    y = value("y", None)
    one = np.array(1, dtype=np.int64)

    def conv(shape, weights, kind="Conv", **attributes):
        return model([node(kind, ["x", "w"], ["y"], "c", **attributes)], [value("x", shape)], [y],
                     [floats("w", *weights)])

    made = {
        "conv-dilated": conv([1, 3, 32, 32], [8, 3, 3, 3], dilations=[2, 2], pads=[2] * 4),
        "conv-strides": conv([1, 3, 32, 32], [8, 3, 3, 3], strides=[2, 1]),
        "conv-same": conv([1, 3, 224, 224], [32, 3, 3, 3], strides=[2, 2], auto_pad="SAME_UPPER"),
        "conv-same-lower": conv([1, 3, 32, 32], [4, 3, 3, 3], strides=[2, 2], auto_pad="SAME_LOWER"),
        "conv-uneven": conv([1, 4, 17, 17], [6, 4, 1, 7], pads=[0, 3, 0, 3]),
        "conv-line": conv([1, 16, 100], [32, 16, 9], pads=[4, 4], dilations=[1]),
        "conv-line-batch": conv([3, 4, 10], [8, 4, 3], pads=[1, 1]),
        "conv-batch": conv([5, 2, 8, 8], [4, 2, 3, 3]),
        "conv-depthwise-batch": conv([5, 4, 8, 8], [4, 1, 3, 3], group=4),
        "conv-volume": conv([1, 3, 4, 8, 8], [8, 3, 3, 3, 3], pads=[1] * 6, strides=[1, 2, 2]),
        "conv-volume-batch": conv([2, 4, 4, 8, 8], [4, 2, 3, 3, 3], pads=[1] * 6, group=2),
        "transposed": conv([1, 4, 8, 8], [4, 6, 3, 3], "ConvTranspose", strides=[2, 2],
                           pads=[1] * 4, output_padding=[1, 1]),
        "transposed-shape": conv([1, 4, 8, 8], [4, 6, 4, 4], "ConvTranspose", strides=[2, 2],
                                 output_shape=[16, 16]),
        "transposed-same": conv([1, 4, 8], [4, 3, 3], "ConvTranspose", strides=[2],
                                auto_pad="SAME_UPPER", group=2),
        "dynamic-quantize": model(
            [node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]),
             node("MatMulInteger", ["q", "w", "z"], ["y"])], [row], [y], [bytes_of("w", 8, 8)]),
        "matmul-stack": model(
            [node("MatMul", ["x", "w"], ["y"])], [value("x", [3, 5, 8])], [y], [floats("w", 3, 8, 4)]),
        "matmul-left": model(
            [node("MatMul", ["w", "x"], ["y"])], [value("x", [8, 5])], [y], [floats("w", 4, 8)]),
        "matmul-activations": model(
            [node("MatMul", ["x", "k"], ["y"])],
            [value("x", [2, 6, 5, 8]), value("k", [2, 1, 8, 7])], [y], []),
        "einsum-scores": model(
            [node("Einsum", ["q", "k"], ["y"], equation="bqhd,bkhd->bhqk")],
            [value("q", [2, 5, 3, 4]), value("k", [2, 7, 3, 4])], [y], []),
        "einsum-weights": model(
            [node("Einsum", ["x", "w"], ["y"], equation="...d,dhe->...he")],
            [value("x", [2, 5, 8])], [y], [floats("w", 8, 3, 4)]),
        "lstm": model(
            [node("LSTM", ["x", "w", "r"], ["h", "last"], "lstm", hidden_size=4,
                  direction="bidirectional")],
            [value("x", [5, 2, 3])], [value("h", None)], [floats("w", 2, 16, 3), floats("r", 2, 16, 4)]),
        "gru": model(
            [node("GRU", ["x", "w", "r"], ["h", "last"], "gru", hidden_size=4)],
            [value("x", [5, 1, 3])], [value("h", None)], [floats("w", 1, 12, 3), floats("r", 1, 12, 4)]),
        "qlinear-conv": model(
            [node("QLinearConv", ["x", "s", "z", "w", "s", "wz", "s", "z"], ["y"], "c")],
            [value("x", [1, 2, 8, 8], TensorProto.UINT8)], [y],
            [numpy_helper.from_array(np.array(1, dtype=np.float32), "s"),
             numpy_helper.from_array(np.array(0, dtype=np.uint8), "z"),
             numpy_helper.from_array(np.array(0, dtype=np.int8), "wz"), bytes_of("w", 4, 2, 3, 3)]),
        "if-known": model(
            [node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["first"]),
             node("Equal", ["first", "one"], ["is"]),
             branches([node("Squeeze", ["x", "axis"], ["t"])], [node("Identity", ["x"], ["e"])], ["is"]),
             node("MatMul", ["chosen", "w"], ["y"])], [row], [y],
            [floats("w", 8, 8), numpy_helper.from_array(one * 0, "zero"),
             numpy_helper.from_array(one, "one"), integers("axis", 0)]),
        "if-unknown": model(
            [branches([node("Relu", ["x"], ["t"])], [node("MatMul", ["x", "w"], ["e"], "inner")],
                      ["flag"])],
            [row, value("flag", [], TensorProto.BOOL)], [value("chosen", None)], [floats("w", 8, 8)]),
        "loop": loop(), "scan": scan(), "function": function(),
        "resize-computed": resized(),
    }
    scalar = lambda name, number: numpy_helper.from_array(np.array([number], dtype=np.int32), name)
    made |= {
        "attention": microsoft(
            [ms("Attention", ["x", "w", "b"], ["y"], num_heads=2)], [value("x", [2, 6, 8])],
            [floats("w", 8, 24), floats("b", 24)]),
        "multi-head": microsoft(
            [ms("MultiHeadAttention", ["q", "k", "v"], ["y"], num_heads=2)],
            [value("q", [1, 6, 8]), value("k", [1, 10, 8]), value("v", [1, 10, 8])], []),
        "group-query": microsoft(
            [ms("GroupQueryAttention", ["q", "k", "v", "pk", "pv", "n", "t"], ["y", "nk", "nv"],
                num_heads=4, kv_num_heads=2)],
            [value("q", [1, 5, 16]), value("k", [1, 5, 8]), value("v", [1, 5, 8]),
             value("pk", [1, 2, 7, 4]), value("pv", [1, 2, 7, 4])], [scalar("n", 11), scalar("t", 12)]),
        "n-bits": microsoft(
            [ms("MatMulNBits", ["x", "w", "s"], ["y"], K=64, N=32, bits=4, block_size=32)],
            [value("x", [1, 16, 64])], [bytes_of("w", 32, 2, 16, kind=np.uint8), floats("s", 64)]),
        "fused-matmul": microsoft(
            [ms("FusedMatMul", ["q", "k"], ["y"], transB=1, alpha=0.5)],
            [value("q", [2, 5, 8]), value("k", [2, 7, 8])], []),
        "fused-conv": microsoft(
            [ms("FusedConv", ["x", "w"], ["y"], activation="Relu", pads=[1] * 4)], [x], [w]),
        "nhwc-conv": microsoft(
            [ms("NhwcConv", ["x", "w"], ["y"], pads=[1] * 4)], [value("x", [1, 8, 8, 2])], [w]),
        "stft": model(
            [node("STFT", ["x", "s", "w"], ["y"])], [value("x", [1, 64, 1])], [y],
            [scalar("s", 16), floats("w", 32)]),
        "stft-batch": model(
            [node("STFT", ["x", "s", "", "n"], ["y"])], [value("x", [2, 64])], [y],
            [scalar("s", 16), scalar("n", 32)]),
        "dft": model(
            [node("DFT", ["x"], ["y"], axis=1, onesided=1)], [value("x", [1, 20, 1])], [y], []),
        "dft-complex": model(
            [node("DFT", ["x", "n"], ["y"], axis=1)], [value("x", [3, 20, 2])], [y],
            [scalar("n", 32)]),
        "experts": microsoft(
            [ms("MoE", ["x", "r", "f", "", "g"], ["y"], k=2, activation_type="gelu")],
            [value("x", [6, 8]), value("r", [6, 4])], [floats("f", 4, 12, 8), floats("g", 4, 8, 12)]),
        "experts-gated": microsoft(
            [ms("MoE", ["x", "r", "f", "", "g", "", "h"], ["y"], k=2, activation_type="silu")],
            [value("x", [1, 1, 8]), value("r", [1, 4])],
            [floats("f", 4, 12, 8), floats("g", 4, 8, 12), floats("h", 4, 12, 8)]),
        "experts-4-bits": microsoft(
            [ms("QMoE", ["x", "r", "f", "s", "", "g", "t"], ["y"], k=1, expert_weight_bits=4,
                activation_type="swiglu")],
            [value("x", [6, 8]), value("r", [6, 4])],
            [bytes_of("f", 4, 24, 4, kind=np.uint8), floats("s", 4, 24),
             bytes_of("g", 4, 8, 6, kind=np.uint8), floats("t", 4, 8)]),
        "packed-attention": microsoft(
            [ms("PackedAttention", ["x", "w", "b", "o", "c"], ["y"], num_heads=2)],
            [value("x", [9, 8]), value("o", [2, 6], TensorProto.INT32),
             value("c", [3], TensorProto.INT32)], [floats("w", 8, 24), floats("b", 24)]),
        "packed-multi-head": microsoft(
            [ms("PackedMultiHeadAttention", ["q", "", "", "", "o", "c"], ["y"], num_heads=2)],
            [value("q", [9, 2, 3, 4]), value("o", [2, 6], TensorProto.INT32),
             value("c", [3], TensorProto.INT32)], []),
        # More rows than 65,536; sums of which each adds the two before it, all of them made of one map.
        "many-rows": model(
            [node("MatMul", ["x", "w"], ["y"], "m")], [value("x", [64, 2048, 4])], [y],
            [floats("w", 4, 4)]),
        "sums": model(
            [node("Relu", ["x"], ["s0"]), node("Add", ["x", "s0"], ["s1"])]
            + [node("Add", [f"s{i}", f"s{i + 1}"], [f"s{i + 2}"]) for i in range(80)]
            + [node("Conv", ["s81", "w"], ["y"], "c")], [value("x", [1, 8, 4, 4])], [y],
            [floats("w", 8, 8, 1, 1)]),
        "skip-norm": microsoft(
            [ms("SkipLayerNormalization", ["x", "k", "g"], ["n", "", "", "sum"]),
             node("MatMul", ["n", "w"], ["y"])],
            [row, value("k", [1, 16, 8])], [floats("g", 8), floats("w", 8, 4)]),
        "q-gemm": microsoft(
            [ms("QGemm", ["x", "s", "z", "w", "s", "wz"], ["y"], transB=1)],
            [value("x", [3, 8], TensorProto.UINT8)],
            [numpy_helper.from_array(np.array(1, dtype=np.float32), "s"),
             numpy_helper.from_array(np.array(0, dtype=np.uint8), "z"),
             numpy_helper.from_array(np.array(0, dtype=np.int8), "wz"), bytes_of("w", 4, 8)]),
    }
    made["attention-23"] = helper.make_model(
        helper.make_graph(
            [node("Attention", ["q", "k", "v"], ["y"], q_num_heads=4, kv_num_heads=2)], "g",
            [value("q", [1, 6, 16]), value("k", [1, 10, 8]), value("v", [1, 10, 6])], [y]),
        opset_imports=[helper.make_opsetid("", 23)])
    return made


def loop():
    """Three turns of a product."""
    body = helper.make_graph(
        [node("MatMul", ["s", "w"], ["next"], "step"), node("Identity", ["c"], ["on"])], "b",
        [value("i", [], TensorProto.INT64), value("c", [], TensorProto.BOOL), value("s", None)],
        [value("on", [], TensorProto.BOOL), value("next", None)])
    return model(
        [helper.make_node("Loop", ["n", "go", "x"], ["y"], body=body)], [value("x", [2, 8])],
        [value("y", None)],
        [floats("w", 8, 8), numpy_helper.from_array(np.array(3, dtype=np.int64), "n"),
         numpy_helper.from_array(np.array(True), "go")])


def scan():
    """A product for each of four slices, and a state."""
    body = helper.make_graph(
        [node("MatMul", ["part", "w"], ["made"], "step"), node("Add", ["s", "made"], ["next"])], "b",
        [value("s", None), value("part", None)], [value("next", None), value("made", None)])
    return model(
        [helper.make_node("Scan", ["zero", "x"], ["last", "all"], body=body, num_scan_inputs=1),
         node("MatMul", ["all", "v"], ["y"], "after")],
        [value("x", [4, 2, 8]), value("zero", [2, 6])], [value("y", None)],
        [floats("w", 8, 6), floats("v", 6, 5)])


def function():
    """A function of the model, called twice with an attribute."""
    inner = helper.make_node("Conv", ["a", "k"], ["b"], "inner")
    inner.attribute.append(onnx.AttributeProto(name="group", type=2, ref_attr_name="groups"))
    made = helper.make_function(
        "own", "Twin", ["a", "k"], ["b"], [inner], [helper.make_opsetid("", 17)], ["groups"])
    graph = helper.make_graph(
        [helper.make_node("Twin", ["x", "w"], ["h"], domain="own", groups=1),
         helper.make_node("Twin", ["h", "v"], ["y"], domain="own", groups=2)], "g",
        [value("x", [1, 2, 8, 8])], [value("y", None)], [floats("w", 4, 2, 1, 1), floats("v", 4, 2, 3, 3)])
    return helper.make_model(
        graph, producer_name="make_fixtures", functions=[made],
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("own", 1)])


def resized():
    """Twice the size, computed from the shape in numbers that are not whole."""
    return model(
        [
            node("Shape", ["x"], ["s"], start=2), node("Cast", ["s"], ["f"], to=1),
            node("Mul", ["f", "two"], ["d"]), node("Floor", ["d"], ["l"]),
            node("Cast", ["l"], ["sizes"], to=7), node("Concat", ["head", "sizes"], ["all"], axis=0),
            node("Resize", ["x", "", "", "all"], ["big"], mode="nearest"),
            node("Conv", ["big", "w"], ["y"], "c"),
        ],
        [value("x", [1, 2, 4, 4])], [value("y", None)],
        [floats("w", 4, 2, 1, 1), integers("head", 1, 2),
         numpy_helper.from_array(np.array(2, dtype=np.float32), "two")])


def quantized():
    weights = numpy_helper.from_array(
        np.arange(-18, 18, dtype=np.int8).reshape(2, 2, 3, 3), "w.q")
    return model(
        [
            node("QuantizeLinear", ["x", "s", "z"], ["xq"]),
            node("DequantizeLinear", ["xq", "s", "z"], ["xd"]),
            node("DequantizeLinear", ["w.q", "ws", "wz"], ["wd"], axis=0),
            node("Conv", ["xd", "wd"], ["y"], "conv"),
        ],
        [value("x", [1, 2, 3, 3])], [value("y", [1, 2, 1, 1])],
        [
            weights, numpy_helper.from_array(np.array([0.5, 2], dtype=np.float32), "ws"),
            numpy_helper.from_array(np.array([0, 1], dtype=np.int8), "wz"),
            numpy_helper.from_array(np.array(0.1, dtype=np.float32), "s"),
            numpy_helper.from_array(np.array(0, dtype=np.int8), "z"),
        ])


def names():
    """Names that need care in YAML, a repeated weight, and control characters."""
    odd = ["line\nbreak", "a: [b, {c}] # d", "\u2028 sep", "'quote' \"double\"", "yes", "nul\0"]
    nodes = [
        node("Conv", [f"v{i}", "w"], [f"v{i + 1}"], name) for i, name in enumerate(odd + odd[:1])]
    return model(
        nodes, [value("v0", [1, 1, 4, 4])], [value(f"v{len(nodes)}", [1, 1, 4, 4])],
        [floats("w", 1, 1, 1, 1)])


def wrong():
    conv = lambda **more: node("Conv", ["x", "w"], ["y"], "c", **more)
    image, result, w = value("x", [1, 2, 8, 8]), value("y", None), floats("w", 4, 2, 3, 3)
    whole = model([conv()], [image], [result], [w])

    def case(name, built, command=""):
        data = built if isinstance(built, bytes) else built.SerializeToString()
        (ERRORS / f"import-{name}.onnx").write_bytes(data)
        (ERRORS / f"import-{name}.command").write_text(f"import FILE -o unused.yaml {command}\n")

    data = whole.SerializeToString()
    case("empty", b"")
    case("text", b"Layer, M, N, K,\nq, 1, 2, 3,\n")
    case("truncated", data[: len(data) // 2])
    case("no-graph", b"\x08\x08")
    case("wire-type", b"\x08\x08\x38\x05")
    case("group", b"\x08\x08\x0b\x0c")
    case("field-zero", b"\x08\x08\x00\x01")
    case("length", b"\x08\x08\x3a" + b"\xff" * 9 + b"\x01")
    case("varint", b"\x08" + b"\xff" * 11)
    case("deep-length", b"\x3a\x06\x0a\x04\x12\x7f\x00\x00")
    bad = data.replace(b"Conv", b"Co\xffv")
    case("not-utf8", bad)
    case("negative-dimension", model([conv()], [value("x", [1, -2, 8, 8])], [result], [w]))
    tensor = TensorProto(name="w", dims=[4, 2, -3, 3], data_type=1)
    case("negative-weight", model([conv()], [image], [result], [tensor]))
    tensor = TensorProto(name="w", dims=[1 << 30, 1 << 30, 1 << 30], data_type=1)
    case("overflow", model([conv()], [image], [result], [tensor]))
    case("undefined", model([node("Conv", ["x", "v"], ["y"], "c")], [image], [result], [w]))
    case("circle", model(
        [node("Add", ["x", "b"], ["a"], "p"), node("Relu", ["a"], ["b"], "q")],
        [image], [result], []))
    case("own-result", model([node("Add", ["x", "y"], ["y"], "p")], [image], [result], []))
    case("twice", model([conv(), conv()], [image], [result], [w]))
    case("constant-twice", model([conv()], [image], [result], [w, w]))
    case("channels", model([conv()], [value("x", [1, 3, 8, 8])], [result], [w]))
    case("groups", model([conv(group=0)], [image], [result], [w]))
    case("kernel-too-large", model([conv()], [value("x", [1, 2, 2, 2])], [result], [w]))
    case("kernel-shape", model([conv(kernel_shape=[1, 1])], [image], [result], [w]))
    case("pads", model([conv(pads=[1, 1])], [image], [result], [w]))
    case("stride-zero", model([conv(strides=[0, 1])], [image], [result], [w]))
    case("attribute-kind", model([conv(group="two")], [image], [result], [w]))
    case("rank", model([conv()], [value("x", [1, 2])], [result], [w]))
    case("missing-operand", model([node("Conv", ["x"], ["y"], "c")], [image], [result], [w]))
    case("symbol", model([conv()], [value("x", ["n", 2, "height", "width"])], [result], [w]))
    case("no-shape", model([conv()], [value("x", None)], [result], [w]))
    case("input-rank", model([conv()], [image], [result], [w]), "--input-shape x=1x2")
    case("input-name", model([conv()], [image], [result], [w]), "--input-shape y=1x2")
    case("stated-shape", model([conv()], [image], [value("y", [1, 4, 7, 7])], [w]))
    case("no-layers", model([node("Relu", ["x"], ["y"])], [image], [result], []))
    case("too-wide", model(
        [node("MatMul", ["x", "w"], ["y"], "c")], [value("x", [1, 2000000000])], [result],
        [TensorProto(name="w", dims=[2000000000, 2], data_type=1)]))
    case("reshape", model(
        [node("Reshape", ["x", "s"], ["y"], "r")], [image], [result], [integers("s", 3, -1)]))
    case("matmul", model(
        [node("MatMul", ["x", "w"], ["y"], "m")], [value("x", [1, 3])], [result],
        [floats("w", 2, 2)]))
    case("broadcast", model(
        [node("Add", ["x", "b"], ["y"], "s")], [image], [result], [floats("b", 5)]))
    case("unknown-shape", model(
        [node("NonZero", ["x"], ["i"], "where"), node("Conv", ["i", "w"], ["y"], "c")],
        [image], [result], [w]))
    case("reshape-computed", model(
        [node("Reshape", ["x", "s"], ["r"], "r"), node("Conv", ["r", "w"], ["y"], "c")],
        [image, value("s", [4], TensorProto.INT64)], [result], [w]))
    case("operator-set", helper.make_model(
        helper.make_graph([conv()], "g", [image], [result], [w]),
        opset_imports=[helper.make_opsetid("", 0)]))
    case("unsupported", unsupported())
    case("batch", model(
        [node("ConvTranspose", ["x", "w"], ["y"], "c")], [value("x", [8, 2, 8, 8, 8])], [result],
        [floats("w", 2, 4, 3, 3, 3)]))
    deep = [node("Relu", ["x"], ["t"])]
    for _ in range(17):
        deep = [branches(deep, [node("Relu", ["x"], ["e"])], ["flag"])]
        deep[0].output[0] = "t"
    case("deep-graphs", model(deep, [image, value("flag", [], TensorProto.BOOL)], [value("t", None)], []))
    case("if-without-branches", model(
        [node("If", ["flag"], ["y"], "i")], [value("flag", [], TensorProto.BOOL)], [result], []))
    call = lambda: helper.make_node("Loop2", ["a"], ["b"], domain="own")
    itself = helper.make_function(
        "own", "Loop2", ["a"], ["b"], [call()], [helper.make_opsetid("own", 1)])
    top = helper.make_graph(
        [helper.make_node("Loop2", ["x"], ["y"], domain="own")], "g", [image], [result])
    case("function-of-itself", helper.make_model(
        top, functions=[itself], opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]))
    body = helper.make_graph(
        [node("MatMul", ["s", "w"], ["next"], "step"), node("Identity", ["c"], ["on"])], "b",
        [value("i", [], TensorProto.INT64), value("c", [], TensorProto.BOOL), value("s", None)],
        [value("on", [], TensorProto.BOOL), value("next", None)])
    case("loop-unknown", model(
        [helper.make_node("Loop", ["n", "", "x"], ["y"], "l", body=body)],
        [value("x", [2, 8]), value("n", [], TensorProto.INT64)], [result], [floats("w", 8, 8)]))
    case("many-turns", model(
        [helper.make_node("Loop", ["n", "", "x"], ["y"], "l", body=body)], [value("x", [2, 8])],
        [result], [floats("w", 8, 8), numpy_helper.from_array(np.array(2**31, dtype=np.int64), "n")]))
    case("einsum", model(
        [node("Einsum", ["x", "w"], ["y"], "e", equation="ij,jk->il")], [value("x", [2, 3])], [result],
        [floats("w", 3, 4)]))
    case("transposed-pads", model(
        [node("ConvTranspose", ["x", "w"], ["y"], "t", pads=[9, 9, 9, 9])], [image], [result],
        [floats("w", 2, 4, 3, 3)]))
    case("negative-pad", model([conv(pads=[0, 0, -1, 0])], [image], [result], [w]))
    weights = "--weights unused.h5"
    hollow = TensorProto(name="w", dims=[4, 2, 3, 3], data_type=1)
    case("no-values", model([conv()], [image], [result], [hollow]), weights)
    short = TensorProto(name="w", dims=[4, 2, 3, 3], data_type=1, raw_data=b"\0" * 8)
    case("few-values", model([conv()], [image], [result], [short]), weights)
    texts = TensorProto(name="w", dims=[4, 2, 3, 3], data_type=8, raw_data=b"\0" * 8)
    case("text-values", model([conv()], [image], [result], [texts]), weights)
    infinite = numpy_helper.from_array(np.full((4, 2, 3, 3), np.inf, dtype=np.float32), "w")
    case("infinite", model([conv()], [image], [result], [infinite]), weights)
    for name, entries in {
        "external-missing": {"location": "nowhere.bin"},
        "external-outside": {"location": "../../../etc/passwd"},
        "external-absolute": {"location": "/etc/passwd"},
        "external-short": {"location": "table.csv", "offset": "100000"},
        "external-offset": {"location": "table.csv", "offset": "-1"},
        "external-length": {"location": "table.csv", "length": "12"},
        "external-nowhere": {"offset": "0"},
    }.items():
        far = TensorProto(name="w", dims=[4, 2, 3, 3], data_type=1, data_location=1)
        for key, text in entries.items():
            far.external_data.add(key=key, value=text)
        case(name, model([conv()], [image], [result], [far]), weights)
    case("zero-name", names(), weights)
    made = [node("Exp", ["w"], ["v"]), node("Conv", ["x", "v"], ["y"], "c")]
    case("computed-weights", model(made, [image], [result], [w]), weights)


if __name__ == "__main__":
    if sys.argv[1:] == ["networks"]:
        networks()
    else:
        for name, make in [
            ("tiny", tiny), ("tiny-external", external), ("shapes", shapes),
            ("transformer", transformer), ("unsupported", unsupported),
            ("quantized", quantized), ("names", names), ("unknown-size", unknown_size),
            ("recurrent", recurrent), ("mostly-volumes", mostly_volumes),
            ("only-computed", only_computed),
        ]:
            save(make(), f"{name}.onnx")
        (HERE / "forms").mkdir(exist_ok=True)
        for name, built in forms().items():
            save(built, f"{name}.onnx", HERE / "forms")
        wrong()
