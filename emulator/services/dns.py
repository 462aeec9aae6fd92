"""Cloud DNS: https://cloud.google.com/dns/docs/reference/rest/v1. A zone begins with its NS and SOA records, and goes
only without others."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service
from emulator.state.store import copied
from emulator.wire import errors, mask
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

_NAME = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(r"(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+|\.")
_OWN = frozenset({"NS", "SOA"})
_SERVERS = tuple(f"ns-cloud-c{n}.googledomains.com." for n in (1, 2, 3, 4))
_PRIVATE_SERVER = "ns-gcp-private.googledomains.com."
_KINDS = {"managedZones": "managedZone", "policies": "policy", "responsePolicies": "responsePolicy"}


def _invalid(field: str, value: object) -> GoogleError:
    return GoogleError("INVALID_ARGUMENT", f"Invalid value for '{field}': '{value}'", reason="invalid")


def _not_found(ctx: Context, kind: str, name: str) -> GoogleError:
    del ctx, kind
    parts = name.split("/")
    what = _KINDS.get(parts[-2], parts[-2])
    text = f"The 'parameters.{what}' resource named '{parts[-1]}' does not exist."
    return GoogleError("NOT_FOUND", text, reason="notFound")


def _exists(ctx: Context, kind: str, name: str) -> GoogleError:
    del ctx, kind
    parts = name.split("/")
    what = _KINDS.get(parts[-2], parts[-2])
    text = f"The resource 'entity.{what}' named '{parts[-1]}' already exists"
    return GoogleError("ALREADY_EXISTS", text, reason="alreadyExists")


# ---- zones ----------------------------------------------------------------------------------------------------------
def zone_defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in."""
    del ctx
    found: JSON = {"visibility": "public", "description": ""}
    body.setdefault("cloudLoggingConfig", {})["kind"] = "dns#managedZoneCloudLoggingConfig"
    private = body.get("privateVisibilityConfig")
    if isinstance(private, dict):
        private["kind"] = "dns#managedZonePrivateVisibilityConfig"
        for network in private.get("networks") or []:
            network["kind"] = "dns#managedZonePrivateVisibilityConfigNetwork"
    forwarding = body.get("forwardingConfig")
    if isinstance(forwarding, dict):
        forwarding["kind"] = "dns#managedZoneForwardingConfig"
        for target in forwarding.get("targetNameServers") or []:
            target["kind"] = "dns#managedZoneForwardingConfigNameServerTarget"
    return found


def zone_created(ctx: Context, name: str, body: JSON) -> None:
    """Name servers of a new zone; a private one is seen by networks only."""
    del name
    if not _DOMAIN.fullmatch(str(body.get("dnsName", ""))) or str(body["dnsName"]).startswith("*"):
        raise _invalid("entity.managedZone.dnsName", body.get("dnsName"))
    private = body.get("visibility") == "private"
    for network in (body.get("privateVisibilityConfig") or {}).get("networks") or []:
        _check_network(ctx, str(network.get("networkUrl", "")))
    if body.get("privateVisibilityConfig") and not private:
        raise _invalid("entity.managedZone.privateVisibilityConfig", "a public zone")
    body |= {
        "kind": "dns#managedZone",
        "id": ctx.ids.digits(19),
        "creationTime": ctx.now(),
        "nameServers": [_PRIVATE_SERVER] if private else list(_SERVERS),
    }


def _check_network(ctx: Context, link: str) -> None:
    """A network of a project that the emulator holds must be there."""
    if "projects/" not in link:
        raise _invalid("entity.managedZone.privateVisibilityConfig.networks[].networkUrl", link)
    name = ctx.canonical("projects/" + link.partition("projects/")[2])
    if ctx.projects.find(name.split("/")[1]) is None or name.endswith("/networks/default"):
        return
    if ctx.store.get("compute", name) is None:
        raise _invalid("entity.managedZone.privateVisibilityConfig.networks[].networkUrl", link)


def zone_made(ctx: Context, name: str, body: JSON) -> None:
    """The records that a zone begins with."""
    server = body["nameServers"][0]
    soa = f"{server} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"
    for kind, values in (("NS", body["nameServers"]), ("SOA", [soa])):
        _put(ctx, name, {"name": body["dnsName"], "type": kind, "ttl": 21600, "rrdatas": values})


def zone_deleted(ctx: Context, name: str, body: JSON) -> None:
    """A zone with records of its user's own stays."""
    for record in ctx.store.find(ctx.label, lambda n: n.startswith(f"{name}/rrsets/")):
        held = ctx.store.get(ctx.label, record) or {}
        if held.get("type") not in _OWN or held.get("name") != body["dnsName"]:
            ident = name.rsplit("/", 1)[-1]
            text = f"The resource named '{ident}' cannot be deleted because it contains one or more 'resource records'."
            raise GoogleError("FAILED_PRECONDITION", text, reason="containerNotEmpty")


def update_zone(ctx: Context, call: Call) -> JSON | Answer:
    """managedZones.patch, managedZones.update: an operation that is done at once."""
    before = ctx.need(call.target, "managedZones")
    after: JSON = mask.merge_patch(before, call.body) if call.method.http == "PATCH" else {**before, **call.body}
    for field in ("name", "id", "kind", "creationTime", "nameServers", "dnsName", "visibility"):
        if field in before:
            if field in ("dnsName", "visibility") and after.get(field) != before[field]:
                raise _invalid(f"entity.managedZone.{field}", after.get(field))
            after[field] = before[field]
    after = {**zone_defaults(ctx, after), **after}
    ctx.put(call.target, after)
    operation = {
        "kind": "dns#operation",
        "id": ctx.ids.uuid(),
        "startTime": ctx.now(),
        "status": "done",
        "type": "update",
        "user": "user@example.com",
        "zoneContext": {"oldValue": before, "newValue": after},
    }
    ctx.put(f"{call.target}/operations/{operation['id']}", operation)
    return operation


def get_operation(ctx: Context, call: Call) -> JSON | Answer:
    """managedZoneOperations.get."""
    return ctx.need(call.target)


def list_operations(ctx: Context, call: Call) -> JSON | Answer:
    """managedZoneOperations.list."""
    items = [copied(b) for _, _, b in ctx.store.rows(ctx.label, call.target)]
    return {"kind": "dns#managedZoneOperationsListResponse", **({"operations": items} if items else {})}


def listing(kind: str) -> Any:
    """The list of a collection, of that kind."""

    def list_(ctx: Context, call: Call) -> JSON | Answer:
        """One page; `dnsName` narrows zones."""
        items = [ctx.show(n, copied(b)) for _, n, b in ctx.store.rows(ctx.label, call.target)]
        wanted = call.arg("dnsName")
        return {"kind": kind, **standard.paged(ctx, [i for i in items if not wanted or i.get("dnsName") == wanted])}

    return list_


# ---- records --------------------------------------------------------------------------------------------------------
def _zone(ctx: Context) -> tuple[str, JSON]:
    call = ctx.call
    name = ctx.canonical(f"projects/{call.variables['project']}/managedZones/{call.variables['managedZone']}")
    return name, ctx.need(name, "managedZones")


def _path(zone: str, name: str, kind: str) -> str:
    return f"{zone}/rrsets/{name.lower()}/{kind.upper()}"


def _put(ctx: Context, zone: str, record: JSON) -> JSON:
    body = {
        **{k: v for k, v in record.items() if k != "kind"},
        "kind": "dns#resourceRecordSet",
        "signatureRrdatas": record.get("signatureRrdatas") or [],
    }
    ctx.put(_path(zone, str(record["name"]), str(record["type"])), body)
    return body


def _check(zone: JSON, record: JSON) -> None:
    name = str(record.get("name", ""))
    if not _DOMAIN.fullmatch(name):
        raise _invalid("entity.change.additions[].name", name)
    if name != zone["dnsName"] and not name.endswith("." + str(zone["dnsName"]).lstrip(".")):
        raise _invalid("entity.change.additions[].name", name)
    if not record.get("type"):
        raise _invalid("entity.change.additions[].type", "")
    if not record.get("rrdatas") and not record.get("routingPolicy"):
        raise _invalid("entity.change.additions[].rrdatas", "")


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
    return _put(ctx, name, record)


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
    return _put(ctx, zone, {**body, **{k: v for k, v in call.body.items() if k not in ("name", "type")}})


def delete_record(ctx: Context, call: Call) -> JSON | Answer:
    """resourceRecordSets.delete."""
    del call
    zone, path, body = _record(ctx)
    _refuse_own(ctx, zone, body)
    ctx.delete(path)
    return {}


def _refuse_own(ctx: Context, zone: str, record: JSON) -> None:
    held = ctx.need(zone, "managedZones")
    if record["type"] in _OWN and record["name"] == held["dnsName"]:
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
        raise _invalid("entity.change", "")
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
        _put(ctx, name, record)
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


# ---- policies -------------------------------------------------------------------------------------------------------
def policy_defaults(ctx: Context, body: JSON) -> JSON:
    """The kinds of what a policy holds."""
    del ctx
    servers = body.get("alternativeNameServerConfig")
    if isinstance(servers, dict):
        servers["kind"] = "dns#policyAlternativeNameServerConfig"
        for target in servers.get("targetNameServers") or []:
            target["kind"] = "dns#policyAlternativeNameServerConfigTargetNameServer"
    for network in body.get("networks") or []:
        network["kind"] = "dns#policyNetwork"
    return {}


def policy_created(ctx: Context, name: str, body: JSON) -> None:
    """Identity of a new policy."""
    body["id"] = ctx.ids.digits(19)
    body["kind"] = "dns#responsePolicy" if "/responsePolicies/" in name else "dns#policy"


def update_policy(ctx: Context, call: Call) -> JSON | Answer:
    """patch and update of policies, response policies and their rules: the answer wraps the resource."""
    before = ctx.need(call.target)
    after: JSON = mask.merge_patch(before, call.body) if call.method.http == "PATCH" else dict(call.body)
    for field in ("id", "kind", "name", "policyName", "responsePolicyName"):
        if field in before:
            after[field] = before[field]
    after = {**policy_defaults(ctx, after), **after}
    ctx.put(call.target, after)
    wrapper = {"policies": "policy", "responsePolicies": "responsePolicy"}.get(call.collection, "responsePolicyRule")
    return {wrapper: after}


_POLICY = Resource(
    short_name=True, id_pattern=_NAME, defaults=policy_defaults, on_create=policy_created, deleted="no_content"
)

SERVICE = Service(
    "dns",
    errors=errors.COMPUTE,
    presence=True,
    not_found=_not_found,
    exists=_exists,
    resources={
        "managedZones": Resource(
            short_name=True,
            id_pattern=_NAME,
            required=("name", "dnsName"),
            defaults=zone_defaults,
            on_create=zone_created,
            after_create=zone_made,
            on_delete=zone_deleted,
            deleted="no_content",
        ),
        "policies": _POLICY,
        "responsePolicies": Resource(
            short_name=True,
            id_field="responsePolicyName",
            id_pattern=_NAME,
            on_create=policy_created,
            deleted="no_content",
        ),
        "responsePolicyRules": Resource(short_name=True, id_field="ruleName", deleted="no_content"),
    },
    methods={
        "managedZones.list": listing("dns#managedZonesListResponse"),
        "managedZones.patch": update_zone,
        "managedZones.update": update_zone,
        "managedZoneOperations.get": get_operation,
        "managedZoneOperations.list": list_operations,
        "resourceRecordSets.create": create_record,
        "resourceRecordSets.get": get_record,
        "resourceRecordSets.patch": patch_record,
        "resourceRecordSets.delete": delete_record,
        "resourceRecordSets.list": list_records,
        "changes.create": create_change,
        "changes.get": get_change,
        "changes.list": list_changes,
        **{
            f"{kind}.{verb}": update_policy
            for kind in ("policies", "responsePolicies", "responsePolicyRules")
            for verb in ("patch", "update")
        },
    },
)
