#!/usr/bin/env python3
"""Policies as classes, served by the built program.

    sh scripts/test_python.sh
"""
import dataclasses
import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from support import ROOT, Scratch

import umemaki
from umemaki import policy

SCENARIO = """\
name: own
summary: A policy.
source: made for the test
profile: {architecture: sushi-analytic, workload: ofa-resnet50, batches: [1, 2, 4, 8, 16]}
arrivals: {kind: bursty, base_rate: 75 Hz, variant_rate: 275 Hz, squared_variation: 8}
demands: {latency: {low: 36 ms, high: 36 ms}}
options: {queries: QUERIES, seed: 1, devices: 2}
seeds: [1, 2]
runs:
"""
RUN = (
    "  - {name: NAME, policy: {kind: process, command: [python3, policy.py], order: deadline OPTIONS}, "
    "caching: {kind: none}}\n")


class Served(Scratch):
    def serve(self, script, runs=RUN.replace("OPTIONS", ""), queries=200, folder="one"):
        """What becomes of a policy: the result, and a row per query as bytes."""
        place = self.folder / folder
        place.mkdir(exist_ok=True)
        if isinstance(script, Path):
            shutil.copy(script, place / "policy.py")
        else:
            (place / "policy.py").write_text(script)
        path = place / "scenario.yaml"
        path.write_text(SCENARIO.replace("QUERIES", str(queries)) + runs)
        result = umemaki.serve(path, queries=place / "queries.csv", library=ROOT)
        return result, (place / "queries.csv").read_bytes()

    def fault(self, body):
        """The message at which a policy ends the run."""
        script = f"from umemaki.policy import *\nclass Own(Policy):\n{body}\nmain(Own)\n"
        with self.assertRaises(umemaki.InputError) as caught:
            self.serve(script, queries=5)
        self.assertTrue(caught.exception.file.endswith("scenario.yaml"))
        self.assertEqual(caught.exception.line, 10)
        return str(caught.exception)

    def test_the_class_decides_what_the_script_does_byte_for_byte(self):
        runs = "".join(
            RUN.replace("NAME", f"margin {margin}").replace("OPTIONS", f", options: {{margin: {margin}}}")
            for margin in (0.3, 0.7, 1.0))
        script, rows = self.serve(ROOT / "workloads/policies/drain.py", runs, 600, "script")
        klass, same = self.serve(ROOT / "scripts/python/examples/drain.py", runs, 600, "class")
        self.assertEqual(rows, same)
        self.assertGreater(rows.count(b"\n"), 3600)
        self.assertEqual(script.policies, klass.policies)
        one, two = (dict(result.document) for result in (script, klass))
        self.assertNotEqual(one.pop("provenance"), two.pop("provenance"))
        self.assertEqual(json.dumps(one), json.dumps(two))

    def test_a_caching_policy_is_a_class_too(self):
        runs = (
            "  - {name: static, policy: {kind: strict-accuracy}, caching: {kind: none}}\n"
            "  - {name: own, policy: {kind: strict-accuracy}, caching: "
            "{kind: process, command: [python3, policy.py]}}\n")
        result, _ = self.serve(ROOT / "scripts/python/examples/last_served.py", runs)
        self.assertEqual(result.policy("static").cache_hit_ratio, 0)
        self.assertGreater(result.policy("own").cache_hit_ratio, 0.01)
        self.assertLess(result.policy("own").dram_bytes_per_query, result.policy("static").dram_bytes_per_query)

    def test_every_answer_and_event_and_what_is_printed_does_no_harm(self):
        script = """
from umemaki.policy import *

class Own(Policy):
    def ready(self, hello):
        print("hello")
        assert hello.role == "scheduler" and hello.devices == 2 and hello.options == {}
        assert [one.name for one in self.profile.subnets][0] == "0.6B"
        self.turn, self.through = 0, 0

    def done(self, event):
        self.through += len(event.queries)

    def decide(self, ask):
        print("decide")
        assert ask.devices[ask.device].activity == "idle" and 1 <= ask.up <= 2
        self.turn += 1
        if self.turn % 7 == 1:
            return Wait(ask.now_ps + 10**9)
        if self.turn % 7 == 2:
            return Drop((ask.queue[0].query,))
        fastest = self.profile.fastest(ask.held)
        if self.turn % 7 == 3:
            return Choose(fastest, queries=(ask.queue[-1].query,), load=self.profile.subgraphs[1].name)
        return Choose(fastest, batch=4, device=ask.device)

main(Own)
"""
        result, rows = self.serve(script)
        (run,) = result.policies
        self.assertEqual(run.completed + run.dropped, run.queries)
        self.assertTrue(run.completed > 0 and run.dropped > 0 and run.subgraph_loads > 0)
        self.assertEqual(self.serve(script)[1], rows)

    def test_an_exception_is_named_with_its_file_and_line(self):
        message = self.fault("    def decide(self, ask):\n        return Choose(ask.colour)")
        self.assertRegex(message, r"policy\.py:4: AttributeError: 'Snapshot' object has no attribute 'colour'")
        message = self.fault("    def decide(self, ask):\n        return 'fast'")
        self.assertIn("TypeError: expected one of Choose, Drop, Wait as the answer, found 'fast'", message)
        message = self.fault("    pass")
        self.assertIn("NotImplementedError: Own has no `decide`, which a scheduler policy needs", message)
        message = self.fault("    def decide(self, ask):\n        return Choose('9B', batch=1)")
        self.assertIn("9B", message)


class Conversing(unittest.TestCase):
    """The protocol without the program."""

    HELLO = {
        "message": "hello", "protocol": policy.PROTOCOL, "role": "scheduler", "seed": 1, "devices": 1,
        "options": {"margin": 0.5}, "something_new": 1,
        "profile": {
            "subnets": [
                {"name": "a", "accuracy": 0.7, "weight_bytes": 10},
                {"name": "b", "accuracy": 0.8, "weight_bytes": None}],
            "subgraphs": [
                {"name": "none", "load_bytes": 0, "load_ps": 0}, {"name": "x", "load_bytes": 5, "load_ps": 9}],
            "batches": [1, 2], "latency_ps": [[[10, 15], [8, 12]], [[9, 18], [9, 18]]],
            "energy": None, "energy_unit": "energy_j", "dram_bytes": None}}
    ASK = {
        "message": "decide", "now_ps": 100, "device": 0, "waiting": 3, "something_new": 1,
        "devices": [{"device": 0, "activity": "idle", "subgraph": "x", "subnet": None, "until_ps": None}],
        "queue": [{"query": 7, "arrival_ps": 90, "deadline_ps": 95, "accuracy": 0.7, "subnet": None}]}

    def talk(self, one, *messages):
        said = []
        policy.converse(one, [json.dumps(message) for message in messages], said.append)
        return said

    def test_what_is_read_and_answered(self):
        test = self

        class Own(policy.Policy):
            def decide(self, ask):
                test.assertEqual((ask.held, ask.slack_ps, ask.up, ask.queue[0].piece), ("x", -5, 1, None))
                test.assertEqual(
                    [(one.name, latencies) for one, latencies in self.profile.column("x")],
                    [("a", [8, 12]), ("b", [9, 18])])
                test.assertEqual([self.profile.fastest("none", batch) for batch in (0, 1)], ["b", "a"])
                return policy.Choose("a", batch=2)

        said = self.talk(Own(), self.HELLO, self.ASK, {"message": "bye"}, self.ASK)
        self.assertEqual(said, [
            {"message": "ready", "protocol": policy.PROTOCOL, "events": []},
            {"message": "choose", "subnet": "a", "batch": 2}])

    def test_kinds_and_models_where_they_are_listed(self):
        one = type("Own", (policy.Policy,), {"decide": lambda self, ask: policy.Wait()})()
        self.talk(one, {
            **self.HELLO, "device_kinds": ["big", "small"],
            "models": [{"name": "m", "subnets": ["a"], "bytes": 3, "pinned": True}]})
        self.assertEqual(one.hello.device_kinds, ("big", "small"))
        self.assertEqual(one.hello.models, (policy.Model("m", ("a",), 3, True),))
        devices = [{**self.ASK["devices"][0], "memory_bytes": 9, "models": ["m"]}]
        ask = policy.Snapshot.of({**self.ASK, "devices": devices})
        self.assertEqual((ask.devices[0].memory_bytes, ask.devices[0].models), (9, ("m",)))

    def test_the_classes_have_every_key_of_the_messages(self):
        schema = json.loads(umemaki.call("schema", "policy-message").text)
        messages = {one["properties"]["message"]["enum"][0]: one["properties"] for one in schema["anyOf"]}

        def same(kind, properties):
            self.assertEqual({one.name for one in dataclasses.fields(kind)}, set(properties) - {"message"}, kind)

        hello, ask = messages["hello"], messages["decide"]
        self.assertEqual({one.name for one in dataclasses.fields(policy.Hello)} | {"protocol"}, set(hello) - {"message"})
        same(policy.Profile, hello["profile"]["properties"])
        same(policy.Subnet, hello["profile"]["properties"]["subnets"]["items"]["properties"])
        same(policy.Subgraph, hello["profile"]["properties"]["subgraphs"]["items"]["properties"])
        same(policy.Model, hello["models"]["items"]["properties"])
        same(policy.Snapshot, ask)
        same(policy.Device, ask["devices"]["items"]["properties"])
        same(policy.Query, ask["queue"]["items"]["properties"])
        for kind, word in ((policy.Done, "done"), (policy.Served, "served"), (policy.Choose, "choose"),
                           (policy.Drop, "drop"), (policy.Wait, "wait"), (policy.Hold, "hold")):
            same(kind, messages[word])

    def test_another_protocol_is_refused(self):
        with self.assertRaisesRegex(ValueError, "the protocol is umemaki.policy/2, expected umemaki.policy/1"):
            self.talk(policy.Policy(), {**self.HELLO, "protocol": "umemaki.policy/2"})

    def test_a_policy_s_process_loads_little(self):
        code = "import sys, umemaki.policy; print([m for m in ('subprocess', 'umemaki.results') if m in sys.modules])"
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        self.assertEqual(found.stdout, "[]\n")


if __name__ == "__main__":
    unittest.main()
