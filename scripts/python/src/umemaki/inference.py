"""The results of `run` and `analyze`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from umemaki.records import joules, with_energy
from umemaki.results import Result, kind


@dataclass(frozen=True)
class Least:
    """What no mapping goes below."""

    cycles: int
    """Cycles."""
    dram_bytes: int
    """DRAM bytes with every operand moved once."""
    limit: str | None = None
    """What holds a layer as it is cut, such as `array` or `read`; None of totals."""


@dataclass(frozen=True)
class Moved:
    """Bytes that cross a memory."""

    read: int
    write: int


@dataclass(frozen=True)
class Layer:
    """The cost of a layer."""

    name: str
    operator: str
    shape: Mapping[str, Any]
    """Dimensions by name; empty where the operator has none."""
    cycles: int
    latency_s: float
    macs: int
    """Multiply-accumulates of the layer's shape."""
    multiplications: int
    additions: int
    utilization: float
    """Share of the lane cycles in which a lane has its turn, 0 to 1."""
    macs_per_lane_cycle: float
    bound: str
    """What most of the cycles go to."""
    cycle_breakdown: Mapping[str, int]
    """Cycles by cause."""
    energy: float
    """Energy in `energy_unit`."""
    energy_unit: str
    """`j`, or `macs` or `units` of a relative table."""
    energy_breakdown: Mapping[str, float]
    """Energy by component, in `energy_unit`."""
    traffic_bytes: Mapping[str, Mapping[str, Moved]]
    """Bytes by memory and operand."""
    mapping: Mapping[str, Any] | None = None
    """How the layer is cut: the order of loops, and tiles in elements."""
    least: Least | None = None

    members = staticmethod(with_energy)

    @property
    def energy_j(self) -> float:
        """Energy in joules. Raises ValueError where the table is relative."""
        return joules(self.energy, self.energy_unit)


@dataclass(frozen=True)
class Totals:
    """The cost of an inference."""

    cycles: int
    latency_s: float
    macs: int
    operations: int
    multiplications: int
    additions: int
    weight_bytes: int
    cached_weight_bytes: int
    """Bytes of weights that are on chip before the inference."""
    dram_read_bytes: int
    dram_write_bytes: int
    utilization: float
    macs_per_lane_cycle: float
    cycle_breakdown: Mapping[str, int]
    energy: float
    """Energy in `energy_unit`."""
    energy_unit: str
    energy_breakdown: Mapping[str, float]
    energy_low: float | None = None
    """The lower end of the energy's assumed band, in `energy_unit`."""
    energy_high: float | None = None
    """The upper end."""
    area_mm2: float | None = None
    """Area, where the design has a table of areas."""
    area_breakdown_mm2: Mapping[str, float] = field(default_factory=dict)
    least: Least | None = None

    @staticmethod
    def members(found: Mapping[str, Any]) -> dict[str, Any]:
        """Energies under names without their unit."""
        return with_energy(found, "_low", "_high")

    @property
    def energy_j(self) -> float:
        """Energy in joules. Raises ValueError where the table is relative."""
        return joules(self.energy, self.energy_unit)


@kind("umemaki.run/1")
@dataclass(frozen=True)
class Run(Result):
    """One inference, layer by layer. Tables have a row per layer."""

    architecture: str
    workload: str
    subnet: str | None
    """The sub-network of a supernet: a name or a configuration."""
    batch: int
    cached: str
    """What the persistent buffer held at the start."""
    energy_table: str
    dram_preset: str
    mapping_rule: str
    totals: Totals = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)

    def layer(self, name: str) -> Layer:
        """The layer of this name. Raises KeyError."""
        for one in self.layers:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True)
class Additions:
    """Additions per output pixel of a tensor, by what is used; those of strict two-input additions."""

    dense: int
    sparse: int
    repetition: int
    direct: int
    trie_highest: int
    trie_lowest: int
    lookup_table: int
    subset: int | None = None
    mirrored_repetition: int | None = None
    mirrored_direct: int | None = None
    offset_additions: int | None = None


@dataclass(frozen=True)
class Tensor:
    """What is in a tensor of weights. Where it is not quantized, most is None."""

    dataset: str
    shape: tuple[int, ...]
    layout: str
    """Order of the axes: OIHW or HWIO."""
    element_type: str
    elements: int
    scheme: str | None = None
    """The quantizer's scheme, such as `signed-binary`."""
    operations: Additions | None = None
    density: float | None = None
    """Share of elements that are not zero."""
    effectual: int | None = None
    """Elements that are not zero."""
    storage_bits: int | None = None
    """Bits of the packed form."""
    tile_width: int | None = None
    """Weights of a pattern."""
    unique_patterns: int | None = None
    repetition: float | None = None
    """Patterns that are not zero, per distinct one."""
    synergy: float | None = None
    """What sparsity and repetition gain together, over the product of both."""


@kind("umemaki.analysis/1")
@dataclass(frozen=True)
class Analysis(Result):
    """What is in the tensors of a weight file. Tables have a row per tensor."""

    tensors: tuple[Tensor, ...] = field(repr=False)
    totals: Mapping[str, int] = field(repr=False)
    """Sums over the quantized tensors."""

    def tensor(self, dataset: str) -> Tensor:
        """The tensor of this data set. Raises KeyError."""
        for one in self.tensors:
            if one.dataset == dataset:
                return one
        raise KeyError(dataset)
