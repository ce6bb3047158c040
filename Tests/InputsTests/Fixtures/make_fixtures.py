"""Makes the .h5 files beside this script. Needs h5py and numpy."""

import os

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def create(name):
    return h5py.File(os.path.join(HERE, name), "w", libver=("earliest", "v110"))


def ramp(shape, dtype="f4"):
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


with create("types.h5") as f:
    f.create_dataset("f16", data=ramp((2, 3, 3, 3), "<f2"))
    f.create_dataset("f32", data=ramp((2, 3, 3, 3), "<f4"))
    f.create_dataset("f64", data=ramp((2, 3, 3, 3), "<f8"))
    f.create_dataset("i8", data=(ramp((2, 3, 3, 3)) - 27).astype("i1"))
    f.create_dataset("big16", data=ramp((2, 3, 3, 3), ">f2"))
    f.create_dataset("big32", data=ramp((2, 3, 3, 3), ">f4"))
    f.create_dataset("big64", data=ramp((2, 3, 3, 3), ">f8"))
    f.create_dataset(
        "packed", data=ramp((2, 3, 3, 3)), chunks=(1, 2, 3, 3), compression="gzip", shuffle=True
    )
    f.create_dataset("bias", data=ramp((4,)))
    f.create_dataset("step", data=np.float32(1))
    f.create_dataset("rank3", data=ramp((2, 3, 4)))
    f.create_dataset("rank5", data=ramp((1, 1, 1, 2, 2)))
    f.create_dataset("int32", data=ramp((2, 3), "i4"))
    f.create_dataset("uint8", data=ramp((2, 3), "u1"))
    f.create_dataset("hollow", shape=(0, 3), dtype="f4")
    f.create_dataset("words", data=np.array([[b"ab", b"c"]], dtype="S2"))
    f.create_dataset("pairs", data=np.zeros((2, 2), dtype=[("a", "f4"), ("b", "i4")]))
    f.create_dataset("flags", data=np.array([[True, False]]))
    f["dangling"] = h5py.SoftLink("/nowhere")
    f["soft"] = h5py.SoftLink("/f32")
    f["outside"] = h5py.ExternalLink("no_such_file.h5", "/x")

with create("layouts.h5") as f:
    f.attrs["synthetic"] = True
    f.attrs["layout"] = "OIHW"
    d = f.create_dataset("dense", data=ramp((3, 2)))
    d.attrs["scheme"] = "ternary"
    d.attrs["scale"] = 0.5
    d.attrs["threshold"] = np.array([0.25, 0.75], dtype="f4")
    d = f.create_dataset("hwio", data=ramp((3, 3, 2, 4)))
    d.attrs["layout"] = np.bytes_("HWIO")
    d = f.create_dataset("hwio_dense", data=ramp((2, 3)))
    d.attrs["layout"] = "HWIO"
    f.create_dataset("oihw", data=ramp((4, 2, 5, 5)))

with create("keras.h5") as f:
    g = f.create_group("model_weights")
    g.attrs["keras_version"] = "2.11.0"
    g.attrs["backend"] = "tensorflow"
    g.create_dataset("conv1/conv1/kernel:0", data=ramp((3, 3, 2, 4)))
    g.create_dataset("conv1/conv1/bias:0", data=ramp((4,)))
    g["again"] = g

with create("pytorch.h5") as f:
    f.create_dataset("layer1.0.conv1.weight", data=ramp((4, 2, 3, 3)))
    f.create_dataset("layer1.0.bn1.running_mean", data=ramp((4,)))
    f.create_dataset("fc.weight", data=ramp((3, 2)))

with create("bad_layout.h5") as f:
    d = f.create_dataset("conv/weight", data=ramp((1, 1, 1, 1)))
    d.attrs["layout"] = "NCHW"

with create("bad_attribute.h5") as f:
    d = f.create_dataset("conv/weight", data=ramp((1, 1, 1, 1)))
    d.attrs["scale"] = "big"

with create("huge.h5") as f:
    f.create_dataset("conv", shape=(1 << 40, 1 << 40), dtype="f4", chunks=(1, 1))

with open(os.path.join(HERE, "pytorch.h5"), "rb") as f:
    whole = f.read()
with open(os.path.join(HERE, "truncated.h5"), "wb") as f:
    f.write(whole[: len(whole) // 2])
with open(os.path.join(HERE, "not_hdf5.h5"), "w") as f:
    f.write("this is text\n")
open(os.path.join(HERE, "empty.h5"), "w").close()
