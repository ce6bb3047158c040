#!/usr/bin/env python3
"""Opens every CSV and HDF5 file that the program writes with pandas, h5py and xarray.

    sh scripts/test_outputs.sh
"""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy
import pandas
import xarray

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build/release/umemaki"


def umemaki(*words):
    result = subprocess.run([str(TOOL), *map(str, words)], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


@unittest.skipUnless(TOOL.exists(), "build first: sh scripts/build.sh")
class Outputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def both(self, name, *words):
        """The same command as CSV and as HDF5: equal columns, units as attributes."""
        csv, h5 = self.folder / f"{name}.csv", self.folder / f"{name}.h5"
        umemaki(*words, "--format", "csv", "-o", csv)
        umemaki(*words, "--format", "hdf5", "-o", h5)
        # An empty text is no missing value here.
        table = pandas.read_csv(csv, keep_default_na=False, na_values={})
        with h5py.File(h5) as file:
            self.assertEqual(set(table.columns), set(file))
            self.assertTrue(all(isinstance(text, str) for text in file.attrs.values()), name)
            for column in table.columns:
                data = file[column]
                self.assertEqual(data.shape, (len(table),), column)
                if data.dtype.kind in "fi":
                    self.assertIsInstance(data.attrs["units"], str, column)
                    expected = pandas.to_numeric(table[column].replace("", numpy.nan))
                    numpy.testing.assert_array_equal(data[:], expected.to_numpy(), column)
                else:
                    self.assertEqual(
                        list(data.asstr()), [str(text) for text in table[column]], column)
        # Columns of one length are one dimension.
        with xarray.open_dataset(h5, engine="h5netcdf", phony_dims="sort") as dataset:
            self.assertEqual(set(dataset.variables), set(table.columns))
            self.assertTrue(all(v.ndim == 1 for v in dataset.variables.values()))
        return table

    def test_run(self):
        table = self.both("run", "run", "sushi-zcu104", "resnet18")
        document = json.loads(umemaki("run", "sushi-zcu104", "resnet18", "--format", "json"))
        self.assertEqual(table.cycles.sum(), document["totals"]["cycles"])

    def test_relative_energy(self):
        table = self.both(
            "relative", "run", "tpu-like", "resnet18", "--energy", "eyeriss-relative-65nm",
            "--dram", "eyeriss-relative")
        self.assertIn("energy_macs", table.columns)

    def test_serve(self):
        table = self.both("serve", "serve", "sushi-mobilenetv3-analytic")
        self.assertGreater(len(table), 3)

    def test_sweep(self):
        folder = self.folder / "sweep"
        umemaki("sweep", "buffers", "-o", folder, "--quiet")
        table = self.both("points", "report", folder)
        self.assertEqual(len(table), 105)
        self.assertTrue((table.status == "ok").any())

    def test_weights_and_analysis(self):
        floats, signed = self.folder / "floats.h5", self.folder / "signed.h5"
        umemaki("make-weights", "resnet20-cifar", "-o", floats, "--seed", 1)
        umemaki("quantize", floats, "-o", signed, "--scheme", "signed-binary",
                "--workload", "resnet20-cifar")
        for path in (floats, signed):
            with h5py.File(path) as file:
                names = []
                file.visititems(lambda name, item: names.append(name)
                                if isinstance(item, h5py.Dataset) else None)
                self.assertGreater(len(names), 15)
                texts = {key: file[names[0]].attrs[key] for key in ("layout", "scheme")
                         if key in file[names[0]].attrs} | dict(file.attrs)
                self.assertIn("layout", texts)
                for key in {"layout", "scheme"} & set(texts):
                    self.assertIsInstance(texts[key], str)
        self.both("analysis", "analyze", signed, "--tile-width", "4,6")

    def test_profile(self):
        csv, h5 = self.folder / "profile.csv", self.folder / "profile.h5"
        umemaki("profile", "sushi-analytic", "ofa-resnet50", "-o", csv)
        umemaki("profile", "sushi-analytic", "ofa-resnet50", "--format", "hdf5", "-o", h5)
        table = pandas.read_csv(csv)
        with h5py.File(h5) as file:
            latency = file["latency"]
            self.assertEqual(latency.attrs["units"], "ps")
            numpy.testing.assert_allclose(
                latency[:].ravel() * 1e-12, table.latency_s.to_numpy(), rtol=1e-12)

    def test_compare(self):
        for name, design in (("a", "sushi-analytic"), ("b", "tpu-like")):
            umemaki("run", design, "resnet18", "--format", "json", "-o", self.folder / f"{name}.json")
        self.both("compare", "compare", self.folder / "a.json", self.folder / "b.json")

    def test_trace(self):
        words = ("run", "sushi-analytic", "resnet18")
        document = json.loads(umemaki(*words, "--format", "trace"))
        layers = [e for e in document["traceEvents"] if e.get("cat") == "layer"]
        ends = [layer["ts"] + layer["dur"] for layer in layers]
        self.assertEqual(sorted(ends), ends)
        run = json.loads(umemaki(*words, "--format", "json"))
        self.assertAlmostEqual(ends[-1] * 1e-6, run["totals"]["latency_s"], places=9)


if __name__ == "__main__":
    unittest.main(verbosity=2)
