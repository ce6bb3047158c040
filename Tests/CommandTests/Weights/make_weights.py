"""Writes the weight files of this folder the way PyTorch users and Keras do (needs h5py, numpy)."""

import h5py
import numpy as np

shape = (8, 4, 3, 3)
values = np.arange(np.prod(shape), dtype="f4").reshape(shape) % 4  # a quarter is zero
dense = np.ones((10, 8), dtype="f2")
with h5py.File("pytorch.h5", "w", track_order=True) as file:
    file.create_dataset("conv1.weight", data=values, chunks=(2, 4, 3, 3), compression="gzip")
    file.create_dataset("conv1.bias", data=np.zeros(8, dtype="f4"))
    file.create_dataset("fc.weight", data=dense.astype(">f8"))
with h5py.File("keras.h5", "w") as file:
    file.attrs["keras_version"] = "2.15.0"
    file.attrs["backend"] = "tensorflow"
    file.create_dataset("conv1/conv1/kernel:0", data=values.transpose(2, 3, 1, 0))
    file.create_dataset("conv1/conv1/bias:0", data=np.zeros(8, dtype="f4"))
    file.create_dataset("fc/fc/kernel:0", data=dense.T)
