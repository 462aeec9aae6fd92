"""How Compute resources name one another, and how refusals name them: https://cloud.google.com/compute/docs/reference/rest/v1."""

from __future__ import annotations

import re
from typing import Any

from emulator.context import Context
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

NAME = r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?"
"""RFC 1035, as every Compute `name` says."""

_ROOT = re.compile(r"https?://[^/]+/(?:compute/)?(?:v\d+|beta|alpha|staging_\w+)/")


def project_of(ctx: Context) -> str:
    """`projects/<id>` of the call at hand."""
    return ctx.canonical("projects/" + ctx.call.variables["project"])


def canonical(ctx: Context, link: str) -> str:
    """The canonical name behind a full link, a partial one (`global/networks/n`) or a name."""
    name = _ROOT.sub("", link).lstrip("/")
    if name.startswith(("global/", "regions/", "zones/")):
        name = f"{project_of(ctx)}/{name}"
    return ctx.canonical(name)


def full(ctx: Context, link: str) -> str:
    """A reference as answers spell it: the whole link. What is none (an address, a bundle's name) stays."""
    name = canonical(ctx, link)
    return ctx.link(name) if name.startswith("projects/") else link


def refer(ctx: Context, body: JSON, *fields: str, exists: tuple[str, ...] = ()) -> None:
    """Spells references of a body in full; those of `exists` must name something that is there (404 otherwise)."""
    for field in fields:
        value = body.get(field)
        if not isinstance(value, str) or not value:
            continue
        name = canonical(ctx, value)
        known = ctx.projects.find(name.split("/")[1]) if name.startswith("projects/") else None
        if field in exists and known is not None and ctx.get(name, collection=name.split("/")[-2]) is None:
            raise not_found(ctx, "", name)
        body[field] = full(ctx, value)


def place(ctx: Context, name: str) -> JSON:
    """`region` or `zone` of a resource, as answers carry it."""
    parts = name.split("/")
    if len(parts) > 3 and parts[2] in ("regions", "zones"):
        return {parts[2][:-1]: ctx.link("/".join(parts[:4]))}
    return {}


def users(ctx: Context, project: str, kinds: tuple[str, ...], field: str, target: str) -> list[str]:
    """Names of the resources of some kinds in a project whose `field` refers to `target`."""
    found = []
    for name in ctx.store.find(ctx.label, lambda n: n.startswith(project + "/") and n.rsplit("/", 2)[-2] in kinds):
        value = (ctx.store.get(ctx.label, name) or {}).get(field)
        if isinstance(value, str) and canonical(ctx, value) == target:
            found.append(name)
    return found


def not_found(ctx: Context, kind: str, name: str) -> GoogleError:
    """404 as Compute says it."""
    del ctx, kind
    return GoogleError("NOT_FOUND", f"The resource '{name}' was not found", reason="notFound")


def exists(ctx: Context, kind: str, name: str) -> GoogleError:
    """409 as Compute says it."""
    del ctx, kind
    return GoogleError("ALREADY_EXISTS", f"The resource '{name}' already exists", reason="alreadyExists")


def in_use(what: str, name: str, user: str) -> GoogleError:
    """400: a resource cannot go while another refers to it."""
    return GoogleError(
        "FAILED_PRECONDITION",
        f"The {what} resource '{name}' is already being used by '{user}'",
        reason="resourceInUseByAnotherResource",
    )


def bad_value(field: str, value: object, why: str) -> GoogleError:
    """400: a field of the resource cannot be what it is."""
    return GoogleError(
        "INVALID_ARGUMENT", f"Invalid value for field 'resource.{field}': '{value}'. {why}", reason="invalid"
    )


def check_fingerprint(sent: object, held: object) -> None:
    """412 where a client changes what it has not read last."""
    if isinstance(sent, str) and sent and isinstance(held, str) and sent != held:
        raise GoogleError(
            "ABORTED",
            "Supplied fingerprint does not match current metadata fingerprint.",
            code=412,
            reason="conditionNotMet",
        )
