#!/usr/bin/env python3
"""Runs what articles show, in their order, and compares what is printed with what they show.

    python3 Tests/Tutorials/run_articles.py PROGRAM [--write] ARTICLE.md ...

In an article:
- a block in sh is run, line by line joined, in a folder of its own that has arch/, workloads/, scripts/ and Tests/
  of this repository; blocks that begin with `sh scripts/` (set-up of the whole repository) are left out;
- a block in another language whose first line is `# NAME.ext` is that file in the folder;
- a block in text is what the block in sh before it prints; a line `...` stands for any lines.

With --write blocks in text are made again: a block without `...` whole, of another each line whose beginning, up to
two spaces, one line of the output has.
"""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# ([\w.-]+\.(?:py|yaml|csv))")
LIMIT = 120  # seconds that one block may take


def label(line):
    """What a line is about: its words up to two spaces."""
    return line.lstrip().split("  ")[0]


def fits(shown, printed):
    """Whether lines are those that were printed, where `...` stands for any lines."""
    parts, part = [], []
    for line in shown:
        if line.strip() == "...":
            parts.append(part)
            part = []
        else:
            part.append(line)
    parts.append(part)
    if len(parts) == 1:
        return shown == printed
    place = 0
    for number, part in enumerate(parts):
        if number == len(parts) - 1 and part:
            start = len(printed) - len(part)
            return start >= place and printed[start:] == part
        if number == 0:
            if printed[: len(part)] != part:
                return False
            place = len(part)
            continue
        while printed[place : place + len(part)] != part:
            place += 1
            if place + len(part) > len(printed):
                return False
        place += len(part)
    return True


def written(shown, printed):
    """The lines again, of what is printed now."""
    if not any(line.strip() == "..." for line in shown):
        return printed
    place, lines = 0, []
    for line in shown:
        if line.strip() != "...":
            for index in range(place, len(printed)):
                if printed[index] == line or (line and label(printed[index]) == label(line)):
                    line, place = printed[index], index + 1
                    break
        lines.append(line)
    return lines


def run(article, program, writes):
    text = article.read_text()
    wrong, printed = [], None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("arch", "workloads"):
            shutil.copytree(ROOT / part, folder / part)
        for part in ("scripts", "Tests"):
            (folder / part).symlink_to(ROOT / part)
        (folder / "bin").mkdir()
        (folder / "bin" / "umemaki").symlink_to(program)
        places = dict(os.environ, PATH=f"{folder / 'bin'}:{os.environ['PATH']}")
        places.pop("UMEMAKI_LIBRARY", None)
        replaced = []
        for found in FENCE.finditer(text):
            language, block = found.groups()
            line = text.count("\n", 0, found.start()) + 1
            named = NAMED.fullmatch(block.split("\n")[0])
            if named:
                # A table has no comments: its name is not part of it.
                content = block.split("\n", 1)[1] if language == "csv" else block
                (folder / named.group(1)).write_text(content)
            elif language == "sh":
                printed = None
                if block.startswith("sh scripts/"):
                    continue
                try:
                    outcome = subprocess.run(
                        ["bash", "-e", "-c", block], cwd=folder, env=places, stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT)
                except subprocess.TimeoutExpired:
                    wrong.append(f"{article}:{line}: takes more than {LIMIT} s")
                    continue
                printed = [one.rstrip() for one in outcome.stdout.decode().splitlines()]
                # A block that shows a mistake ends with `|| true`.
                if outcome.returncode:
                    tail = "\n".join(printed[-10:])
                    wrong.append(f"{article}:{line}: exit code {outcome.returncode}\n{tail}")
            elif language == "text":
                if printed is None:
                    continue
                shown = block.splitlines()
                if fits(shown, printed):
                    continue
                if writes:
                    lines = written(shown, printed)
                    replaced.append((found.start(2), found.end(2), "\n".join(lines) + "\n"))
                    if fits(lines, printed):
                        continue
                difference = "\n".join(difflib.unified_diff(shown, printed, "shown", "printed", lineterm="", n=0))
                wrong.append(f"{article}:{line}: is not what is printed\n{difference[:4000]}")
            elif language not in ("swift", "json", "yaml", "python"):
                wrong.append(f"{article}:{line}: nothing is known of blocks in {language}")
        for start, end, new in reversed(replaced):
            text = text[:start] + new + text[end:]
        if replaced:
            article.write_text(text)
    return wrong


def main():
    program = Path(sys.argv[1]).resolve()
    writes = "--write" in sys.argv
    wrong = []
    for name in (one for one in sys.argv[2:] if one != "--write"):
        before = time.monotonic()
        faults = run(Path(name), program, writes)
        print(f"{time.monotonic() - before:5.1f} s  {name}: {'as shown' if not faults else 'FAILED'}", flush=True)
        wrong += faults
    for fault in wrong:
        print(fault, file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
