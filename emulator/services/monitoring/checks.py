"""Uptime checks and groups of resources."""

from __future__ import annotations

import base64
import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.services.monitoring.alerting import list_counted
from emulator.wire.errors import invalid

JSON = dict[str, Any]

_PERIODS = ("60s", "300s", "600s", "900s")
_TARGETS = ("monitoredResource", "resourceGroup", "syntheticMonitor")
_IPS = (
    ("USA", "Virginia", "35.199.66.47"),
    ("EUROPE", "Belgium", "35.187.242.246"),
    ("ASIA_PACIFIC", "Singapore", "35.186.144.97"),
)
"""(region, location, address) of some checkers."""


def create(ctx: Context, call: Call) -> JSON | Answer:
    """The id is made from the display name, as Google makes it."""
    slug = re.sub(r"[^a-z0-9]+", "-", str(call.body.get("displayName", "")).lower()).strip("-")[:40] or "check"
    return standard.create_named(ctx, f"{call.target}/{slug}-{ctx.ids.word(11)}", dict(call.body))


def _defaults(ctx: Context, body: JSON) -> JSON:
    del ctx
    http = body.get("httpCheck")
    if http is not None:
        body["httpCheck"] = http = {"path": "/", "port": 443 if http.get("useSsl") else 80, **http}
        if http.get("body"):
            headers = http.setdefault("headers", {})
            if not any(k.lower() == "content-length" for k in headers):
                headers["Content-Length"] = str(len(base64.b64decode(http["body"])))
    return {"checkerType": "STATIC_IP_CHECKERS", "period": "60s"}


def _check(ctx: Context, name: str, *bodies: JSON) -> None:
    del ctx, name
    body = bodies[-1]
    if not body.get("displayName"):
        raise invalid("Required field display_name is not set.", field_path="uptime_check_config.display_name")
    if sum(t in body for t in _TARGETS) != 1:
        raise invalid(
            "An uptime check has exactly one of monitored_resource, resource_group, synthetic_monitor.",
            field_path="resource",
        )
    if "syntheticMonitor" not in body and sum(t in body for t in ("httpCheck", "tcpCheck")) != 1:
        raise invalid("An uptime check has exactly one of http_check and tcp_check.", field_path="check_request_type")
    if body["period"] not in _PERIODS:
        raise invalid(
            f"Invalid period: it must be one of {', '.join(_PERIODS)}.", field_path="uptime_check_config.period"
        )


def _obscured(ctx: Context, name: str, body: JSON) -> JSON:
    del ctx, name
    http = body.get("httpCheck", {})
    if http.get("authInfo", {}).get("password"):
        http["authInfo"]["password"] = "******"  # noqa: S105 what the API shows in place of a password
    if http.get("headers") and http.get("maskHeaders"):
        http["headers"] = dict.fromkeys(http["headers"], "******")
    return body


def addresses(ctx: Context, call: Call) -> JSON | Answer:
    """Where checks come from."""
    del call
    return standard.paged(ctx, [{"region": r, "location": p, "ipAddress": ip} for r, p, ip in _IPS])


def _group(ctx: Context, name: str, *bodies: JSON) -> None:
    group = bodies[-1]
    if not group.get("displayName") or not group.get("filter"):
        raise invalid("A group has a display_name and a filter.", field_path="group")
    parent = ctx.canonical(str(group.get("parentName", "")))
    if parent and (parent == name or ctx.store.get("monitoring", parent) is None):
        raise invalid(f"Could not find parent group '{parent}'.", field_path="group.parent_name")


def members(ctx: Context, call: Call) -> JSON | Answer:
    """No resource is ever found to be a member."""
    ctx.need(call.target.removesuffix("/members"), "projects.groups")
    return {}


RESOURCES = {
    "uptimeCheckConfigs": Resource(
        defaults=_defaults,
        on_create=_check,
        on_update=_check,
        view=_obscured,
        immutable=("monitoredResource", "resourceGroup", "checkerType"),
    ),
    "groups": Resource(server_id=lambda ctx: ctx.ids.digits(18), on_create=_group, on_update=_group),
}
METHODS: dict[str, Handler] = {
    "uptimeCheckConfigs.create": create,
    "uptimeCheckConfigs.list": list_counted,
    "uptimeCheckIps.list": addresses,
    "groups.members.list": members,
}
