"""Whether conditions can be answered: each name is declared, and each operator fits what it is asked of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from lockgate.charter.condition import NUMERIC, OPERATORS, Condition, Other
from lockgate.charter.declared import NUMBERS, DeclaredField, Kind, is_a
from lockgate.charter.section import Contradiction, Path, plain

# What can be asked of a value of each type.
OPERATORS_OF: dict[Kind, tuple[str, ...]] = {
    "text": ("is", "one_of", "given", "mentions"),
    "choice": ("is", "one_of", "given"),
    "decimal": ("is", "one_of", *NUMERIC, "given"),
    "integer": ("is", "one_of", *NUMERIC, "given"),
    "date": ("is", "one_of", *NUMERIC, "given"),
    "boolean": ("is", "given"),
    "document": ("given", "mentions"),
}
_OF_MEASURE: dict[str, tuple[str, ...]] = {
    "quality": (*NUMERIC, "given"),
    "confidence": (*NUMERIC, "given"),
    "source": ("is", "one_of", "given"),
    "segment": ("is", "one_of", "given"),
    "text": ("mentions", "given"),
}


# Thai to Burmese, Khmer, and East Asian scripts.
_SPACELESS = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\U00020000-\U0003ffff]"


class Refusal(NamedTuple):
    """Why something cannot be asked in a place, and what to do instead."""

    why: str
    remedy: str


@dataclass(frozen=True)
class Names:
    """What conditions may name in a place; ``refused`` are measures and subjects that they may not, and why."""

    fields: Mapping[str, DeclaredField]
    output: Mapping[str, DeclaredField]
    sources: Collection[str]
    segments: Collection[str]
    refused: Mapping[str, Refusal]


def contradictions(condition: Condition, names: Names, path: Path) -> Iterator[Contradiction]:
    """What in ``condition``, which stands at ``path``, can never be answered."""
    for junction in ("all", "any"):
        for index, inner in enumerate(condition.value(junction) or ()):
            yield from contradictions(inner, names, (*path, junction, index))
    if condition.not_ is not None:
        yield from contradictions(condition.not_, names, (*path, "not"))
    for index, phrase in enumerate(condition.mentions or ()):
        if re.search(_SPACELESS, phrase):
            yield Contradiction(
                (*path, "mentions", index),
                f"{phrase} is in a script without spaces between words, where no word can be found",
                "Ask a field instead.",
            )
    for subject in condition.said(("field", "output", "measure")):
        name = condition.value(subject)
        if refusal := names.refused.get(name if subject == "measure" else subject):
            yield Contradiction((*path, subject), f"{name} cannot be asked here: {refusal.why}", refusal.remedy)
        elif subject == "measure":
            yield from _of_measure(condition, name, names, path)
        else:
            yield from _of_field(condition, subject, name, names, path)


def _declared(subject: str, name: str, names: Names) -> DeclaredField | Contradiction | None:
    """The field of that name; None inside a document, of which nothing is declared; or that there is no such field."""
    known = names.fields if subject == "field" else names.output
    section = "data.fields" if subject == "field" else "output"
    if name in known:
        return known[name]
    inside = known.get(name.partition(".")[0])
    if inside is not None and inside.type == "document":
        return None
    meant = _closest(name, known)
    remedy = f"Did you mean {meant}?" if meant else f"Declare it in {section}."
    return Contradiction((subject,), f"{name} is not in {section} ({_listed(known)})", remedy)


def _of_field(condition: Condition, subject: str, name: str, names: Names, path: Path) -> Iterator[Contradiction]:
    field = _declared(subject, name, names)
    if isinstance(field, Contradiction):
        yield field._replace(path=(*path, *field.path))
        return
    for operator in condition.said(OPERATORS):
        where = (*path, operator)
        if field is None:
            yield from _inside(condition.value(operator), operator, where)
        elif operator not in OPERATORS_OF[field.type]:
            yield Contradiction(
                where,
                f"does not fit {name}, which is of type {field.type}",
                f"Use one of {', '.join(OPERATORS_OF[field.type])}, or another type.",
            )
        elif operator not in {"given", "mentions"}:
            yield from _compared(condition.value(operator), operator, field, names, where)


def _compared(value: Any, operator: str, field: DeclaredField, names: Names, where: Path) -> Iterator[Contradiction]:
    if isinstance(value, Other):
        yield from _with_other(value, field, names, where)
        return
    # A threshold may lie on or beyond a bound; a value that the field can never have is a slip of the pen.
    free = field.model_copy(update={"least": None, "most": None}) if operator in NUMERIC else field
    for step, one in enumerate(value) if operator == "one_of" else [(None, value)]:
        if wrong := free.misfit(one):
            yield Contradiction(
                where if step is None else (*where, step), wrong, "Write a value that the field may have."
            )


def _inside(value: Any, operator: str, where: Path) -> Iterator[Contradiction]:
    """What is compared with a value inside a document: for an order, a number or a day."""
    if operator in NUMERIC and not isinstance(value, Decimal | Other) and not is_a("date", value):
        yield Contradiction(
            where, f"is {value}, expected a number or a day such as 2026-11-30", "Write one of the two."
        )


def _with_other(other: Other, field: DeclaredField, names: Names, where: Path) -> Iterator[Contradiction]:
    for subject in ("field", "output"):
        name = getattr(other, subject)
        if name is None:
            continue
        if refusal := names.refused.get(subject):
            yield Contradiction((*where, subject), f"{name} cannot be asked here: {refusal.why}", refusal.remedy)
            continue
        found = _declared(subject, name, names)
        if isinstance(found, Contradiction):
            yield found._replace(path=(*where, *found.path))
        elif found is None:
            continue
        elif (found.type in NUMBERS) != (field.type in NUMBERS) or (
            found.type not in NUMBERS and found.type != field.type
        ):
            yield Contradiction(
                (*where, subject),
                f"{name} is of type {found.type}, which cannot be compared with {field.type}",
                "Compare numbers with numbers, and days with days.",
            )
        elif found.unit != field.unit:
            yield Contradiction(
                (*where, subject),
                f"{name} is in {found.unit or 'no unit'}, and compared with {field.unit or 'no unit'}",
                "Give both the same unit; a source's steps can scale one.",
            )


def _of_measure(condition: Condition, name: str, names: Names, path: Path) -> Iterator[Contradiction]:
    for operator in condition.said(OPERATORS):
        where, value = (*path, operator), condition.value(operator)
        if operator not in _OF_MEASURE[name]:
            yield Contradiction(
                where, f"does not fit the measure {name}", f"Use one of {', '.join(_OF_MEASURE[name])}."
            )
        elif operator in NUMERIC:
            if not isinstance(value, Decimal) or not 0 <= value <= 1:
                said = plain(value) if isinstance(value, Decimal) else "no number"
                yield Contradiction(where, f"is {said}, but {name} is a share from 0 to 1", "Write 0.8 for 80 %.")
        elif operator in {"is", "one_of"}:
            known = names.sources if name == "source" else names.segments
            section = "data.sources" if name == "source" else "segments"
            for step, one in enumerate(value) if operator == "one_of" else [(None, value)]:
                if one not in known:
                    yield Contradiction(
                        where if step is None else (*where, step),
                        f"{one} is not in {section} ({_listed(known)})",
                        f"Name one of them, or add it to {section}.",
                    )


def _closest(name: str, known: Collection[str]) -> str | None:
    from lockgate.charter.explain import closest

    return closest(name, list(known))


def _listed(names: Collection[str]) -> str:
    """At most ten of the names, for an error."""
    shown = [*names][:10]
    return ", ".join(shown) + (f" and {len(names) - 10} more" if len(names) > 10 else "") if names else "it is empty"
