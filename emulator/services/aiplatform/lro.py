"""Operations of Vertex AI: their names, their metadata, and what they end with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from emulator.context import Context, Started

JSON = dict[str, Any]

_LOCATION = re.compile(r"projects/[^/]+/locations/[^/]+")


def plain(kind: str) -> str:
    """`GoogleCloudAiplatformV1beta1Endpoint` as `Endpoint`."""
    return re.sub(r"^GoogleCloudAiplatformV\d+[a-z0-9]*", "", kind)


def name(ctx: Context, started: Started) -> str:
    """Below the resource; below the location where the resource is going away, or where several are made at once."""
    ident = ctx.ids.digits(19)
    location = _LOCATION.match(started.target)
    if started.verb in ("delete", "deploy") and location:
        return f"{location[0]}/operations/{ident}"
    return f"{started.target}/operations/{ident}"


_OWN_DELETE = frozenset({"ExampleStore"})
"""Kinds whose deletion has a metadata message of its own."""


def metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    """`<Verb><Kind>OperationMetadata` with generic metadata; a deletion's is the same for nearly all kinds."""
    kind = plain(started.kind)
    if started.verb == "delete":
        word = f"Delete{kind if kind in _OWN_DELETE else ''}"
    elif started.verb in ("create", "update"):
        word = f"{started.verb.title()}{kind}"
    else:
        word = started.verb[:1].upper() + started.verb[1:]
    times = {"createTime": started.created, "updateTime": ctx.now() if done else started.created}
    body: JSON = {"@type": ctx.type_url(f"{word}OperationMetadata"), "genericMetadata": times}
    if started.verb == "assignNotebookRuntime" and done:
        body["progressMessage"] = "NotebookRuntime is ready to use."
    if started.verb == "deploy":
        location = _LOCATION.match(started.target)
        body |= {
            "publisherModel": str(ctx.call.body.get("publisherModelName", "")) or None,
            "destination": location[0] if location else "",
            "projectNumber": started.target.split("/")[1],
        }
    return body


Ended = Callable[[Context, str, JSON], JSON]


def only_name(ctx: Context, verb: str, view: JSON) -> JSON:
    """The operation ends with the name alone."""
    del ctx, verb
    return {"name": view["name"]}


def without(*fields: str) -> Ended:
    """A creation ends with the resource less some fields; a change with the whole."""

    def ended(ctx: Context, verb: str, view: JSON) -> JSON:
        del ctx
        return {k: v for k, v in view.items() if verb != "create" or k not in fields}

    return ended


WITHOUT_TIMES = without("createTime", "updateTime", "etag")
