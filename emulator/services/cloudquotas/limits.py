"""Which quotas there are, what holds now, and how far Google would go.

    POST /_quotas {"quotas": [{"service": "aiplatform.googleapis.com", "quotaId":
    "CustomModelServingL4GPUsPerProjectPerRegion",
                               "dimensions": {"region": "europe-west4"}, "value": 1, "ceiling": 4}]}

declares a quota: `value` is in effect before anybody prefers another, `ceiling` the most that is granted (the same as
`value` unless given;
`null`: anything). Beyond it a preference is kept, and granted the value in effect with a `stateDetail` that says it
was denied. A declaration
with fewer dimensions holds for all values of the others; `project` (an id) confines it to one project. This address
is the emulator's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.context import Context
from emulator.state.store import Store
from emulator.wire.errors import invalid

JSON = dict[str, Any]

AREA = "_quotas"
"""Where declarations are kept in the store: they are saved and restored with it."""

BUILT_IN: dict[str, tuple[tuple[str, str], ...]] = {
    "aiplatform.googleapis.com": (
        ("CustomModelServingL4GPUsPerProjectPerRegion", "region"),
        ("CustomModelServingA100GPUsPerProjectPerRegion", "region"),
        ("CustomModelServingH100GPUsPerProjectPerRegion", "region"),
        ("GenerateContentInputTokensPerMinutePerRegionPerBaseModel", "region,base_model"),
        ("GenerateContentRequestsPerMinutePerProjectPerRegionPerBaseModel", "region,base_model"),
        ("OnlinePredictionRequestsPerMinutePerProjectPerRegion", "region"),
    ),
    "compute.googleapis.com": (("CpusPerProjectPerRegion", "region"), ("GPUsAllRegionsPerProject", "")),
    "run.googleapis.com": (("CpuAllocPerProjectRegion", "region"), ("MemAllocPerProjectRegion", "region")),
}
"""Quotas that a list shows, with their dimensions. Their values are a matter of each account: nothing is in effect
until it is declared or preferred."""


@dataclass(frozen=True)
class Limit:
    """What holds for one quota."""

    value: int
    ceiling: int | None


def declare(store: Store, raw: object) -> None:
    """Takes the body of `POST /_quotas`, or 400."""
    items = raw.get("quotas") if isinstance(raw, dict) else raw
    if not isinstance(items, list):
        raise invalid('/_quotas takes {"quotas": [{"service": …, "quotaId": …, "value": …}]}')
    for item in items:
        known = {"service", "quotaId", "dimensions", "value", "ceiling", "project"}
        if not isinstance(item, dict) or set(item) - known or not {"service", "quotaId", "value"} <= set(item):
            raise invalid(
                f"a quota has service, quotaId, value, and may have dimensions, ceiling, project; got {item!r:.200}"
            )
        try:
            value = int(item["value"])
            ceiling = item.get("ceiling", value)
            ceiling = None if ceiling is None else int(ceiling)
        except (TypeError, ValueError):
            raise invalid("value and ceiling of a quota are whole numbers") from None
        dimensions = {str(k): str(v) for k, v in (item.get("dimensions") or {}).items()}
        where = ",".join(f"{k}={v}" for k, v in sorted(dimensions.items()))
        name = f"{item.get('project', '-')}/{item['service']}/{item['quotaId']}/{where or '-'}"
        store.put(AREA, name, {**item, "dimensions": dimensions, "value": value, "ceiling": ceiling})


def find(ctx: Context, name: str, preference: JSON) -> Limit | None:
    """The declaration that fits a preference best: the one with the most dimensions; None where none fits."""
    container, dimensions = name.split("/")[1], preference.get("dimensions") or {}
    fitting: list[JSON] = []
    for key in ctx.store.find(AREA, lambda n: n.split("/")[1:3] == [preference["service"], preference["quotaId"]]):
        held = ctx.store.get(AREA, key) or {}
        place = held.get("project")
        if place in (None, container, ctx.projects.number_of(container)) and all(
            dimensions.get(k) == v for k, v in held["dimensions"].items()
        ):
            fitting.append(held)
    if not fitting:
        return None
    best = max(fitting, key=lambda h: (len(h["dimensions"]), "project" in h))
    return Limit(best["value"], best["ceiling"])


def _preferences(ctx: Context, parent: str) -> list[JSON]:
    container, service = parent.split("/services/")
    rows = ctx.store.rows(ctx.label, f"{container}/quotaPreferences")
    return [b for _, _, b in rows if b.get("service") == service]


def _declared(ctx: Context, parent: str) -> list[JSON]:
    service = parent.rsplit("/", 1)[-1]
    keys = ctx.store.find(AREA, lambda n: n.split("/")[1] == service)
    return [held for key in keys if (held := ctx.store.get(AREA, key)) is not None]


def quotas(ctx: Context, parent: str) -> list[str]:
    """Ids of the quotas of `…/services/<service>`."""
    service = parent.rsplit("/", 1)[-1]
    found = [quota for quota, _ in BUILT_IN.get(service, ())]
    found += [str(h["quotaId"]) for h in (*_declared(ctx, parent), *_preferences(ctx, parent))]
    return sorted(set(found))


def info(ctx: Context, parent: str, quota: str) -> JSON:
    """A QuotaInfo: preferences that were granted come before declarations, the more exact before the less."""
    service = parent.rsplit("/", 1)[-1]
    rows: dict[tuple[tuple[str, str], ...], str] = {}
    for held in _declared(ctx, parent):
        if held["quotaId"] == quota:
            rows[tuple(sorted(held["dimensions"].items()))] = str(held["value"])
    for held in _preferences(ctx, parent):
        if held["quotaId"] == quota:
            where = tuple(sorted((held.get("dimensions") or {}).items()))
            rows[where] = str(held["quotaConfig"].get("grantedValue", "0"))
    dimensions = next((d for q, d in BUILT_IN.get(service, ()) if q == quota), "").split(",")
    dimensions = [d for d in dimensions if d] or sorted({k for where in rows for k, _ in where})
    body: JSON = {
        "name": ctx.shown_name(f"{parent}/quotaInfos/{quota}"),
        "quotaId": quota,
        "metric": f"{service}/{quota}",
        "service": service,
        "containerType": {"projects": "PROJECT", "folders": "FOLDER"}.get(
            parent.split("/", maxsplit=1)[0], "ORGANIZATION"
        ),
        "quotaIncreaseEligibility": {"isEligible": True},
        "quotaDisplayName": quota,
        "metricUnit": "1/{project}" + "".join("/{" + d + "}" for d in dimensions),
    }
    if dimensions:
        body["dimensions"] = dimensions
    found = sorted(rows.items(), key=lambda row: -len(row[0]))
    body["dimensionsInfos"] = [
        {
            **({"dimensions": dict(where)} if where else {}),
            "details": {"value": value},
            "applicableLocations": [dict(where).get("region", "global")],
        }
        for where, value in found
    ]
    return body if found else {k: v for k, v in body.items() if k != "dimensionsInfos"}


def effective(ctx: Context, project: str, service: str, quota: str, dimensions: JSON) -> int | None:
    """What holds for a project now: the preference that fits best, else the declaration; None if nobody has said
    anything."""
    parent = f"projects/{project}/locations/global"
    fitting = [
        held
        for _, _, held in ctx.store.rows("cloudquotas", f"{parent}/quotaPreferences")
        if held.get("service") == service
        and held.get("quotaId") == quota
        and all(dimensions.get(k) == v for k, v in (held.get("dimensions") or {}).items())
    ]
    if fitting:
        best = max(fitting, key=lambda h: len(h.get("dimensions") or {}))
        return int(best["quotaConfig"].get("grantedValue", 0))
    wanted = {"service": service, "quotaId": quota, "dimensions": dimensions}
    declared = find(ctx, f"{parent}/quotaPreferences/-", wanted)
    return declared.value if declared is not None else None
