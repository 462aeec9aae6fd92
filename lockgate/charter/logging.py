"""Where the records are, how long they are kept, and who may read them."""

from __future__ import annotations

from pydantic import Field

from lockgate.charter.section import RELAXABLE, Days, Distinct, Fraction, Principal, Region, Section


class Logging(Section):
    """Audit logs and transcripts."""

    location: Region = Field(description="Region of the log bucket and of the transcripts; one of data.residency.")
    retention_days: Days = Field(description="Days for which audit logs are kept.", json_schema_extra=RELAXABLE)
    locked: bool = Field(
        description="Whether retention can no longer be shortened, nor a bucket with logs deleted.",
        json_schema_extra=RELAXABLE,
    )
    transcript_sampling: Fraction = Field(
        description="Share of requests to an endpoint whose request and response are kept.",
        json_schema_extra=RELAXABLE,
    )
    auditors: Distinct[Principal] = Field(
        min_length=1, max_length=100, description="Groups that may read the audit view."
    )
