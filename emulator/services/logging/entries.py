"""Writing and reading log entries. A written entry is routed by the project's sinks: one that goes to a Pub/Sub
topic is published if
the sink's writer may, and otherwise Logging writes the error that Google's does, to the log
`logging.googleapis.com%2Fsink_error`."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler
from emulator.services.pubsub import delivery
from emulator.wire import filters, page
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]

LIMIT = 10_000
"""Entries kept for a project or folder: the oldest are forgotten first."""
_PUBLISHERS = frozenset(
    {"roles/pubsub.publisher", "roles/pubsub.editor", "roles/pubsub.admin", "roles/editor", "roles/owner"}
)
_LOG = re.compile(r"((?:projects|folders|organizations|billingAccounts)/[^/]+)/logs/([^/]+)")
_CALLS = re.compile(r"\b(?:LOG_ID|log_id)\(\s*\"([^\"]*)\"\s*\)")
SEVERITIES = ("DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY")
_SEVERITY = re.compile(r"\bseverity\s*(>=|<=|>|<)\s*\"?([A-Z]+)\"?")


def write(ctx: Context, call: Call) -> JSON | Answer:
    """Entries take what the request says for all of them."""
    made = [_completed(ctx, call, dict(entry)) for entry in call.body.get("entries") or []]
    if not made:
        raise invalid("At least one log entry must be specified.", field_path="entries")
    if call.body.get("dryRun"):
        return {}
    for container, entry in made:
        _keep(ctx, container, entry)
        _route(ctx, container, entry)
    return {}


def _completed(ctx: Context, call: Call, entry: JSON) -> tuple[str, JSON]:
    """(container, entry): with its log, resource, labels, times and id."""
    log = str(entry.get("logName") or call.body.get("logName") or "")
    found = _LOG.fullmatch(log)
    if not found:
        raise invalid(f"Log name is invalid: '{log[:200]}'.", field_path="log_name")
    resource = entry.get("resource") or call.body.get("resource")
    if not resource:
        raise invalid("The resource must be specified.", field_path="resource")
    container = ctx.canonical(found[1])
    if container.startswith("projects/"):
        ctx.projects.require(container.split("/")[1], "logging")
    now = ctx.now()
    labels = {**call.body.get("labels", {}), **entry.get("labels", {})}
    return container, {
        **entry,
        "logName": f"{container}/logs/{found[2]}",
        "resource": resource,
        "timestamp": entry.get("timestamp") or now,
        "receiveTimestamp": now,
        "insertId": entry.get("insertId") or ctx.ids.word(16),
        **({"labels": labels} if labels else {}),
    }


def _keep(ctx: Context, container: str, entry: JSON) -> None:
    collection = f"{container}/entries"
    ident = quote(f"{entry['logName']}|{entry['timestamp']}|{entry['insertId']}", safe="")
    ctx.put(f"{collection}/{ident}", entry)
    held = ctx.store.names("logging", collection)
    for name in held[: max(0, len(held) - LIMIT)]:
        ctx.delete(name)


def matches(text: str) -> Callable[[JSON], bool]:
    """The test that a filter of the Logging query language stands for: `log_id()` and severities are put in words
    that a plain filter knows.

    A filter that cannot be read is 400 for a list; for a sink's see `_route`.
    """
    text = _CALLS.sub(lambda m: f'logName:"/logs/{quote(unquote(m[1]), safe="")}"', text)
    return filters.compile_filter(_SEVERITY.sub(_severities, text))


def _severities(found: re.Match[str]) -> str:
    rank = SEVERITIES.index(found[2]) if found[2] in SEVERITIES else 0
    tests: dict[str, Callable[[int], bool]] = {
        ">=": lambda n: n >= rank,
        "<=": lambda n: n <= rank,
        ">": lambda n: n > rank,
        "<": lambda n: n < rank,
    }
    taken = [word for n, word in enumerate(SEVERITIES) if tests[found[1]](n)]
    return "(" + " OR ".join(f'severity="{word}"' for word in taken or ["NONE"]) + ")"


def _route(ctx: Context, container: str, entry: JSON) -> None:
    for name in ctx.store.names("logging", f"{container}/sinks"):
        sink = ctx.store.get("logging", name) or {}
        topic = ctx.canonical(str(sink.get("destination", "")).removeprefix("pubsub.googleapis.com/"))
        if sink.get("disabled") or not topic.startswith("projects/") or "/topics/" not in topic:
            continue
        try:
            wanted = matches(str(sink.get("filter", "")))(entry)
            wanted = wanted and not any(
                matches(str(e.get("filter", "")))(entry) for e in sink.get("exclusions") or [] if not e.get("disabled")
            )
        except GoogleError:  # a filter beyond the part of the language that is known here
            continue
        if wanted:
            _export(ctx, container, sink, topic, entry)


def _export(ctx: Context, container: str, sink: JSON, topic: str, entry: JSON) -> None:
    who = str(sink.get("writerIdentity", ""))
    if ctx.store.get("pubsub", topic) is None:
        _sink_error(ctx, container, sink, "topic_not_found", f"Topic {topic} was not found.")
    elif not ctx.policies.holds(
        who, _PUBLISHERS, ("pubsub", topic), ("cloudresourcemanager", "/".join(topic.split("/")[:2]))
    ):
        _sink_error(ctx, container, sink, "topic_permission_denied", f"{who} may not publish to {topic}.")
    else:
        data = base64.b64encode(json.dumps(entry).encode()).decode()
        delivery.publish(
            ctx.cloud, topic, [{"data": data, "attributes": {"logging.googleapis.com/timestamp": entry["timestamp"]}}]
        )


def _sink_error(ctx: Context, container: str, sink: JSON, code: str, detail: str) -> None:
    now = ctx.now()
    project = container.split("/")[1]
    error = {
        "logName": f"{container}/logs/logging.googleapis.com%2Fsink_error",
        "resource": {
            "type": "logging_sink",
            "labels": {"name": sink["name"], "destination": sink["destination"], "project_id": project},
        },
        "textPayload": f"Cloud Logging sink configuration error in {project}, sink {sink['name']}: {code} ({detail})",
        "labels": {"error_code": code, "sink_id": sink["name"], "destination": sink["destination"]},
        "severity": "ERROR",
        "timestamp": now,
        "receiveTimestamp": now,
        "insertId": ctx.ids.word(16),
    }
    _keep(ctx, container, error)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """Entries of the containers named, oldest first unless asked otherwise."""
    containers = [ctx.canonical(str(n).split("/locations/")[0]) for n in call.body.get("resourceNames") or []]
    if not containers:
        raise invalid("resource_names must name at least one resource.", field_path="resource_names")
    for container in containers:
        if container.startswith("projects/"):
            ctx.projects.require(container.split("/")[1], "logging")
    keep = matches(str(call.body.get("filter", "")))
    found = [
        b
        for c in containers
        for n in ctx.store.names("logging", f"{c}/entries")
        if (b := ctx.store.get("logging", n)) is not None and keep(b)
    ]
    found.sort(
        key=lambda e: (e["timestamp"], e["insertId"]), reverse=str(call.body.get("orderBy", "")).endswith("desc")
    )
    size = page.size_of(str(call.body.get("pageSize", "")) or None, 50)
    items, token = page.take(enumerate(found, 1), page.decode(str(call.body.get("pageToken", ""))), size)
    return {**({"entries": items} if items else {}), **({"nextPageToken": token} if token else {})}


def list_logs(ctx: Context, call: Call) -> JSON | Answer:
    """The names of the logs that have entries."""
    container = "/".join(call.target.split("/")[:2])
    held = ctx.store.names("logging", f"{container}/entries")
    names = sorted({str((ctx.store.get("logging", n) or {}).get("logName")) for n in held})
    return {"logNames": names} if names else {}


def delete_log(ctx: Context, call: Call) -> JSON | Answer:
    """Forgets all entries of a log."""
    container = "/".join(call.target.split("/")[:2])
    gone = [
        n
        for n in ctx.store.names("logging", f"{container}/entries")
        if (ctx.store.get("logging", n) or {}).get("logName") == call.target
    ]
    if not gone:
        raise ctx.not_found(call.target)
    for name in gone:
        ctx.delete(name)
    return {}


METHODS: dict[str, Handler] = {
    "entries.write": write,
    "entries.list": list_,
    "logs.list": list_logs,
    "logs.delete": delete_log,
    "recentQueries.list": lambda ctx, _: standard.paged(ctx, []),
}
