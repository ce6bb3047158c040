"""What the tests of the package share: the program, and a folder for each test."""
import csv
import io
import os
import shutil
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = Path(os.environ.setdefault("UMEMAKI", str(ROOT / ".build/release/umemaki")))


@unittest.skipUnless(TOOL.exists(), "build first: sh scripts/build.sh")
class Scratch(unittest.TestCase):
    """A test with a folder of its own, and one that its class shares."""

    @classmethod
    def setUpClass(cls):
        cls.shared = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.shared)

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def file(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


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
