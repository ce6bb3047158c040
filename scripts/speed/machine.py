"""Programs side by side: processor time in alternating pairs, and the table of a page."""

import importlib.util
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.dirname(os.path.abspath(__file__))


class Peer:
    """A peer of PyPI: what it is called, what pip installs, and how its modules are loaded."""

    def __init__(self, name, module, distribution, wanted, load):
        self.name, self.module, self.distribution = name, module, distribution
        self.wanted, self.load = wanted, load
        self.folder = os.path.join(ROOT, ".build", "peers", module)

    def python(self):
        """The Python that has the peer, or None."""
        own = os.path.join(self.folder, "bin", "python")
        if os.path.exists(own):
            return own
        return sys.executable if importlib.util.find_spec(self.module) else None

    def install(self):
        """Makes an environment of the peer's own; environments of two peers want different versions of numpy."""
        print(f"{self.name}: pip install {' '.join(self.wanted)} into .build/peers/{self.module}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", self.folder], check=True)
        pip = [os.path.join(self.folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run(pip + self.wanted, check=True)

    def missing(self):
        """What is missing and what to do, or None."""
        if self.python():
            return None
        return f"{self.name} is not installed; --install, or pip install {' '.join(self.wanted)}"

    def version(self):
        code = f"import importlib.metadata as m, platform; print(m.version('{self.distribution}'), platform.python_version())"
        version, python = subprocess.run(
            [self.python(), "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
        return f"{self.name} {version}, Python {python}"


PEERS = {
    peer.module: peer
    for peer in (
        Peer("SCALE-Sim", "scalesim", "scalesim", ["scalesim==3.0.0", "numpy==1.26.4"], "import scalesim.scale_sim"),
        Peer(
            "ZigZag", "zigzag", "zigzag-dse", ["zigzag-dse==3.9.1", "six"],
            "from zigzag.stages.main import MainStage; from zigzag.stages.workload_iterator import WorkloadStage; "
            "from zigzag.stages.mapping.temporal_mapping_generator_stage import TemporalMappingGeneratorStage",
        ),
        Peer("SimPy", "simpy", "simpy", ["simpy==4.1.2"], "import simpy"),
    )
}


def run(command, folder):
    """Processor seconds, user and system, of a program and what it started; and what it printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n{err.read().decode()[-2000:]}")
        return usage.ru_utime + usage.ru_stime, out.read().decode()


def side(command, folder):
    """One side of a pair: the median of up to five runs, fewer once they took a second together."""
    times, text = [], ""
    while len(times) < 5 and sum(times) < 1:
        seconds, text = run(command, folder)
        times.append(seconds)
    return statistics.median(times), text


class Pairs:
    """Medians of alternating pairs: of both sides and of their ratio."""

    def __init__(self, peer, own, count, folder):
        # Files and caches warm, not counted; a peer that takes long was warmed by loading its modules.
        run(own, folder)
        self.peers, self.owns, self.texts = [], [], None
        for pair in range(count):
            sides = {}
            for name in ("peer", "own") if pair % 2 == 0 else ("own", "peer"):
                sides[name] = side(peer if name == "peer" else own, folder)
            self.peers.append(sides["peer"][0])
            self.owns.append(sides["own"][0])
            self.texts = (sides["peer"][1], sides["own"][1])
        self.peer, self.own = statistics.median(self.peers), statistics.median(self.owns)
        self.ratios = sorted(peer / own for peer, own in zip(self.peers, self.owns))
        self.ratio = statistics.median(self.ratios)


def figure(value):
    """Two digits: what a ratio of processor times is good for on a machine that others use too."""
    if value >= 100:
        power = 10 ** (len(str(int(value))) - 2)
        return f"{round(value / power) * power:,}"
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


HEAD = ["work", "beside", "times the processor time", "lowest to highest", "less start-up", "pairs", "results"]
BEGIN, END = "<!-- speed -->", "<!-- /speed -->"


def rows_of(text):
    """The rows of the page's table, by their first cell."""
    body = text.split(BEGIN, 1)[1].split(END, 1)[0]
    cells = [re.split(r" *\| *", line.strip())[1:-1] for line in body.splitlines() if line.startswith("|")]
    return {row[0]: row for row in cells[2:]}


def write(path, rows, order):
    """Puts `rows` into the page's table in the given order; rows that were not measured stay as they are."""
    with open(path) as file:
        text = file.read()
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        sys.exit(f"{path}: expected one {BEGIN} and one {END} below it")
    known = {**rows_of(text), **{row[0]: row for row in rows}}
    lines = [HEAD, ["---"] * len(HEAD)] + [known[key] for key in order if key in known]
    table = "\n".join(f"| {' | '.join(row)} |" for row in lines)
    note = f"Measured on {os.cpu_count()} cores, {platform.machine().replace('_', '-')}, {platform.system()}."
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    with open(path, "w") as file:
        file.write(f"{before}{BEGIN}\n{table}\n\n{note}\n{END}{after}")
