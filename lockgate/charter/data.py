"""Which data is processed, where it may be, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from lockgate.charter.section import (
    RELAXABLE,
    Contradiction,
    Days,
    Distinct,
    Mailbox,
    Region,
    Section,
    Slug,
    Text,
)


class Source(Section):
    """A system that sends cases."""

    name: Slug = Field(description="Short name of the system.")
    owner: Mailbox = Field(description="Answers for the quality of what the system sends.")
    description: Text = Field(description="What it sends, and how.")


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
    sources: list[Source] = Field(min_length=1, max_length=200, description="The systems that send cases.")
    masked_fields: Distinct[Text] = Field(
        max_length=100, description="Fields masked before a model sees a case, by name."
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
