"""Schemas and their revisions: https://cloud.google.com/pubsub/docs/schemas. The newest revision is the schema; the
older ones are read by `<name>@<revision>`."""

from __future__ import annotations

import json
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler
from emulator.wire.errors import invalid, not_found

JSON = dict[str, Any]

MAX_REVISIONS = 20


def made(ctx: Context, _name: str, schema: JSON) -> JSON:
    """A new schema, with its first revision."""
    check(schema)
    return {**schema, "revisionId": ctx.ids.hexa(8), "revisionCreateTime": ctx.now()}


def check(schema: JSON) -> None:
    """400 for a definition that cannot be of its type. Protocol Buffers are only looked at in passing."""
    text = str(schema.get("definition", ""))
    if schema.get("type") == "AVRO":
        try:
            good = isinstance(json.loads(text), dict)
        except ValueError:
            good = False
    else:
        good = schema.get("type") == "PROTOCOL_BUFFER" and "message" in text
    if not good:
        raise invalid("Request contains an invalid argument: invalid schema definition.", field_path="definition")


def _revisions(ctx: Context, name: str) -> list[JSON]:
    """Oldest first, the one in force last."""
    return [*ctx.store.meta(ctx.label, name).get("revisions", []), ctx.need(name, "projects.schemas")]


def _keep(ctx: Context, name: str, revisions: list[JSON]) -> None:
    ctx.put(name, revisions[-1], {**ctx.store.meta(ctx.label, name), "revisions": revisions[:-1]})


def _shown(ctx: Context, name: str, revision: JSON, *, named: bool = True) -> JSON:
    view = {**revision, "name": f"{name}@{revision['revisionId']}" if named else name}
    if ctx.call.method.http == "GET" and ctx.call.arg("view") == "BASIC":
        view.pop("definition", None)
    return view


def _named(ctx: Context, text: str) -> tuple[str, int]:
    """(name of the schema, place of the revision that is named, the newest unless one is)."""
    name, _, ident = text.partition("@")
    revisions = _revisions(ctx, name)
    for place, revision in enumerate(revisions):
        if revision["revisionId"] == ident:
            return name, place
    if ident:
        raise not_found(f"Resource not found (resource={text.rsplit('/', 1)[-1]}).")
    return name, len(revisions) - 1


def get(ctx: Context, call: Call) -> JSON | Answer:
    """The schema, or the revision that the name ends in; all of it unless only the basics are wanted."""
    name, place = _named(ctx, call.target)
    return _shown(ctx, name, _revisions(ctx, name)[place], named="@" in call.target)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """Without definitions, unless they are wanted."""
    rows = ctx.store.rows(ctx.label, call.target)
    full = call.arg("view") == "FULL"
    return standard.paged(ctx, [{k: v for k, v in b.items() if full or k != "definition"} for _, _, b in rows])


def commit(ctx: Context, call: Call) -> JSON | Answer:
    """A further revision, of the same type."""
    revisions = _revisions(ctx, call.target)
    sent = call.body.get("schema") or {}
    check(sent)
    if sent["type"] != revisions[-1]["type"]:
        raise invalid("The type of a schema cannot be changed.", field_path="schema.type")
    if len(revisions) >= MAX_REVISIONS:
        raise invalid(f"A schema has at most {MAX_REVISIONS} revisions.")
    return _added(ctx, call.target, revisions, {"type": sent["type"], "definition": sent["definition"]})


def rollback(ctx: Context, call: Call) -> JSON | Answer:
    """A further revision with the definition of an older one."""
    _, place = _named(ctx, f"{call.target}@{call.body.get('revisionId', '')}")
    revisions = _revisions(ctx, call.target)
    return _added(ctx, call.target, revisions, {k: revisions[place][k] for k in ("type", "definition")})


def _added(ctx: Context, name: str, revisions: list[JSON], body: JSON) -> JSON:
    fresh = {"name": name, **body, "revisionId": ctx.ids.hexa(8), "revisionCreateTime": ctx.now()}
    _keep(ctx, name, [*revisions, fresh])
    return _shown(ctx, name, fresh)


def delete_revision(ctx: Context, call: Call) -> JSON | Answer:
    """One revision goes, but not the last."""
    name, place = _named(ctx, call.target)
    if "@" not in call.target:
        raise invalid("The name of the revision must end in @ and its id.", field_path="name")
    revisions = _revisions(ctx, name)
    if len(revisions) == 1:
        raise invalid("The only revision of a schema cannot be deleted.")
    gone = revisions.pop(place)
    _keep(ctx, name, revisions)
    return _shown(ctx, name, gone)


def list_revisions(ctx: Context, call: Call) -> JSON | Answer:
    """Newest first."""
    full = call.arg("view") == "FULL"
    found = [_shown(ctx, call.target, r) for r in reversed(_revisions(ctx, call.target))]
    return standard.paged(ctx, [{k: v for k, v in r.items() if full or k != "definition"} for r in found])


def validate(ctx: Context, call: Call) -> JSON | Answer:
    """Whether a definition would be taken."""
    del ctx
    check(call.body.get("schema") or {})
    return {}


METHODS: dict[str, Handler] = {
    "schemas.get": get,
    "schemas.list": list_,
    "schemas.commit": commit,
    "schemas.rollback": rollback,
    "schemas.deleteRevision": delete_revision,
    "schemas.listRevisions": list_revisions,
    "schemas.validate": validate,
}
