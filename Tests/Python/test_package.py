#!/usr/bin/env python3
"""The package in scripts/python against the built program: results, errors, tables.

    sh scripts/test_python.sh
"""
import csv
import io
import json
import math
import os
import pickle
import random
import signal
import subprocess
import sys
import time
import unittest
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

from support import ROOT, Scratch, TOOL

import umemaki
from umemaki import results
from umemaki.errors import Problem, of_program


def cells(text):
    """The rows of a CSV text, numbers as numbers and empty cells as None."""

    def value(cell):
        for read in (int, float):
            try:
                return read(cell)
            except ValueError:
                continue
        return cell

    return [{name: value(cell) for name, cell in row.items()} for row in csv.DictReader(io.StringIO(text))]


class Finding(Scratch):
    def test_the_environment_variable_goes_first_and_has_to_be_right(self):
        with mock.patch.dict(os.environ, UMEMAKI=str(TOOL)):
            self.assertEqual(umemaki.find(), TOOL)
        with mock.patch.dict(os.environ, UMEMAKI="/no/such"):
            with self.assertRaisesRegex(umemaki.ProgramNotFound, "UMEMAKI: `/no/such` is no program"):
                umemaki.find()

    def test_then_the_path_then_a_repository_above_the_working_directory(self):
        environment = {name: value for name, value in os.environ.items() if name != "UMEMAKI"}
        for place in ("bin/umemaki", "repository/.build/release/umemaki"):
            path = self.folder / place
            path.parent.mkdir(parents=True)
            path.write_text("#!/bin/sh\n")
            path.chmod(0o755)
        inside = self.folder / "repository/arch"
        inside.mkdir()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(inside)
        with mock.patch.dict(os.environ, {**environment, "PATH": str(self.folder / "bin")}, clear=True):
            self.assertEqual(umemaki.find(), self.folder / "bin/umemaki")
        with mock.patch.dict(os.environ, {**environment, "PATH": "/nowhere"}, clear=True):
            self.assertEqual(
                umemaki.find().resolve(), (self.folder / "repository/.build/release/umemaki").resolve())

    def test_the_version_is_the_program_s(self):
        self.assertEqual(umemaki.version(), umemaki.__version__)


class Errors(Scratch):
    def test_lines_are_taken_apart(self):
        golden = {
            "a.yaml:3:7: memory.size: expected bytes": ("a.yaml", 3, 7, "memory.size", "expected bytes"),
            "a b.yaml:1:1: missing key `energy`": ("a b.yaml", 1, 1, None, "missing key `energy`"),
            "arch/x.yaml: no `x.yaml` in arch": ("arch/x.yaml", None, None, None, "no `x.yaml` in arch"),
            "w.h5: conv1/weight: no such tensor": ("w.h5", None, None, "conv1/weight", "no such tensor"),
            "--subnet: r50 has no `9B`": (None, None, None, "--subnet", "r50 has no `9B`"),
            "the disk is full": (None, None, None, None, "the disk is full"),
        }
        for text, expected in golden.items():
            found = Problem.parse(text)
            self.assertEqual((found.file, found.line, found.column, found.path, found.message), expected)
            self.assertEqual(found.text, text)

    def test_every_fault_of_a_file_has_its_place(self):
        path = self.file("wrong.yaml", "name: x\nsummary: y\nclok: 3\n")
        with self.assertRaises(umemaki.InputError) as caught:
            umemaki.run(path, "resnet18", cwd=ROOT)
        error = caught.exception
        self.assertEqual(
            (error.exit_code, error.file, error.line, error.column), (65, str(path), 1, 1))
        self.assertEqual(error.problems[0].message, "missing key `source`")
        last = error.problems[-1]
        self.assertEqual((last.line, last.column), (3, 1))
        self.assertTrue(last.message.startswith("unknown key `clok`, expected one of activations"))
        self.assertEqual(str(error).splitlines()[0], f"{path}:1:1: missing key `source`")
        self.assertEqual(error.command[1:3], ("run", str(path)))

    def test_other_exit_codes_have_classes_of_their_own(self):
        with self.assertRaises(umemaki.MissingFileError) as caught:
            umemaki.run("nosuch", "resnet18", cwd=ROOT)
        self.assertEqual((caught.exception.exit_code, caught.exception.file), (66, "arch/nosuch.yaml"))
        with self.assertRaises(umemaki.UsageError) as caught:
            umemaki.run("tpu-like", "resnet18", batch=0, cwd=ROOT)
        self.assertEqual(caught.exception.problems[0].message, "--batch must be 1 to 256, found 0")
        with self.assertRaises(umemaki.InputError) as caught:
            umemaki.run("tpu-like", "ofa-resnet50", subnet="9B", cwd=ROOT)
        self.assertEqual(caught.exception.path, "--subnet")
        with self.assertRaises(umemaki.OutputError) as caught:
            umemaki.call("run", "tpu-like", "resnet18", "-o", self.folder / "no/run.csv", cwd=ROOT)
        self.assertEqual(caught.exception.exit_code, 73)

    def test_details_warnings_and_signals(self):
        error = of_program(65, "warning: w\na.yaml:1:2: k: sums to:\n  one\n  two\n", ["umemaki"])
        self.assertEqual(error.problems[0].details, ("one", "two"))
        self.assertEqual(len(error.problems), 1)
        self.assertEqual(str(of_program(-9, "", [])), "umemaki was ended by signal 9")
        self.assertIsInstance(of_program(75, "stopped", []), umemaki.Interrupted)
        self.assertEqual(str(of_program(1, "", [])), "umemaki ended with exit code 1 and no message")

    def test_options_that_the_program_does_not_have_and_lists_with_commas(self):
        with self.assertRaises(TypeError):
            umemaki.run("tpu-like", "resnet18", colour="blue")
        with self.assertRaisesRegex(ValueError, "a comma in 'a,b'"):
            umemaki.run("tpu-like", "resnet18", host=["a,b"])


class Results(Scratch):
    def assertTable(self, result, words):
        """The rows of a result are those of the CSV format."""
        expected = cells(umemaki.call(*words, "--format", "csv", cwd=ROOT).text)
        found = result.rows() + result.rows(details=True)
        self.assertEqual(len(found), len(expected))
        for ours, theirs in zip(found, expected):
            self.assertEqual(list(ours), list(theirs))
            for name, value in ours.items():
                given = None if theirs[name] == "" and value is None else theirs[name]
                self.assertTrue(value == given or str(value) == str(given), (name, value, given))

    def test_a_run_is_typed(self):
        run = umemaki.run("sushi-zcu104", "ofa-resnet50", subnet="4.1B", cwd=ROOT)
        # The figures of the README.
        self.assertEqual(run.totals.cycles, 6_717_195)
        self.assertEqual(f"{run.totals.latency_s * 1e3:.1f} {run.totals.energy_j * 1e3:.1f}", "67.2 18.0")
        self.assertEqual(sum(layer.cycles for layer in run.layers), run.totals.cycles)
        self.assertTrue(math.isclose(sum(layer.energy_j for layer in run.layers), run.totals.energy_j))
        stem = run.layer("stem.0")
        self.assertEqual((stem.shape["k"], stem.shape["h"]), (24, 224))
        self.assertEqual((stem.bound, stem.least.limit), ("compute", "array"))
        self.assertEqual(sum(stem.cycle_breakdown.values()), stem.cycles)
        self.assertEqual(stem.traffic_bytes["dram"]["weight"].read, 648)
        self.assertEqual(run.document["schema"], run.schema)
        self.assertEqual(run.title, "ofa-resnet50, sub-network 4.1B on sushi-zcu104")
        self.assertIn("53.3 % of the multiplier cycles are idle", run.warnings)
        self.assertTrue(all(len(one.sha256) == 64 for one in run.provenance.inputs))
        with self.assertRaises(KeyError):
            run.layer("none")
        self.assertTable(run, ["run", "sushi-zcu104", "ofa-resnet50", "--subnet", "4.1B"])

    def test_options_as_values_of_python(self):
        one = umemaki.run("nvdla-large", "resnet18", mapping={"rule": "largest"}, host=["fc"], cwd=ROOT)
        two = umemaki.run("nvdla-large", "resnet18", mapping="largest", host="fc", cwd=ROOT)
        self.assertEqual(one.layers, two.layers)
        # The sub-network 0.6B as its workload file has it.
        subnet = {
            "resolution": 160, "depths": [0, 0, 0, 1, 0], "widths": [0.65, 0.65, 0.65, 0.65, 0.65, 0.8],
            "expands": [[0.2, 0.2], [0.2, 0.2], [0.2, 0.2, 0.2, 0.25, 0.2], [0.2, 0.25]]}
        self.assertEqual(
            umemaki.run("tpu-like", "ofa-resnet50", subnet=subnet, cwd=ROOT).totals,
            umemaki.run("tpu-like", "ofa-resnet50", subnet="0.6B", cwd=ROOT).totals)
        batch = umemaki.run(
            "a100-like", "llama-3-8b", sequences=[{"tokens": 1, "context": 64, "count": 2}], cwd=ROOT)
        self.assertEqual(
            batch.totals.cycles,
            umemaki.run("a100-like", "llama-3-8b", phase="decode", context=64, batch=2, cwd=ROOT).totals.cycles)

    def test_energies_of_a_relative_table_are_no_joules(self):
        run = umemaki.run(
            "tpu-like", "resnet18", energy="eyeriss-relative-65nm", dram="eyeriss-relative", cwd=ROOT)
        self.assertEqual(run.totals.energy_unit, "macs")
        self.assertTrue(math.isclose(sum(run.totals.energy_breakdown.values()), run.totals.energy))
        with self.assertRaisesRegex(ValueError, "energies of this document are relative, in `macs`"):
            run.totals.energy_j

    def test_a_profile_is_typed(self):
        words = ["profile", "sushi-analytic", "ofa-resnet50", "--batches", "1,2", "--subnets", "0.6B,4.1B"]
        profile = umemaki.profile(
            "sushi-analytic", "ofa-resnet50", batches=[1, 2], subnets=["0.6B", "4.1B"], cwd=ROOT)
        self.assertEqual((profile.batches, profile.energy_unit), ((1, 2), "energy_j"))
        table = cells(umemaki.call(*words, cwd=ROOT).text)
        self.assertEqual(len(table), len(profile.cells))
        for row, cell in zip(table, profile.rows()):
            self.assertEqual(row["latency_s"], profile.cell(row["subnet"], row["subgraph"], row["batch"]).latency_s)
            self.assertEqual(row["dram_bytes"], cell["dram_bytes"])
        with self.assertRaises(KeyError):
            profile.cell("0.6B", batch=3)

    def test_serving_in_all_its_kinds(self):
        served = umemaki.serve("sushi-mobilenetv3-analytic", cwd=ROOT)
        self.assertTable(served, ["serve", "sushi-mobilenetv3-analytic"])
        policy = served.policy("no SUSHI")
        self.assertEqual((policy.completed, policy.seeds[0].seed), (99500, 1))
        self.assertEqual(policy.latency_s.mean, policy.spread["latency_s"]["mean"]["mean"])
        self.assertEqual(policy.energy_j_per_query, policy.energy_per_query)
        scenario = self.file("rate.yaml", (
            "name: rate\nsummary: Two policies.\nsource: made for the test\n"
            "profile: {architecture: sushi-analytic, workload: ofa-resnet50, batches: [1, 4]}\n"
            "arrivals: {kind: poisson, rate: 100 Hz}\ndemands: {latency: {low: 36 ms, high: 36 ms}}\n"
            "options: {queries: 300}\n"
            "runs:\n  - {name: fit, policy: {kind: slackfit}, caching: {kind: none}}\n"))
        capacity = umemaki.serve(scenario, capacity=90, library=ROOT)
        self.assertIsInstance(capacity, umemaki.Capacity)
        (fit,) = capacity.policies
        self.assertTrue(0 < fit.rate_hz < fit.lowest_failing_hz and fit.slo_attainment >= 0.9)
        self.assertEqual(capacity.rows()[0]["rate_hz"], fit.rate_hz)
        tokens = umemaki.serve("rtx-pro-6000-served", cwd=ROOT)
        self.assertIsInstance(tokens, umemaki.TokenServing)
        self.assertTable(tokens, ["serve", "rtx-pro-6000-served"])
        self.assertEqual(
            tokens.rows()[0]["first_token_p50_s"], tokens.runs[0].figures["first_token_p50_s"].mean)

    def test_an_analysis_is_typed(self):
        dense, quantized = self.folder / "r.h5", self.folder / "sb.h5"
        umemaki.call("make-weights", "resnet20-cifar", "--seed", 7, "-o", dense, cwd=ROOT)
        umemaki.call("quantize", dense, "-o", quantized, "--scheme", "signed-binary", cwd=ROOT)
        analysis = umemaki.analyze(quantized, tile_width=[4, 5], cwd=ROOT)
        self.assertTable(analysis, ["analyze", quantized, "--tile-width", "4,5"])
        found = [one for one in analysis.tensors if one.operations is not None]
        self.assertEqual(sum(one.operations.dense for one in found), analysis.totals["dense"])
        self.assertTrue(all(one.effectual == round(one.density * one.elements) for one in found) and found)
        self.assertIsNone(umemaki.analyze(dense, cwd=ROOT).tensors[0].operations)

    def test_a_document_comes_back(self):
        run = umemaki.run("tpu-like", "resnet18", cwd=ROOT)
        run.save(self.folder / "run.json")
        again = umemaki.load(self.folder / "run.json")
        self.assertEqual(again, run)
        self.assertEqual(pickle.loads(pickle.dumps(run)), run)
        umemaki.call("compare", self.folder / "run.json", self.folder / "run.json", cwd=ROOT)

    def test_pictures_and_pages_are_the_program_s(self):
        run = umemaki.run("tpu-like", "resnet18", cwd=ROOT)
        folder = self.folder / "pictures"
        umemaki.call("run", "tpu-like", "resnet18", "--format", "svg", "-o", folder, cwd=ROOT)
        pictures = run.pictures()
        self.assertEqual(set(pictures), {path.stem for path in folder.iterdir()})
        self.assertEqual(list(pictures)[0], "timeline")
        for name, picture in pictures.items():
            self.assertEqual(picture._repr_svg_(), (folder / f"{name}.svg").read_text())
        self.assertEqual(pictures["roofline"].title, "Roofline: every layer under the limits of the design")
        # A page says by which command its document was made.
        page = umemaki.call("run", "tpu-like", "resnet18", "--format", "html", cwd=ROOT).text
        self.assertEqual(run.page().replace("--format json", "--format html"), page)
        shown = run._repr_html_()
        self.assertEqual(shown.count("<img "), len(pictures))
        self.assertIn("<b>240 us</b>", shown)
        with mock.patch.dict(os.environ, UMEMAKI="/no/such"):
            self.assertIn("No pictures: UMEMAKI: `/no/such`", run._repr_html_())


class Damaged(Scratch):
    def test_what_is_no_document_is_refused(self):
        golden = {
            "": "no JSON", "[1]": "no `schema`", "{}": "no `schema`",
            '{"schema": "umemaki.run/9"}': "schema 'umemaki.run/9', expected one of umemaki.analysis/1",
            '{"schema": "umemaki.run/1"}': "no `page`",
            '{"schema": "umemaki.run/1", "page": {}}': "provenance: missing in the document",
        }
        for text, message in golden.items():
            with self.assertRaises(umemaki.DocumentError) as caught:
                umemaki.load(self.file("d.json", text))
            self.assertIn(message, str(caught.exception))

    def test_every_member_that_a_class_needs_is_missed_by_its_path(self):
        document = json.loads(umemaki.run("tpu-like", "resnet18", cwd=ROOT).text)
        del document["layers"][2]["cycles"]
        with self.assertRaisesRegex(umemaki.DocumentError, r"^layers\[2\]\.cycles: missing in the document$"):
            results.parse(json.dumps(document))
        document["layers"][2]["cycles"] = "many"
        with self.assertRaisesRegex(
            umemaki.DocumentError, r"^layers\[2\]\.cycles: expected a whole number, found 'many'$"
        ):
            results.parse(json.dumps(document))

    def test_damage_at_random_is_a_document_error_or_does_no_harm(self):
        seed = int(os.environ.get("SEED", "20240607"))
        print(f"damage at random, SEED={seed}")
        draw = random.Random(seed)
        text = umemaki.profile("sushi-analytic", "ofa-resnet50", cwd=ROOT).text
        for _ in range(150):
            document = json.loads(text)
            node, key = document, draw.choice(list(document))
            while isinstance(node[key], (dict, list)) and node[key] and draw.random() < 0.7:
                node = node[key]
                key = draw.choice(list(node)) if isinstance(node, dict) else draw.randrange(len(node))
            if draw.random() < 0.5:
                del node[key]
            else:
                node[key] = draw.choice([None, True, -1, 0.5, "x", [], {}, [[]]])
            try:
                found = results.parse(json.dumps(document))
                self.assertEqual(len(found.rows()), len(found.document["page"]["table"]["rows"]))
            except umemaki.DocumentError as error:
                self.assertTrue(str(error))


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

    def test_an_interrupted_sweep_goes_on(self):
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
        part = umemaki.sweep("buffers", self.folder / "part", shard="1/8", cwd=ROOT)
        with self.assertRaisesRegex(ValueError, "points are no whole grid of .*; use to_pandas"):
            part.to_xarray()


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
