"""How a source writes days, numbers and truth; a way that can be read in two ways is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from lockgate.charter.section import Contradiction, Distinct, Expected, Section

# Days that show what a format loses: the century, the order of day and month, the last day of a month.
_PROBES = (date(1931, 12, 28), date(2026, 3, 4), date(2026, 4, 3), date(2011, 10, 12), date(2024, 2, 29))

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
        default=["%Y-%m-%d"], min_length=1, max_length=10, description="Forms of dates, tried in this order."
    )
    decimal: Literal["point", "comma"] = Field(default="point", description="The decimal mark.")
    true: Distinct[Word] = Field(default=["true"], min_length=1, max_length=10, description="Words for true.")
    false: Distinct[Word] = Field(default=["false"], min_length=1, max_length=10, description="Words for false.")

    def contradictions(self) -> Iterator[Contradiction]:
        """Each form gives a whole day, and no text two days or two truths."""
        whole: list[str] = []
        for index, form in enumerate(self.dates):
            if not all(_read(_written(day, form), form) == day for day in _PROBES):
                yield Contradiction(
                    ("dates", index),
                    f"{form} does not give back the day that it wrote",
                    "Use %Y, %m and %d, each once.",
                )
                continue
            for other in whole:
                if any(_read(_written(day, other), form) not in {None, day} for day in _PROBES):
                    yield Contradiction(
                        ("dates", index),
                        f"{form} reads what {other} wrote as another day",
                        "Keep one of the two; where the source mixes them, its days cannot be known.",
                    )
            whole.append(form)
        truths = {word.casefold() for word in self.true}
        for index, word in enumerate(self.false):
            if word.casefold() in truths:
                yield Contradiction(
                    ("false", index), f"{word} is a word for true as well", "Remove it from one of them."
                )


def _written(day: date, form: str) -> str:
    try:
        return day.strftime(form)
    except ValueError:
        return ""


def _read(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
