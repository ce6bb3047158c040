"""Writes the quantized files of this folder that are wrong (needs h5py, numpy)."""

import h5py
import numpy as np


def make(name, values, command, layout="OIHW", **attributes):
    with h5py.File(f"{name}.h5", "w") as file:
        if isinstance(values, tuple):
            dataset = file.create_dataset("conv.weight", shape=values, dtype="i1", chunks=(1024, 1, 1, 1))
        else:
            dataset = file.create_dataset("conv.weight", data=values)
        dataset.attrs["layout"] = layout
        for key, value in attributes.items():
            dataset.attrs[key] = value
    with open(f"{name}.command", "w") as file:
        file.write(command + "\n")


ones = np.ones((4, 2, 3, 3), dtype="i1")
mixed = ones.copy()
mixed[2, 1, 0, 1] = -1
make("analyze-claims-signed-binary", mixed, "analyze FILE", scheme="signed-binary")
zero = ones.copy()
zero[1, 0, 2, 2] = 0
make("analyze-claims-binary", zero, "analyze FILE", scheme="binary")
two = ones.copy()
two[3, 0, 0, 0] = 2
make("analyze-claims-ternary", two, "analyze FILE", scheme="ternary")
make("analyze-unknown-scheme", ones, "analyze FILE", scheme="octonary")
make("analyze-huge", (1 << 31, 1, 1, 1), "analyze FILE", scheme="ternary")
nan = np.ones((4, 2, 3, 3), dtype="f4")
nan[1, 1, 1, 1] = np.nan
make("quantize-nan", nan, "quantize FILE -o unused.h5 --scheme signed-binary")
infinite = np.ones((4, 2, 3, 3), dtype="f4")
infinite[0, 0, 0, 0] = -np.inf
make("quantize-infinity", infinite, "quantize FILE -o unused.h5 --scheme ternary")
make("quantize-one-channel-halves", np.ones((4, 1, 3, 3), dtype="f4"),
     "quantize FILE -o unused.h5 --scheme signed-binary --region intra-filter")
