#!/usr/bin/env python3
"""Every YAML file of the project is valid under the JSON Schema that its first line names.

    sh scripts/test_outputs.sh
"""

import copy
import json
import pathlib
import re
import unittest

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINE = "# yaml-language-server: $schema="


class CoreLoader(yaml.SafeLoader):
    """The types of YAML 1.2, as the program reads them: `yes` and `1:30` are texts, `1e3` is a number."""

    yaml_implicit_resolvers = {}


for tag, pattern, starts in (
    ("null", r"null|Null|NULL|~|", [*"nN~", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(starts))


def shipped():
    return sorted(
        path for top in ("arch", "workloads", "results") for path in (ROOT / top).rglob("*.yaml"))


def load(path):
    """The file's value and the validator of the schema that it names."""
    text = path.read_text()
    first = text.splitlines()[0]
    assert first.startswith(LINE), f"{path}: {first}"
    schema = json.loads((path.parent / first.removeprefix(LINE)).read_text())
    return yaml.load(text, CoreLoader), jsonschema.Draft202012Validator(schema)


class Schemas(unittest.TestCase):
    def test_schemas_are_schemas(self):
        found = [*ROOT.glob("arch/schemas/*.json"), *ROOT.glob("workloads/schemas/*.json")]
        self.assertGreaterEqual(len(found), 9)
        for path in found:
            jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text()))

    def test_every_file_is_valid(self):
        self.assertGreater(len(shipped()), 50)
        for path in shipped():
            value, validator = load(path)
            found = [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(value)]
            self.assertEqual(found, [], path.relative_to(ROOT))

    def test_mistakes_are_noticed(self):
        """A key that does not exist and a missing one make every file invalid."""
        for path in shipped():
            value, validator = load(path)
            unknown = copy.deepcopy(value) | {"unknown_key": 1}
            self.assertFalse(validator.is_valid(unknown), path)
            del value["name"]
            self.assertFalse(validator.is_valid(value), path)


if __name__ == "__main__":
    unittest.main(verbosity=2)
