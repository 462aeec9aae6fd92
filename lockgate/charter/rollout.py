"""How far the use case has been let out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lockgate.charter.section import OWN, Section


class Rollout(Section):
    """The stage of the roll-out."""

    stage: Literal["pilot", "limited", "general"] = Field(
        description="pilot: pilot_burn_limit applies; limited: part of the cases; general: all.", json_schema_extra=OWN
    )
