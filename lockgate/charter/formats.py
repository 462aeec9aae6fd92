"""How a source writes days, numbers and truth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from lockgate.charter.section import Contradiction, Distinct, Expected, Section

_DAY, _TIME = {"Y", "m", "d"}, {"H", "M", "S", "f", "z"}

DateFormat = Annotated[
    str,
    Field(min_length=2, max_length=60),
    Expected("a form of dates in the directives of strptime, such as %d.%m.%Y"),
]
Word = Annotated[
    str, Field(pattern=r"^[^\n]{1,40}$"), Expected("1 to 40 characters on one line, in quotes if it is a number")
]


class Formats(Section):
    """How values are written in one version of a source."""

    dates: Distinct[DateFormat] = Field(
        default=["%Y-%m-%d"],
        min_length=1,
        max_length=10,
        description="Forms of dates. A text that two of them read as different days is invalid.",
    )
    decimal: Literal["point", "comma"] = Field(default="point", description="The decimal mark.")
    true: Distinct[Word] = Field(default=["true"], min_length=1, max_length=10, description="Words for true.")
    false: Distinct[Word] = Field(default=["false"], min_length=1, max_length=10, description="Words for false.")

    def contradictions(self) -> Iterator[Contradiction]:
        """Each form gives a whole day, and no word two truths."""
        for index, form in enumerate(self.dates):
            found = re.findall("%(.)", form)
            if "y" in found:
                yield Contradiction(
                    ("dates", index), f"{form} has a year of two digits, of which nobody knows the century", "Use %Y."
                )
            elif len({*found}) < len(found) or not _DAY <= {*found} <= _DAY | _TIME:
                yield Contradiction(
                    ("dates", index),
                    f"{form} is not made of %Y, %m and %d, each once (with a time also %H, %M, %S, %f and %z)",
                    "Write it so, such as %d.%m.%Y.",
                )
        truths = {word.casefold() for word in self.true}
        for index, word in enumerate(self.false):
            if word.casefold() in truths:
                yield Contradiction(
                    ("false", index), f"{word} is a word for true as well", "Remove it from one of them."
                )
