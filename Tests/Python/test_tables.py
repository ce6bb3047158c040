#!/usr/bin/env python3
"""Sweeps, data frames and grids of the package.

    sh scripts/test_python.sh
"""
import io
import math
import signal
import subprocess
import sys
import time
import unittest
from importlib.util import find_spec
from unittest import mock

from support import ROOT, Scratch, cells

import umemaki


class Sweeps(Scratch):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sweep = umemaki.sweep("buffers", cls.shared / "buffers", cwd=ROOT)

    def test_points_are_those_of_the_csv(self):
        sweep = self.sweep
        self.assertEqual((sweep.counts.planned, sweep.counts.ok, sweep.counts.infeasible), (105, 75, 30))
        self.assertEqual(sweep.axes, ("buffer", "bandwidth", "kernels"))
        points = sweep.points()
        expected = cells(umemaki.call("report", self.shared / "buffers", "--format", "csv").text)
        self.assertEqual(len(points), len(expected))
        for ours, theirs in zip(points, expected):
            self.assertEqual({name: "" if value is None else value for name, value in ours.items()}, theirs)
        self.assertEqual({point["kernels"] for point in points}, {8, 16, 32})
        self.assertEqual(
            {one["point"] for one in sweep.pareto}, {one["point"] for one in points if one["pareto"] == 1})
        best = sweep.best[0]
        self.assertEqual(
            best.design["latency_s"], min(one["latency_s"] for one in points if one["status"] == "ok"))
        self.assertEqual(best.bound, "compute 99 %")
        self.assertEqual(set(sweep.sensitivity["latency_s"]), set(sweep.axes))

    def test_a_document_without_its_folder_has_no_points(self):
        self.sweep.save(self.folder / "s.json")
        alone = umemaki.load(self.folder / "s.json")
        self.assertEqual(alone.pareto, self.sweep.pareto)
        with self.assertRaisesRegex(ValueError, "a document has no points"):
            alone.points()

    def test_an_interrupted_sweep_is_ended_in_order(self):
        script = self.file("long.py", (
            "import sys, umemaki\n"
            "try:\n    umemaki.sweep('six-axes', sys.argv[1], jobs=1)\n"
            "except KeyboardInterrupt:\n    sys.exit(7)\n"))
        target = self.folder / "long"
        process = subprocess.Popen([sys.executable, script, target], cwd=ROOT)
        end = time.monotonic() + 20
        while not (target / "store.sqlite").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(20), 7)
        # It was ended in order: the folder says what is there, and can be reported.
        stored = umemaki.report(target).counts
        self.assertLess(stored.stored, stored.planned)


@unittest.skipUnless(find_spec("pandas"), "there is no pandas")
class Frames(Scratch):
    def test_frames_are_those_that_pandas_reads_from_csv(self):
        import pandas

        run = umemaki.run("tpu-like", "resnet18", cwd=ROOT)
        text = umemaki.call("run", "tpu-like", "resnet18", "--format", "csv", cwd=ROOT).text
        pandas.testing.assert_frame_equal(
            run.to_pandas(), pandas.read_csv(io.StringIO(text), keep_default_na=False, na_values={}),
            check_dtype=False)
        profile = umemaki.profile("sushi-analytic", "ofa-resnet50", cwd=ROOT).to_pandas()
        self.assertEqual(profile.groupby("subnet").size().tolist(), [8] * 6)
        sweep = umemaki.sweep("buffers", self.folder / "buffers", cwd=ROOT)
        text = umemaki.call("report", self.folder / "buffers", "--format", "csv").text
        read = pandas.read_csv(io.StringIO(text), keep_default_na=False, na_values={})
        pandas.testing.assert_frame_equal(sweep.to_pandas(), read, check_dtype=False)
        self.assertEqual(len(sweep.to_pandas(details=False)), 13)

    def test_seeds_of_a_serving_experiment(self):
        served = umemaki.serve("sushi-mobilenetv3-analytic", cwd=ROOT)
        seeds = served.to_pandas(details=True)
        self.assertEqual(len(served.to_pandas()), len(served.policies))
        self.assertEqual(len(seeds), sum(len(one.seeds) for one in served.policies))
        mean = seeds[seeds.run == "no SUSHI"].latency_mean_s.mean()
        self.assertTrue(math.isclose(mean, served.policy("no SUSHI").latency_s.mean))


ZIPPED = """\
name: zipped
summary: Two axes that advance together.
source: made for the test
inference: {architecture: sushi-analytic, workload: ofa-resnet50, cached: self}
axes:
  - zip:
      - {name: width, path: architecture.datapath.output_channels, values: [8, 8, 16]}
      - {name: subnet, path: subnet, values: [0.6B, 0.9B, 4.1B]}
  - {name: buffer, path: architecture.memory.persistent_buffer.size, values: [1 MiB, 2 MiB]}
objectives: [latency, energy]
"""


@unittest.skipUnless(find_spec("xarray"), "there is no xarray")
class Grids(Scratch):
    def test_a_profile_is_a_cube(self):
        profile = umemaki.profile("sushi-analytic", "ofa-resnet50", batches=[1, 4], cwd=ROOT)
        grid = profile.to_xarray()
        self.assertEqual(dict(grid.sizes), {"subnet": 6, "subgraph": 8, "batch": 2})
        for cell in profile.cells:
            place = grid.sel(subnet=cell.subnet, subgraph=cell.subgraph, batch=cell.batch)
            self.assertEqual(float(place.latency_s), cell.latency_s)
            self.assertEqual(float(place.energy_j), cell.energy)
            self.assertEqual(int(place.dram_bytes), cell.dram_bytes)
        self.assertEqual(grid.latency_s.attrs["units"], "s")
        self.assertEqual(float(grid.accuracy.sel(subnet="4.1B")), 0.798)

    def test_a_sweep_over_a_grid_is_one_and_a_part_of_it_is_none(self):
        sweep = umemaki.sweep("buffers", self.folder / "buffers", cwd=ROOT)
        grid = sweep.to_xarray()
        self.assertEqual(dict(grid.sizes), {"buffer": 7, "bandwidth": 5, "kernels": 3})
        for point in sweep.points():
            place = grid.sel({axis: point[axis] for axis in sweep.axes})
            self.assertEqual(int(place.point), point["point"])
            self.assertEqual(str(place.status.item()), point["status"])
        self.assertEqual(grid.latency_s.dims, sweep.axes)
        part = umemaki.sweep("buffers", self.folder / "part", shard="1/8", cwd=ROOT)
        with self.assertRaisesRegex(ValueError, "points are no whole grid of .*; use to_pandas"):
            part.to_xarray()

    def test_axes_that_advance_together_are_one_dimension(self):
        sweep = umemaki.sweep(self.file("zipped.yaml", ZIPPED), self.folder / "zipped", library=ROOT)
        self.assertEqual(sweep.axes, ("width", "subnet", "buffer"))
        grid = sweep.to_xarray()
        self.assertEqual(dict(grid.sizes), {"subnet": 3, "buffer": 2})
        self.assertEqual((grid.width.dims, grid.width.values.tolist()), (("subnet",), [8, 8, 16]))
        for point in sweep.points():
            place = grid.sel(subnet=point["subnet"], buffer=point["buffer"])
            self.assertEqual((int(place.point), float(place.latency_s)), (point["point"], point["latency_s"]))


class Missing(Scratch):
    def test_what_is_missing_is_named(self):
        run = umemaki.run("tpu-like", "resnet18", cwd=ROOT)
        with mock.patch.dict(sys.modules, pandas=None):
            with self.assertRaisesRegex(ImportError, r"to_pandas\(\) needs pandas: pip install 'umemaki\[pandas\]'"):
                run.to_pandas()
        profile = umemaki.profile("sushi-analytic", "ofa-resnet50", cwd=ROOT)
        with mock.patch.dict(sys.modules, xarray=None):
            with self.assertRaisesRegex(ImportError, r"to_xarray\(\) needs xarray"):
                profile.to_xarray()


if __name__ == "__main__":
    unittest.main()
