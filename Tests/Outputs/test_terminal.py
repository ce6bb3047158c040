#!/usr/bin/env python3
"""What people at a terminal see, through a pseudo-terminal, and what a pipe gets instead.

    sh scripts/test_outputs.sh
"""

import fcntl
import os
import pathlib
import pty
import struct
import subprocess
import tempfile
import termios
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build/release/umemaki"
BLOCKS = set("▁▂▃▄▅▆▇█▏▎▍▌▋▊▉")
RUN = ("run", "sushi-zcu104", "resnet20-cifar")


def at_terminal(*words, columns, locale="C.UTF-8", **more):
    """The lines that the program writes to a terminal of that many columns."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {"PATH": os.environ["PATH"], "LC_ALL": locale, "TERM": "xterm-256color"} | more
    process = subprocess.Popen([TOOL, *words], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                               stdout=terminal, stderr=subprocess.DEVNULL)
    os.close(terminal)
    parts = []
    while True:
        try:
            part = os.read(controller, 65536)
        except OSError:  # the end of a pseudo-terminal
            break
        if not part:
            break
        parts.append(part)
    os.close(controller)
    assert process.wait() == 0
    return b"".join(parts).decode().replace("\r\n", "\n").splitlines()


@unittest.skipUnless(TOOL.exists(), "build first: sh scripts/build.sh")
class Terminal(unittest.TestCase):
    def test_bars_and_lines(self):
        lines = at_terminal(*RUN, columns=120)
        heading = next(line for line in lines if line.startswith("layer by layer"))
        following = lines[lines.index(heading) + 1]
        self.assertTrue(following.startswith("utilization"), following)
        self.assertTrue(BLOCKS & set(following))
        layers = [line for line in lines if line.startswith("layer1.")]
        self.assertTrue(layers and all(BLOCKS & set(line) for line in layers), layers)
        self.assertNotIn("\x1b", "".join(lines))

    def test_no_color_and_no_control_sequences(self):
        self.assertEqual(at_terminal(*RUN, columns=120, NO_COLOR="1"), at_terminal(*RUN, columns=120))

    def test_other_locales_get_ascii(self):
        lines = at_terminal(*RUN, columns=120, locale="C")
        self.assertTrue("".join(lines).isascii())
        self.assertTrue(any("######" in line for line in lines))
        self.assertTrue(any(line.startswith("utilization") for line in lines))

    def test_narrow_terminals_get_the_plain_table(self):
        piped = subprocess.run([TOOL, *RUN], cwd=ROOT, capture_output=True, check=True).stdout
        self.assertEqual(at_terminal(*RUN, columns=30), piped.decode().splitlines())
        self.assertFalse(BLOCKS & set(piped.decode()))

    def test_lines_fit(self):
        for columns in (50, 60, 80, 200):
            lines = at_terminal(*RUN, columns=columns)
            drawn = [line for line in lines if line.startswith(("utilization", "waiting for DRAM"))]
            self.assertTrue(drawn)
            self.assertLessEqual(max(map(len, drawn)), columns)

    def test_long_names_are_cut_to_fit(self):
        """Layers of a real exporter's names, on terminals from 80 columns; a pipe gets them whole."""
        names = [f"model.backbone.stage{stage}.block{block}.attention.output.projection.dense_{kind}"
                 for stage in range(2) for block in range(2) for kind in ("query", "key")]
        layers = "".join(
            f"  - {{name: {name}, operator: convolution, input: [8, 4, 4], output_channels: 8, kernel: 1}}\n"
            for name in names)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "long.yaml")
            pathlib.Path(path).write_text(
                f"name: long\nsummary: Long names.\nsource: made for the test\nlayers:\n{layers}")
            piped = subprocess.run([TOOL, "run", "sushi-zcu104", path], cwd=ROOT, capture_output=True,
                                   check=True).stdout.decode()
            self.assertTrue(all(name in piped for name in names))
            for columns in (80, 100, 120):
                lines = at_terminal("run", "sushi-zcu104", path, columns=columns)
                rules = [i for i, line in enumerate(lines) if line.startswith("---")]
                table = lines[rules[0] - 1:rules[1] + 2]
                self.assertLessEqual(max(map(len, table)), columns)
                cut = [line.split()[0] for line in table[2:2 + len(names)]]
                self.assertEqual(len(set(cut)), len(names), cut)
                self.assertTrue(all("…" in name for name in cut), cut)

    def test_sweeps_and_serving(self):
        with tempfile.TemporaryDirectory() as folder:
            target = os.path.join(folder, "buffers")
            lines = at_terminal("sweep", "buffers", "-o", target, columns=100)
            heading = next(i for i, line in enumerate(lines) if line.startswith("along the front"))
            self.assertEqual([line.split()[0] for line in lines[heading + 1:heading + 4]],
                             ["latency", "energy", "area"])
        lines = at_terminal("serve", "sushi-mobilenetv3-analytic", columns=100)
        heading = next(i for i, line in enumerate(lines) if line.startswith("share of queries"))
        self.assertTrue(all(BLOCKS & set(line) for line in lines[heading + 1:heading + 7]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
