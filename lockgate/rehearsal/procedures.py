"""How a kind of resource is made, read, changed and deleted, where the mapping's data does not say it all."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lockgate.rehearsal import policies
from lockgate.rehearsal.client import Refusal
from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping.model import call as parse_call
from lockgate.rehearsal.work import Gone, Work

POLICY_ATTEMPTS = 8


@dataclass(frozen=True)
class Procedure:
    """The four things that are done with a resource. ``make`` and ``read`` give what Google says of it."""

    make: Callable[[Work], Awaitable[dict[str, Any]]]
    read: Callable[[Work], Awaitable[dict[str, Any]]]
    delete: Callable[[Work], Awaitable[None]]


def of(kind: str) -> Procedure:
    """The procedure of a kind."""
    return _KINDS[kind]


# Resources that data describes in full.


async def _make(work: Work) -> dict[str, Any]:
    assert work.entry.create is not None  # noqa: S101 - only kinds with a policy have none
    mask = ",".join(work.sent)
    # An action such as :enable and :generateServiceIdentity takes no resource.
    body = bodies.wrapped(work.entry, work.sent, work.values()) if work.sent or work.entry.wrap else {}
    try:
        return await work.call(work.entry.create, body=body, mask=mask)
    except Refusal as refusal:
        if refusal.lost and refusal.status == 409:
            return {}  # the attempt that got no answer had made it
        raise


async def _read(work: Work) -> dict[str, Any]:
    return await work.call(work.entry.read or "GET {self}")


async def _delete(work: Work) -> None:
    try:
        await work.call(work.entry.delete)
    except Refusal as refusal:
        if not (refusal.lost and refusal.status == 404):
            raise


async def change(work: Work) -> dict[str, Any]:
    """Change something harmless; what was changed, by dotted path."""
    how = work.entry.change
    assert how is not None  # noqa: S101 - the caller looks
    wanted = {key: _kept(key, value, work.answer) for key, value in how.set.items()}
    await _patch(work, wanted)
    return wanted


async def restore(work: Work) -> None:
    """Put back what ``change`` changed."""
    how = work.entry.change
    assert how is not None  # noqa: S101 - the caller looks
    await _patch(work, {key: work.sent[key] for key in how.set if key in work.sent})


async def unprotect(work: Work) -> None:
    """Lift the resource's own protection against deletion."""
    await work.call("PATCH {self}", body=work.entry.unprotect)


async def _patch(work: Work, wanted: Mapping[str, Any]) -> None:
    how = work.entry.change
    assert how is not None  # noqa: S101
    if work.entry.kind == "labelled":
        labels = {"labels": wanted["labels"], "labelFingerprint": work.answer.get("labelFingerprint")}
        await work.call("POST {self}/setLabels", body=labels)
        return
    document = copy.deepcopy(work.sent) if how.whole else {}
    document |= {key: work.sent[key] for key in how.keep if key in work.sent}
    document |= {key: work.answer[key] for key in how.sent if key in work.answer}
    document |= wanted
    if "name" in how.keep:
        document["name"] = work.answer["name"]
    mask = ",".join(wanted) if how.mask in {"query", "body"} else how.mask
    query = "&".join(f"{key}={value}" for key, value in how.query.items())
    if how.mask not in {"none", "body"}:
        query = f"{query}&updateMask={mask}" if query else f"updateMask={mask}"
    body: dict[str, Any] = {how.wrap: document} if how.wrap else document
    if how.mask == "body":
        body["updateMask"] = mask
    target = "v1beta1/{+answer.name}" if work.entry.kind == "quota_override" else "{self}"
    await work.call(f"{how.method} {target}?{query}".rstrip("?"), body=body)


def _kept(key: str, value: Any, answer: Mapping[str, Any]) -> Any:
    """Labels are added to those that are there; they are replaced as a whole otherwise."""
    before = answer.get(key)
    if isinstance(value, Mapping) and isinstance(before, Mapping) and key in {"labels", "userLabels"}:
        return {**before, **value}
    return copy.deepcopy(value)


# Grants: a part of another resource's IAM policy.


async def _write_policy(work: Work, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Read, edit, write. Someone else's write in between is answered with 409, and tried again."""
    policy = work.entry.policy
    assert policy is not None  # noqa: S101 - of every grant
    where = f"{work.entry.service}/{work.values()['self']}"
    async with work.shared.locks[where]:
        for attempt in range(1, POLICY_ATTEMPTS + 1):
            edited = edit(await _policy(work))
            body: dict[str, Any] = {"policy": edited} if policy.wrapped else edited
            if work.entry.kind == "audit":
                # Without a mask Resource Manager writes bindings and etag alone (v1 SetIamPolicyRequest).
                body["updateMask"] = "bindings,etag,auditConfigs"
            try:
                await work.call(policy.set, body=body)
            except Refusal as refusal:
                if refusal.status != 409 or attempt == POLICY_ATTEMPTS:
                    raise
                await asyncio.sleep(0.02 * attempt)
            else:
                return


async def _policy(work: Work) -> dict[str, Any]:
    policy = work.entry.policy
    assert policy is not None  # noqa: S101
    asks = parse_call(policy.get).method == "POST"
    return await work.call(policy.get, body={"options": {"requestedPolicyVersion": 3}} if asks else None)


async def _grant(work: Work) -> dict[str, Any]:
    await _write_policy(work, lambda policy: policies.granted(policy, work.sent))
    return {}


async def _granted(work: Work) -> dict[str, Any]:
    found = policies.found(await _policy(work), work.sent)
    if found is None:
        raise Gone
    return found


async def _withdraw(work: Work) -> None:
    await _write_policy(work, lambda policy: policies.withdrawn(policy, work.sent))


# Keys, networks, log buckets and others whose making takes more than one call.


async def _destroy_key(work: Work) -> None:
    """What can be done to a key: each version is scheduled for destruction, and no new one is made."""
    listed = await work.call("GET {self}/cryptoKeyVersions")
    for version in listed.get("cryptoKeyVersions", []):
        if version.get("state") in {"ENABLED", "DISABLED"}:
            await work.call(f"POST v1/{version['name']}:destroy", body={})
    if work.sent.get("rotationPeriod"):
        await work.call("PATCH {self}?updateMask=rotationPeriod,nextRotationTime", body={})


async def _make_network(work: Work) -> dict[str, Any]:
    answer = await _make(work)
    if work.inputs.get("deleteDefaultRoutesOnCreate"):
        routes = await work.call("GET compute/v1/projects/{project}/global/routes")
        for route in routes.get("items", []):
            of_it = str(route.get("network", "")).endswith(f"/networks/{work.inputs['name']}")
            if of_it and route.get("destRange") == "0.0.0.0/0":
                await work.call(f"DELETE compute/v1/projects/{{project}}/global/routes/{route['name']}")
    return answer


async def _make_labelled(work: Work) -> dict[str, Any]:
    """Compute takes an address's labels with a call of their own, which needs their fingerprint."""
    answer = await _make(work)
    labels = {**work.shared.setting.labels, **(work.inputs.get("labels") or {})}
    if labels:
        now = await _read(work)
        body = {"labels": labels, "labelFingerprint": now.get("labelFingerprint")}
        await work.call("POST {self}/setLabels", body=body)
    return answer


async def _make_log_bucket(work: Work) -> dict[str, Any]:
    """The buckets that a project has from the start are patched; a lock is put on once the bucket is there."""
    body = {key: value for key, value in work.sent.items() if key != "locked"}
    if str(work.inputs.get("bucketId", "")).startswith("_"):
        answer = await work.call(f"PATCH {{self}}?updateMask={','.join(body)}", body=body)
    else:
        assert work.entry.create is not None  # noqa: S101
        answer = await work.call(work.entry.create, body=body)
    if work.sent.get("locked"):
        answer = await work.call("PATCH {self}?updateMask=locked", body={"locked": True})
    return answer


async def _delete_log_bucket(work: Work) -> None:
    # Google refuses to delete a locked bucket that holds entries; the rehearsal does not try.
    if not work.inputs.get("locked") and not str(work.inputs.get("bucketId", "")).startswith("_"):
        await _delete(work)


async def _make_sink(work: Work) -> dict[str, Any]:
    """The sinks that a project has from the start are patched, where they are still there."""
    if str(work.inputs.get("name", "")).startswith("_"):
        mask = ",".join(key for key in work.sent if key != "name")
        unique = "uniqueWriterIdentity={uniqueWriterIdentity?}"
        try:
            return await work.call(f"PATCH {{self}}?{unique}&updateMask={mask}", body=work.sent)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
    return await _make(work)


async def _read_peering(work: Work) -> dict[str, Any]:
    listed = await _read(work)
    for connection in listed.get("connections", []):
        if connection.get("network", "").rpartition("/")[2] == str(work.sent.get("network")).rpartition("/")[2]:
            return dict(connection)
    raise Gone


async def _delete_peering(work: Work) -> None:
    await work.call(work.entry.delete, body={"consumerNetwork": work.sent.get("network")})


async def _read_override(work: Work) -> dict[str, Any]:
    listed = await _read(work)
    for override in listed.get("overrides", []):
        if override.get("name") == work.answer.get("name"):
            return dict(override)
    raise Gone


async def _upload(work: Work) -> dict[str, Any]:
    """A multipart upload. A plan holds an object's digest, not its content: a small archive stands for it."""
    metadata = json.dumps(work.sent)
    boundary = "rehearsal"
    parts = (
        f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{metadata}\r\n"
        f"--{boundary}\r\nContent-Type: {work.sent.get('contentType', 'application/zip')}\r\n\r\n"
    )
    # The end record alone is an empty archive (PKWARE APPNOTE 4.3.16).
    archive = b"PK\x05\x06" + bytes(18)
    content = parts.encode() + archive + f"\r\n--{boundary}--\r\n".encode()
    assert work.entry.create is not None  # noqa: S101
    request = work.request(work.entry.create)
    return await work.send(
        type(request)(
            request.service,
            request.method,
            request.path,
            request.query,
            content=(content, f"multipart/related; boundary={boundary}"),
        )
    )


async def _read_deployment(work: Work) -> dict[str, Any]:
    """The endpoint that the Model Garden made, with what only the deployment's own answer says."""
    return {**await _read(work), "endpoint": work.answer["endpoint"], "model": work.answer.get("model")}


async def _delete_deployment(work: Work) -> None:
    endpoint = await _read(work)
    for deployed in endpoint.get("deployedModels", []):
        await work.call("POST {self}:undeployModel", body={"deployedModelId": deployed["id"]})
    await _delete(work)
    model = work.answer.get("model")
    if model:
        # Google names the version that it made; what is deleted is the model with all of them.
        await work.call(f"DELETE v1beta1/{str(model).partition('@')[0]}")


_PLAIN = Procedure(_make, _read, _delete)
_GRANT = Procedure(_grant, _granted, _withdraw)

_KINDS: dict[str, Procedure] = {
    "resource": _PLAIN,
    "singleton": _PLAIN,
    "member": _GRANT,
    "binding": _GRANT,
    "audit": _GRANT,
    "key": Procedure(_make, _read, _destroy_key),
    "network": Procedure(_make_network, _read, _delete),
    "labelled": Procedure(_make_labelled, _read, _delete),
    "log_bucket": Procedure(_make_log_bucket, _read, _delete_log_bucket),
    "sink": Procedure(_make_sink, _read, _delete),
    "peering": Procedure(_make, _read_peering, _delete_peering),
    "quota_override": Procedure(_make, _read_override, _delete),
    "object": Procedure(_upload, _read, _delete),
    "model_garden": Procedure(_make, _read_deployment, _delete_deployment),
}
