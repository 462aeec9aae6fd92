"""Worker pools: like services, without an address."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.resource import Resource
from emulator.services.run import common

JSON = dict[str, Any]


def _made(ctx: Context, name: str, pool: JSON) -> JSON:
    common.check_template(ctx, name, pool.setdefault("template", {}), containers=False)
    return common.born(ctx, pool)


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    common.check_template(ctx, name, after.setdefault("template", {}), containers=False)
    return common.changed(ctx, before, after)


RESOURCES = {
    "workerPools": Resource(
        id_pattern=common.ID,
        on_create=_made,
        on_update=_updated,
        deleted="resource",
        optional=("template",),
        keep=("useDefault",),
        unfilled=("deleteTime", "expireTime"),
    ),
    "instances": Resource(id_pattern=common.ID, deleted="resource"),
}
