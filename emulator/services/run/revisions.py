"""Revisions: what a service or worker pool was at each of its generations."""

from __future__ import annotations

import hashlib
from typing import Any

from emulator.context import Context
from emulator.resource import Resource
from emulator.services.run.common import ready
from emulator.wire.errors import failed_precondition

JSON = dict[str, Any]

_FROM_TEMPLATE = (
    "containers",
    "volumes",
    "scaling",
    "vpcAccess",
    "timeout",
    "serviceAccount",
    "executionEnvironment",
    "encryptionKey",
    "maxInstanceRequestConcurrency",
    "sessionAffinity",
    "nodeSelector",
    "serviceMesh",
    "labels",
    "annotations",
)


def name_of(ctx: Context, parent: str, body: JSON) -> str:
    """The name that the revision of this generation has: the client's, or `<service>-00001-abc`."""
    del ctx
    chosen = body["template"].get("revision")
    number = int(body["generation"])
    ident = parent.rsplit("/", 1)[-1]
    mark = hashlib.sha256(f"{parent}/{number}".encode()).hexdigest()[:3]
    return f"{parent}/revisions/{chosen or f'{ident}-{number:05d}-{mark}'}"


def make(ctx: Context, parent: str, body: JSON) -> None:
    """Stores the revision of a service's present generation."""
    name = name_of(ctx, parent, body)
    template = body["template"]
    now = ctx.now()
    revision = {
        "name": name,
        "uid": ctx.ids.uuid(),
        "generation": "1",
        "observedGeneration": "1",
        "createTime": now,
        "updateTime": now,
        "launchStage": body.get("launchStage", "GA"),
        "service": parent.rsplit("/", 1)[-1],
        **{k: template[k] for k in _FROM_TEMPLATE if k in template},
        "conditions": [ready(ctx), ready(ctx, "ContainerHealthy"), ready(ctx, "ResourcesAvailable")],
        "etag": ctx.ids.etag(),
    }
    ctx.store.put("run", name, revision)


def _deleted(ctx: Context, name: str, revision: JSON) -> None:
    del revision
    parent = ctx.store.get("run", name.rpartition("/revisions/")[0]) or {}
    if parent.get("latestReadyRevision") == name:
        raise failed_precondition(f"Revision {name} takes traffic: it cannot be deleted.")


RESOURCES = {"revisions": Resource(on_delete=_deleted, deleted="resource")}
