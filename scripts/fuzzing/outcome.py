"""Runs the program under limits and says what is wrong with how it ended."""

import json
import os
import re
import resource
import signal
import subprocess
import tempfile
import time

# YourFirstRun, and 69 of scripts/ray_sweep.py, which is not run here.
DOCUMENTED = {0, 64, 65, 66, 73, 75}
PLACE = re.compile(r"^[^\n]*?:\d+:\d+: ", re.M)
# What has no line: options, files that are no texts, and what is wrong with a file as a whole.
WHOLE = re.compile(
    r"^--|\.(h5|onnx|sqlite|safetensors)(/|: )| is empty|leave out --weights|fewer than two blocks|nothing but a literal"
    r"|that no layer can express|provenance|: schema: expected|has no layers|expected at least one row|^layer \S+: |a configuration becomes|^ARCHITECTURE: |is a workload already|only a model has inputs"
)
NO_NUMBER = re.compile(r"(?<![\w.\"'-])[-+]?(?:nan|inf|infinity)(?![\w\"'-])", re.I)


class Outcome:
    def __init__(self, code, out, err, seconds, megabytes, late):
        self.code, self.out, self.err = code, out, err
        self.seconds, self.megabytes, self.late = seconds, megabytes, late

    @property
    def text(self):
        return self.err.decode("utf-8", "replace")


class Program:
    """The program, with limits of processor time, memory and file sizes."""

    def __init__(self, path, folder, seconds=20, gibibytes=4):
        self.path, self.folder = os.path.abspath(path), folder
        self.seconds, self.memory = seconds, int(gibibytes * 2**30)
        self.runs = 0

    def limit(self):
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**28, 2**28))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def run(self, words, factor=1):
        """`factor` more wall time for calls that look at many files at once."""
        self.runs += 1
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            begin = time.monotonic()
            process = subprocess.Popen(
                [self.path, *words], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                preexec_fn=self.limit,
            )
            late, usage, status = False, None, 0
            # Processor time is what counts; wall time is for what waits, on a machine that others use.
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                if time.monotonic() - begin > self.seconds * 6 * factor:
                    late = True
                    os.killpg(process.pid, signal.SIGKILL)
                    _, status, usage = os.wait4(process.pid, 0)
                    break
                time.sleep(0.002)
            process.returncode = code = os.waitstatus_to_exitcode(status)
            late = late or code == -signal.SIGXCPU or code == -9 and usage.ru_utime + usage.ru_stime >= self.seconds
            out.seek(0)
            err.seek(0)
            return Outcome(
                code, out.read(2**29), err.read(2**22), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, late
            )


def template(text):
    """A message without its names and numbers, to tell findings apart."""
    text = re.sub(r"^\S*/", "", text)
    text = re.sub(r"`[^`]*`", "`_`", text)
    text = re.sub(r"[-+]?\d[\d.,e+-]*", "0", text)
    text = re.sub(r"\S*fuzz-\S*", "FILE", text)
    return text[:160]


def verdict(outcome, words, placed):
    """None where all is well, else a signature; `placed` says that a mistake is one of a user's text."""
    text = outcome.text
    first = next((line for line in text.split("\n") if line and not line.startswith("warning:")), "")
    if outcome.late:
        return f"{words[0]}: hang"
    if outcome.code < 0:
        last = [line for line in text.strip().split("\n") if "Fatal" in line or "rror" in line][:1]
        return f"{words[0]}: signal {-outcome.code}: {template(last[0]) if last else ''}"
    if outcome.code not in DOCUMENTED:
        return f"{words[0]}: code {outcome.code}: {template(first)}"
    if outcome.megabytes > 1500:
        return f"{words[0]}: memory of {outcome.megabytes / 1024:.0f} GiB"
    if outcome.code and not first:
        return f"{words[0]}: code {outcome.code} without a word"
    if outcome.code == 64:
        return f"{words[0]}: usage: {template(first)}"
    if outcome.code == 65 and placed and not PLACE.search(text) and not WHOLE.search(first):
        return f"{words[0]}: no place: {template(first)}"
    if re.search(r"Swift\.|Optional\(|EncodingError|DecodingError|NSError|Foundation\.", text):
        return f"{words[0]}: inside words: {template(first)}"
    if outcome.code == 0:
        return _numbers(outcome.out, words)
    return None


def negative(value, key=""):
    """The key of a count, a time or an energy below zero."""
    if isinstance(value, dict):
        return next((found for name, inner in value.items() if (found := negative(inner, name))), None)
    if isinstance(value, list):
        return next((found for inner in value if (found := negative(inner, key))), None)
    counted = re.search(r"cycles|seconds|joules|bytes|macs|_s$|_j$|_pj$|count|utili", key)
    return key if counted and isinstance(value, (int, float)) and value < 0 else None


def _numbers(out, words):
    text = out.decode("utf-8", "replace")
    if "--format" in words and words[words.index("--format") + 1] in ("json", "trace"):
        try:
            document = json.loads(text, parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))
        except ValueError as error:
            return f"{words[0]}: JSON: {template(str(error))}"
        if words[0] in ("run", "mapping", "budget", "profile"):
            key = negative(document)
            if key:
                return f"{words[0]}: negative {key}"
    # Scripts of pages have words of their own.
    text = re.sub(r"(?s)<script>.*?</script>", "", text)
    match = NO_NUMBER.search(text)
    if match and words[0] not in ("check", "schema"):
        around = text[max(0, match.start() - 30) : match.end() + 10].replace("\n", " ")
        return f"{words[0]}: {match.group(0)} in the output: {template(around)}"
    return None
