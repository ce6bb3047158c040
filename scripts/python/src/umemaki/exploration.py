"""The results of `profile` and `sweep`."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from umemaki.program import call
from umemaki.results import Result, frame, kind

if TYPE_CHECKING:
    import pandas
    import xarray


def _xarray() -> Any:
    try:
        import xarray
    except ImportError as error:
        raise ImportError("to_xarray() needs xarray: pip install 'umemaki[xarray]'") from error
    return xarray


@dataclass(frozen=True)
class Subnet:
    """A row of a profile table."""

    name: str
    accuracy: float
    """Top-1 accuracy, 0 to 1."""
    weight_bytes: int | None


@dataclass(frozen=True)
class Subgraph:
    """A column of a profile table: what is on chip."""

    name: str
    load_bytes: int
    """Bytes that it takes to load it into an empty buffer."""
    load_s: float
    """Seconds that it takes."""


@dataclass(frozen=True)
class Cell:
    """The cost of a batch of queries."""

    subnet: str
    subgraph: str
    batch: int
    latency_s: float
    energy: float | None
    """Energy in the profile's `energy_unit`."""
    dram_bytes: int | None


@kind("umemaki.profile/1")
@dataclass(frozen=True)
class Profile(Result):
    """A profile table: sub-network x cached sub-graph x batch. Tables have a row per cell."""

    architecture: str
    workload: str
    energy_unit: str
    """The name of energies with their unit: `energy_j`, or `energy_macs` or `energy_units`."""
    energy_per_loaded_byte: float | None
    batches: tuple[int, ...]
    subnets: tuple[Subnet, ...] = field(repr=False)
    subgraphs: tuple[Subgraph, ...] = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)

    @cached_property
    def _cells(self) -> dict[tuple[str, str, int], Cell]:
        return {(cell.subnet, cell.subgraph, cell.batch): cell for cell in self.cells}

    def cell(self, subnet: str, subgraph: str = "none", batch: int = 1) -> Cell:
        """The cell at these three. Raises KeyError."""
        return self._cells[subnet, subgraph, batch]

    def to_xarray(self) -> xarray.Dataset:
        """`latency_s`, energy and `dram_bytes` over `subnet`, `subgraph`, `batch`, with units. Needs xarray.

        Coordinates: `accuracy` and `weight_bytes` of sub-networks, `load_bytes` and `load_s` of sub-graphs.
        """
        axes = ("subnet", "subgraph", "batch")
        names = [one.name for one in self.subnets], [one.name for one in self.subgraphs], list(self.batches)

        def cube(member: str, units: str) -> tuple[tuple[str, ...], list[Any], dict[str, str]]:
            return axes, [
                [[_number(getattr(self.cell(subnet, graph, batch), member)) for batch in names[2]]
                 for graph in names[1]] for subnet in names[0]], {"units": units}

        energy = {"energy_j": "J", "energy_macs": "MACe"}.get(self.energy_unit, "units")
        dataset: xarray.Dataset = _xarray().Dataset(
            {"latency_s": cube("latency_s", "s"), self.energy_unit: cube("energy", energy),
             "dram_bytes": cube("dram_bytes", "B")},
            coords={
                **dict(zip(axes, names)),
                "accuracy": ("subnet", [one.accuracy for one in self.subnets]),
                "weight_bytes": ("subnet", [_number(one.weight_bytes) for one in self.subnets], {"units": "B"}),
                "load_bytes": ("subgraph", [one.load_bytes for one in self.subgraphs], {"units": "B"}),
                "load_s": ("subgraph", [one.load_s for one in self.subgraphs], {"units": "s"})},
            attrs={"architecture": self.architecture, "workload": self.workload})
        return dataset


def _number(value: Any) -> Any:
    return math.nan if value is None else value


@dataclass(frozen=True)
class Points:
    """How many points a sweep has."""

    planned: int
    stored: int
    ok: int
    infeasible: int
    """Points that break a constraint or cannot execute the workload."""
    error: int


@dataclass(frozen=True)
class Best:
    """The best design by an objective."""

    objective: str
    """The figure, such as `latency_s`."""
    design: Mapping[str, Any]
    """Its point, the values of its axes as texts, and its figures."""
    bound: str | None
    """What bounds it."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """The values of the environment's axes among which it is best."""


@kind("umemaki.sweep/1")
@dataclass(frozen=True)
class Sweep(Result):
    """A sweep. `rows` is the Pareto front; `points` and `to_pandas` have every point."""

    name: str
    target: str
    """What runs on what."""
    search: str
    counts: Points
    objectives: tuple[str, ...]
    constraints: tuple[str, ...]
    pareto: tuple[Mapping[str, Any], ...] = field(repr=False)
    """The designs that no other beats, as mappings like `Best.design`."""
    sensitivity: Mapping[str, Mapping[str, float | None]] = field(repr=False)
    """The share of each objective's variance that each axis explains, 0 to 1."""
    best: tuple[Best, ...] = field(repr=False)
    folder: Path | None = field(init=False, default=None, repr=False, compare=False)
    """Where the points are; None of a document without its folder."""

    @staticmethod
    def members(found: Mapping[str, Any]) -> dict[str, Any]:
        """The document's `points`, which are counts."""
        return {**found, "counts": found["points"]} if "points" in found else dict(found)

    @cached_property
    def _table(self) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
        if self.folder is None:
            raise ValueError("a document has no points: `umemaki.report(FOLDER)` reads the folder of a sweep")
        lines = csv.reader(io.StringIO(call("report", self.folder, "--format", "csv").text))
        head = next(lines)
        columns = [[row[n] for row in rows] for rows in [list(lines)] for n in range(len(head))]
        axes = tuple(head[1 : head.index("status")])
        texts = {*axes, "status", "message"}
        typed: list[list[Any]] = [
            [_plain(text) for text in column] if name in texts else [_figure(text) for text in column]
            for name, column in zip(head, columns)]
        for number, name in enumerate(head):
            if name in axes:
                typed[number] = _numbers(typed[number])
        return axes, [dict(zip(head, row)) for row in zip(*typed)]

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the axes."""
        return self._table[0]

    def points(self) -> list[dict[str, Any]]:
        """Every point with its axes, status and figures in SI base units; figures that it lacks are None.

        The values of an axis are texts as in the sweep's file, or numbers where all of them are plain numbers.
        """
        return [dict(row) for row in self._table[1]]

    def to_pandas(self, details: bool = True) -> pandas.DataFrame:
        """`points` as a data frame; with `details=False` the Pareto front alone. Needs pandas."""
        return frame(self.points() if details else self.rows())

    def to_xarray(self) -> xarray.Dataset:
        """Every figure over the axes of a whole grid; NaN where a point has none. Needs xarray.

        An axis whose value follows from that of another, as of a `zip`, is a coordinate along it. Raises ValueError
        where the points are no whole grid.
        """
        rows = self._table[1]
        # In a part or a sample values may go together by chance.
        whole = self.search == "kind: grid" and len(rows) == self.counts.planned
        along = _followers(self.axes, rows) if whole else {}
        axes = tuple(axis for axis in self.axes if axis not in along)
        values = {axis: list(dict.fromkeys(row[axis] for row in rows)) for axis in axes}
        shape = [len(values[axis]) for axis in axes]
        places = {tuple(row[axis] for axis in axes): row for row in rows}
        if not rows or len(places) != len(rows) or len(rows) != math.prod(shape):
            raise ValueError(
                f"{len(rows)} points are no whole grid of {' x '.join(map(str, shape))}; use to_pandas()")

        def nested(name: str, prefix: tuple[Any, ...]) -> Any:
            if len(prefix) == len(axes):
                value = places[prefix][name]
                return value if isinstance(value, str) else _number(value)
            return [nested(name, (*prefix, value)) for value in values[axes[len(prefix)]]]

        followed = {
            axis: (leader, [{row[leader]: row[axis] for row in rows}[value] for value in values[leader]])
            for axis, leader in along.items()}
        dataset: xarray.Dataset = _xarray().Dataset(
            {name: (axes, nested(name, ())) for name in rows[0] if name not in self.axes},
            coords={**values, **followed}, attrs={"name": self.name, "target": self.target})
        return dataset


def _followers(axes: tuple[str, ...], rows: list[dict[str, Any]]) -> dict[str, str]:
    """The axes whose value follows from that of another axis, with that axis; of two that follow from each other the
    first leads. An axis with one value follows from none."""
    counts = {axis: len({row[axis] for row in rows}) for axis in axes}
    # The axes with most values first, so that no leader follows another one.
    ordered = sorted(axes, key=lambda axis: -counts[axis])
    found: dict[str, str] = {}
    for number, leader in enumerate(ordered):
        for axis in ordered[number + 1 :]:
            pairs = len({(row[leader], row[axis]) for row in rows})
            if leader not in found and axis not in found and counts[axis] > 1 and pairs == counts[leader]:
                found[axis] = leader
    return found


def _plain(text: str) -> str:
    """A text without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def _figure(text: str) -> int | float | str | None:
    if text == "":
        return None
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _numbers(texts: list[str]) -> list[Any]:
    """The values of an axis as numbers, where that loses nothing."""
    for read in (int, float):
        try:
            numbers = [read(text) for text in texts]
        except ValueError:
            continue
        if len(set(numbers)) == len(set(texts)) and all(map(math.isfinite, numbers)):
            return numbers
    return texts
