"""Dashboards (v1): a tree of widgets in one of four layouts, with defaults and rules of its own. A change replaces
the whole and needs the etag.

https://cloud.google.com/monitoring/dashboards/api-dashboard
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]

_LAYOUTS = ("columnLayout", "gridLayout", "mosaicLayout", "rowLayout")
_MOSAIC_ONLY = {
    "singleViewGroup": "dropdownGroup",
    "sectionHeader": "sectionHeader",
    "collapsibleGroup": "collapsibleGroup",
}
"""Widgets that only a mosaic takes, and how the refusal calls them."""
_NOT_CONTENT = frozenset({"title", "id", "visibilityCondition"})


def widgets(dashboard: JSON) -> Iterator[tuple[str, JSON]]:
    """(path, widget) of all widgets."""
    for part, inner in (("columnLayout", "columns"), ("rowLayout", "rows")):
        for i, group in enumerate(dashboard.get(part, {}).get(inner) or []):
            for j, widget in enumerate(group.get("widgets") or []):
                yield f"{part}.{inner}[{i}].widgets[{j}]", widget
    for i, widget in enumerate(dashboard.get("gridLayout", {}).get("widgets") or []):
        yield f"gridLayout.widgets[{i}]", widget
    for i, tile in enumerate(dashboard.get("mosaicLayout", {}).get("tiles") or []):
        yield f"mosaicLayout.tiles[{i}].widget", tile.get("widget", {})


def _complete(dashboard: JSON) -> JSON:
    """A dashboard checked, its widgets with their defaults."""
    if not dashboard.get("displayName"):
        raise invalid("Field displayName is missing or empty.", field_path="dashboard.display_name")
    if sum(layout in dashboard for layout in _LAYOUTS) != 1:
        raise invalid("Dashboard is missing required field layout.", field_path="dashboard.layout")
    for path, widget in widgets(dashboard):
        content = [key for key in widget if key not in _NOT_CONTENT]
        if len(content) != 1:
            raise invalid(f"Dashboard is missing required field {path}.content.", field_path=path)
        if content[0] in _MOSAIC_ONLY and not path.startswith("mosaic"):
            raise invalid(f"{_MOSAIC_ONLY[content[0]]} is only allowed in MosaicLayout.", field_path=path)
        _fill(path, content[0], widget[content[0]])
    return dashboard


def _fill(path: str, kind: str, body: JSON) -> None:
    if kind == "xyChart":
        _chart(path, body)
    elif kind == "text":
        body.setdefault("style", {})
        body.setdefault("format", "MARKDOWN")
    elif kind == "timeSeriesTable":
        for data in body.get("dataSets") or []:
            data.setdefault("minAlignmentPeriod", "0s")


def _chart(path: str, chart: JSON) -> None:
    shift = float(str(chart.get("timeshiftDuration", "0s")).removesuffix("s"))
    if 0 < shift < 60:
        raise invalid(
            f'Field {path}.xyChart.timeshiftDuration has an invalid value of "{chart["timeshiftDuration"]}": '
            "must be greater than or equal to one minute."
        )
    for number, data in enumerate(chart.get("dataSets") or []):
        data.setdefault("targetAxis", "Y1")
        if shift and data.get("plotType") == "STACKED_BAR":
            raise invalid(
                f'Field {path}.xyChart.dataSets[{number}].plotType has an invalid value of "STACKED_BAR": '
                "plot type is incompatible with XyChart's timeshiftDuration."
            )
    if "yAxis" in chart:
        chart["yAxis"].setdefault("scale", "LINEAR")


def create(ctx: Context, call: Call) -> JSON | Answer:
    """The client may choose the name."""
    ident = str(call.body.get("name", "")).rsplit("/", 1)[-1] or ctx.ids.uuid()
    return standard.create_named(ctx, f"{call.target}/{ident}", _complete(dict(call.body)))


def replace(ctx: Context, call: Call) -> JSON | Answer:
    """PATCH, which has no mask."""
    before = ctx.need(call.target)
    etag = call.body.get("etag")
    if not etag:
        raise invalid("Update Dashboard should specify a non empty etag.", field_path="dashboard.etag")
    if etag != before["etag"]:
        raise GoogleError("ABORTED", "The etag of the dashboard does not match: it has been changed in between.")
    after = {**_complete(dict(call.body)), "name": before["name"], "etag": ctx.ids.hexa(32)}
    if not call.flag("validateOnly"):
        ctx.put(call.target, after)
    return ctx.show(call.target, after)


def _etag(ctx: Context, name: str, dashboard: JSON) -> JSON:
    del name
    return {**dashboard, "etag": ctx.ids.hexa(32)}


RESOURCES = {"dashboards": Resource(project_in_names="number", on_create=_etag)}
METHODS: dict[str, Handler] = {"dashboards.create": create, "dashboards.patch": replace}
