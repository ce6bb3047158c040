"""Makes the wrong HDF5 files of this folder, one mistake each: python3 make_errors.py (needs h5py, and hdf5plugin
for one of them)."""

import pathlib

import h5py
import numpy

try:
    import hdf5plugin
except ImportError:
    hdf5plugin = None

folder = pathlib.Path(__file__).parent
run = "run systolic-32-os Tests/CommandTests/Errors/{}.yaml --weights FILE\n"


def ones(*shape):
    return numpy.ones(shape, dtype=numpy.float32)


def command(name, workload="tiny"):
    (folder / f"{name}.command").write_text(run.format(workload))


def make(name, datasets, layout="OIHW", workload="tiny", attributes=None):
    """A file of `datasets` with a `layout` attribute each, unless None."""
    with h5py.File(folder / f"{name}.h5", "w", track_order=False) as file:
        for path, value in datasets.items():
            dataset = file.create_dataset(path, data=value, track_times=False)
            if layout is not None:
                dataset.attrs["layout"] = layout
            for key, attribute in (attributes or {}).items():
                dataset.attrs[key] = attribute
    command(name, workload)


good = {"conv1.weight": ones(8, 3, 3, 3), "conv2.weight": ones(4, 8, 1, 1)}
unfinished, infinite = ones(8, 3, 3, 3), ones(8, 3, 3, 3)
unfinished[1, 2, 0, 1] = numpy.nan
infinite[7, 2, 2, 2] = -numpy.inf

(folder / "weights-not-hdf5.h5").write_text("This is no HDF5 file.\n")
command("weights-not-hdf5")
(folder / "weights-empty.h5").write_bytes(b"")
command("weights-empty")
make("weights-truncated", good)
whole = (folder / "weights-truncated.h5").read_bytes()
(folder / "weights-truncated.h5").write_bytes(whole[: len(whole) // 2])
make("weights-no-datasets", {})
make("weights-rank", good | {"conv1.weight": ones(8, 3, 9)})
make("weights-shape", good | {"conv1.weight": ones(8, 3, 5, 5)})
make("weights-shape-other-layout", good | {"conv1.weight": ones(3, 3, 3, 8)})
make("weights-ambiguous", {"conv1.weight": ones(3, 3, 3, 3)}, layout=None, workload="square")
make("weights-nan", good | {"conv1.weight": unfinished})
make("weights-infinity", good | {"conv1.weight": infinite})
make("weights-int32", good | {"conv2.weight": numpy.ones((4, 8, 1, 1), dtype=numpy.int32)})
make("weights-uint8", good | {"conv2.weight": numpy.ones((4, 8, 1, 1), dtype=numpy.uint8)})
make("weights-text", good | {"conv2.weight": numpy.array([[b"a", b"b"]])})
make("weights-layout", good, layout="OHWI")
make("weights-layout-number", good, layout=1)
make("weights-two-candidates", good | {"conv1/kernel:0": ones(8, 3, 3, 3)})
make("weights-zero-dimension", good | {"conv1.weight": ones(8, 0, 3, 3)})
make("weights-scale-text", good, attributes={"scale": "large"})

# Filters that no build of the library has: LZF is h5py's own, Blosc2 comes with hdf5plugin.
with h5py.File(folder / "weights-lzf.h5", "w", track_order=False) as file:
    for path, value in good.items():
        file.create_dataset(path, data=value, compression="lzf", track_times=False)
command("weights-lzf")
for name, line in [("quantize-lzf", "quantize FILE -o unused.h5 --scheme ternary --layout OIHW"),
                   ("analyze-lzf", "analyze FILE --layout OIHW")]:
    (folder / f"{name}.h5").write_bytes((folder / "weights-lzf.h5").read_bytes())
    (folder / f"{name}.command").write_text(line + "\n")
if hdf5plugin is not None:
    with h5py.File(folder / "weights-blosc2.h5", "w", track_order=False) as file:
        for path, value in good.items():
            file.create_dataset(path, data=value, track_times=False, **hdf5plugin.Blosc2())
    command("weights-blosc2")
