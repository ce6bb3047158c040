"""What can go wrong, as exceptions with the file, line and column that the program names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Sequence

_PLACE = re.compile(r"(?P<file>\S.*?):(?P<line>\d+):(?P<column>\d+): (?P<rest>.*)", re.DOTALL)
_HEAD = re.compile(r"(?P<head>[^\s:`]+): (?P<rest>.+)", re.DOTALL)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `file:line:column: path: message`, without the parts that are absent."""

    text: str
    """The line as the program wrote it."""
    message: str
    """What is wrong, and what would be right."""
    file: str | None = None
    """The file, as it was named."""
    line: int | None = None
    """The line, from 1."""
    column: int | None = None
    """The column in characters, from 1."""
    path: str | None = None
    """The key (`memory.buffers[2].size`), data set or option (`--subnet`) that it is about."""
    details: tuple[str, ...] = ()
    """What the message counts up."""

    @classmethod
    def parse(cls, text: str, details: Sequence[str] = ()) -> Problem:
        """Takes a line of the program's standard error apart."""
        file = line = column = path = None
        rest = text
        if found := _PLACE.fullmatch(text):
            file, rest = found["file"], found["rest"]
            line, column = int(found["line"]), int(found["column"])
        elif found := _HEAD.fullmatch(text):
            head = found["head"]
            if not head.startswith("--") and ("/" in head or "." in head):
                file, rest = head, found["rest"]
        if found := _HEAD.fullmatch(rest):
            path, rest = found["head"], found["rest"]
        return cls(text, rest, file, line, column, path, tuple(details))


class UmemakiError(Exception):
    """The program ended with an error, or could not be run."""

    def __init__(
        self, message: str, *, exit_code: int | None = None, problems: Sequence[Problem] = (),
        command: Sequence[str] = ()
    ):
        super().__init__(message)
        self.exit_code = exit_code
        """The exit code of the program, a negative signal where one ended it, None where it did not run."""
        self.problems = tuple(problems)
        """Everything that it found wrong, in its order."""
        self.command = tuple(command)
        """The program and its arguments."""

    @property
    def _first(self) -> Problem | None:
        return self.problems[0] if self.problems else None

    @property
    def file(self) -> str | None:
        """The file of the first problem."""
        return self._first.file if self._first else None

    @property
    def line(self) -> int | None:
        """The line of the first problem, from 1."""
        return self._first.line if self._first else None

    @property
    def column(self) -> int | None:
        """The column of the first problem, from 1."""
        return self._first.column if self._first else None

    @property
    def path(self) -> str | None:
        """The key or option of the first problem."""
        return self._first.path if self._first else None


class UsageError(UmemakiError):
    """Exit code 64: an option or argument is wrong."""


class InputError(UmemakiError):
    """Exit code 65: an input is wrong."""


class MissingFileError(UmemakiError):
    """Exit code 66: a file is missing."""


class OutputError(UmemakiError):
    """Exit code 73: an output cannot be created."""


class Interrupted(UmemakiError):
    """Exit code 75: stopped before the end, and can be resumed."""


class ProgramNotFound(UmemakiError):
    """There is no program `umemaki`."""


class DocumentError(UmemakiError):
    """A document is not what the package reads: of another version, cut short or damaged."""


_KINDS: dict[int, type[UmemakiError]] = {
    64: UsageError, 65: InputError, 66: MissingFileError, 73: OutputError, 75: Interrupted}


def of_program(exit_code: int, standard_error: str, command: Sequence[str]) -> UmemakiError:
    """The exception that says what the program said before it ended with `exit_code`.

    Faults stand at the end: what is said before the first with a place, by the process of a policy for instance, is
    part of the exception's text and no problem of its own.
    """
    said = [line for line in standard_error.splitlines() if line.strip() and not line.startswith("warning: ")]
    first = next((number for number, line in enumerate(said) if _PLACE.fullmatch(line)), 0)
    problems: list[tuple[str, list[str]]] = []
    for line in said[first:]:
        if problems and (line.startswith("  ") or exit_code == 64):
            problems[-1][1].append(line.strip())
        else:
            problems.append((line.removeprefix("Error: "), []))
    text = "\n".join(said).removeprefix("Error: ")
    if exit_code < 0:
        text = f"umemaki was ended by signal {-exit_code}" + (f": {text}" if text else "")
    return _KINDS.get(exit_code, UmemakiError)(
        text or f"umemaki ended with exit code {exit_code} and no message", exit_code=exit_code,
        problems=[Problem.parse(*problem) for problem in problems], command=command)
