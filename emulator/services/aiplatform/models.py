"""Models of the registry and their versions."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire.errors import failed_precondition, invalid, not_found

JSON = dict[str, Any]


def store(ctx: Context, name: str, model: JSON, *, number: int = 1) -> JSON:
    """Keeps a model's newest version, which is the default one."""
    now = ctx.now()
    before = ctx.store.get(ctx.label, name) or {}
    body: JSON = {
        **model,
        "name": name,
        "versionId": str(number),
        "versionAliases": [*(model.get("versionAliases") or []), "default"],
        "versionCreateTime": now,
        "versionUpdateTime": now,
        "createTime": before.get("createTime", now),
        "updateTime": now,
        "etag": ctx.ids.etag(),
        "supportedDeploymentResourcesTypes": ["DEDICATED_RESOURCES"],
    }
    versions = {**ctx.store.meta(ctx.label, name).get("versions", {})}
    for held in versions.values():
        held["versionAliases"] = [a for a in held.get("versionAliases", []) if a not in body["versionAliases"]]
    versions[str(number)] = body
    ctx.put(name, body, {"versions": versions})
    return body


def upload(ctx: Context, call: Call) -> JSON | Answer:
    """A new model, or a new version of one that is there."""
    from emulator.services.aiplatform.kinds import check_key

    model = call.body.get("model")
    if not isinstance(model, dict) or not model.get("displayName"):
        raise invalid("Required field model.display_name is not set.", field_path="model.display_name")
    parent = str(call.body.get("parentModel", ""))
    ident = str(call.body.get("modelId", "")) or ctx.ids.digits(19)
    if not re.fullmatch(r"[a-z0-9_-]{1,63}", ident):
        raise invalid(f"Invalid model id '{ident}'.", field_path="model_id")
    place = call.target.removesuffix("/models")
    name = ctx.canonical(parent) if parent else f"{place}/models/{ident}"
    if parent and not ctx.store.has(ctx.label, name):
        raise not_found(f"Model `{parent}` is not found.")
    number = max((int(v) for v in ctx.store.meta(ctx.label, name).get("versions", {})), default=0) + 1
    if number > 1 and not parent:
        raise ctx.exists(name, "projects.locations.models")
    check_key(ctx, name, model)
    store(ctx, name, {k: v for k, v in model.items() if k not in ("name", "etag")}, number=number)
    answer = {"model": ctx.shown_name(name), "modelVersionId": str(number)}
    return ctx.start(name, answer, verb="uploadModel", kind="UploadModelResponse")


def view(ctx: Context, name: str, model: JSON) -> JSON:
    """Where the model serves at this moment."""
    found = [
        {"endpoint": ctx.shown_name(endpoint), "deployedModelId": m["id"]}
        for endpoint, m in _deployments(ctx, name)
        if "default" in model.get("versionAliases", []) or m.get("modelVersionId") == model.get("versionId")
    ]
    return {**model, "deployedModels": found} if found else model


def _deployments(ctx: Context, name: str) -> list[tuple[str, JSON]]:
    place = "/".join(name.split("/")[:4])
    rows = ctx.store.rows(ctx.label, f"{place}/endpoints")
    return [(e, m) for _, e, body in rows for m in body.get("deployedModels") or [] if m.get("model") == name]


def refuse_deployed(ctx: Context, name: str, model: JSON) -> None:
    """A model that serves is not deleted."""
    del model
    if _deployments(ctx, name):
        raise failed_precondition(f"Model `{ctx.shown_name(name)}` is deployed: undeploy it first.")


def changed(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    """Only words about a model change."""
    for field in ("containerSpec", "artifactUri", "encryptionSpec"):
        if after.get(field) != before.get(field):
            raise invalid(f"Field '{field}' of a Model cannot be changed.", field_path=f"model.{field}")
    after["versionUpdateTime"] = ctx.now()
    versions = ctx.store.meta(ctx.label, name).get("versions", {})
    versions[str(after["versionId"])] = after
    ctx.store.put(ctx.label, name, after, {"versions": versions})
    return after


def _version(ctx: Context, target: str) -> tuple[str, str, JSON]:
    """(model's name, version id, version) of `…/models/m` or `…/models/m@2` or `…/models/m@alias`."""
    name, _, wanted = target.partition("@")
    body = ctx.need(name, "projects.locations.models")
    if not wanted:
        return name, str(body["versionId"]), body
    for number, version in ctx.store.meta(ctx.label, name).get("versions", {}).items():
        if wanted == number or wanted in version.get("versionAliases", []):
            return name, number, version
    raise not_found(f"Model `{ctx.shown_name(target)}` is not found.")


def get(ctx: Context, call: Call) -> JSON | Answer:
    """A model, its default version unless one is named."""
    name, _, body = _version(ctx, call.target)
    return ctx.show(name, body)


def list_versions(ctx: Context, call: Call) -> JSON | Answer:
    """All versions, the newest last."""
    ctx.need(call.target)
    held = ctx.store.meta(ctx.label, call.target).get("versions", {})
    return standard.paged(ctx, [ctx.show(call.target, v) for _, v in sorted(held.items(), key=lambda i: int(i[0]))])


def delete_version(ctx: Context, call: Call) -> JSON | Answer:
    """A version that is neither the default one nor deployed."""
    name, number, version = _version(ctx, call.target)
    if "default" in version.get("versionAliases", []):
        raise failed_precondition("The default version of a Model cannot be deleted.")
    meta = ctx.store.meta(ctx.label, name)
    del meta["versions"][number]
    ctx.store.put(ctx.label, name, ctx.need(name), meta)
    return ctx.start(name, None, verb="delete", done=True)


def merge_aliases(ctx: Context, call: Call) -> JSON | Answer:
    """Gives aliases to a version, takes those with a minus away; `default` moves, it does not go."""
    name, number, _ = _version(ctx, call.target)
    versions = ctx.store.meta(ctx.label, name).get("versions", {})
    for alias in call.body.get("versionAliases") or []:
        for held in versions.values():
            held["versionAliases"] = [a for a in held.get("versionAliases", []) if a != alias.removeprefix("-")]
        if not alias.startswith("-"):
            versions[number]["versionAliases"].append(alias)
    default = next((v for v in versions.values() if "default" in v["versionAliases"]), None)
    if default is None:
        raise invalid("The alias `default` can be moved, not removed.", field_path="version_aliases")
    ctx.store.put(ctx.label, name, default, {"versions": versions})
    return ctx.show(name, versions[number])
