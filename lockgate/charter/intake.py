"""The systems that send cases: their schema versions, and the steps that lead from each to the current one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from lockgate.charter.formats import Formats, Word
from lockgate.charter.section import (
    EMPTY,
    Contradiction,
    Day,
    Distinct,
    Expected,
    Mailbox,
    Quantity,
    Scalar,
    Section,
    Slug,
    Text,
    folded,
)

VersionName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"),
    Expected('a version as the source names it, in quotes, such as "4" or "2026-03"'),
]
FieldPath = Annotated[
    str,
    Field(pattern=r"^[^.\s]{1,80}(\.[^.\s]{1,80}){0,7}$"),
    Expected("a field's name as the source writes it; a dotted path, such as claim.holder, reaches into nested data"),
]

Sent = Annotated[dict[str, Any], Field(min_length=1, max_length=300), Expected("fields, each with its value")]

_NEEDED = {
    "rename": ("to",),
    "drop": (),
    "set": ("value",),
    "map": ("values",),
    "scale": ("factor",),
    "split": ("separator", "into"),
    "join": ("separator", "into"),
}
_ALLOWED = {"map": ("otherwise",)}
_OWN_KEYS = ("to", "value", "values", "otherwise", "factor", "separator", "into")


class Step(Section):
    """One step of a migration."""

    do: Literal["rename", "drop", "set", "map", "scale", "split", "join"] = Field(
        description="rename: moves field to 'to'; drop: removes it; set: gives it value where it is absent; "
        "map: replaces its value by values; scale: multiplies it by factor; split: cuts it at separator into 'into'; "
        "join: puts the fields of 'into' together in it."
    )
    field: FieldPath = Field(description="The field that the step is about.")
    why: Text = Field(description="Why it is right; kept with each case that it changed.")
    to: FieldPath | None = Field(default=None, description="The new name, of rename.")
    value: Scalar | None = Field(default=None, description="The value, of set.")
    values: dict[Word, Scalar] | None = Field(
        default=None, min_length=1, max_length=500, description="The new value for each old one, of map."
    )
    otherwise: Literal["keep", "review", "refuse"] | None = Field(
        default=None, description="What happens to a value that values lacks, of map; review where it is left out."
    )
    factor: Quantity | None = Field(default=None, description="New units in one old unit, of scale.")
    separator: Word | None = Field(default=None, description="What stands between the parts, of split and join.")
    into: Distinct[FieldPath] | None = Field(
        default=None, min_length=2, max_length=10, description="The parts in their order, of split and join."
    )

    def contradictions(self) -> Iterator[Contradiction]:
        """Each way to change a field has keys of its own."""
        needed = _NEEDED[self.do]
        allowed = (*needed, *_ALLOWED.get(self.do, ()))
        for key in _OWN_KEYS:
            if getattr(self, key) is None and key in needed:
                yield Contradiction((key,), f"is missing, but do is {self.do}", "Add it.")
            if getattr(self, key) is not None and key not in allowed:
                yield Contradiction(
                    (key,), f"is given, but do is {self.do}, which has no use for it", "Remove it, or make two steps."
                )
        if self.factor == 0:
            yield Contradiction(
                ("factor",), "is 0, so the value would be lost", "Give the number of new units in one old."
            )
        if self.to is not None and f"{folded(self.to)}.".startswith(f"{folded(self.field)}."):
            yield Contradiction(
                ("to",),
                f"is {self.to}, which is {self.field} or lies within it",
                "Give another name, or remove the step.",
            )
        olds = [folded(old) for old in self.values or ()]
        for index, old in enumerate(self.values or ()):
            if olds[index] in olds[:index]:
                yield Contradiction(
                    ("values", old), "differs from another by case, spaces or hyphens alone", "Remove one of the two."
                )


class Example(Section):
    """What the steps make of one document. The router does not start where they make something else of it."""

    before: Sent = Field(description="Fields as this version sends them, invented and not a real person's.")
    after: Sent = Field(
        description="The same fields in their current form: numbers, days as 2026-11-30, true and false."
    )


class Version(Section):
    """One schema version of a source."""

    to: VersionName | None = Field(
        default=None, description="The version that steps lead to; left out for the current one."
    )
    until: Day | None = Field(default=None, description="Last day on which a case of this version is taken.")
    then: Literal["review", "refuse"] = Field(
        default="review", description="What happens to a case of this version after that day."
    )
    formats: Formats = Field(
        default_factory=Formats, description="How values are written in this version.", json_schema_extra=EMPTY
    )
    steps: list[Step] = Field(default=[], max_length=100, description="From this version to the next, in order.")
    examples: list[Example] = Field(
        default=[], max_length=50, description="At least one for a version that is migrated."
    )

    def contradictions(self) -> Iterator[Contradiction]:
        """Steps lead somewhere, and somebody has written down what they should make."""
        if self.to is None and self.steps:
            yield Contradiction(("steps",), "lead nowhere: to is missing", "Name the version that they lead to.")
        if self.to is not None and not self.examples:
            yield Contradiction(
                ("examples",),
                f"is empty, but the version is migrated to {self.to}",
                "Add one document before and after: it is tried at each start of the router.",
            )


class Source(Section):
    """A system that sends cases."""

    name: Slug = Field(description="Short name of the system; each case names it.")
    owner: Mailbox = Field(description="Answers for the quality of what the system sends.")
    description: Text = Field(description="What it sends, and how.")
    current: VersionName = Field(default="1", description="The schema version whose fields are those of data.fields.")
    unknown_version: Literal["review", "refuse"] = Field(
        default="review", description="What happens to a case of a version that versions lacks."
    )
    versions: dict[VersionName, Version] = Field(
        default_factory=lambda: {"1": Version()},
        min_length=1,
        max_length=50,
        json_schema_extra={"default": {"1": {}}},
        description="The schema versions that are taken, each by its name in quotes.",
    )

    def contradictions(self) -> Iterator[Contradiction]:
        """Each version leads to the current one."""
        if self.current not in self.versions:
            lacking = f"{self.current}, which versions lacks ({', '.join(self.versions)})"
            said = "current" in self.model_fields_set
            yield Contradiction(
                ("current",) if said else ("versions",),
                f"is {lacking}" if said else f"current is missing, and so is {lacking}",
                "Name in current the version whose fields are those of data.fields.",
            )
            return
        for name, version in self.versions.items():
            yield from self._astray(name, version)

    def _astray(self, name: str, version: Version) -> Iterator[Contradiction]:
        where = ("versions", name)
        if name == self.current:
            for key in ("to", "until"):
                if getattr(version, key) is not None:
                    yield Contradiction(
                        (*where, key),
                        "is given for the current version, where the way ends",
                        "Remove it, or set current.",
                    )
        elif version.to is None:
            yield Contradiction(
                (*where, "to"),
                f"is missing, so a case of version {name} never becomes one of {self.current}",
                "Name the version that it is migrated to, or remove it; unknown_version then holds for it.",
            )
        elif version.to not in self.versions:
            yield Contradiction(
                (*where, "to"),
                f"is {version.to}, which versions lacks ({', '.join(self.versions)})",
                "Name one of them, or add it.",
            )
        elif name in (way := self._way(version.to)):
            yield Contradiction(
                (*where, "to"),
                f"leads in a circle: {' -> '.join((name, *way))}",
                f"Lead one of them to {self.current}, the current version.",
            )

    def _way(self, name: str) -> list[str]:
        """The versions from ``name`` on, until the way ends or comes back."""
        way = [name]
        while (following := self.versions.get(way[-1])) and following.to is not None and following.to not in way:
            way.append(following.to)
        return way
