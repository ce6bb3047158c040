"""What every result has: its document, its table, its pictures and its page."""

from __future__ import annotations

import html
import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from umemaki import errors, records
from umemaki.pictures import Picture, picture_set
from umemaki.program import call

if TYPE_CHECKING:
    import os

    import pandas


@dataclass(frozen=True)
class InputFile:
    """A file that a result was made from."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Provenance:
    """How a result was made."""

    command: str
    """The command, as in a shell."""
    version: str
    """The version of the program."""
    inputs: tuple[InputFile, ...]
    """Every file that was read."""
    seed: int | None = None
    """The first seed, where chance plays a part."""


@dataclass(frozen=True)
class _Fact:
    name: str
    value: str
    note: str


@dataclass(frozen=True)
class _Chart:
    name: str
    title: str
    caption: str


@dataclass(frozen=True)
class _Column:
    name: str | None = None


@dataclass(frozen=True)
class _Table:
    columns: tuple[_Column, ...]
    rows: tuple[tuple[Mapping[str, Any], ...], ...]
    details: tuple[tuple[Mapping[str, Any], ...], ...]


@dataclass(frozen=True)
class _Page:
    """What every format of a result is made from."""

    title: str
    warnings: tuple[str, ...]
    headline: tuple[_Fact, ...]
    charts: tuple[_Chart, ...]
    table: _Table


@dataclass(frozen=True)
class Result:
    """A document of the program, with what can be made of any: see the subclasses for what each holds.

    A document of a kind that has no subclass is a `Result` itself. Equal results have equal documents.
    """

    provenance: Provenance = field(repr=False, compare=False)
    """How it was made."""
    document: Mapping[str, Any] = field(init=False, repr=False, default_factory=dict)
    """The whole document, with what has no attribute here."""
    text: str = field(init=False, repr=False, compare=False, default="")
    """The document as it was written, JSON."""
    notes: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())
    """What the program said on standard error."""
    _page: _Page = field(init=False, repr=False, compare=False, default=_Page("", (), (), (), _Table((), (), ())))

    @property
    def schema(self) -> str:
        """The kind of the document and its version, such as `umemaki.run/1`."""
        return str(self.document["schema"])

    @property
    def title(self) -> str:
        """What the result is of, in a line."""
        return self._page.title

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before the figures are used."""
        return self._page.warnings

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the document to a file, which `umemaki.load`, `umemaki report` and `umemaki compare` read."""
        Path(path).write_text(self.text, encoding="utf-8")

    def rows(self, details: bool = False) -> list[dict[str, Any]]:
        """The table, in SI base units under the names of the CSV format.

        With `details` the rows that stand after it instead, such as one for every seed.
        """
        table = self._page.table
        names = [column.name for column in table.columns]
        return [
            {name: _cell(cell) for name, cell in zip(names, row) if name is not None}
            for row in (table.details if details else table.rows)]

    def to_pandas(self, details: bool = False) -> pandas.DataFrame:
        """`rows` as a data frame: a row per layer, policy, cell or tensor. Needs pandas."""
        return frame(self.rows(details))

    def pictures(self) -> dict[str, Picture]:
        """The pictures by name, drawn by the program from the document."""
        with tempfile.TemporaryDirectory() as folder:
            stored = self._stored(folder)
            call("report", stored, "--format", "svg", "-o", Path(folder) / "pictures")
            return picture_set(Path(folder) / "pictures", self._page.charts)

    def page(self) -> str:
        """The page of the result, HTML that loads nothing."""
        with tempfile.TemporaryDirectory() as folder:
            return call("report", self._stored(folder), "--format", "html").text

    def _stored(self, folder: str) -> Path:
        path = Path(folder) / "document.json"
        self.save(path)
        return path

    def _repr_html_(self) -> str:
        """Title, headline, warnings and pictures, for a notebook."""
        page = self._page
        facts = "".join(
            f"<td style='text-align:left'><small>{html.escape(one.name)}</small><br>"
            f"<b>{html.escape(one.value)}</b><br><small>{html.escape(one.note)}</small></td>"
            for one in page.headline)
        warnings = "".join(f"<li>{html.escape(one)}</li>" for one in page.warnings)
        try:
            drawn = "".join(picture.image() for picture in self.pictures().values())
        except errors.ProgramNotFound as error:
            drawn = f"<p>No pictures: {html.escape(str(error))}</p>"
        return (
            f"<div><h4>{html.escape(page.title)}</h4><table><tr>{facts}</tr></table>"
            f"<ul>{warnings}</ul>{drawn}</div>")


def _cell(cell: Mapping[str, Any]) -> Any:
    """The value of a cell: one of text, count, share, ratio, or value with its unit; nothing in an empty one."""
    for name in ("text", "count", "share", "ratio", "value"):
        if name in cell:
            return cell[name]
    return None


def frame(rows: list[dict[str, Any]]) -> pandas.DataFrame:
    """Rows as a data frame. Raises ImportError with what to install where pandas is missing."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError("to_pandas() needs pandas: pip install 'umemaki[pandas]'") from error
    return pandas.DataFrame(rows)


_kinds: dict[str, type[Result]] = {}


def kind(schema: str) -> Any:
    """A decorator: the class reads documents of this schema."""

    def register(result: type[Result]) -> type[Result]:
        _kinds[schema] = result
        return result

    return register


def parse(text: str, notes: tuple[str, ...] = (), place: str = "the document") -> Result:
    """A document as the result that its schema names. Raises `DocumentError`."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise errors.DocumentError(f"{place}: no JSON: {error}") from error
    if not isinstance(document, dict) or "schema" not in document:
        raise errors.DocumentError(f"{place}: no `schema`: expected what `--format json` writes")
    schema = document["schema"]
    if not isinstance(schema, str) or not schema.startswith("umemaki."):
        raise errors.DocumentError(f"{place}: schema {schema!r}, expected one of umemaki")
    made = _kinds.get(schema)
    known = next((one for one in _kinds if one.split("/")[0] == schema.split("/")[0]), schema)
    if known != schema and made is None:
        raise errors.DocumentError(f"{place}: schema {schema!r} is of another version, expected {known}")
    if "page" not in document:
        raise errors.DocumentError(f"{place}: no `page`: `umemaki rerun` makes the document anew")
    result = records.read(made or Result, document)
    page = records.read(_Page, document["page"], "page")
    for name, value in (("document", document), ("text", text), ("notes", notes), ("_page", page)):
        object.__setattr__(result, name, value)
    return result
