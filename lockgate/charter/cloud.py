"""Where on Google Cloud the stack is deployed, and whose account pays."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lockgate.charter.section import OWN, Region, Section

ProjectId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
ProjectNumber = Annotated[str, Field(pattern=r"^[0-9]{6,19}$")]
BillingAccount = Annotated[str, Field(pattern=r"^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$")]


class Cloud(Section):
    """One project, one region, one billing account."""

    project: ProjectId = Field(description="Project id.", json_schema_extra=OWN)
    project_number: ProjectNumber = Field(
        description="Project number, quoted: budgets filter by number.", json_schema_extra=OWN
    )
    region: Region = Field(description="Region of every regional resource; one of data.residency.")
    billing_account: BillingAccount = Field(
        description="Billing account id, such as 01AB23-45CD67-89EF01.", json_schema_extra=OWN
    )
