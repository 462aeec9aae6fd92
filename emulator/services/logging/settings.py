"""Settings of a project, folder, organization or billing account: there without having been made. They name the
service accounts of
Logging: `kmsServiceAccountId` needs access to the keys of log buckets, `loggingServiceAccountId` writes for sinks."""

from __future__ import annotations

import dataclasses
from typing import Any

from emulator.call import Answer, Call
from emulator.cmek import require_key
from emulator.context import Context
from emulator.resource import Handler
from emulator.wire import mask
from emulator.wire.errors import invalid

JSON = dict[str, Any]


def _suffix(ctx: Context, container: str) -> tuple[str, str]:
    """(of the key user, of the writer): how each kind of container is spelled in the names of service agents."""
    kind, ident = container.split("/")[:2]
    if kind == "projects":
        number = ctx.projects.number_of(ident)
        return f"p{number}", number
    known = {"folders": ("f", "folder-"), "organizations": ("o", "org-"), "billingAccounts": ("b", "billing-")}
    short = known.get(kind)
    if short is None:
        raise invalid(f'Name "{container}" is missing the parent component.')
    return short[0] + ident, short[1] + ident


def key_user(ctx: Context, container: str) -> str:
    """The address of the account that encrypts."""
    return f"cmek-{_suffix(ctx, container)[0]}@gcp-sa-logging.iam.gserviceaccount.com"


def writer(ctx: Context, container: str) -> str:
    """The address of the account that sinks write as."""
    return f"service-{_suffix(ctx, container)[1]}@gcp-sa-logging.iam.gserviceaccount.com"


def check_key(ctx: Context, name: str, key: str) -> None:
    """The key of a log bucket must be in its location and usable by Logging's account."""
    container = "/".join(name.split("/")[:2])
    location = name.split("/")[3] if "/locations/" in name else ""
    require_key(ctx, key, f"serviceAccount:{key_user(ctx, container)}", location=location)


def _settings(ctx: Context, target: str) -> JSON:
    container = target.removesuffix("/settings")
    held = ctx.store.get("logging", target) or {}
    return {
        "name": target,
        "kmsServiceAccountId": key_user(ctx, container),
        "loggingServiceAccountId": writer(ctx, container),
        **held,
    }


def get(ctx: Context, call: Call) -> JSON | Answer:
    """The settings."""
    return _settings(ctx, call.target)


def update(ctx: Context, call: Call) -> JSON | Answer:
    """Those in the mask, or those in the body."""
    wanted = {k: v for k, v in call.body.items() if k != "name"}
    paths = mask.parse(call.arg("updateMask"))
    held = ctx.store.get("logging", call.target) or {}
    after = mask.apply(held, wanted, paths) if paths else {**held, **wanted}
    if after.get("kmsKeyName") and after["kmsKeyName"] != held.get("kmsKeyName"):
        check_key(ctx, call.target.removesuffix("/settings"), str(after["kmsKeyName"]))
    ctx.put(call.target, after)
    return _settings(ctx, call.target)


def get_cmek(ctx: Context, call: Call) -> JSON | Answer:
    """The older view of the same: the key and its user."""
    container = call.target.removesuffix("/cmekSettings")
    held = ctx.store.get("logging", f"{container}/settings") or {}
    key = {"kmsKeyName": held["kmsKeyName"]} if held.get("kmsKeyName") else {}
    return {"name": call.target, "serviceAccountId": key_user(ctx, container), **key}


def update_cmek(ctx: Context, call: Call) -> JSON | Answer:
    """Sets the key of the log router."""
    settings = call.target.removesuffix("/cmekSettings") + "/settings"
    update(ctx, dataclasses.replace(call, target=settings, query={"updateMask": ("kmsKeyName",)}))
    return get_cmek(ctx, call)


METHODS: dict[str, Handler] = {
    "getSettings": get,
    "updateSettings": update,
    "getCmekSettings": get_cmek,
    "updateCmekSettings": update_cmek,
}
for _scope in ("projects", "folders", "organizations", "billingAccounts", "v2", "settings"):
    METHODS |= {
        f"{_scope}.getSettings": get,
        f"{_scope}.updateSettings": update,
        f"{_scope}.getCmekSettings": get_cmek,
        f"{_scope}.updateCmekSettings": update_cmek,
    }
