"""Which data is processed, where it may be, and for how long."""

from __future__ import annotations

from pydantic import Field

from lockgate.charter.section import RELAXABLE, Days, Mailbox, Region, Section, Slug, Text


class Source(Section):
    """A system that sends cases."""

    name: Slug
    owner: Mailbox = Field(description="Answers for the quality of what the system sends.")
    description: Text


class Data(Section):
    """The data that the use case processes."""

    categories: list[Slug] = Field(min_length=1, description="Categories of data, such as contact-details.")
    personal: bool = Field(description="Whether any of it is personal data (GDPR Art. 4(1)).")
    special_categories: bool = Field(description="Whether any of it falls under GDPR Art. 9, such as health data.")
    residency: list[Region] = Field(min_length=1, description="Regions in which data may be stored or processed.")
    retention_days: Days = Field(
        description="Days after which transcripts and intermediate data are deleted.", json_schema_extra=RELAXABLE
    )
    sources: list[Source] = Field(min_length=1)
    masked_fields: list[Text] = Field(description="Fields masked before a model sees a case, by name.")
