"""Which data is processed, where it may be, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from lockgate.charter.declared import DeclaredField
from lockgate.charter.intake import Source
from lockgate.charter.masking import Masking
from lockgate.charter.section import (
    EMPTY,
    RELAXABLE,
    Contradiction,
    Days,
    Distinct,
    FieldName,
    Region,
    Section,
    Slug,
    Text,
)


class Data(Section):
    """The data that the use case processes."""

    categories: Distinct[Slug] = Field(
        min_length=1, max_length=100, description="Categories of data, such as contact-details."
    )
    personal: bool = Field(description="Whether any of it is personal data (GDPR Art. 4(1)).")
    special_categories: bool = Field(description="Whether any of it falls under GDPR Art. 9, such as health data.")
    residency: Distinct[Region] = Field(
        min_length=1, max_length=100, description="Regions in which data may be stored or processed."
    )
    retention_days: Days = Field(
        description="Days after which transcripts and intermediate data are deleted.", json_schema_extra=RELAXABLE
    )
    fields: dict[FieldName, DeclaredField] = Field(
        default={}, max_length=300, description="The fields of a case in their current form."
    )
    unknown_fields: Literal["drop", "review", "refuse"] = Field(
        default="review",
        description="What happens to a field that fields lacks. drop: it is left out; review: a person decides the "
        "case; refuse: the caller gets an error.",
    )
    sources: list[Source] = Field(min_length=1, max_length=200, description="The systems that send cases.")
    masked_fields: Distinct[Text] = Field(
        max_length=100, description="Fields masked before a model sees a case, by name."
    )
    masking: Masking = Field(
        default_factory=Masking,
        description="What is masked beside them, wherever a text has it.",
        json_schema_extra=EMPTY,
    )

    def contradictions(self) -> Iterator[Contradiction]:
        """GDPR Art. 9 is about personal data; a source is known by its name."""
        if self.special_categories and not self.personal:
            yield Contradiction(
                ("personal",),
                "is false, but special_categories is true, and those are personal data",
                "Set personal to true, or special_categories to false.",
            )
        names = [source.name for source in self.sources]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Contradiction(
                    ("sources", index, "name"), f"{name} is already the name of another source", "Rename or remove one."
                )
