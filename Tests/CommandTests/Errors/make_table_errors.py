"""Makes the wrong HDF5 profile tables of this folder and a scenario for each.

python3 make_table_errors.py (needs h5py).
"""

import pathlib

import h5py
import numpy

folder = pathlib.Path(__file__).parent
SCENARIO = """name: wrong
summary: One mistake.
source: made for the tests
table: {name}.h5
arrivals: {{kind: poisson, rate: 100 Hz}}
demands:
  accuracy: {{low: 0.75, high: 0.8}}
  latency: {{low: 20 ms, high: 20 ms}}
options: {{queries: 100, seed: 1}}
runs:
  - {{name: plain, policy: {{kind: strict-accuracy}}, caching: {{kind: none}}}}
"""
GOOD = {
    "subnets": (["a", "b"], None),
    "subgraphs": (["none", "g", "h"], None),
    "batches": ([1], None),
    "accuracy": ([0.75, 0.8], "1"),
    "latency": (numpy.ones((2, 3, 1)), "ms"),
    "energy": (numpy.ones((2, 3, 1)), "mJ"),
    "dram_bytes": (numpy.ones((2, 3, 1), dtype="i8"), "B"),
}


def make(name, message, **changes):
    """`GOOD` with some arrays replaced, or left out where None; `message` is what is said."""
    name = f"serve-table-hdf5-{name}"
    with h5py.File(folder / f"{name}.h5", "w", track_order=False) as file:
        if "schema" in changes:
            file.attrs["schema"] = changes.pop("schema")
        for dataset, (values, units) in (
            (k, v) for k, v in (GOOD | changes).items() if v is not None
        ):
            stored = file.create_dataset(dataset, data=values, track_times=False)
            if units:
                stored.attrs["units"] = units
    scenario(name, message)


def scenario(name, message):
    (folder / f"{name}.yaml").write_text(SCENARIO.format(name=name))
    (folder / f"{name}.command").write_text("serve FILE\n")
    (folder / f"{name}.expected").write_text(f"Tests/CommandTests/Errors/{name}.h5: {message}\n")


def cells(value, dtype="f8"):
    """Ones but for one cell."""
    array = numpy.ones((2, 3, 1), dtype=dtype)
    array[1, 2, 0] = value
    return array


make("missing", "latency: missing dataset, expected [subnet x subgraph x batch]", latency=None)
make("no-names", "subnets: missing dataset, expected names", subnets=None)
make("shape", "energy: has shape 2 x 3, expected 2 x 3 x 1 (subnet x subgraph x batch)",
     energy=(numpy.ones((2, 3)), "mJ"))
make("nan", "latency[1, 2, 0]: expected 1 ps to 1e6 s, found nan", latency=(cells(numpy.nan), "ms"))
make("zero", "latency[1, 2, 0]: expected 1 ps to 1e6 s, found 0.0", latency=(cells(0), "ms"))
make("negative-energy",
     "energy[1, 2, 0]: expected a finite number that is not negative, found -1.0",
     energy=(cells(-1), "mJ"))
make("infinite-energy",
     "energy[1, 2, 0]: expected a finite number that is not negative, found inf",
     energy=(cells(numpy.inf), "mJ"))
make("negative-bytes", "dram_bytes[1, 2, 0]: expected 0 B or more, found -7",
     dram_bytes=(cells(-7, "i8"), "B"))
make("half-bytes", "dram_bytes[1, 2, 0]: expected 0 B or more, found 0.5",
     dram_bytes=(cells(0.5), "B"))
make("duplicate", "subnets[1]: `a` appears twice", subnets=(["a", "a"], None))
make("empty-name", "subgraphs[1]: expected a name", subgraphs=(["none", "", "h"], None))
make("numbers-for-names", "subnets: expected a list of names", subnets=([1, 2], None))
make("texts", "latency: holds texts, expected numbers",
     latency=(numpy.full((2, 3, 1), b"x"), "ms"))
make("no-units", "latency: missing attribute `units`, expected one of ps, ns, us, ms, s",
     latency=(cells(1), None))
make("units", "energy: attribute `units` is `kWh`, expected one of pJ, nJ, uJ, mJ, J",
     energy=(cells(1), "kWh"))
make("accuracy", "accuracy[1]: expected a number from 0.0 to 1.0, found 80.0",
     accuracy=([0.75, 80.0], "1"))
make("batches", "batches: expected rising sizes from 1 to 65536", batches=([0], None))
make("unknown", "latencies: unknown dataset, did you mean `latency`?",
     latencies=(cells(1), "ms"))
make("schema", "attribute `schema` is `umemaki.run/1`, expected umemaki.profile/1",
     schema="umemaki.run/1")
make("half-loads", "load_time: missing dataset, expected [subgraph]",
     load_bytes=(numpy.zeros(3, dtype="i8"), "B"))
make("encodings",
     "subgraph_encodings: has shape 2 x 4, expected 3 x 4",
     subnet_encodings=(numpy.ones((2, 4), dtype="i8"), None),
     subgraph_encodings=(numpy.ones((2, 4), dtype="i8"), None))
(folder / "serve-table-hdf5-not.h5").write_text("subnet,subgraph,batch\n")
scenario("serve-table-hdf5-not", "is not an HDF5 file")
