#!/usr/bin/env python3
"""Pictures of every kind as renderers without style sheets of a browser paint them: librsvg, CairoSVG.

    sh scripts/test_outputs.sh

A renderer that is not installed is skipped. A picture must be neither black nor blank, and show the
colours that its marks name.
"""

import io
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from PIL import Image

try:
    import cairosvg
except (ImportError, OSError):  # OSError: there is no libcairo.
    cairosvg = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build/release/umemaki"
SCENARIO = """name: small
summary: Two policies on a short stream.
source: made for the test
profile: {architecture: sushi-analytic, workload: ofa-resnet50}
arrivals: {kind: poisson, rate: 60 Hz}
demands:
  accuracy: {low: 0.75, high: 0.798}
  latency: {low: 40 ms, high: 80 ms}
options: {queries: 500, seed: 1, warm_up: 10}
seeds: [1, 2]
runs:
  - {name: plain, policy: {kind: strict-accuracy}, caching: {kind: none}}
  - {name: slackfit, policy: {kind: slackfit}, caching: {kind: none}}
"""


def tool(*words):
    subprocess.run([TOOL, *map(str, words)], cwd=ROOT, capture_output=True, check=True)


def make_pictures(folder):
    """The pictures of every command that has some, a folder each."""
    def pictures(name, *words):
        tool(*words, "--format", "svg", "-o", folder / name)

    pictures("run", "run", "sushi-analytic", "resnet18")
    documents = [folder / f"{name}.json" for name in ("tpu-like", "systolic-32-ws")]
    for document in documents:
        tool("run", document.stem, "resnet18", "--format", "json", "-o", document)
    pictures("compare", "compare", *documents)
    scenario = folder / "small.yaml"
    scenario.write_text(SCENARIO)
    pictures("serve", "serve", scenario)
    pictures("capacity", "serve", scenario, "--capacity", "90")
    tool("sweep", "buffers", "-o", folder / "buffers", "--quiet")
    pictures("report", "report", folder / "buffers")
    pictures("fronts", "compare", folder / "buffers", folder / "buffers")
    floats, signed = folder / "floats.h5", folder / "signed.h5"
    tool("make-weights", "resnet20-cifar", "--seed", "7", "-o", floats)
    tool("quantize", floats, "-o", signed, "--scheme", "signed-binary", "--workload", "resnet20-cifar")
    pictures("analyze", "analyze", signed)
    return sorted(folder.glob("*/*.svg"))


def faults(picture, image):
    """What is wrong with a rendered picture."""
    size = image.width * image.height
    counts = {colour: count for count, colour in image.convert("RGB").getcolors(size)}
    black = sum(n for (r, g, b), n in counts.items() if max(r, g, b) < 48) / size
    white = counts.get((255, 255, 255), 0) / size
    found = []
    if black > 0.1:
        found.append(f"{black:.0%} is black")
    if not 0.2 < white < 0.99:
        found.append(f"{white:.1%} is white")
    # Bars are whole areas, so that their colours are found exactly; `pale` ones let the paper through.
    marks = re.findall(r'<rect fill="(#[0-9a-f]{6})"[^>]* class="mark (?!pale|cell)', picture.read_text())
    for colour in {tuple(int(mark[i:i + 2], 16) for i in (1, 3, 5)) for mark in marks}:
        if not any(all(abs(a - b) <= 2 for a, b in zip(colour, pixel)) for pixel in counts):
            found.append(f"no pixel has the colour {colour}")
    return found


@unittest.skipUnless(TOOL.exists(), "build first: sh scripts/build.sh")
class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.pictures = make_pictures(pathlib.Path(cls.scratch.name))

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def check(self, render):
        self.assertGreater(len(self.pictures), 20)
        found = {}
        for picture in self.pictures:
            image = Image.open(io.BytesIO(render(picture)))
            wrong = faults(picture, image)
            if wrong:
                found[f"{picture.parent.name}/{picture.name}"] = wrong
        self.assertEqual(found, {})

    @unittest.skipUnless(shutil.which("rsvg-convert"), "there is no rsvg-convert")
    def test_librsvg(self):
        self.check(lambda picture: subprocess.run(
            ["rsvg-convert", picture], capture_output=True, check=True).stdout)

    @unittest.skipUnless(cairosvg, "CairoSVG cannot be loaded")
    def test_cairosvg(self):
        self.check(lambda picture: cairosvg.svg2png(url=str(picture)))

    @unittest.skipUnless(shutil.which("rsvg-convert"), "there is no rsvg-convert")
    def test_a_black_picture_is_noticed(self):
        """The check finds what it is for: colours that a renderer does not know."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "black.svg")
            path.write_text(re.sub('#[0-9a-f]{6}', 'var(--ink)', self.pictures[0].read_text()))
            image = subprocess.run(["rsvg-convert", path], capture_output=True, check=True).stdout
            self.assertTrue(faults(path, Image.open(io.BytesIO(image))))


if __name__ == "__main__":
    unittest.main(verbosity=2)
