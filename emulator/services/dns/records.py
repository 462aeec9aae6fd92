"""Sets of records, and changes of several at once."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.dns.shared import invalid
from emulator.state.store import copied
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

DOMAIN = re.compile(r"(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+|\.")

OWN = frozenset({"NS", "SOA"})


def _zone(ctx: Context) -> tuple[str, JSON]:
    call = ctx.call
    name = ctx.canonical(f"projects/{call.variables['project']}/managedZones/{call.variables['managedZone']}")
    return name, ctx.need(name, "managedZones")


def _path(zone: str, name: str, kind: str) -> str:
    return f"{zone}/rrsets/{name.lower()}/{kind.upper()}"


def put_record(ctx: Context, zone: str, record: JSON) -> JSON:
    """Stores a set of records; as it is shown."""
    body = {
        **{k: v for k, v in record.items() if k != "kind"},
        "kind": "dns#resourceRecordSet",
        "signatureRrdatas": record.get("signatureRrdatas") or [],
    }
    ctx.put(_path(zone, str(record["name"]), str(record["type"])), body)
    return body


def _check(zone: JSON, record: JSON) -> None:
    name = str(record.get("name", ""))
    if not DOMAIN.fullmatch(name):
        raise invalid("entity.change.additions[].name", name)
    if name != zone["dnsName"] and not name.endswith("." + str(zone["dnsName"]).lstrip(".")):
        raise invalid("entity.change.additions[].name", name)
    if not record.get("type"):
        raise invalid("entity.change.additions[].type", "")
    if not record.get("rrdatas") and not record.get("routingPolicy"):
        raise invalid("entity.change.additions[].rrdatas", "")


def _refuse_beside(ctx: Context, zone: str, record: JSON) -> None:
    """A name with a CNAME has nothing else: RFC 1034, 3.6.2."""
    at = [b for _, _, b in ctx.store.rows(ctx.label, f"{zone}/rrsets/{str(record['name']).lower()}")]
    others = {str(b["type"]) for b in at if b["type"] != record["type"]}
    if (record["type"] == "CNAME" and others) or "CNAME" in others:
        text = f"The resource record set 'entity.change.additions[{record['name']}]' is invalid because the DNS name "
        text += "may have either one CNAME resource record set or resource record sets of other types, but not both."
        raise GoogleError("FAILED_PRECONDITION", text, reason="cnameResourceRecordSetConflict")


def _already(record: JSON) -> GoogleError:
    text = f"The resource 'entity.change.additions[0]' named '{record['name']} ({record['type']})' already exists"
    return GoogleError("ALREADY_EXISTS", text, reason="alreadyExists")


def create_record(ctx: Context, call: Call) -> JSON | Answer:
    """resourceRecordSets.create."""
    name, zone = _zone(ctx)
    record = copied(call.body)
    _check(zone, record)
    if ctx.store.has(ctx.label, _path(name, record["name"], record["type"])):
        raise _already(record)
    _refuse_beside(ctx, name, record)
    return put_record(ctx, name, record)


def _record(ctx: Context) -> tuple[str, str, JSON]:
    name, _ = _zone(ctx)
    path = _path(name, ctx.call.variables["name"], ctx.call.variables["type"])
    body = ctx.store.get(ctx.label, path)
    if body is None:
        variables = ctx.call.variables
        text = f"The 'parameters.name' resource named '{variables['name']} ({variables['type']})' does not exist."
        raise GoogleError("NOT_FOUND", text, reason="notFound")
    return name, path, body


def get_record(ctx: Context, call: Call) -> JSON | Answer:
    """resourceRecordSets.get."""
    del call
    return _record(ctx)[2]


def patch_record(ctx: Context, call: Call) -> JSON | Answer:
    """resourceRecordSets.patch: name and type stay."""
    zone, _, body = _record(ctx)
    return put_record(ctx, zone, {**body, **{k: v for k, v in call.body.items() if k not in ("name", "type")}})


def delete_record(ctx: Context, call: Call) -> JSON | Answer:
    """resourceRecordSets.delete."""
    del call
    zone, path, body = _record(ctx)
    _refuse_own(ctx, zone, body)
    ctx.delete(path)
    return {}


def _refuse_own(ctx: Context, zone: str, record: JSON) -> None:
    held = ctx.need(zone, "managedZones")
    if record["type"] in OWN and record["name"] == held["dnsName"]:
        text = (
            f"The resource record set 'entity.change.deletions[{record['name']}]' is invalid "
            "because a zone must contain "
        )
        text += f"exactly one resource record set of type '{record['type']}' at the apex."
        raise GoogleError("FAILED_PRECONDITION", text, reason="invalidZoneApex")


def list_records(ctx: Context, call: Call) -> JSON | Answer:
    """resourceRecordSets.list, narrowed by name and type."""
    zone, _ = _zone(ctx)
    found = []
    for path in sorted(ctx.store.find(ctx.label, lambda n: n.startswith(f"{zone}/rrsets/"))):
        body = ctx.store.get(ctx.label, path) or {}
        if call.arg("name") in ("", body["name"]) and call.arg("type") in ("", body["type"]):
            found.append(body)
    return {"kind": "dns#resourceRecordSetsListResponse", **standard.paged(ctx, found)}


def create_change(ctx: Context, call: Call) -> JSON | Answer:
    """changes.create: all of it or nothing; deletions must be spelled as the records are."""
    name, zone = _zone(ctx)
    gone, new = call.body.get("deletions") or [], call.body.get("additions") or []
    if not gone and not new:
        raise invalid("entity.change", "")
    leaving = set()
    for record in gone:
        path = _path(name, str(record.get("name")), str(record.get("type")))
        held = ctx.store.get(ctx.label, path)
        if held is None:
            text = (
                f"The 'entity.change.deletions[0]' resource named '{record.get('name')} "
                f"({record.get('type')})' does not exist."
            )
            raise GoogleError("NOT_FOUND", text, reason="notFound")
        if sorted(held.get("rrdatas") or []) != sorted(record.get("rrdatas") or []) or held.get("ttl") != record.get(
            "ttl"
        ):
            text = "Precondition not met for 'entity.change.deletions[0]'"
            raise GoogleError("FAILED_PRECONDITION", text, code=412, reason="conditionNotMet")
        leaving.add(path)
    for record in new:
        _check(zone, record)
        path = _path(name, str(record["name"]), str(record["type"]))
        if ctx.store.has(ctx.label, path) and path not in leaving:
            raise _already(record)
    arriving = {_path(name, str(r["name"]), str(r["type"])) for r in new}
    for record in gone:
        if _path(name, str(record["name"]), str(record["type"])) not in arriving:
            _refuse_own(ctx, name, record)
    for path in leaving:
        ctx.delete(path)
    for record in new:
        put_record(ctx, name, record)
    meta = ctx.store.meta(ctx.label, name)
    ident = str(int(meta.get("changes", 0)) + 1)
    ctx.put(name, zone, {**meta, "changes": int(ident)})
    change = {
        "kind": "dns#change",
        "id": ident,
        "startTime": ctx.now(),
        "status": "pending",
        **({"additions": [{**r, "kind": "dns#resourceRecordSet"} for r in new]} if new else {}),
        **({"deletions": [{**r, "kind": "dns#resourceRecordSet"} for r in gone]} if gone else {}),
    }
    ctx.put(f"{name}/changes/{ident}", {**change, "status": "done"})
    return change


def get_change(ctx: Context, call: Call) -> JSON | Answer:
    """changes.get: done."""
    _zone(ctx)
    return ctx.need(call.target)


def list_changes(ctx: Context, call: Call) -> JSON | Answer:
    """changes.list, newest first."""
    _zone(ctx)
    items = [copied(b) for _, _, b in ctx.store.rows(ctx.label, call.target)]
    return {"kind": "dns#changesListResponse", **standard.paged(ctx, items[::-1])}
