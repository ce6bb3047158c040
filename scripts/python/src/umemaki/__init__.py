"""Runs the simulator Umemaki from Python.

    run = umemaki.run("sushi-zcu104", "ofa-resnet50", subnet="4.1B")
    run.totals.latency_s            # seconds
    run.to_pandas()                 # a row per layer
    run.pictures()["roofline"]      # shown by a notebook

Quantities are in SI base units and say them in their names: `latency_s`, `energy_j`, `dram_bytes`. A policy is a
subclass of `umemaki.policy.Policy`; that module is not imported from here, so that a policy's process starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from umemaki._version import __version__

if TYPE_CHECKING:
    from umemaki.commands import analyze, ask, load, profile, report, run, serve, sweep
    from umemaki.errors import (
        DocumentError, InputError, Interrupted, MissingFileError, OutputError, Problem,
        ProgramNotFound, UmemakiError, UsageError)
    from umemaki.exploration import Profile, Sweep
    from umemaki.inference import Analysis, Run
    from umemaki.pictures import Picture
    from umemaki.program import call, find, version
    from umemaki.results import Result
    from umemaki.serving import Capacity, GraphServing, Serving, TokenCapacity, TokenServing

_MODULES = {
    "commands": ("analyze", "ask", "load", "profile", "report", "run", "serve", "sweep"),
    "errors": (
        "DocumentError", "InputError", "Interrupted", "MissingFileError", "OutputError", "Problem",
        "ProgramNotFound", "UmemakiError", "UsageError"),
    "exploration": ("Profile", "Sweep"),
    "inference": ("Analysis", "Run"),
    "pictures": ("Picture",),
    "program": ("call", "find", "version"),
    "results": ("Result",),
    "serving": ("Capacity", "GraphServing", "Serving", "TokenCapacity", "TokenServing"),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Analysis", "Capacity", "DocumentError", "GraphServing", "InputError", "Interrupted", "MissingFileError",
    "OutputError", "Picture", "Problem", "Profile", "ProgramNotFound", "Result", "Run", "Serving", "Sweep",
    "TokenCapacity", "TokenServing", "UmemakiError", "UsageError", "__version__", "analyze", "ask", "call",
    "find", "load", "profile", "report", "run", "serve", "sweep", "version"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'umemaki' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"umemaki.{_PLACES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
