"""What exists beside the plan and is a guardrail's business: grants, keys, openings, sinks, endpoints, quotas.

A stack has its project to itself (the charter's cloud.project), but not everything in it guards something. Each search
names what is looked through and what in it counts; what is found goes into the live plan, where the rules judge it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lockgate.audit import compare, grants
from lockgate.audit import kinds as catalogue
from lockgate.audit.calls import Absent, Call, Reader, Unreadable, call
from lockgate.audit.look import Found, Setting
from lockgate.rehearsal.mapping import load, template
from lockgate.rehearsal.mapping.model import Entry

JSON = Mapping[str, Any]
SERVICE = "gcp:projects/service:Service"
_REGION = re.compile(r"[a-z]+-[a-z]+\d+")
PROJECT_GRANT = "gcp:projects/iAMMember:IAMMember"


@dataclass(frozen=True)
class Extra:
    """Something live that no plan has."""

    type: str
    name: str
    """As its service names it."""
    inputs: dict[str, Any]
    """As the SDK would have it."""
    message: str
    live: Any
    beside: str | None
    """The URN of the planned resource that it belongs to."""


@dataclass(frozen=True)
class Doubt:
    """A search that could not be made."""

    type: str
    name: str
    unread: Unreadable
    beside: str | None


@dataclass(frozen=True)
class Search:
    """One list to look through."""

    type: str
    """Of what is found."""
    by: str
    service: str
    list: str
    beside: str
    """The type of the planned resources that it is looked for; empty for what is looked for in the project as a whole,
    in each region that the plan names, where the plan enables the API."""
    counts: Callable[[JSON, JSON], str | None]
    """Why an element counts, from it and from the planned resource that it is beside; None when it does not."""
    inputs: Callable[[JSON, JSON], dict[str, Any]] = lambda _item, _of: {}
    """Inputs beside those that the mapping knows."""
    host: str = ""


def _network(item: JSON, of: JSON) -> bool:
    return str(item.get("network", "")).rpartition("/")[2] == of.get("name")


def _opens(item: JSON, of: JSON) -> str | None:
    if not _network(item, of) or item.get("disabled") or not item.get("allowed"):
        return None
    way = "out of" if item.get("direction") == "EGRESS" else "into"
    ends = item.get("destinationRanges") if way == "out of" else item.get("sourceRanges")
    return f"opens a way {way} the network that the plan does not have ({', '.join(ends or ['everywhere'])})"


def _leads_out(item: JSON, of: JSON) -> str | None:
    if not _network(item, of) or not str(item.get("nextHopGateway", "")).endswith("/default-internet-gateway"):
        return None
    return f"leads {item.get('destRange')} to the internet, and the plan has no such route"


def _peerings(item: JSON) -> list[JSON]:
    """Without the one with Google's own services, which is planned as a connection."""
    return [one for one in item.get("peerings") or [] if one.get("name") != "servicenetworking-googleapis-com"]


def _peers(item: JSON, of: JSON) -> str | None:
    found = _peerings(item)
    if item.get("name") != of.get("name") or not found:
        return None
    return f"is joined to {', '.join(str(one.get('network')) for one in found)}, and no plan peers them"


def _translates(item: JSON, _: JSON) -> str | None:
    return "leads to the internet by address translation, and is not in the plan" if item.get("nats") else None


def _exports(item: JSON, _: JSON) -> str | None:
    if item.get("name") in {"_Default", "_Required"} or item.get("disabled"):
        return None
    return f"exports the project's log entries to {item.get('destination')}, and is not in the plan"


def _excludes(item: JSON, _: JSON) -> str | None:
    return None if item.get("disabled") else "keeps log entries out of every bucket, and is not in the plan"


def _user_key(item: JSON, _: JSON) -> str | None:
    if item.get("keyType") == "SYSTEM_MANAGED" or item.get("disabled"):
        return None
    return f"is a key of the service account, valid until {item.get('validBeforeTime', 'revoked')}"


def _serves(item: JSON, _: JSON) -> str | None:
    logged = (item.get("predictRequestResponseLoggingConfig") or {}).get("enabled")
    models = len(item.get("deployedModels") or [])
    how = "with" if logged else "without"
    return f"is an endpoint that the plan does not have, {how} request-response logging, {models} model(s) deployed"


def _asks(item: JSON, _: JSON) -> str | None:
    wanted = (item.get("quotaConfig") or {}).get("preferredValue")
    return f"asks for {wanted} of quota {item.get('quotaId')}, and is not in the plan"


def _runs(item: JSON, _: JSON) -> str | None:
    return f"is a function that the plan does not have ({item.get('state', 'in an unknown state')})"


def _of_firewall(_: JSON, of: JSON) -> dict[str, Any]:
    return {"project": of["project"]}


def _parts(item: JSON, _: JSON) -> dict[str, Any]:
    """``projects/p/locations/l/endpoints/7`` as inputs."""
    parts = str(item.get("name", "")).split("/")
    named = dict(zip(parts[::2], parts[1::2], strict=False))
    return {"project": named.get("projects"), "location": named.get("locations"), "name": parts[-1]}


SEARCHES = (
    Search(
        "gcp:compute/firewall:Firewall", "discovery compute v1", "compute",
        "firewalls.list project={project}", "gcp:compute/network:Network", _opens, _of_firewall,
    ),
    Search(
        "gcp:compute/route:Route", "discovery compute v1", "compute",
        "routes.list project={project}", "gcp:compute/network:Network", _leads_out,
        lambda item, of: {
            "project": of["project"], "name": item.get("name"), "network": item.get("network"),
            "destRange": item.get("destRange"), "nextHopGateway": item.get("nextHopGateway"),
        },
    ),
    Search(
        "gcp:compute/networkPeering:NetworkPeering", "discovery compute v1", "compute",
        "networks.list project={project}", "gcp:compute/network:Network", _peers,
        lambda item, _: {"network": item.get("selfLink"), "peerNetwork": _peerings(item)[0].get("network")},
    ),
    Search(
        "gcp:compute/routerNat:RouterNat", "discovery compute v1", "compute",
        "routers.list project={project} region={location}", "", _translates,
        lambda item, of: {
            "project": of["project"], "region": of["location"], "router": item.get("name"), **item["nats"][0]
        },
    ),
    Search(
        "gcp:logging/projectSink:ProjectSink", "logging", "logging",
        "sinks project={project}", "", _exports,
        lambda _item, of: {"project": of["project"]},
    ),
    Search(
        "gcp:logging/projectExclusion:ProjectExclusion", "discovery logging v2", "logging",
        "projects.exclusions.list parent=projects/{project}", "", _excludes,
        lambda item, of: {"project": of["project"], "name": item.get("name"), "filter": item.get("filter")},
    ),
    Search(
        "gcp:serviceaccount/key:Key", "discovery iam v1", "iam",
        "projects.serviceAccounts.keys.list name={answer.name}", "gcp:serviceaccount/account:Account", _user_key,
        lambda _item, of: {"serviceAccountId": of["answer"]["name"]},
    ),
    Search(
        "gcp:vertex/aiEndpoint:AiEndpoint", "google.cloud.aiplatform_v1beta1.EndpointServiceClient", "aiplatform",
        "list_endpoints parent=projects/{project}/locations/{location}", "", _serves,
        _parts, "{location}-aiplatform.googleapis.com",
    ),
    Search(
        "gcp:cloudquota/sQuotaPreference:SQuotaPreference", "google.cloud.cloudquotas_v1.CloudQuotasClient",
        "cloudquotas", "list_quota_preferences parent=projects/{project}/locations/global",
        "", _asks,
        lambda item, of: {"parent": f"projects/{of['project']}", "name": str(item.get("name")).rpartition("/")[2]},
    ),
    Search(
        "gcp:cloudfunctionsv2/function:Function", "google.cloud.functions_v2.FunctionServiceClient", "cloudfunctions",
        "list_functions parent=projects/{project}/locations/{location}", "", _runs, _parts,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """Where a search is made."""

    values: Mapping[str, Any]
    urn: str | None


def search(found: Mapping[str, Found], reader: Reader, setting: Setting) -> Iterator[Extra | Doubt]:
    """Everything live that counts and that no plan has."""
    claimed = {
        (_KIN.get(one.resource.type, one.resource.type), identity(one.answer))
        for one in found.values()
        if one.answer and one.entry.policy is None
    }
    unread: dict[str, Found] = {}
    for one in found.values():
        if one.unread is not None and one.entry.policy is None:
            unread.setdefault(_KIN.get(one.resource.type, one.resource.type), one)
    for wanted in SEARCHES:
        for place in _places(wanted, found, setting):
            try:
                asked = call(wanted.list, place.values, by=wanted.by, service=wanted.service, host=wanted.host)
            except template.Missing:
                continue  # what it would be beside is missing itself, and said to be
            for extra in _through(wanted, place, asked, claimed, reader):
                planned = unread.get(wanted.type)
                yield extra if planned is None else _perhaps(extra, planned)


def _perhaps(extra: Extra | Doubt, planned: Found) -> Doubt:
    """What no plan has, as it seems, while something planned of its type could not be read: it may be just that."""
    if isinstance(extra, Doubt):
        return extra
    reason = f"it may be {planned.resource.name}, which is planned and could not be read"
    return Doubt(extra.type, extra.name, Unreadable(reason), extra.beside)


_KIN = {
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": (
        "gcp:vertex/aiEndpoint:AiEndpoint"
    )
}
"""Types whose resources are listed together with another type's."""


def _places(wanted: Search, found: Mapping[str, Found], setting: Setting) -> Iterator[_Place]:
    if wanted.beside:
        for one in found.values():
            if one.resource.type == wanted.beside:
                yield _Place({**one.values, "answer": one.answer or {}}, one.resource.urn)
        return
    planned = {one.inputs.get("service") for one in found.values() if one.resource.type == SERVICE}
    if planned and f"{wanted.service}.googleapis.com" not in planned:
        return
    where = {"project": setting.project}
    if "{location}" not in wanted.list:
        yield _Place(where, None)
        return
    named = {one.inputs.get(key) for one in found.values() for key in ("location", "region")}
    for region in sorted(one for one in named if isinstance(one, str) and _REGION.fullmatch(one)):
        yield _Place({**where, "location": region}, None)


def _through(
    wanted: Search, place: _Place, asked: Call, claimed: set[tuple[str, str]], reader: Reader
) -> Iterator[Extra | Doubt]:
    try:
        listed = reader.read(asked)
    except Absent:
        return
    except Unreadable as unread:
        yield Doubt(wanted.type, asked.subject, unread, place.urn)
        return
    entry = load.entries().get(wanted.type)
    for item in listed:
        why = wanted.counts(item, place.values)
        if why is None or (wanted.type, identity(item)) in claimed:
            continue
        known = compare.inputs_of(entry, item) if entry else {}
        inputs = {**known, **wanted.inputs(item, place.values)}
        yield Extra(wanted.type, identity(item), inputs, why, _short(item), place.urn)


def identity(item: JSON) -> str:
    """What names a live resource uniquely within its service."""
    return str(item.get("selfLink") or item.get("name") or item.get("id") or "").partition("googleapis.com/")[2] or str(
        item.get("name") or item.get("id") or ""
    )


def _short(item: JSON) -> dict[str, Any]:
    """What of a live resource a report shows: its settings, without what servers keep for themselves."""
    left = {"etag", "kind", "selfLink", "fingerprint", "creationTimestamp", "createTime", "updateTime", "uid", "id"}
    return {key: value for key, value in item.items() if key not in left}


def in_policies(found: Mapping[str, Found], reader: Reader, setting: Setting) -> Iterator[Extra | Doubt]:
    """Every grant that no plan has on the project and on what the plan made."""
    planned: dict[Call, list[dict[str, Any]]] = {}
    for one in found.values():
        if one.call is not None and one.entry.policy is not None:
            planned.setdefault(one.call, []).append(one.sent)
    targets: list[tuple[str, dict[str, str], str | None]] = [(PROJECT_GRANT, {"project": setting.project}, None)]
    for one in found.values():
        if one.kind.grants is not None and one.answer is not None:
            values = {**one.values, "answer": one.answer}
            inputs = {key: _filled(text, values) for key, text in one.kind.grants.inputs.items()}
            targets.append((one.kind.grants.type, inputs, one.resource.urn))
    nothing = compare.Comparison(Entry(service="", name=""), setting.body, {})
    for type_, inputs, urn in targets:
        kind, entry = catalogue.kinds()[type_], load.entries().get(type_)
        assert kind.policy is not None  # noqa: S101 - of every type that stands for a grant
        asked = call(kind.policy, inputs, by=kind.by, service=entry.service if entry else kind.service, host=kind.host)
        try:
            policy = reader.read(asked)
        except Absent:
            continue
        except Unreadable as unread:
            yield Doubt(type_, asked.subject, unread, urn)
            continue
        for extra in grants.extras(nothing, planned.get(asked, []), policy, setting.number):
            given: dict[str, Any] = {**inputs, "role": extra.role, "member": extra.member}
            if extra.condition:
                given["condition"] = dict(extra.condition)
            live = {key: given[key] for key in ("role", "member", "condition") if key in given}
            message = f"{extra.member} holds {extra.role}, and no plan grants it"
            yield Extra(type_, asked.subject, given, message, live, urn)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return template.expand(text, values, encode=False) or ""
