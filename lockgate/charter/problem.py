"""What is wrong in a charter, and where: one line a problem."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lockgate.charter.section import Path
from lockgate.errors import InputError

MOST_PROBLEMS = 100
MOST_CHARACTERS = 60


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a file; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where, under which key, what was expected, and the remedy."""

    place: Place
    path: Path
    message: str
    remedy: str

    def __str__(self) -> str:
        key = f"{dotted(self.path)}: " if self.path else ""
        return f"{self.place.file}:{self.place.line}: {key}{self.message}. {self.remedy}".rstrip()


class CharterError(InputError):
    """A charter that cannot be used; ``problems`` holds all of them, in the order of the file."""

    def __init__(self, problems: Iterable[Problem], unexplained: int = 0) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place))
        lines = [str(problem) for problem in self.problems[:MOST_PROBLEMS]]
        hidden = len(self.problems[MOST_PROBLEMS:]) + unexplained
        if hidden:
            lines.append(f"{self.problems[0].place.file}: {hidden} more problems are not shown. Put these right first.")
        super().__init__("\n".join(lines))


def dotted(path: Path) -> str:
    """A path as people write it: ``models[0].id``; a key that is no plain word stands in quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            plain = re.fullmatch(r"[A-Za-z0-9_-]{1,60}", step)
            text += ("." if text else "") + (step if plain else _shortened(repr(step)))
    return text


def shown(value: Any) -> str:
    """A value as an error quotes it: short, and on one line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a section" if value else "an empty section"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case str():
            return _shortened(repr(value)) if value else "empty text"
        case _:
            return _shortened(str(value))


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 4]}...{text[-1]}"
