"""Where on Google Cloud the stack is deployed, and whose account pays."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lockgate.charter.section import OWN, Expected, Region, Section

ProjectId = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$"),
    Expected("a project id: 6 to 30 lower-case letters, digits and hyphens, from a letter"),
]
ProjectNumber = Annotated[str, Field(pattern=r"^[0-9]{6,19}$"), Expected("a project number: 6 to 19 digits, in quotes")]
BillingAccount = Annotated[
    str,
    Field(pattern=r"^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$"),
    Expected("a billing account id, such as 01AB23-45CD67-89EF01"),
]


class Cloud(Section):
    """One project, one region, one billing account."""

    project: ProjectId = Field(description="Project id.", json_schema_extra=OWN)
    project_number: ProjectNumber = Field(
        description="Project number, in quotes: budgets filter by number.", json_schema_extra=OWN
    )
    region: Region = Field(description="Region of every regional resource; one of data.residency.")
    billing_account: BillingAccount = Field(
        description="The billing account that pays for the project.", json_schema_extra=OWN
    )
