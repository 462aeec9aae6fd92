"""Conditions: what the charter says of a case or of an answer, so that machines and people read the same."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_serializer
from pydantic_core import CoreSchema, core_schema

from lockgate.charter.section import (
    EXPECTED_KEY,
    Contradiction,
    Distinct,
    Expected,
    FieldName,
    Scalar,
    Section,
    plain,
    scalar,
)

SUBJECTS = ("field", "measure", "output")
JUNCTIONS = ("all", "any", "not")
OPERATORS = ("is", "one_of", "above", "at_least", "below", "at_most", "given", "mentions")
NUMERIC = ("above", "at_least", "below", "at_most")

Measure = Literal["quality", "confidence", "source", "segment", "text"]


CasePath = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z0-9]+(_[a-z0-9]+)*){0,7}$", max_length=200),
    Expected("a key of data.fields, such as amount; a dotted path, such as claim.holder, reaches into a document"),
]
Phrase = Annotated[
    str,
    # Written out, since \p{L} is not in every dialect that reads the JSON Schema.
    Field(pattern="[0-9A-Za-z\u00c0-\uffee]", min_length=2, max_length=200),
    Expected("a word or phrase, 2 to 200 characters"),
]


class _Sparse(Section):
    """Writes the keys that are given and no others: a condition is read more often than it is written."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: Any) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {key.removesuffix("_"): value for key, value in written.items() if value is not None}


class Other(_Sparse):
    """The value of a field of the case, or of the answer, to compare with."""

    field: CasePath | None = Field(
        default=None,
        description="A field of the case: a key of data.fields, or a dotted path into one of type document.",
    )
    output: FieldName | None = Field(default=None, description="A field of the answer: a key of output.")

    def contradictions(self) -> Iterator[Contradiction]:
        """One of the two."""
        if (self.field is None) == (self.output is None):
            yield Contradiction((), "names no one value, expected field or output", "Give one of the two.")


class _OrOther:
    """A number or a day as it stands, or the section that names another value."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(
            lambda value, other: other(value) if isinstance(value, dict | BaseModel) else scalar(value),
            handler(Other),
            serialization=core_schema.plain_serializer_function_ser_schema(_written),
        )

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        # The section first: its keys are what an error names.
        return {"anyOf": [handler(core), {"type": ["number", "string"]}]}


def _written(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return plain(value) if isinstance(value, Decimal) else value


Threshold = Annotated[
    Decimal | str | bool | Other,
    _OrOther(),
    Expected("a number, a day such as 2026-11-30, or {field: ...} or {output: ...}"),
]
"""What a value is compared with, in the unit of the field."""


class Condition(_Sparse):
    """One of all, any and not, which hold conditions; or one subject (field, measure, output) with one operator."""

    model_config = ConfigDict(
        json_schema_extra={EXPECTED_KEY: "a condition, such as {field: amount, above: 20000}"},
    )

    all: list[Condition] | None = Field(
        default=None, min_length=1, max_length=50, description="Holds where each of these holds."
    )
    any: list[Condition] | None = Field(
        default=None, min_length=1, max_length=50, description="Holds where one of these holds."
    )
    not_: Condition | None = Field(default=None, alias="not", description="Holds where this one fails.")
    field: CasePath | None = Field(
        default=None,
        description="A field of the case: a key of data.fields, or a dotted path into one of type document.",
    )
    measure: Measure | None = Field(
        default=None,
        description=(
            "quality: share of the declared fields that were there as declared, without a default or a repair; "
            "confidence: the drafting model's own; source: who sent the case; segment: each segment that it is in; "
            "text: all text of the case, or of the answer in business_rules."
        ),
    )
    output: FieldName | None = Field(
        default=None, description="A field of the answer: a key of output; in business_rules only."
    )
    is_: Scalar | None = Field(default=None, alias="is", description="The value equals this one.")
    one_of: list[Scalar] | None = Field(
        default=None, min_length=1, max_length=200, description="The value is one of these."
    )
    above: Threshold | None = Field(default=None, description="The value is greater, or a later day.")
    at_least: Threshold | None = Field(default=None, description="The value is this one or greater, or no earlier day.")
    below: Threshold | None = Field(default=None, description="The value is smaller, or an earlier day.")
    at_most: Threshold | None = Field(default=None, description="The value is this one or smaller, or no later day.")
    given: bool | None = Field(default=None, description="true: the case has a value; false: it has none.")
    mentions: Distinct[Phrase] | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="The text has one of these, as whole words, in capitals or not.",
    )

    def contradictions(self) -> Iterator[Contradiction]:
        """One junction, or one subject with one operator."""
        heads, operators = self.said((*JUNCTIONS, *SUBJECTS)), self.said(OPERATORS)
        if not heads:
            yield Contradiction(
                (), f"asks nothing, expected one of {', '.join((*JUNCTIONS, *SUBJECTS))}", "Say what it is about."
            )
        for extra in heads[1:]:
            yield Contradiction(
                (extra,), f"stands beside {heads[0]}, but a condition is about one thing", "Make two, below all or any."
            )
        if not heads or len(heads) > 1:
            return
        if heads[0] in JUNCTIONS:
            for operator in operators:
                yield Contradiction(
                    (operator,), f"stands beside {heads[0]}, which holds conditions", "Move it into one of them."
                )
        elif not operators:
            yield Contradiction(
                (heads[0],), "has nothing to compare with", f"Add one of {', '.join(OPERATORS)} beside it."
            )
        for operator in operators[1:] if heads[0] in SUBJECTS else ():
            yield Contradiction(
                (operator,),
                f"stands beside {operators[0]}, but a condition has one operator",
                f"Write all: [{{{heads[0]}: ..., {operators[0]}: ...}}, {{{heads[0]}: ..., {operator}: ...}}].",
            )

    def said(self, keys: tuple[str, ...]) -> list[str]:
        """Those of ``keys`` that are given, in this order."""
        return [key for key in keys if self.value(key) is not None]

    def value(self, key: str) -> Any:
        """What is given for ``key``, as the charter spells it; None where nothing is."""
        return getattr(self, {"is": "is_", "not": "not_"}.get(key, key))
