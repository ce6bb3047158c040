"""Reads the members of a JSON document into frozen dataclasses, by their type hints."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any, TypeVar

from umemaki.errors import DocumentError

T = TypeVar("T")


@lru_cache(maxsize=None)
def _members(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = typing.get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name],
         field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind) if field.init)


def read(kind: type[T], value: Any, path: str = "") -> T:
    """`value`, a JSON object, as a `kind`; its further members are left to the document.

    A class may have a function `members`, which says what an object has under the names of the class. Raises
    `DocumentError` with the path of what is missing or of another type.
    """
    if not isinstance(value, Mapping):
        raise _wrong(path, "an object", value)
    prepare = getattr(kind, "members", None)
    if prepare is not None:
        value = prepare(value)
    given: dict[str, Any] = {}
    for name, hint, needed in _members(typing.cast(Any, kind)):
        place = f"{path}.{name}" if path else name
        if name in value:
            given[name] = _value(hint, value[name], place)
        elif needed:
            raise DocumentError(f"{place}: missing in the document")
    return kind(**given)


def _value(hint: Any, value: Any, path: str) -> Any:
    if hint is Any:
        return value
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        (inner,) = [one for one in arguments if one is not type(None)]
        return _value(inner, value, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(path, "a list", value)
        return tuple(_value(arguments[0], one, f"{path}[{n}]") for n, one in enumerate(value))
    if origin is Mapping:
        if not isinstance(value, Mapping):
            raise _wrong(path, "an object", value)
        return {name: _value(arguments[1], one, f"{path}.{name}") for name, one in value.items()}
    if isinstance(hint, type) and is_dataclass(hint):
        return read(typing.cast(type, hint), value, path)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise _wrong(path, {int: "a whole number", float: "a number", str: "a text"}.get(hint, str(hint)), value)
    return value


def _wrong(path: str, expected: str, value: Any) -> DocumentError:
    return DocumentError(f"{path or 'the document'}: expected {expected}, found {str(value)[:40]!r}")


_UNITS = ("j", "macs", "units")


def with_energy(members: Mapping[str, Any], *ends: str) -> dict[str, Any]:
    """`members` with `energy…` and `energy_unit` beside `energy_j…`, `energy_macs…` or `energy_units…`.

    An energy is in joules, in multiply-accumulates of a relative table, or in units that a table leaves unstated.
    """
    unit = next((unit for unit in _UNITS if any(f"energy_{unit}{end}" in members for end in ("", *ends))), None)
    if unit is None:
        return dict(members)
    named = {"energy_unit": unit}
    for end in ("", *ends):
        if f"energy_{unit}{end}" in members:
            named[f"energy{end}"] = members[f"energy_{unit}{end}"]
    if f"energy_breakdown_{unit}" in members:
        named["energy_breakdown"] = members[f"energy_breakdown_{unit}"]
    return {**members, **named}


def joules(amount: T, unit: str) -> T:
    """`amount`, or ValueError where `unit` is not that of joules."""
    if unit != "j":
        raise ValueError(f"energies of this document are relative, in `{unit}`: use `energy` and `energy_unit`")
    return amount
