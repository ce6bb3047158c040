"""The messages of the protocol `umemaki.policy/1`, typed. Times are whole picoseconds of virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Union

PROTOCOL = "umemaki.policy/1"
"""The protocol that the classes speak."""


@dataclass(frozen=True)
class Subnet:
    """A sub-network of the profile table."""

    name: str
    accuracy: float
    """Top-1 accuracy, 0 to 1."""
    weight_bytes: int | None


@dataclass(frozen=True)
class Subgraph:
    """A sub-graph that can be on chip."""

    name: str
    load_bytes: int
    load_ps: int


@dataclass(frozen=True)
class Profile:
    """The profile table. Lists of costs are by sub-network, sub-graph and batch, in the table's order."""

    subnets: tuple[Subnet, ...]
    subgraphs: tuple[Subgraph, ...]
    batches: tuple[int, ...]
    """Batch sizes, from the smallest."""
    latency_ps: list[list[list[int]]]
    energy: list[list[list[float]]] | None
    """Energies in `energy_unit`."""
    energy_unit: str
    dram_bytes: list[list[list[int]]] | None

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Profile:
        """The table of a `hello`."""
        profile = cls(
            tuple(Subnet(one["name"], one["accuracy"], one["weight_bytes"]) for one in found["subnets"]),
            tuple(Subgraph(one["name"], one["load_bytes"], one["load_ps"]) for one in found["subgraphs"]),
            tuple(found["batches"]), found["latency_ps"], found["energy"], found["energy_unit"],
            found["dram_bytes"])
        numbers = {graph.name: number for number, graph in enumerate(profile.subgraphs)}
        object.__setattr__(profile, "_numbers", numbers)
        return profile

    def column(self, subgraph: str) -> list[tuple[Subnet, list[int]]]:
        """Every sub-network with its latencies in picoseconds by batch, with this sub-graph on chip."""
        number = self._numbers[subgraph]  # type: ignore[attr-defined]
        return [(subnet, row[number]) for subnet, row in zip(self.subnets, self.latency_ps)]

    def fastest(self, subgraph: str, batch: int = 0) -> str:
        """The name of the sub-network with the least latency at a batch, by its number in `batches`."""
        return min(self.column(subgraph), key=lambda one: one[1][batch])[0].name


@dataclass(frozen=True)
class Model:
    """A model that shares the memory of devices."""

    name: str
    subnets: tuple[str, ...]
    bytes: int
    pinned: bool


@dataclass(frozen=True)
class Hello:
    """What is said first."""

    role: str
    """`scheduler` or `caching`."""
    seed: int
    devices: int
    """How many there are; 1 for a caching policy, which has a process of each device."""
    options: Mapping[str, bool | int | float | str]
    """The options of the scenario."""
    profile: Profile
    device_kinds: tuple[str, ...]
    """The kind of each device, where kinds are listed."""
    models: tuple[Model, ...]
    """The models, where they are listed."""


@dataclass(frozen=True)
class Device:
    """What a device does."""

    device: int
    """Its number, from 0."""
    activity: str
    """`idle`, `serving`, `loading`, `down`, or `taken`: a charged choice for it is being thought about."""
    subgraph: str
    """What is on chip."""
    subnet: str | None
    """The sub-network that it ran last."""
    until_ps: int | None
    """When what it does ends, where that is known."""
    memory_bytes: int | None = None
    """Its memory for models."""
    models: tuple[str, ...] = ()
    """The models in it, the one used last at the end."""


@dataclass(frozen=True)
class Query:
    """A query that waits."""

    query: int
    """Its number."""
    arrival_ps: int
    deadline_ps: int
    accuracy: float
    """The accuracy that it asks for, 0 to 1."""
    subnet: str | None
    """The sub-network that it names."""
    piece: int | None = None
    """How many pieces are through, where it has several."""


@dataclass(frozen=True)
class Snapshot:
    """What a scheduler is asked by: an idle device, and what waits."""

    now_ps: int
    """Virtual time."""
    device: int
    """The device that is asked for."""
    devices: tuple[Device, ...]
    waiting: int
    """Queries that wait, also those that `queue` leaves out."""
    queue: tuple[Query, ...]
    """The first that wait, in the scenario's order."""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Snapshot:
        """The snapshot of a `decide`."""
        devices = tuple(
            Device(
                one["device"], one["activity"], one["subgraph"], one["subnet"], one["until_ps"],
                one.get("memory_bytes"), tuple(one.get("models", ())))
            for one in found["devices"])
        queue = tuple(
            Query(
                one["query"], one["arrival_ps"], one["deadline_ps"], one["accuracy"], one["subnet"],
                one.get("piece"))
            for one in found["queue"])
        return cls(found["now_ps"], found["device"], devices, found["waiting"], queue)

    @property
    def held(self) -> str:
        """The sub-graph on the device that is asked for."""
        return self.devices[self.device].subgraph

    @property
    def slack_ps(self) -> int:
        """The time to the deadline of the first query, negative once it has passed."""
        return self.queue[0].deadline_ps - self.now_ps

    @property
    def up(self) -> int:
        """How many devices are not down."""
        return sum(one.activity != "down" for one in self.devices)


@dataclass(frozen=True)
class Done:
    """A batch that is through."""

    now_ps: int
    device: int
    subnet: str
    queries: tuple[int, ...]


@dataclass(frozen=True)
class Served:
    """What a caching policy is told after every query."""

    now_ps: int
    subnet: str
    subgraph: str
    """What is held."""


@dataclass(frozen=True)
class Choose:
    """An answer: serve a batch."""

    subnet: str
    batch: int | None = None
    """So many of the first queries, or all that wait where they are fewer."""
    queries: tuple[int, ...] | None = None
    """Any that were shown, by number; `batch` may then be left out."""
    device: int | None = None
    """Another idle device."""
    load: str | None = None
    """A sub-graph to put on chip first."""


@dataclass(frozen=True)
class Drop:
    """An answer: give queries up, by number."""

    queries: tuple[int, ...]


@dataclass(frozen=True)
class Wait:
    """An answer: nothing now. Asked again at `until_ps`, or at the next event."""

    until_ps: int | None = None


@dataclass(frozen=True)
class Hold:
    """An answer of a caching policy: the sub-graph to hold; the one that is held to keep it."""

    subgraph: str


Answer = Union[Choose, Drop, Wait]
