#!/usr/bin/env python3
"""Runs a sweep as shards on a Ray cluster; the result is that of `umemaki sweep`, byte for byte.

    python3 scripts/ray_sweep.py buffers -o results/buffers
    python3 scripts/ray_sweep.py buffers -o results/buffers --address ray://head:10001
    python3 scripts/ray_sweep.py buffers -o results/buffers --resume

Finished shards are kept in OUT.shards/ until all are there and merged, so whatever ends a run,
--resume continues it. The nodes share nothing with this machine but Ray: input files and the
program travel to them. They need the libraries that the program is linked to.

Exit codes: 0 done, 64 usage, 65 bad input, 66 missing file, 69 Ray, the program or one of its
libraries is missing, 73 output cannot be created, 75 something is left to `--resume`.
"""

import argparse
import collections
import contextlib
import fcntl
import json
import math
import os
import pathlib
import platform
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

USAGE, DATA, NO_INPUT, UNAVAILABLE, CANNOT_CREATE, TRY_AGAIN = 64, 65, 66, 69, 73, 75
LARGE = 1 << 20  # Bytes from which a file is an object of its own.
ROOT = pathlib.Path(__file__).resolve().parents[1]
INSTALL = "python3 -m pip install 'ray>=2.9,<3'"

# How the program travels: as objects of Ray's object store, not as a `working_dir`. An object goes
# to each node that asks for it once, whatever its size, and is spilled to disk where memory is
# short. A working_dir passes through the memory of the head node, has a size limit that a weight
# file may exceed, leaves out what a .gitignore names (this project's build folder), and is sent to
# nodes that have the program as well.


class Failure(Exception):
    """Ends the run with a message and an exit code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


# A shard failed in a way that another attempt may not. One of Python's own classes, because Ray's
# client sends the list of exceptions to retry by name, and no other machine has this script.
Retry = ChildProcessError


# On a node. --------------------------------------------------------------------------------------

# Starts the program such that it dies with the worker: a program that survives its worker would
# compete with the next attempt. Linux only; elsewhere it ends by itself.
LAUNCHER = """
import os, signal, sys
try:
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
except (ImportError, AttributeError, OSError):
    pass
if os.getppid() != int(sys.argv[1]):
    os._exit(75)
os.execv(sys.argv[2], sys.argv[2:])
"""


@contextlib.contextmanager
def scratch_folder():
    """A folder of its own; those of processes that were killed are removed on the way."""
    prefix = f"umemaki-shard-{os.getuid()}-"
    with os.scandir(tempfile.gettempdir()) as entries:
        old = [
            entry.path
            for entry in entries
            if entry.name.startswith(prefix) and entry.is_dir(follow_symlinks=False)
        ]
    for path in old:
        with contextlib.suppress(OSError), locked(path, fcntl.LOCK_NB):
            shutil.rmtree(path, ignore_errors=True)
    new = os.path.realpath(tempfile.mkdtemp(prefix="umemaki-new-"))
    with locked(new):
        # Under the name that others look for it is locked, or its owner is gone.
        folder = os.path.join(os.path.dirname(new), prefix + new.rsplit("-", 1)[1])
        os.rename(new, folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(folder, mode=0):
    """Holds a lock that ends with the process.

    It is on the folder itself: without a lock file that its removal had reached when it was
    interrupted, nobody would know that a folder is old.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | mode)
        yield
    finally:
        os.close(descriptor)


def missing_libraries(program, text):
    """Names of the shared libraries that `program` lacks; `text` is what it said."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        listed = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=60).stdout
        names = re.findall(r"^\s*(\S+) => not found", listed, re.MULTILINE)
        if names:
            return names
    named = r"(?:loading shared libraries|Library not loaded): (?:\S*/)?([^:\s]+)"
    return re.findall(named, text)


def unfit(program, version):
    """Why `program` cannot run on this node as version `version`; None if it can."""
    try:
        check = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Retry(f"{program} --version gave no answer in 60 s") from None
    except OSError as error:
        return f"umemaki does not start: {error.strerror}"
    if check.returncode < 0:
        raise Retry(f"{program} --version was ended by signal {-check.returncode}")
    if check.returncode:
        said = (check.stderr or check.stdout).strip()
        libraries = missing_libraries(program, said)
        if libraries:
            several = len(libraries) > 1
            return (
                f"umemaki does not start: shared {'libraries' if several else 'library'} "
                f"{', '.join(libraries)} {'are' if several else 'is'} missing; install "
                f"{'them' if several else 'it'} on every node (the Swift runtime, libhdf5, libyaml "
                "and libsqlite3 are needed)"
            )
        return f"umemaki does not start, exit code {check.returncode}: {said}"
    if check.stdout.strip() != version:
        return f"{program} is version {check.stdout.strip()}, here it is {version}"
    return None


def run_shard(job, index, program, *contents):
    """Runs one shard on whatever node this is; gives its store, or what is wrong for good."""
    import ray

    node = f"{socket.gethostname()} ({ray.util.get_node_ip_address()})"

    def wrong(code, message):
        return {"code": code, "message": message, "node": node}

    try:
        with scratch_folder() as folder:
            # Files keep their absolute paths below `tree`, so relative ones mean what they mean on
            # the machine that sent them.
            tree = folder + "/tree"
            for files in contents:
                for path, content in files.items():
                    os.makedirs(os.path.dirname(tree + path), exist_ok=True)
                    with open(tree + path, "wb") as file:
                        file.write(content)
            directory = tree + job["directory"]
            os.makedirs(directory, exist_ok=True)
            tool = job["program"]
            if not tool or not os.access(tool, os.X_OK):
                here = f"{platform.system()} {platform.machine()}"
                if here != job["platform"]:
                    return wrong(
                        UNAVAILABLE,
                        f"the node is {here}, umemaki was built for {job['platform']}; install it "
                        "there and name its path by --umemaki",
                    )
                tool = folder + "/umemaki"
                with open(tool, "wb") as file:
                    file.write(ray.get(program[0]) if isinstance(program, list) else program)
                os.chmod(tool, 0o700)
            del contents, program
            reason = unfit(tool, job["version"])
            if reason:
                return wrong(UNAVAILABLE, reason)
            sweep = tree + job["sweep"] if os.path.isabs(job["sweep"]) else job["sweep"]
            command = [
                sys.executable, "-I", "-S", "-c", LAUNCHER, str(os.getpid()), tool, "sweep", sweep,
                "-o", folder + "/out", "--shard", f"{index}/{job['shards']}",
                "--jobs", str(job["jobs"]), "--quiet",
            ]  # fmt: skip
            code, said = run_tool(command, directory, folder + "/said", job["timeout"])
            if code == 0:
                store = pathlib.Path(folder, "out/store.sqlite").read_bytes()
                return {"code": 0, "store": store, "tree": tree, "node": node}
            said = said.replace(tree, "").strip()
            if code < 0 or code > 128:
                number = -code if code < 0 else code - 128
                raise Retry(f"umemaki was ended by signal {number}")
            if code == TRY_AGAIN:
                raise Retry(said or "exit code 75")
            return wrong(code, said or f"umemaki ended with exit code {code}")
    except Retry as error:
        raise Retry(f"node {node}: {error}") from None
    except OSError as error:
        raise Retry(f"node {node}: {error}") from None


def run_tool(command, directory, log, timeout):
    """Exit code and messages of the program; ends it when this process is told to stop."""
    end = time.monotonic() + timeout if timeout else math.inf
    with open(log, "w+b") as said:
        process = subprocess.Popen(
            command, cwd=directory, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        try:
            # Ray cancels a task by an exception between two instructions: never wait long in one.
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.5)
                    break
                if time.monotonic() > end:
                    raise Retry(f"no result after {timeout:g} s")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        said.seek(0)
        return process.returncode, said.read().decode(errors="replace")


# Here. -------------------------------------------------------------------------------------------


def arguments():
    class Parser(argparse.ArgumentParser):
        def error(self, message):
            self.print_usage(sys.stderr)
            self.exit(USAGE, f"{self.prog}: {message}\n")

    def number(low, high, kind=int):
        def convert(text):
            value = kind(text)
            if not low <= value <= high:
                raise ValueError
            return value

        convert.__name__ = f"number from {low:g} to {high:g}"
        return convert

    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", metavar="SWEEP", help="a name in workloads/sweeps/ or a path")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="folder of the result")
    parser.add_argument(
        "--shards", type=number(1, 10_000), metavar="N",
        help="parts; when left out four times the cluster's CPUs, at most the number of points",
    )  # fmt: skip
    parser.add_argument(
        "--address", metavar="ADDRESS",
        help="auto, ray://HOST:10001, HOST:6379, or local for a cluster of this machine's own; "
        "when left out $RAY_ADDRESS, else a cluster that runs on this machine, else local",
    )  # fmt: skip
    parser.add_argument(
        "--jobs-per-shard", type=number(1, 1024), default=1, metavar="N",
        help="threads of a shard, and CPUs that it takes (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--retries", type=number(0, 1000), default=3, metavar="N",
        help="further attempts when a node, a worker or the program dies (default: 3)",
    )  # fmt: skip
    parser.add_argument(
        "--umemaki", metavar="PATH",
        help="the program, here and on nodes where this path exists; sent to the others. When left "
        "out, this project's release build, else the one in $PATH, is sent",
    )  # fmt: skip
    parser.add_argument(
        "--timeout", type=number(0.001, 1e9, float), metavar="S",
        help="seconds one attempt at a shard may take before it is ended and retried",
    )  # fmt: skip
    parser.add_argument(
        "--resume", action="store_true", help="go on with the shards in OUT.shards/, if any"
    )
    return parser.parse_args()


def say(text):
    print(text, file=sys.stderr, flush=True)


class Progress:
    """A line for every shard that is done; on a terminal always the same one."""

    def __init__(self, shards, points, done):
        self.shards, self.points, self.done, self.finished = shards, points, set(done), 0
        self.start, self.is_open = time.monotonic(), False

    def share(self, index):
        """Points of shard `index`."""
        return self.points * index // self.shards - self.points * (index - 1) // self.shards

    def add(self, index, node):
        self.done.add(index)
        self.finished += self.share(index)
        count = sum(map(self.share, self.done))
        rate = self.finished / max(time.monotonic() - self.start, 1e-9)
        left = f"{self.text((self.points - count) / rate)} left" if rate else "? left"
        line = (
            f"{len(self.done)} of {self.shards} shards, {count:,} of {self.points:,} points, "
            f"{rate:,.0f}/s, {left} (shard {index} from {node})"
        )
        if sys.stderr.isatty():
            columns = shutil.get_terminal_size().columns
            print(f"\r{line[:columns - 1]}\x1b[K", end="", file=sys.stderr, flush=True)
            self.is_open = True
        else:
            say(line)

    def close(self):
        if self.is_open:
            print(file=sys.stderr, flush=True)
        self.is_open = False

    @staticmethod
    def text(seconds):
        if seconds < 100:
            return f"{seconds:.0f} s"
        return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"


def local_tool(named):
    """The program on this machine."""
    if named and os.path.isfile(named):
        return os.path.abspath(named)
    built = ROOT / ".build/release/umemaki"
    found = str(built) if built.is_file() else shutil.which("umemaki")
    if found is None:
        raise Failure(
            UNAVAILABLE,
            f"{named or built}: no umemaki here, and plan and merge need it; "
            "`sh scripts/build.sh` makes it",
        )
    return os.path.abspath(found)


def call(*command, **more):
    """Runs the program here; its failure becomes ours, with its message."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **more
        )
    except OSError as error:
        raise Failure(UNAVAILABLE, f"{command[0]}: {error.strerror}") from None
    code = done.returncode
    if code:
        said = done.stderr.strip() or done.stdout.strip() or f"{command[0]}: exit code {code}"
        # 127: the loader finds no library, and says which.
        raise Failure(UNAVAILABLE if code == 127 else TRY_AGAIN if code < 0 else code, said)
    return done.stdout.strip()


def input_files(sweep, manifest):
    """Absolute paths of all files that the sweep may read."""
    here = os.getcwd()
    folder = pathlib.Path(here)
    above = [folder, *folder.parents]
    root = next(
        (f for f in above if (f / "arch").exists() and (f / "workloads").exists()), folder
    )
    texts = {".yaml", ".yml", ".csv", ".json", ".txt"}
    found = set()
    for part in ["arch", "workloads"]:
        for place, _, names in os.walk(root / part):
            found |= {os.path.join(place, n) for n in names if os.path.splitext(n)[1] in texts}
    # An absolute path inside a file means the file that a node has there: only the sweep file and
    # the project's own files can stand elsewhere. The nodes' digests are compared with ours.
    for entry in [{"path": sweep}, *manifest["inputs"]]:
        path = entry["path"]
        if not os.path.isabs(path) or path == sweep or root in pathlib.Path(path).parents:
            found.add(os.path.normpath(os.path.join(here, path)))
    # Files named inside these, such as a trace of arrivals: relative to the file or to this folder.
    for path in [p for p in found if os.path.splitext(p)[1] in {".yaml", ".yml"}]:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            words = re.findall(r"""[^\s'"\[\]{},#]*\.\w+""", pathlib.Path(path).read_text("utf-8"))
            for word in words:
                for base in [os.path.dirname(path), here]:
                    named = os.path.normpath(os.path.join(base, word))
                    if not os.path.isabs(word) and os.path.isfile(named):
                        found.add(named)
    return sorted(path for path in found if os.path.isfile(path))


def packed(paths):
    """The files as mappings from path to content: all small ones together, each large one alone."""
    small = {}
    try:
        for path in paths:
            content = pathlib.Path(path).read_bytes()
            if len(content) < LARGE:
                small[path] = content
            else:
                yield {path: content}
    except OSError as error:
        raise Failure(NO_INPUT, f"{error.filename}: {error.strerror}") from None
    yield small


def connect(ray, address):
    """Connects to a cluster, or starts one."""
    address = address or os.environ.get("RAY_ADDRESS")
    quiet = {"logging_level": "ERROR", "log_to_driver": False}
    place = re.fullmatch(r"(?:ray://)?\[?([^/\]]+)\]?:(\d+)", address or "")
    try:
        if place:  # Ray itself tries for minutes.
            socket.create_connection((place[1], int(place[2])), timeout=20).close()
        if address and address != "local":
            return ray.init(address=address, **quiet)
        if not address:
            with contextlib.suppress(ConnectionError):
                return ray.init(address="auto", **quiet)
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        return ray.init(address="local", include_dashboard=False, **quiet)
    except Exception as error:  # Ray raises almost anything here.
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        if place and not isinstance(error, OSError):
            reason += "; if the cluster asks for a token, set RAY_AUTH_MODE=token"
        raise Failure(UNAVAILABLE, f"no Ray cluster at {address or 'local'}: {reason}") from None


class Run:
    """One run of the driver."""

    def __init__(self, options):
        self.options = options
        self.output = options.output.rstrip("/") or "/"
        self.folder = pathlib.Path(self.output + ".shards")
        self.tool = local_tool(options.umemaki)
        self.version = call(self.tool, "--version")
        self.stopped = False

    # Before Ray: everything that can be wrong with the input.

    def is_complete(self):
        """Whether the result is there already."""
        if not os.path.exists(self.output + "/store.sqlite"):
            return False
        if not self.options.resume:
            raise Failure(
                CANNOT_CREATE, f"{self.output}: holds a sweep already; choose another folder"
            )
        if not os.path.exists(self.output + "/manifest.json"):
            raise Failure(
                CANNOT_CREATE,
                f"{self.output}: holds part of a sweep that was not run as shards; "
                "`umemaki sweep --resume` continues it",
            )
        # Nothing is left to run, so this only compares the files with those of the result.
        call(self.tool, "sweep", self.options.sweep, "-o", self.output, "--resume", "--quiet")
        return True

    @contextlib.contextmanager
    def shard_folder(self):
        """Holds the folder of the shards; removes it when nothing is worth keeping."""
        is_new = not self.folder.exists()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = open(self.folder / "lock", "w")
        except OSError as error:
            raise Failure(CANNOT_CREATE, f"{self.folder}: {error.strerror}") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Failure(TRY_AGAIN, f"{self.folder}: another process writes to it") from None
            if not self.options.resume and len(os.listdir(self.folder)) > 1:
                raise Failure(
                    CANNOT_CREATE,
                    f"{self.folder}: holds shards already; `--resume` continues them, or choose "
                    "another folder",
                )
            try:
                yield
            finally:
                if is_new and not any(self.folder.glob("*-of-*")):
                    shutil.rmtree(self.folder, ignore_errors=True)

    def plan(self):
        """What the sweep is made from: the manifest of a shard too small to hold a point.

        The program checks every file that it reads, so wrong ones end the run here; when shards of
        an earlier run are there, it also checks that they were made from the same files.
        """
        plan = self.folder / "plan"
        command = [self.tool, "sweep", self.options.sweep, "-o", str(plan), "--shard", "1/1000000",
                   "--jobs", "1", "--quiet"]  # fmt: skip
        if (plan / "manifest.json").exists():
            call(*command, "--resume")
        else:
            shutil.rmtree(plan, ignore_errors=True)
            call(*command)
        return json.loads((plan / "manifest.json").read_text("utf-8"))

    # With Ray.

    def shard_count(self, ray, points):
        """How many parts there are; finished ones decide."""
        asked = self.options.shards
        known = {int(path.name.split("-of-")[1]) for path in self.folder.glob("*-of-*")}
        if len(known) > 1:
            counts = ", ".join(map(str, sorted(known)))
            raise Failure(DATA, f"{self.folder}: holds shards of different runs, of {counts}")
        for count in known:
            if asked not in (None, count):
                raise Failure(
                    USAGE,
                    f"{self.folder}: holds shards of {count}, leave out --shards, or choose "
                    "another folder",
                )
            return count
        count = asked or 4 * int(ray.cluster_resources().get("CPU", 1))
        return max(1, min(count, points, 10_000))

    def keep(self, index, result, manifest):
        """Puts a shard that arrived into the folder, checked, in one step."""
        shards = manifest["shard"]["count"]
        new = self.folder / "new"
        shutil.rmtree(new, ignore_errors=True)
        try:
            new.mkdir()
            with open(new / "store.sqlite", "wb") as file:
                file.write(result["store"])
            expected = json.dumps({**manifest, "shard": {"index": index, "count": shards}})
            with contextlib.closing(sqlite3.connect(new / "store.sqlite")) as database:
                (found,) = database.execute("SELECT document FROM manifest WHERE id = 1").fetchone()
                made = json.loads(found)
                for entry in made["inputs"]:
                    entry["path"] = entry["path"].removeprefix(result["tree"])
                if made != json.loads(expected):
                    raise Failure(
                        DATA, self.difference(index, shards, made, manifest, result["node"])
                    )
                # Paths below the node's scratch folder become ours: a run in one piece has those.
                with database:
                    database.execute("UPDATE manifest SET document = ?", [expected])
            with open(new / "store.sqlite", "rb") as file:
                os.fsync(file.fileno())
            new.rename(self.folder / f"{index}-of-{shards}")
        except sqlite3.Error as error:
            raise Failure(
                DATA,
                f"shard {index}/{shards} from node {result['node']} is no whole store: {error}",
            ) from None
        except OSError as error:
            raise Failure(CANNOT_CREATE, f"{new}: {error.strerror}") from None

    @staticmethod
    def difference(index, shards, made, manifest, node):
        ours = {entry["path"]: entry["sha256"] for entry in manifest["inputs"]}
        other = [e["path"] for e in made["inputs"] if ours.get(e["path"]) != e["sha256"]]
        return (
            f"shard {index}/{shards} was made from other files on node {node}: "
            + (", ".join(other) or "its manifest differs")
            + "; name files by relative paths, so that they travel with the sweep"
        )

    def run(self, ray, manifest):
        """Runs the shards that are not there yet."""
        options, points = self.options, manifest["points"]
        shards = self.shard_count(ray, points)
        manifest["shard"] = {"index": 1, "count": shards}
        done = {int(path.name.split("-of-")[0]) for path in self.folder.glob("*-of-*")}
        queue = collections.deque(index for index in range(1, shards + 1) if index not in done)
        progress = Progress(shards, points, done)
        if not queue:
            return shards
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        cpus = [int(node.get("CPU", 0)) for node in nodes]
        say(
            f"{manifest['name']}: {points:,} points in {shards} shards on {sum(cpus)} CPUs of "
            f"{len(nodes)} nodes" + (f", {len(done)} shards are there" if done else "")
        )
        if max(cpus, default=0) < options.jobs_per_shard:
            say(f"no node has {options.jobs_per_shard} CPUs yet, waiting for one")
        job = {
            "sweep": options.sweep, "directory": os.getcwd(), "shards": shards,
            "jobs": options.jobs_per_shard, "timeout": options.timeout, "version": self.version,
            "program": options.umemaki and os.path.abspath(options.umemaki),
            "platform": f"{platform.system()} {platform.machine()}",
        }  # fmt: skip
        contents = [ray.put(part) for part in packed(input_files(options.sweep, manifest))]
        program = ray.put(pathlib.Path(self.tool).read_bytes())
        if options.umemaki:
            program = [program]  # Inside a list it is not fetched before it is asked for.
        task = ray.remote(run_shard).options(
            num_cpus=options.jobs_per_shard, max_retries=options.retries, retry_exceptions=[Retry],
            scheduling_strategy="SPREAD",
        )  # fmt: skip
        pending, window = {}, max(64, 4 * sum(cpus))
        try:
            while queue or pending:
                while queue and len(pending) < window:
                    index = queue.popleft()
                    pending[task.remote(job, index, program, *contents)] = index
                ready, _ = ray.wait(list(pending), timeout=0.25)
                for reference in ready:
                    self.take(ray, reference, pending.pop(reference), manifest, progress)
                if self.stopped:
                    raise Failure(TRY_AGAIN, "interrupted")
        except (Failure, ray.exceptions.RayError, ConnectionError) as failure:
            self.cancel(ray, pending, manifest, progress)
            progress.close()
            reason = str(failure)
            if not isinstance(failure, Failure):
                reason = f"the cluster is gone: {reason.strip().splitlines()[0]}"
            elif failure.code != TRY_AGAIN:
                raise
            count = len(progress.done)
            raise Failure(
                TRY_AGAIN,
                f"{reason}; {count} of {shards} shards are stored, add --resume to run the others",
            ) from None
        finally:
            progress.close()
        return shards

    def take(self, ray, reference, index, manifest, progress):
        """Fetches a shard that ended, one way or the other."""
        name = f"shard {index}/{manifest['shard']['count']}"
        try:
            result = ray.get(reference)
        except Retry as error:
            reason = getattr(error, "cause", error)
            attempts = self.options.retries + 1
            raise Failure(TRY_AGAIN, f"{name} failed {attempts} times, at last: {reason}") from None
        except ray.exceptions.RayError as error:
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise Failure(TRY_AGAIN, f"{name}: {type(error).__name__}: {reason[0]}") from None
        if result["code"] == UNAVAILABLE:
            raise Failure(UNAVAILABLE, f"node {result['node']}: {result['message']}")
        if result["code"]:
            raise Failure(result["code"], f"{result['message']}\n({name} on node {result['node']})")
        self.keep(index, result, manifest)
        progress.add(index, result["node"])

    def cancel(self, ray, pending, manifest, progress):
        """Ends the tasks, but keeps what is finished."""
        with contextlib.suppress(Exception):  # The cluster itself may be gone.
            if not pending:
                return
            ready, others = ray.wait(list(pending), num_returns=len(pending), timeout=0)
            for reference in others:
                ray.cancel(reference)
            for reference in ready:
                with contextlib.suppress(Failure):
                    self.take(ray, reference, pending[reference], manifest, progress)
            if others:
                ray.wait(others, num_returns=len(others), timeout=10)

    def merge(self, shards):
        """Joins the shards beside them, then moves the whole into place in one step."""
        # The program holds every shard open, at up to three files each.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 3 * shards + 256
        if soft != resource.RLIM_INFINITY and soft < wanted:
            limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        merged = self.folder / "merged"
        shutil.rmtree(merged, ignore_errors=True)
        parts = [f"{index}-of-{shards}" for index in range(1, shards + 1)]
        call(self.tool, "merge", "-o", "merged", *parts, cwd=self.folder)
        try:
            if os.path.isdir(self.output) and os.listdir(self.output):
                # The store last: where it is, everything is.
                for name in ["manifest.json", "store.sqlite"]:
                    os.replace(merged / name, os.path.join(self.output, name))
            else:
                os.rename(merged, self.output)
        except OSError as error:
            raise Failure(CANNOT_CREATE, f"{self.output}: {error.strerror}") from None
        shutil.rmtree(self.folder, ignore_errors=True)

    def main(self):
        if self.is_complete():
            say(f"{self.output}: nothing is left to run")
            if self.folder.exists():
                shutil.rmtree(self.folder, ignore_errors=True)
            return
        with self.shard_folder():
            manifest = self.plan()
            import ray

            connect(ray, self.options.address)
            # After Ray, which has handlers of its own.
            for number in [signal.SIGINT, signal.SIGTERM]:
                signal.signal(number, self.stop)
            try:
                shards = self.run(ray, manifest)
            finally:
                ray.shutdown()
            self.merge(shards)
            say(f"{self.output}: {manifest['points']:,} points from {shards} shards")

    def stop(self, *_):
        """Asks the loop to end; asked twice, ends at once."""
        if self.stopped:
            os._exit(TRY_AGAIN)
        self.stopped = True


def main():
    options = arguments()
    try:
        try:
            import ray  # noqa: F401
        except ImportError as error:
            raise Failure(
                UNAVAILABLE, f"this needs Ray, and `import ray` fails ({error}): {INSTALL}"
            ) from None
        Run(options).main()
    except Failure as failure:
        say(str(failure))
        return failure.code
    except KeyboardInterrupt:
        say("interrupted; add --resume to go on")
        return TRY_AGAIN
    return 0


if __name__ == "__main__":
    sys.exit(main())
