"""Pictures that the program draws, as a notebook shows them."""

from __future__ import annotations

import base64
import html
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Sequence


@dataclass(frozen=True)
class Picture:
    """A picture of a result; a notebook shows it."""

    name: str
    """Its name, that of the file without `.svg`."""
    title: str
    """What it shows."""
    caption: str = field(repr=False)
    """How to read it."""
    svg: str = field(repr=False)
    """The picture, SVG."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the SVG to a file."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def image(self) -> str:
        """The picture as an element of HTML that needs no file and shares no names with other pictures."""
        data = base64.b64encode(self.svg.encode()).decode()
        return f'<img alt="{html.escape(self.title)}" src="data:image/svg+xml;base64,{data}">'

    def _repr_svg_(self) -> str:
        return self.svg


def picture_set(folder: Path, charts: Sequence[Any]) -> dict[str, Picture]:
    """The pictures in a folder, in the order of `charts`, which say their titles."""
    found: dict[str, Picture] = {}
    for chart in charts:
        path = folder / f"{chart.name}.svg"
        if path.exists():
            found[path.stem] = Picture(
                path.stem, chart.title, chart.caption, path.read_text(encoding="utf-8"))
    for path in sorted(folder.glob("*.svg")):
        if path.stem not in found:
            found[path.stem] = Picture(path.stem, path.stem, "", path.read_text(encoding="utf-8"))
    return found
