#!/usr/bin/env python3
"""The typed results of the package against what the program writes in other formats.

    sh scripts/test_python.sh
"""
import math
import os
import pickle
import unittest
from unittest import mock

from support import ROOT, Scratch, cells

import umemaki


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

    @unittest.skipUnless((ROOT / "workloads/graphs").is_dir(), "there are no scenarios of graphs")
    def test_queries_that_are_graphs(self):
        served = umemaki.serve("gated-stages", cwd=ROOT)
        self.assertIsInstance(served, umemaki.GraphServing)
        self.assertTable(served, ["serve", "gated-stages"])
        for node in served.runs[0].nodes:
            self.assertTrue(0 <= node.reach.low <= node.reach.mean <= node.reach.high <= 1)

    def test_documents_without_a_class_have_tables_and_pictures(self):
        for name, workload in (("one", "tpu-like"), ("two", "nvdla-large")):
            umemaki.run(workload, "resnet18", cwd=ROOT).save(self.folder / f"{name}.json")
        words = ["compare", self.folder / "one.json", self.folder / "two.json"]
        compared = umemaki.ask(*words, cwd=ROOT)
        self.assertEqual((type(compared), compared.schema), (umemaki.Result, "umemaki.comparison/1"))
        self.assertTable(compared, words)
        self.assertTrue(compared.pictures())

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


if __name__ == "__main__":
    unittest.main()
