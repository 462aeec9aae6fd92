"""Who answers for compliance, on what legal basis, and how a person contests an output."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lockgate.charter.section import Day, Days, Distinct, Mailbox, Section, Slug, Text


class Dpia(Section):
    """The data protection impact assessment (GDPR Art. 35)."""

    reference: Text = Field(description="Where it is filed, such as DPIA-2026-014.")
    approved_on: Day = Field(description="Day of the data protection officer's approval.")


class Contest(Section):
    """How a person contests an output (GDPR Art. 22(3))."""

    who: Text = Field(description="Who may contest an output.")
    contact: Mailbox = Field(description="Where they write.")
    days_to_answer: Days = Field(description="Days within which a person answers.")


class Governance(Section):
    """The sign-offs, and what they rest on."""

    compliance_owner: Mailbox = Field(description="Signs off compliance.")
    governance_owner: Mailbox = Field(description="Signs off data governance.")
    ai_act_class: Literal["minimal", "limited", "high"] = Field(
        description="Risk class under Regulation (EU) 2024/1689; a prohibited practice has no charter."
    )
    lawful_basis: Literal[
        "consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interests", "none"
    ] = Field(description="GDPR Art. 6(1); 'none' only where no personal data is processed.")
    dpia: Dpia | None = Field(
        description="The data protection impact assessment; null only where no personal data is processed."
    )
    explanation: Text = Field(description="How an output is explained to the person it concerns.")
    bias_segments: Distinct[Slug] = Field(
        max_length=100, description="Segments whose error is compared with the others'."
    )
    contest: Contest = Field(description="How a person contests an output.")
