"""The commands of the program, as functions that give typed results.

Names are looked up in `arch/` and `workloads/` of the nearest folder above `cwd` (the working directory unless
given) that has both, or of `library`. Every function raises the `UmemakiError` that says what is wrong.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping, Sequence, TypeVar, Union

from umemaki import errors, results
from umemaki.exploration import Profile, Sweep
from umemaki.inference import Analysis, Run
from umemaki.program import call, options
from umemaki.serving import Capacity, GraphServing, Serving, TokenCapacity, TokenServing

PathLike = Union[str, "os.PathLike[str]"]
Result = TypeVar("Result", bound=results.Result)


def _made(kind: type[Result], words: Sequence[Any], cwd: PathLike | None) -> Result:
    made: Result = _one((kind,), words, cwd)
    return made


def _one(kinds: tuple[Any, ...], words: Sequence[Any], cwd: PathLike | None) -> Any:
    output = call(*words, "--format", "json", cwd=cwd)
    made = results.parse(output.text, output.notes, "the program's answer")
    if not isinstance(made, kinds):
        raise errors.DocumentError(f"the program's answer: schema {made.schema!r} was not asked for")
    return made


def run(
    architecture: PathLike, workload: PathLike, *, subnet: str | Mapping[str, Any] | None = None,
    weights: PathLike | None = None, layout: str | None = None, batch: int | None = None,
    phase: str | None = None, tokens: int | None = None, context: int | None = None,
    sequences: Sequence[Mapping[str, int]] | None = None, logits: str | None = None,
    mapping: str | Mapping[str, Any] | None = None, cached: str | None = None, fill: str | None = None,
    host: Sequence[str] | str | None = None, energy: str | None = None, dram: str | None = None,
    mapping_out: PathLike | None = None, library: PathLike | None = None, cwd: PathLike | None = None,
) -> Run:
    """Latency and energy of one inference, layer by layer: `umemaki run`, with its options.

    `subnet` is the name of a sub-network or a configuration, `mapping` a rule, a file or `{"rule": "search"}`.
    """
    given = options(dict(
        subnet=subnet, weights=weights, layout=layout, batch=batch, phase=phase, tokens=tokens,
        context=context, sequences=sequences, logits=logits, mapping=mapping, cached=cached, fill=fill,
        host=host, energy=energy, dram=dram, mapping_out=mapping_out, library=library))
    return _made(Run, ["run", architecture, workload, *given], cwd)


def serve(
    scenario: PathLike, *, capacity: float | None = None, bound: bool = False,
    queries: PathLike | None = None, iterations: PathLike | None = None, library: PathLike | None = None,
    cwd: PathLike | None = None,
) -> Serving | Capacity | TokenServing | TokenCapacity | GraphServing:
    """Policies side by side on the same arrivals: `umemaki serve`, with its options.

    With `capacity`, a percentage, the highest rate at which it is met. `queries` and `iterations` name files to
    which a row per query or iteration is written too.
    """
    given = options(dict(
        capacity=capacity, bound=bound, queries=queries, iterations=iterations, library=library))
    made: Serving | Capacity | TokenServing | TokenCapacity | GraphServing = _one(
        (Serving, Capacity, TokenServing, TokenCapacity, GraphServing), ["serve", scenario, *given], cwd)
    return made


def profile(
    architecture: PathLike, workload: PathLike, *, subnets: Sequence[str] | str | None = None,
    subgraphs: int | None = None, weights: PathLike | None = None, layout: str | None = None,
    fill: str | None = None, host: Sequence[str] | str | None = None,
    batches: Sequence[int] | None = None, library: PathLike | None = None, cwd: PathLike | None = None,
) -> Profile:
    """The profile table of a supernet: `umemaki profile`, with its options."""
    given = options(dict(
        subnets=subnets, subgraphs=subgraphs, weights=weights, layout=layout, fill=fill, host=host,
        batches=batches, library=library))
    return _made(Profile, ["profile", architecture, workload, *given], cwd)


def analyze(
    file: PathLike, *, tile_width: Sequence[int] | int | None = None, layout: str | None = None,
    jobs: int | None = None, cwd: PathLike | None = None,
) -> Analysis:
    """Density, repetition and exact operation counts of a weight file: `umemaki analyze`, with its options."""
    given = options(dict(tile_width=tile_width, layout=layout, jobs=jobs))
    return _made(Analysis, ["analyze", file, *given], cwd)


def sweep(
    sweep: PathLike, output: PathLike, *, jobs: int | None = None, resume: bool = False,
    shard: str | None = None, deadline: str | None = None, library: PathLike | None = None,
    cwd: PathLike | None = None,
) -> Sweep:
    """Runs a sweep into the folder `output`: `umemaki sweep`, with its options, then its report.

    Ctrl-C stops it; with `resume` it goes on where it stopped.
    """
    given = options(dict(
        output=output, jobs=jobs, resume=resume, shard=shard, deadline=deadline, library=library))
    call("sweep", sweep, *given, "--quiet", cwd=cwd)
    return report(output, cwd=cwd)


def report(folder: PathLike, *, cwd: PathLike | None = None) -> Sweep:
    """A sweep that is stored in `folder`: `umemaki report`."""
    made = _made(Sweep, ["report", folder], cwd)
    object.__setattr__(made, "folder", Path(cwd or ".", folder).resolve())
    return made


def ask(*words: Any, cwd: PathLike | None = None) -> results.Result:
    """Any command that writes a document: `ask("compare", "one.json", "two.json")`."""
    return _made(results.Result, words, cwd)


def load(path: PathLike) -> results.Result:
    """A document that `--format json` or `save` wrote, as the result that it holds. Raises `DocumentError`."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise errors.DocumentError(f"{path}: not UTF-8: {error}") from error
    return results.parse(text, place=str(path))
