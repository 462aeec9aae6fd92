"""Liens, which keep a project from being deleted."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.cloudresourcemanager.containers import scope_found
from emulator.services.cloudresourcemanager.shared import DENIED
from emulator.wire.errors import invalid, permission_denied

JSON = dict[str, Any]


def create_lien(ctx: Context, call: Call) -> JSON | Answer:
    """Keeps a project from being deleted."""
    parent = ctx.canonical(str(call.body.get("parent", "")))
    if scope_found(ctx, parent) is None:
        raise permission_denied(DENIED)
    for field in ("restrictions", "origin", "reason"):
        if not call.body.get(field):
            raise invalid(f"The {field} of a lien must be set.", field_path=f"lien.{field}")
    return standard.create_named(
        ctx, f"liens/p{ctx.ids.digits(12)}-l{ctx.ids.hexa(16)}", {**call.body, "parent": ctx.projects.by_number(parent)}
    )


def list_liens(ctx: Context, call: Call) -> JSON | Answer:
    """The liens on a project."""
    parent = ctx.canonical(call.arg("parent"))
    found = [
        ctx.show(n, b) for _, n, b in ctx.store.rows(ctx.label, "liens") if ctx.canonical(str(b["parent"])) == parent
    ]
    return standard.paged(ctx, found)
