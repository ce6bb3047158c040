"""Finding the program and running it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from umemaki import errors

_RELEASE = Path(".build/release/umemaki")


def find() -> Path:
    """The program that is run.

    What the environment variable `UMEMAKI` names; else the first `umemaki` in `PATH`; else the release build of the
    nearest repository upwards from the working directory, then from this file. Raises `ProgramNotFound`.
    """
    named = os.environ.get("UMEMAKI")
    if named is not None:
        found = shutil.which(named)
        if found is None:
            raise errors.ProgramNotFound(f"UMEMAKI: `{named}` is no program that can be run")
        return Path(found).absolute()
    if found := shutil.which("umemaki"):
        return Path(found).absolute()
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            program = folder / _RELEASE
            if (folder / "arch").is_dir() and os.access(program, os.X_OK):
                return program
    raise errors.ProgramNotFound(
        "no program `umemaki` in PATH and no release build above the working directory; build it with "
        "`sh scripts/build.sh`, or set UMEMAKI to its path")


@dataclass(frozen=True)
class Output:
    """What the program wrote."""

    text: str
    """Its standard output."""
    notes: tuple[str, ...]
    """The lines of its standard error."""


def call(*words: Any, cwd: str | os.PathLike[str] | None = None) -> Output:
    """Runs the program with `words` and waits for it; raises the `UmemakiError` that its exit code says.

    The folder of the Python that runs goes before the others in the program's `PATH`, so that the process of a policy,
    `command: [python3, ...]`, is this Python with its packages. Ctrl-C is handed on to the program, once, so that a
    sweep stores what it has, and raises KeyboardInterrupt.
    """
    command = [str(find()), *map(str, words)]
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    process = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", process_group=0)
    try:
        output, said = process.communicate()
    except BaseException:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        raise
    if process.returncode != 0:
        raise errors.of_program(process.returncode, said, command)
    return Output(output, tuple(said.splitlines()))


def version() -> str:
    """The version of the program."""
    return call("--version").text.strip()


def options(given: Mapping[str, Any]) -> list[str]:
    """Options as words: `{"trace_tiles": 8, "bound": True, "host": ["fc"]}` as `--trace-tiles=8 --bound --host=fc`.

    None and False are left out. Mappings, and lists with mappings in them, are written as JSON, which the program
    reads as YAML; other lists with commas.
    """
    return [word for name, value in given.items() for word in _option(name, value)]


def _option(name: str, value: Any) -> Sequence[str]:
    flag = "--" + name.replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    return [f"{flag}={_text(value)}"]


def _text(value: Any) -> str:
    if isinstance(value, Mapping) or (
        isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value)
    ):
        import json

        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        for item in value:
            if "," in str(item):
                raise ValueError(f"a comma in {item!r}, in a list that commas separate")
        return ",".join(map(str, value))
    return str(value)
