"""The results of `serve`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from umemaki.records import joules
from umemaki.results import Result, kind

_PER_QUERY = {f"energy_{unit}_per_query": unit for unit in ("j", "macs", "units")}


@dataclass(frozen=True)
class Latency:
    """Latencies of queries in seconds; None where no query was served."""

    mean: float | None = None
    p50: float | None = None
    p90: float | None = None
    p99: float | None = None
    p999: float | None = None
    max: float | None = None


@dataclass(frozen=True)
class Spread:
    """A figure over the seeds."""

    mean: float
    low: float
    """The lowest seed's."""
    high: float
    """The highest seed's."""
    ci95: float | None = None
    """Half the width of the 95 % interval of the mean; None of one seed."""


@dataclass(frozen=True)
class Figures:
    """What became of the queries of a run, None where it has no meaning."""

    latency_s: Latency
    slo_attainment: float | None
    """Share of queries that met their deadline, 0 to 1."""
    mean_accuracy: float | None
    """Mean accuracy of queries that met their deadline, 0 to 1."""
    mean_accuracy_completed: float | None
    """Mean accuracy of all that were served, 0 to 1."""
    queries: int | None
    completed: int | None
    dropped: int | None
    in_flight: int | None
    """Queries that were not through at the end."""
    energy_per_query: float | None
    """Energy of a query in `energy_unit`."""
    energy_unit: str
    """`j`, or `macs` or `units` of a relative table."""
    dram_bytes_per_query: float | None
    cache_hit_ratio: float | None
    cache_hit_ratio_encodings: float | None
    utilization: float | None
    """Share of the devices' time in services, loads and changes."""
    subnet_switches: int | None
    subgraph_loads: int | None

    @staticmethod
    def members(found: Mapping[str, Any]) -> dict[str, Any]:
        """The energy of a query under a name without its unit."""
        for name, unit in _PER_QUERY.items():
            if name in found:
                return {**found, "energy_per_query": found[name], "energy_unit": unit}
        return dict(found)

    @property
    def energy_j_per_query(self) -> float | None:
        """Energy of a query in joules. Raises ValueError where the table is relative."""
        return joules(self.energy_per_query, self.energy_unit)


@dataclass(frozen=True)
class Seed(Figures):
    """A run with one seed."""

    seed: int


@dataclass(frozen=True)
class PolicyRun(Figures):
    """A run of a scenario: a policy over all seeds."""

    name: str
    policy: str
    """The kind of the scheduler policy."""
    caching_policy: str
    options: str
    settings_tried: int
    seeds: tuple[Seed, ...] = field(repr=False)
    spread: Mapping[str, Any] = field(repr=False)
    """Each figure over the seeds: a mapping with `mean`, `low`, `high` and `ci95`, of latencies one for each."""


@kind("umemaki.serving/1")
@dataclass(frozen=True)
class Serving(Result):
    """Policies on the same arrivals. Tables have a row per run; with `details` a row per run and seed."""

    scenario: str
    warm_up: int
    """Queries at the start that no figure counts."""
    policies: tuple[PolicyRun, ...] = field(repr=False)

    def policy(self, name: str) -> PolicyRun:
        """The run of this name. Raises KeyError."""
        for one in self.policies:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True)
class CapacityRun:
    """The highest rate of arrivals at which a run meets the share."""

    name: str
    rate_hz: float | None
    """The rate; None where no rate meets the share."""
    lowest_failing_hz: float | None
    slo_attainment: float | None
    mean_accuracy: float | None
    mean_accuracy_completed: float | None
    trials: int


@kind("umemaki.capacity/1")
@dataclass(frozen=True)
class Capacity(Result):
    """Highest rates of policies. Tables have a row per run."""

    scenario: str
    attainment: float
    """The share of deadlines that has to be met, 0 to 1."""
    seeds: tuple[int, ...]
    policies: tuple[CapacityRun, ...] = field(repr=False)


@dataclass(frozen=True)
class TokenRun:
    """An iteration policy over all seeds."""

    name: str
    policy: str
    blocks: int
    """Blocks of the cache."""
    figures: Mapping[str, Spread] = field(repr=False)
    """Each figure over the seeds, such as `first_token_p50_s`."""


@kind("umemaki.tokens/1")
@dataclass(frozen=True)
class TokenServing(Result):
    """A language model served token by token. Tables have a row per run; with `details` one per run and seed."""

    scenario: str
    model: str
    seeds: tuple[int, ...]
    requests: int
    warm_up: int
    runs: tuple[TokenRun, ...] = field(repr=False)


@dataclass(frozen=True)
class TokenCapacityRun:
    """The highest rate of requests at which a run keeps the share."""

    name: str
    rate_hz: float | None
    lowest_failing_hz: float | None
    kept: float | None
    """The share of requests that keep their targets at that rate, 0 to 1."""
    output_tokens_per_s: float | None
    trials: int


@kind("umemaki.token-capacity/1")
@dataclass(frozen=True)
class TokenCapacity(Result):
    """Highest rates of requests to a language model. Tables have a row per run."""

    scenario: str
    model: str
    share: float
    """The share of requests that have to keep their targets, 0 to 1."""
    seeds: tuple[int, ...]
    devices: int
    runs: tuple[TokenCapacityRun, ...] = field(repr=False)


@dataclass(frozen=True)
class Node:
    """A network of the graph that queries are."""

    name: str
    reach: Spread
    """The share of queries that ran it."""
    expected_reach: float | None
    """The same in expectation; None where outcomes are too many."""
    mean_batch: float | None
    """Queries in a batch; None where it never ran."""


@dataclass(frozen=True)
class GraphRun:
    """A run of a scenario whose queries are graphs of networks."""

    name: str
    policy: str
    caching: str
    weights: str
    """`shared` or `separate`."""
    figures: Mapping[str, Spread] = field(repr=False)
    """Each figure over the seeds."""
    expected: Mapping[str, float] = field(repr=False)
    """Figures in expectation on idle devices."""
    nodes: tuple[Node, ...] = field(repr=False)


@kind("umemaki.graphs/1")
@dataclass(frozen=True)
class GraphServing(Result):
    """Queries that are graphs of networks. Tables have a row per run; with `details` one per run and seed."""

    scenario: str
    seeds: tuple[int, ...]
    queries: int
    warm_up: int
    runs: tuple[GraphRun, ...] = field(repr=False)
