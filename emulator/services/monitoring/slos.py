"""Services that are watched, and their objectives:
https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring. Both show the project's
number in their names."""

from __future__ import annotations

import re
from typing import Any

from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.wire.errors import invalid

JSON = dict[str, Any]

MAX_GOAL = 0.9999
DAY = 86_400


def _check_slo(ctx: Context, name: str, *bodies: JSON) -> None:
    del ctx, name
    slo = bodies[-1]
    goal = slo.get("goal", 0)
    if not 0 < goal <= MAX_GOAL:
        raise invalid(
            f"Invalid goal {goal}: it must be greater than 0 and at most {MAX_GOAL}.",
            field_path="service_level_objective.goal",
        )
    if ("rollingPeriod" in slo) == ("calendarPeriod" in slo):
        raise invalid(
            "An objective has exactly one of rolling_period and calendar_period.",
            field_path="service_level_objective.period",
        )
    if "rollingPeriod" in slo:
        seconds = float(str(slo["rollingPeriod"]).removesuffix("s"))
        if seconds % DAY or not DAY <= seconds <= 30 * DAY:
            raise invalid(
                "Invalid rolling_period: it must be whole days, 1 to 30.",
                field_path="service_level_objective.rolling_period",
            )
    if not slo.get("serviceLevelIndicator"):
        raise invalid(
            "Required field service_level_indicator is not set.",
            field_path="service_level_objective.service_level_indicator",
        )


_ID = re.compile(r"[a-z0-9A-Z][-a-z0-9A-Z_.:]{0,63}").pattern

RESOURCES = {
    "services": Resource(
        project_in_names="number", id_parameter="serviceId", id_pattern=_ID, server_id=lambda ctx: ctx.ids.word(16)
    ),
    "services.serviceLevelObjectives": Resource(
        project_in_names="number",
        id_parameter="serviceLevelObjectiveId",
        id_pattern=_ID,
        server_id=lambda ctx: ctx.ids.word(16),
        on_create=_check_slo,
        on_update=_check_slo,
    ),
}
METHODS: dict[str, Handler] = {}
