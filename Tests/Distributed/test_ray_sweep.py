#!/usr/bin/env python3
"""Tests of scripts/ray_sweep.py on a Ray cluster of several nodes on this machine.

    python3 Tests/Distributed/test_ray_sweep.py

A stand-in for the program writes down which shard it starts, and holds shards back until the test
lets them go on: what a test does in the middle of a run is in the middle, on any machine.
"""

import collections
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARTICLE = ROOT / "Sources/umemaki/umemaki.docc/Distributed-Sweeps.md"
DRIVER = ROOT / "scripts/ray_sweep.py"
TOOL = ROOT / ".build/release/umemaki"
PATIENCE = 120  # Seconds after which a condition that should come has not come.
TEMPORARY = tempfile.gettempdir()  # Before the cluster gets one of its own.

BUFFERS = """\
name: buffers
summary: Persistent buffer against bandwidth.
source: "test"
inference: {architecture: sushi-analytic, workload: ofa-resnet50, subnet: 4.1B, cached: self, area: aladdin-cacti-45nm}
axes:
  - {name: buffer, path: architecture.memory.persistent_buffer.size, range: {from: 256 KiB, to: 16 MiB, scale: log2}}
  - name: bandwidth
    paths: [architecture.memory.transfers.input.bandwidth, architecture.memory.transfers.weight.bandwidth, architecture.memory.transfers.output.bandwidth, architecture.memory.dram.bandwidth]
    values: [4.8 GB/s, 9.6 GB/s, 19.2 GB/s]
constraints: [area <= 50 mm2]
objectives: [latency, energy, area]
"""

KERNELS = """\
name: kernels
summary: Four axes.
source: "test"
inference: {architecture: sushi-analytic, workload: resnet50}
axes:
  - {name: kernels, path: architecture.datapath.output_channels, values: [8, 16, 24, 32, 48, 64]}
  - {name: channels, path: architecture.datapath.input_channels, values: [4, 8, 9, 16, 18]}
  - {name: weight_kib, path: "architecture.memory.buffers[weight_buffer].size", range: {from: 128 KiB, to: 2 MiB, scale: log2}}
  - {name: clock, path: architecture.frequency, range: {from: 100 MHz, to: 1 GHz, step: 100 MHz, scale: linear}}
objectives: [latency, energy]
"""

WEIGHTS = """\
name: weights
summary: A data path whose cost depends on the values of a file.
source: "test"
inference: {architecture: plum-sr, workload: resnet20-cifar, weights: ../data/signed.h5}
axes:
  - {name: clock, path: architecture.frequency, values: [100 MHz, 200 MHz, 400 MHz]}
objectives: [latency]
"""

EVOLUTION = """\
name: evolution
summary: Generations.
source: "test"
inference: {architecture: sushi-analytic, workload: resnet50}
axes:
  - {name: kernels, path: architecture.datapath.output_channels, values: [8, 16, 24, 32]}
  - {name: channels, path: architecture.datapath.input_channels, values: [4, 8, 9, 16]}
objectives: [latency]
search: {kind: evolutionary, population: 8, generations: 2, seed: 1}
"""

# Counts the starts on nodes, waits at the gate of its shard, and becomes the program.
STAND_IN = """\
#!/bin/sh
index=
for argument; do
  [ "${last:-}" = --shard ] && index=${argument%%/*}
  last=$argument
done
if [ -n "${RAY_JOB_ID:-}" ]; then
  %(lack)s
  if [ -n "$index" ]; then
    echo "$index $$" >>%(folder)s/starts
    while [ -e %(folder)s/closed/$index ]; do sleep 0.05; done
  fi
fi
exec %(tool)s "$@"
"""

LACK = """\
echo >>%(folder)s/attempts
  echo "$0: error while loading shared libraries: libhdf5_serial.so.103: cannot open shared object" \\
    "file: No such file or directory" >&2
  exit 127"""

try:
    import ray
    from ray.cluster_utils import Cluster
except ImportError:
    ray = None

LACKING = (
    "Ray is not installed: python3 -m pip install 'ray>=2.9,<3'" if ray is None
    else None if TOOL.is_file()
    else f"{TOOL} is missing: sh scripts/build.sh"
)  # fmt: skip


def tool(*arguments, cwd):
    """What the program prints."""
    done = subprocess.run([TOOL, *map(str, arguments)], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_running(pid):
    """Whether a process is there and no zombie."""
    return field("stat", pid)[:1] not in {"", "Z"}


def field(name, pid):
    """What `ps` knows of a process; empty when there is none."""
    return subprocess.run(
        ["ps", "-o", f"{name}=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()


def eventually(condition):
    """Whether `condition` comes to hold."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Driver:
    """The script, running."""

    def __init__(self, *arguments, cwd, python=()):
        environment = {**os.environ}
        environment.pop("RAY_ADDRESS", None)
        self.log = tempfile.TemporaryFile("w+b")
        self.process = subprocess.Popen(
            [sys.executable, *python, str(DRIVER), *map(str, arguments)], cwd=cwd, env=environment,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
        )  # fmt: skip

    def said(self):
        """Its messages up to now."""
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), size, 0).decode()

    def end(self):
        """Exit code and messages, once it ended."""
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.fail("its end")
        with self.log:
            return self.process.returncode, self.said()

    def fail(self, what):
        self.process.kill()
        self.process.wait()
        with self.log:
            raise AssertionError(f"{what} did not come, the driver said:\n{self.said()}")

    def signal(self, number):
        self.process.send_signal(number)
        return self.end()

    def wait(self, condition, what):
        """Waits until `condition` holds."""
        if not eventually(lambda: condition() or self.process.poll() is not None) or (
            not condition()
        ):
            self.fail(what)


class Project(unittest.TestCase):
    """A project of its own for every test."""

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="umemaki-ray-test-", dir=TEMPORARY)
        self.folder = pathlib.Path(folder).resolve()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.project = self.folder / "project"
        for name in ["arch", "workloads"]:
            shutil.copytree(ROOT / name, self.project / name)
        for name, text in [("buffers", BUFFERS), ("kernels", KERNELS), ("weights", WEIGHTS),
                           ("evolution", EVOLUTION)]:  # fmt: skip
            path = self.project / f"workloads/sweeps/{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        (self.folder / "closed").mkdir()
        self.output = self.folder / "out"
        self.shards = pathlib.Path(f"{self.output}.shards")

    def stand_in(self, lack=":"):
        """Path of a stand-in for the program."""
        path = self.folder / "umemaki"
        names = {"folder": self.folder, "tool": TOOL}
        path.write_text(STAND_IN % {**names, "lack": lack % names})
        path.chmod(0o755)
        return path

    def close(self, *indices):
        for index in indices:
            (self.folder / f"closed/{index}").touch()

    def open(self, *indices):
        for index in indices:
            (self.folder / f"closed/{index}").unlink()

    def starts(self):
        """Index and process of every start of a shard."""
        path = self.folder / "starts"
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        return [tuple(map(int, line.split())) for line in lines]

    def finished(self):
        return {int(path.name.split("-")[0]) for path in self.shards.glob("*-of-*")}

    def assertSameAsLocal(self, sweep, cwd=None):
        """The result is that of the sweep in one piece, in all formats."""
        cwd = cwd or self.project
        local = self.folder / "local"
        tool("sweep", sweep, "-o", local, "--quiet", cwd=cwd)
        for form in ["csv", "json", "markdown"]:
            texts = []
            for name in [self.output, local]:
                # Under one name, so that the command is the same, too.
                name.rename(self.folder / "same")
                texts.append(tool("report", self.folder / "same", "--format", form, cwd=cwd))
                (self.folder / "same").rename(name)
            self.assertEqual(texts[0], texts[1], form)
        manifests = [(name / "manifest.json").read_bytes() for name in [self.output, local]]
        self.assertEqual(*manifests)
        self.assertFalse(self.shards.exists())

    def run_tool(self, *arguments):
        return subprocess.run(
            [TOOL, *map(str, arguments)], cwd=self.project, capture_output=True, text=True
        )


@unittest.skipIf(LACKING, LACKING)
class WithoutCluster(Project):
    """What is wrong before a cluster is asked for; none runs at this address."""

    address = ("--address", "127.0.0.1:1")

    def test_wrong_sweep_gives_the_message_of_the_program(self):
        path = self.project / "workloads/sweeps/kernels.yaml"
        path.write_text(KERNELS.replace("architecture.frequency", "architecture.frequenzy"))
        direct = self.run_tool("sweep", "kernels", "-o", self.folder / "direct")
        self.assertEqual(direct.returncode, 65)
        code, said = Driver("kernels", "-o", self.output, *self.address, cwd=self.project).end()
        self.assertEqual((code, said), (65, direct.stderr))
        self.assertEqual((self.output.exists(), self.shards.exists()), (False, False))

    def test_missing_sweep(self):
        direct = self.run_tool("sweep", "kernel", "-o", self.folder / "direct")
        code, said = Driver("kernel", "-o", self.output, *self.address, cwd=self.project).end()
        self.assertEqual((code, said), (66, direct.stderr))

    def test_generations_are_refused(self):
        code, said = Driver("evolution", "-o", self.output, *self.address, cwd=self.project).end()
        self.assertEqual(code, 64, said)
        self.assertIn("--shard needs a search that knows its points beforehand", said)

    def test_usage(self):
        for wrong in [["--shards", "0"], ["--retries", "x"], ["--bogus"]]:
            code, said = Driver("kernels", "-o", self.output, *wrong, cwd=self.project).end()
            self.assertEqual(code, 64, said)

    def test_existing_result_is_kept(self):
        tool("sweep", "buffers", "-o", self.output, "--quiet", cwd=self.project)
        code, said = Driver("buffers", "-o", self.output, cwd=self.project).end()
        self.assertEqual(code, 73, said)
        code, said = Driver("buffers", "-o", self.output, "--resume", cwd=self.project).end()
        self.assertEqual(code, 0, said)
        self.assertIn("nothing is left to run", said)
        code, said = Driver("kernels", "-o", self.output, "--resume", cwd=self.project).end()
        self.assertEqual(code, 65, said)
        self.assertIn("cannot be resumed", said)

    def test_no_cluster(self):
        code, said = Driver("buffers", "-o", self.output, *self.address, cwd=self.project).end()
        self.assertEqual(code, 69, said)
        self.assertIn("no Ray cluster at 127.0.0.1:1", said)

    def test_missing_ray(self):
        # Without its site module Python finds no installed package.
        driver = Driver("buffers", "-o", self.output, cwd=self.project, python=["-E", "-S"])
        code, said = driver.end()
        self.assertEqual(code, 69, said)
        self.assertIn("python3 -m pip install 'ray", said)
        self.assertFalse(self.shards.exists())


@unittest.skipUnless(TOOL.is_file(), LACKING)
class Documentation(Project):
    """The scripts of the article, each shard run twice, as after a restart."""

    def setUp(self):
        super().setUp()
        self.article = ARTICLE.read_text("utf-8")
        self.parts = self.project / "parts"

    def shell(self, script, **environment):
        path = f"{TOOL.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-euc", script], cwd=self.project, capture_output=True, text=True,
            env={**os.environ, "PATH": path, **environment},
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)

    def assertMerges(self, *parts):
        tool("merge", "-o", self.output, *parts, cwd=self.project)
        self.assertSameAsLocal("buffers")

    def test_by_hand(self):
        (block,) = re.findall(r"```sh\n(umemaki sweep.*?)```", self.article, re.DOTALL)
        self.shell(block)
        (self.project / "results/buffers").rename(self.output)
        self.assertSameAsLocal("buffers")

    def test_slurm(self):
        (script,) = re.findall(r"```sh\n(#!/bin/sh\n#SBATCH.*?)```", self.article, re.DOTALL)
        (count,) = re.findall(r"--array=1-(\d+)\n", script)
        for shard in [*range(1, int(count) + 1), 1]:
            self.shell(
                script, SLURM_SUBMIT_DIR=str(self.project), SLURM_ARRAY_TASK_ID=str(shard),
                SLURM_CPUS_PER_TASK="1",
            )  # fmt: skip
        self.assertMerges(*self.parts.iterdir())

    def test_kubernetes(self):
        (script,) = re.findall(r"            - \|\n(.*?)\n {10}resources", self.article, re.DOTALL)
        (count,) = re.findall(r"completions: (\d+)\n", self.article)
        self.assertIn(f'{{name: SHARDS, value: "{count}"}}', self.article)
        self.parts.mkdir()
        script = script.replace("/parts", str(self.parts))
        for index in [*range(int(count)), 0]:
            self.shell(
                script.replace("/scratch", tempfile.mkdtemp(dir=self.folder)), SHARDS=count,
                JOB_COMPLETION_INDEX=str(index), HOSTNAME="pod",
            )  # fmt: skip
        # As a shell's pattern: names that begin with a dot are left out.
        self.assertMerges(*self.parts.glob("[!.]*"))


@unittest.skipIf(LACKING, LACKING)
class OnCluster(Project):
    """A head without CPUs and two nodes with one each."""

    @classmethod
    def setUpClass(cls):
        # Short, because paths of sockets are limited; scratch folders of shards are here, too.
        cls.temporary = tempfile.mkdtemp(prefix="um", dir="/tmp")
        cls.addClassCleanup(shutil.rmtree, cls.temporary, ignore_errors=True)
        before = dict(os.environ)
        cls.addClassCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        os.environ.update(
            TMPDIR=cls.temporary, RAY_TMPDIR=cls.temporary, RAY_USAGE_STATS_ENABLED="0"
        )
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.shutdown)
        cls.cluster.add_node(num_cpus=0, object_store_memory=200 << 20, include_dashboard=False)
        cls.nodes = [cls.node(), cls.node()]
        cls.cluster.wait_for_nodes()

    @classmethod
    def node(cls):
        return cls.cluster.add_node(num_cpus=1, object_store_memory=150 << 20)

    def driver(self, sweep, *more, cwd=None):
        return Driver(
            sweep, "-o", self.output, "--address", self.cluster.address, *more,
            cwd=cwd or self.project,
        )  # fmt: skip

    def held(self, since=0):
        """Index and process of the shards that wait at their gates, of those begun since then."""
        closed = {int(path.name) for path in (self.folder / "closed").iterdir()}
        return {i: pid for i, pid in self.starts()[since:] if i in closed and is_running(pid)}

    def halfway(self, driver, since=0):
        """Lets the two shards that came first finish, and waits until two others are held.

        Which ones come first is up to the cluster.
        """
        before = self.finished()
        driver.wait(lambda: len(self.held(since)) == 2, "two shards are held")
        first = set(self.held(since))
        self.open(*first)
        driver.wait(
            lambda: self.finished() == before | first and len(self.held(since)) == 2,
            "two shards are done, two others are held",
        )
        return first

    def assertDone(self, driver):
        code, said = driver.end()
        self.assertEqual(code, 0, said)
        return said

    def test_same_as_local(self):
        said = self.assertDone(self.driver("kernels"))
        self.assertIn("kernels: 1,500 points in 8 shards on 2 CPUs of 3 nodes", said)
        self.assertEqual(said.count("/s, "), 8)
        self.assertIn("8 of 8 shards, 1,500 of 1,500 points", said)
        self.assertSameAsLocal("kernels")
        # Nothing is left on the nodes.
        pattern = pathlib.Path(self.temporary).glob
        self.assertTrue(eventually(lambda: not list(pattern("umemaki-*"))), "scratch folders")

    def test_same_as_local_from_below_with_weights(self):
        # Here paths of the project's files are absolute, and that of the weights goes up.
        data = self.project / "data"
        data.mkdir()
        tool("make-weights", "resnet20-cifar", "--seed", 7, "-o", data / "plain.h5", cwd=data)
        tool("quantize", data / "plain.h5", "-o", data / "signed.h5", "--scheme", "signed-binary",
             "--workload", "resnet20-cifar", cwd=data)  # fmt: skip
        inner = self.project / "inner"
        inner.mkdir()
        sweep = self.project / "workloads/sweeps/weights.yaml"
        self.assertDone(self.driver(sweep, "--shards", 2, cwd=inner))
        self.assertSameAsLocal(sweep, cwd=inner)

    def test_killed_node(self):
        # A driver ends with the node that it is connected to, and Ray may choose any of this machine:
        # the others come later.
        while self.nodes:
            self.cluster.remove_node(self.nodes.pop())
        self.cluster.wait_for_nodes()
        self.close(*range(1, 7))
        driver = self.driver("buffers", "--shards", 6, "--umemaki", self.stand_in())
        driver.wait(lambda: "waiting for one" in driver.said(), "the driver connects")
        self.nodes.extend([self.node(), self.node()])
        first = self.halfway(driver)
        held = list(self.held().values())
        # Each of the two nodes holds one shard, so one is lost, and four are unfinished.
        self.cluster.remove_node(self.nodes.pop(), allow_graceful=False)
        driver.wait(lambda: sum(map(is_running, held)) == 1, "one shard is lost")
        self.assertEqual(self.finished(), first)
        self.nodes.append(self.node())
        driver.wait(lambda: len(self.starts()) == 5, "the new node starts a shard")
        self.open(*set(range(1, 7)) - first)
        self.assertDone(driver)
        counts = collections.Counter(index for index, _ in self.starts())
        self.assertEqual(sorted(counts.values()), [1, 1, 1, 1, 1, 2])
        self.assertEqual({counts[index] for index in first}, {1})
        self.assertSameAsLocal("buffers")

    def test_killed_program_and_killed_worker(self):
        self.close(1, 2, 3, 4)
        driver = self.driver("buffers", "--shards", 4, "--umemaki", self.stand_in())
        driver.wait(lambda: len(self.held()) == 2, "two shards are held")
        held = self.held()
        one, other = held.values()
        worker = int(field("ppid", other))
        os.kill(one, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        self.assertTrue(eventually(lambda: not is_running(other)), "it outlives its worker")
        self.open(1, 2, 3, 4)
        self.assertDone(driver)
        counts = collections.Counter(index for index, _ in self.starts())
        self.assertEqual(counts, {index: 2 if index in held else 1 for index in range(1, 5)})
        self.assertSameAsLocal("buffers")

    def test_retries_end(self):
        self.close(1)
        driver = self.driver(
            "buffers", "--shards", 2, "--umemaki", self.stand_in(), "--retries", 1, "--timeout", 12
        )
        code, said = driver.end()
        self.assertEqual(code, 75, said)
        self.assertIn("shard 1/2 failed 2 times, at last: node ", said)
        self.assertIn("no result after 12 s", said)
        self.assertIn(" of 2 shards are stored, add --resume", said)
        self.assertEqual([index for index, _ in self.starts()].count(1), 2)

    def test_killed_driver_and_resumed(self):
        more = ["--umemaki", self.stand_in(), "--resume"]
        everything = set(range(1, 7))
        self.close(*everything)
        driver = self.driver("buffers", "--shards", 6, *more)
        done = self.halfway(driver)
        code, _ = driver.signal(signal.SIGKILL)
        self.assertEqual(code, -signal.SIGKILL)

        code, said = self.driver("buffers").end()
        self.assertEqual(code, 73, said)
        code, said = self.driver("kernels", "--resume").end()
        self.assertEqual(code, 65, said)
        self.assertIn("cannot be resumed", said)
        code, said = self.driver("buffers", "--resume", "--shards", 5).end()
        self.assertEqual(code, 64, said)

        known = len(self.starts())
        driver = self.driver("buffers", *more)
        second = self.halfway(driver, since=known)
        code, said = driver.signal(signal.SIGINT)
        self.assertEqual(code, 75, said)
        self.assertIn("interrupted; 4 of 6 shards are stored, add --resume", said)
        started = sorted(index for index, _ in self.starts()[known:])
        self.assertEqual(started, sorted(everything - done))
        self.assertTrue(eventually(lambda: not self.held()), "a cancelled shard runs on")

        known = len(self.starts())
        left = everything - done - second
        self.open(*left)
        self.assertDone(self.driver("buffers", *more))
        self.assertEqual(sorted(index for index, _ in self.starts()[known:]), sorted(left))
        self.assertSameAsLocal("buffers")

    def test_missing_library_names_node_and_library(self):
        driver = self.driver("buffers", "--shards", 1, "--umemaki", self.stand_in(lack=LACK))
        code, said = driver.end()
        self.assertEqual(code, 69, said)
        self.assertIn(f"node {socket.gethostname()} (", said)
        self.assertIn("shared library libhdf5_serial.so.103 is missing", said)
        self.assertEqual((self.folder / "attempts").read_text(), "\n", "it was tried again")


if __name__ == "__main__":
    unittest.main(verbosity=2)
