#!/usr/bin/env python3
"""Finding the program, its errors as exceptions, and documents that are damaged.

    sh scripts/test_python.sh
"""
import json
import os
import random
import unittest
from unittest import mock

from support import ROOT, Scratch, TOOL

import umemaki
from umemaki import results
from umemaki.errors import Problem, of_program


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

    def test_every_name_of_the_package_is_there(self):
        self.assertEqual(umemaki.__all__, sorted([*umemaki._PLACES, "__version__"]))
        for name in umemaki.__all__:
            self.assertIsNotNone(getattr(umemaki, name))
        with self.assertRaisesRegex(AttributeError, "module 'umemaki' has no attribute 'colour'"):
            umemaki.colour

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


class Damaged(Scratch):
    def test_what_is_no_document_is_refused(self):
        golden = {
            "": "no JSON", "[1]": "no `schema`", "{}": "no `schema`",
            '{"schema": ["x"]}': "schema ['x'], expected one of umemaki",
            '{"schema": "umemaki.run/9"}': "schema 'umemaki.run/9' is of another version, expected umemaki.run/1",
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


if __name__ == "__main__":
    unittest.main()
