"""Runs real commands while the machine is unkind to them, and looks at what is there afterwards.

    python3 scripts/soak.py [--seed N] [--cases N] [--minutes M] [--program PATH] [--keep FOLDER]

Each case is one command at random in a folder of its own, over a file that was there, and one of:

  kill     SIGKILL after a random part of the time that the command takes, several times; then the command again
           gives the bytes that it gives undisturbed, and a sweep with --resume the same report
  term     SIGTERM or SIGINT: the file that was there is whole, and nothing of a half-written one is left
  stream   standard output or standard error closed, full (/dev/full), or a pipe whose reader is gone
  limit    files may not grow beyond some bytes (RLIMIT_FSIZE)
  disk     a disk of a few KiB (tmpfs), where this user may mount one
  place    a folder that may not be written, a folder or a dangling link in the file's place, no such folder
  memory   an address space of 70 to 300 MiB
  again    the same command twice at once into one place: one result, or one is refused with 73

What was there is afterwards as it was or the whole new result, never anything between; exit codes are documented
ones; a failure has a sentence; no other file is left. Equal seeds make equal cases, but for the moment of a signal.
Needs a release build; without rights to mount `disk` is left out and said so.
"""

import argparse
import collections
import os
import random
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from fuzzing import kinds

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DOCUMENTED = {0, 64, 65, 66, 73, 75}
PLACE = "made/case"
OLD = b"what was there before\n"
SWEEP = f"""name: forty
summary: Forty designs of a small layer.
source: made for the test
inference: {{architecture: sushi-analytic, workload: {kinds.TINY}}}
axes:
  - {{name: pixels, path: architecture.datapath.pixels, values: [1, 2, 4, 8]}}
  - {{name: clock, path: architecture.frequency, values: [100 MHz, 200 MHz, 300 MHz, 400 MHz, 1 GHz]}}
  - {{name: kernels, path: architecture.datapath.output_channels, values: [8, 16]}}
objectives: [latency, energy]
"""
# Commands that write OUT, a file, and stand for their kind.
FILES = [
    ("run.json", "run sushi-analytic resnet20-cifar --format json -o OUT"),
    ("run.csv", "run tpu-like alexnet -o OUT"),
    ("run.html", "run nvdla-large alexnet -o OUT"),
    ("run.h5", "run systolic-32-ws resnet20-cifar --format hdf5 -o OUT"),
    ("trace.json", "run sushi-analytic resnet20-cifar --format trace -o OUT"),
    ("mapping.yaml", "run nvdla-large alexnet --mapping-out OUT"),
    ("w.h5", f"make-weights {kinds.TINY} -o OUT"),
    ("q.h5", "quantize made/w.h5 -o OUT --scheme ternary --quiet"),
    ("analyze.csv", "analyze made/q.h5 -o OUT --quiet"),
    ("codecs.json", "codecs made/w.h5 -o OUT --quiet"),
    ("table.csv", "profile sushi-analytic ofa-resnet50 --subnets 0.6B,4.1B -o OUT"),
    ("table.h5", "profile sushi-analytic ofa-resnet50 --subnets 0.6B,4.1B --format hdf5 -o OUT"),
    ("queries.csv", "serve made/served.yaml --quiet --queries OUT"),
    ("queries.h5", "serve made/served.yaml --quiet --queries OUT"),
    ("serve.json", "serve shared-devices --quiet -o OUT"),
    ("serve.html", "serve made/served.yaml --quiet -o OUT"),
    ("import.yaml", "import Tests/CommandTests/Import/alexnet.csv -o OUT --name a"),
    ("tiny.yaml", "import Tests/CommandTests/Import/tiny.onnx -o OUT --name t"),
    ("export.csv", "export resnet20-cifar -o OUT"),
    ("export.onnx", "export resnet20-cifar -o OUT"),
    ("report.html", "report made/store -o OUT --quiet"),
    ("report.h5", "report made/store -o OUT --quiet"),
    ("compare.md", "compare made/run.json made/run.json -o OUT"),
    ("rerun.json", "rerun made/run.json -o OUT"),
    ("budget.json", "budget a100-like opt-125m --target '50 ms' -o OUT"),
    ("tune.json", "tune tuned-cascade -o OUT"),
    ("stitch.csv", "stitch resnet20-cifar resnet20-cifar --on systolic-32-os -o OUT"),
    ("settings.csv", "tune tuned-cascade --settings OUT"),
]
PRINTED = ["run tpu-like alexnet", "serve made/served.yaml --quiet", "report made/store", "check arch/tpu-like.yaml --resolved",
           "analyze made/q.h5", "list formats", "schema workload", "run sushi-analytic resnet20-cifar --format html"]
HOWS = ["kill", "sweep", "sweep", "term", "stream", "limit", "disk", "place", "memory", "again", "pair"]


class Soak:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.program = os.path.abspath(options.program)
        self.runs, self.counts, self.found = 0, collections.Counter(), collections.Counter()
        kinds.copy_tree(ROOT, folder)
        _, missing = kinds.make(self, folder)
        print(*(f"not made: {one}\n" for one in missing), sep="", end="")
        with open(os.path.join(folder, "made/forty.yaml"), "w") as file:
            file.write(SWEEP)
        self.whole, self.time = {}, {}
        self.mounts = os.geteuid() == 0 and self.mount(os.path.join(folder, "made/disk"), 64)
        if self.mounts:
            self.unmount(os.path.join(folder, "made/disk"))
        else:
            print("disk is left out: this user may not mount one")

    def mount(self, path, kibibytes):
        os.makedirs(path, exist_ok=True)
        words = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", path]
        return subprocess.run(words, stderr=subprocess.DEVNULL).returncode == 0

    def unmount(self, path):
        subprocess.run(["umount", "-l", path], check=False)

    def full(self, path):
        return os.path.join(self.folder, path)

    def run(self, words, after=None, number=signal.SIGKILL, prepare=None, out=None, err=None):
        """Code, standard error and seconds; `after` seconds a signal is sent."""
        process, begin = self.start(words, prepare, out, err), time.monotonic()
        try:
            errors = process.communicate(timeout=120 if after is None else after)[1]
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL if after is None else number)
            errors = process.communicate(timeout=60)[1]
            if after is None:
                return Ended(-999, b"hang", time.monotonic() - begin)
        return Ended(process.returncode, errors or b"", time.monotonic() - begin)

    def start(self, words, prepare=None, out=None, err=None):
        self.runs += 1
        return subprocess.Popen(
            [self.program, *words], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if out is None else out, stderr=subprocess.PIPE if err is None else err,
            preexec_fn=prepare,
        )

    def undisturbed(self, line, name):
        """The bytes that a command writes and the time it takes."""
        if (line, name) not in self.whole:
            # Documents hold the command that made them, and with it the place.
            path = f"{PLACE}/{name}"
            ended = self.run(self.words(line, path))
            self.time[line] = ended.seconds
            self.whole[line, name] = self.bytes(path) if ended.code == 0 else None
            if self.whole[line, name] is not None:
                os.remove(self.full(path))
            if ended.code:
                print(f"not run: {line}: {ended.text}")
        return self.whole[line, name]

    def words(self, line, path):
        return [path if word == "OUT" else word for word in shlex.split(line)]

    def bytes(self, path):
        try:
            with open(self.full(path), "rb") as file:
                return file.read()
        except OSError:
            return None

    def wrong(self, what, case):
        self.found[what] += 1
        if self.found[what] <= 3:
            print(f"FOUND {what}\n      {case}", flush=True)
            with open(os.path.join(self.options.keep, "soak.txt"), "a") as file:
                file.write(f"{what}\n  {case}\n")

    def judge(self, how, line, ended, place, name, old, whole):
        """What has to hold after any command over the file `old`."""
        case = f"{how}: {line}: {place}: code {ended.code}: {ended.text[:300]}"
        now = self.bytes(f"{place}/{name}")
        # Some files hold the time or the place; a new one is as long or the program says that it succeeded.
        if now != old and now != whole and ended.code != 0:
            self.wrong(f"{how}: neither the old file nor the whole new one", case)
        if ended.code == 0 and whole is not None and now != whole:
            self.wrong(f"{how}: said to be done, and the file is another", case)
        if ended.code > 0 and ended.code not in DOCUMENTED:
            self.wrong(f"{how}: code {ended.code}", case)
        if ended.code > 0 and not ended.errors.strip():
            self.wrong(f"{how}: fails without a word", case)
        if ended.code == -999:
            self.wrong(f"{how}: hang", case)

    def leftovers(self, how, line, place, allowed):
        others = [one for one in os.listdir(self.full(place)) if one not in allowed]
        if others:
            self.wrong(f"{how}: files are left", f"{line}: {others}")
        return others

    # Cases

    def case(self, index):
        draw = random.Random(f"{self.options.seed}/{index}")
        how = draw.choice(HOWS)
        place = PLACE
        os.makedirs(self.full(place))
        name, line = draw.choice(FILES)
        whole = self.undisturbed(line, name)
        self.counts[how] += 1
        try:
            if whole is not None or how in ("sweep", "stream", "pair"):
                getattr(self, how)(draw, place, name, line, whole)
        finally:
            shutil.rmtree(self.full(place), ignore_errors=True)

    def old(self, draw, path):
        if draw.random() < 0.7:
            with open(self.full(path), "wb") as file:
                file.write(OLD)
            return OLD
        return None

    def kill(self, draw, place, name, line, whole):
        old = self.old(draw, f"{place}/{name}")
        for _ in range(draw.choice([1, 2, 4])):
            ended = self.run(self.words(line, f"{place}/{name}"), after=self.time[line] * draw.random() * 1.1)
            self.judge("kill", line, ended, place, name, old, whole)
            if self.bytes(f"{place}/{name}") == whole:
                old = whole
        ended = self.run(self.words(line, f"{place}/{name}"))
        self.judge("after kill", line, ended, place, name, old, whole)
        if ended.code:
            self.wrong("after kill: does not run again", f"{line}: {ended.text}")

    def term(self, draw, place, name, line, whole):
        old = self.old(draw, f"{place}/{name}")
        number = draw.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
        # A program that has not begun has nothing to tidy, and nothing to leave.
        after = self.time[line] * draw.random()
        ended = self.run(self.words(line, f"{place}/{name}"), after=after, number=number)
        self.judge(f"{number.name}", line, ended, place, name, old, whole)
        self.leftovers(number.name, line, place, {name})

    def sweep(self, draw, place, name, line, whole):
        jobs = ["--jobs", draw.choice(["1", "2"])]
        words = ["sweep", "made/forty.yaml", "-o", f"{place}/s", "--resume", "--quiet", *jobs]
        if "sweep" not in self.whole:
            ended = self.run(["sweep", "made/forty.yaml", "-o", "made/forty", "--quiet"])
            self.time["sweep"] = ended.seconds
            self.whole["sweep"] = self.points("made/forty")
        known = 0
        for _ in range(draw.choice([1, 3, 6])):
            number = draw.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
            prepare = None
            if draw.random() < 0.3:
                limit = draw.choice([0, 100, 4096, 20000, 40000, 80000])
                prepare = lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            ended = self.run(words, after=self.time["sweep"] * draw.random() * 1.1, number=number, prepare=prepare)
            case = f"{shlex.join(words)}: code {ended.code}: {ended.text[:300]}"
            if ended.code > 0 and ended.code not in (73, 75):
                self.wrong(f"sweep: code {ended.code}", case)
            if ended.code > 0 and not ended.errors.strip():
                self.wrong("sweep: fails without a word", case)
            if os.path.exists(self.full(f"{place}/s/store.sqlite")):
                now = self.points(f"{place}/s").count(b"\n")
                if now < known:
                    self.wrong("sweep: points are lost", f"{case}: {known} lines, now {now}")
                known = now
        ended = self.run(words)
        if ended.code or self.points(f"{place}/s") != self.whole["sweep"]:
            self.wrong("sweep: resumed to another result", f"{shlex.join(words)}: {ended.code} {ended.text[:500]}")
        again = self.bytes(f"{place}/s/store.sqlite")
        self.run(words)
        if again != self.bytes(f"{place}/s/store.sqlite"):
            self.counts["sweep: finished store is other bytes after --resume"] += 1
        self.leftovers("sweep", "sweep", place, {"s"})

    def points(self, folder):
        path = self.full("made/points.csv")
        if os.path.exists(path):
            os.remove(path)
        self.run(["report", folder, "--format", "csv", "-o", path, "--quiet"])
        return self.bytes(path) or b""

    def pair(self, draw, place, name, line, whole):
        """Shards killed, resumed and merged are the whole."""
        for part in (1, 2):
            words = ["sweep", "made/forty.yaml", "-o", f"{place}/{part}", "--shard", f"{part}/2", "--resume", "--quiet"]
            self.run(words, after=0.3 * draw.random())
            ended = self.run(words)
            if ended.code:
                self.wrong("shard: does not resume", f"{shlex.join(words)}: {ended.code} {ended.text[:500]}")
        words = ["merge", f"{place}/2", f"{place}/1", "-o", f"{place}/m"]
        self.run(words, after=0.15 * draw.random())
        ended = self.run(words)
        if ended.code:
            if ended.code != 73:
                self.wrong(f"merge: code {ended.code} after a kill", f"{shlex.join(words)}: {ended.text[:300]}")
            shutil.rmtree(self.full(f"{place}/m"), ignore_errors=True)
            ended = self.run(words)
            self.counts["merge: has to be cleared after a kill"] += 1
            if ended.code:
                self.wrong("merge: fails", f"{shlex.join(words)}: {ended.code} {ended.text[:500]}")
        if "sweep" in self.whole and self.points(f"{place}/m") != self.whole["sweep"]:
            self.wrong("merge: another result", shlex.join(words))

    def stream(self, draw, place, name, line, whole):
        line = draw.choice(PRINTED + [line])
        words = self.words(line, f"{place}/{name}")
        which, kind = draw.choice([1, 2]), draw.choice(["closed", "full", "pipe"])
        prepare = reader = None
        streams = {1: None, 2: None}
        if kind == "closed":
            prepare = lambda: os.close(which)
        elif kind == "full":
            streams[which] = open("/dev/full", "wb")
        else:
            reader, writer = os.pipe()
            os.close(reader)
            streams[which] = os.fdopen(writer, "wb")
        ended = self.run(words, prepare=prepare, out=streams[1], err=streams[2])
        if streams[which]:
            streams[which].close()
        case = f"{kind} {which}: {line}: code {ended.code}: {ended.text[:300]}"
        expected = {0, 73} | ({-13} if kind == "pipe" else set())
        if ended.code not in expected:
            self.wrong(f"stream: {kind}: code {ended.code}", case)
        if which == 1 and line in PRINTED and ended.code == 0:
            self.wrong(f"stream: {kind}: what was to be printed is lost and the code is 0", case)
        if ended.code == 73 and which == 1 and not ended.errors.strip():
            self.wrong(f"stream: {kind}: fails without a word", case)
        self.leftovers("stream", line, place, {name})

    def limit(self, draw, place, name, line, whole):
        old = self.old(draw, f"{place}/{name}")
        most = draw.choice([0, 1, 100, 1000, 4096, 10000, len(whole) // 2, max(0, len(whole) - 1)])
        prepare = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        ended = self.run(self.words(line, f"{place}/{name}"), prepare=prepare)
        self.judge("limit", line, ended, place, name, old, whole)
        if ended.code not in (0, 73):
            self.wrong(f"limit: code {ended.code}", f"{most} bytes: {line}: {ended.text[:300]}")
        self.leftovers("limit", line, place, {name})

    def disk(self, draw, place, name, line, whole):
        if not self.mounts or not self.mount(self.full(place), draw.choice([4, 8, 16, 32, len(whole) // 1024 + 4])):
            return
        try:
            old = self.old(draw, f"{place}/{name}")
            ended = self.run(self.words(line, f"{place}/{name}"))
            self.judge("disk", line, ended, place, name, old, whole)
            if ended.code not in (0, 73):
                self.wrong(f"disk: code {ended.code}", f"{line}: {ended.text[:300]}")
            self.leftovers("disk", line, place, {name})
        finally:
            self.unmount(self.full(place))

    def place(self, draw, place, name, line, whole):
        path, kind = f"{place}/{name}", draw.choice(["folder", "dangling", "absent", "under a file", "long", "link", "read-only"])
        allowed = {name}
        if kind == "folder":
            os.makedirs(self.full(path))
        elif kind == "dangling":
            os.symlink("nowhere/at/all", self.full(path))
        elif kind == "absent":
            path = f"{place}/no/such/{name}"
        elif kind == "under a file":
            with open(self.full(f"{place}/file"), "w") as file:
                file.write("x")
            path, allowed = f"{place}/file/{name}", {"file"}
        elif kind == "long":
            path = f"{place}/{'x' * 300}{name}"
        elif kind == "link":
            with open(self.full(f"{place}/real"), "wb") as file:
                file.write(OLD)
            os.symlink("real", self.full(path))
            allowed = {name, "real"}
        elif kind == "read-only":
            # Root may write anywhere that is mounted for it; a mount that is read-only is for root as well.
            if not self.mounts or not self.mount(self.full(place), 64):
                return
            subprocess.run(["mount", "-o", "remount,ro", self.full(place)], check=False)
        try:
            ended = self.run(self.words(line, path))
            case = f"{kind}: {line}: code {ended.code}: {ended.text[:300]}"
            if kind == "link":
                if ended.code or not os.path.islink(self.full(path)) or self.bytes(f"{place}/real") != whole:
                    self.wrong("place: a link does not stay one", case)
            elif ended.code not in (0, 73) or kind != "dangling" and ended.code == 0:
                self.wrong(f"place: {kind}: code {ended.code}", case)
            elif ended.code and not ended.errors.strip():
                self.wrong("place: fails without a word", case)
            self.leftovers("place", line, place, allowed)
        finally:
            if kind == "read-only":
                self.unmount(self.full(place))

    def memory(self, draw, place, name, line, whole):
        old = self.old(draw, f"{place}/{name}")
        most = draw.choice([70, 100, 120, 150, 200, 300]) * 2**20
        prepare = lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most))
        ended = self.run(self.words(line, f"{place}/{name}"), prepare=prepare)
        now = self.bytes(f"{place}/{name}")
        # Nobody promises a sentence where there is no memory; what was there has to stay.
        if now != old and now != whole:
            self.wrong("memory: neither the old file nor the whole new one", f"{line}: {ended.code}: {ended.text[:300]}")
        self.counts[f"memory: code {ended.code}"] += 1

    def again(self, draw, place, name, line, whole):
        words = self.words(line, f"{place}/{name}")
        both = [self.start(words), self.start(words)]
        errors = [one.communicate(timeout=240)[1] for one in both]
        if {one.returncode for one in both} - {0, 73} or all(one.returncode for one in both):
            self.wrong("again: codes", f"{line}: {[one.returncode for one in both]}: {errors}")
        if self.bytes(f"{place}/{name}") != whole:
            self.wrong("again: the file is another", line)
        self.leftovers("again", line, place, {name})


class Ended:
    def __init__(self, code, errors, seconds):
        self.code, self.errors, self.seconds = code, errors, seconds
        self.text = errors.decode("utf-8", "replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after this time")
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/umemaki"))
    parser.add_argument("--keep", default=os.path.join(ROOT, ".build/fuzz"), help="folder of what is found")
    options = parser.parse_args()
    os.makedirs(options.keep, exist_ok=True)
    print(f"seed {options.seed}", flush=True)
    folder = tempfile.mkdtemp()
    try:
        soak = Soak(options, folder)
        begin = time.monotonic()
        done = 0
        while done < options.cases and time.monotonic() - begin < 60 * options.minutes:
            soak.case(done)
            done += 1
        print(f"{done} cases, {soak.runs} runs of the program, {time.monotonic() - begin:.0f} s")
        print(", ".join(f"{how}: {count}" for how, count in sorted(soak.counts.items())))
        for what, count in sorted(soak.found.items()):
            print(f"FOUND {count} times: {what}")
        return 1 if soak.found else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
