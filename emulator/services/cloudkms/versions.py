"""Versions of a key: made, switched off, scheduled for destruction, brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.cloudkms import material
from emulator.wire.errors import failed_precondition, invalid

JSON = dict[str, Any]


def moment(text: object) -> float:
    """An RFC 3339 time as seconds since 1970."""
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()


def make(ctx: Context, key_name: str, key: JSON, body: JSON) -> str:
    """Stores the next version of a key; its number."""
    meta = ctx.store.meta(ctx.label, key_name)
    number = int(meta.get("versions", 0)) + 1
    ctx.store.put(ctx.label, key_name, key, {**meta, "versions": number})
    name = f"{key_name}/cryptoKeyVersions/{number}"
    now, template = ctx.now(), key.get("versionTemplate", {})
    version: JSON = {
        "name": name,
        "state": body.get("state", "ENABLED"),
        "createTime": now,
        "generateTime": now,
        "protectionLevel": template.get("protectionLevel", "SOFTWARE"),
        "algorithm": template.get("algorithm", "GOOGLE_SYMMETRIC_ENCRYPTION"),
        **{k: v for k, v in body.items() if k == "externalProtectionLevelOptions"},
    }
    ctx.store.put(ctx.label, name, version, {"material": material.fresh(ctx)})
    return str(number)


def create(ctx: Context, call: Call) -> JSON | Answer:
    """A further version; the primary one stays what it is."""
    key_name = call.target.removesuffix("/cryptoKeyVersions")
    key = ctx.need(key_name, call.collection.rsplit(".", 1)[0])
    if key.get("importOnly"):
        raise failed_precondition(f"CryptoKey {ctx.shown_name(key_name)} is import only.")
    number = make(ctx, key_name, key, call.body)
    name = f"{key_name}/cryptoKeyVersions/{number}"
    return ctx.show(name, ctx.need(name))


def view(ctx: Context, name: str, version: JSON) -> JSON:
    """What was to be destroyed by now has been; the material is gone for good."""
    version["name"] = ctx.shown_name(name)
    if version.get("state") != "DESTROY_SCHEDULED" or moment(version["destroyTime"]) > ctx.ids.clock():
        return version
    gone = {
        **{k: v for k, v in version.items() if k != "destroyTime"},
        "state": "DESTROYED",
        "destroyEventTime": version["destroyTime"],
    }
    ctx.store.put(ctx.label, name, {**gone, "name": name}, {})
    return gone


def patch(ctx: Context, call: Call) -> JSON | Answer:
    """Only `state` changes, and only between ENABLED and DISABLED."""
    now = view(ctx, call.target, ctx.need(call.target))["state"]
    wanted = call.body.get("state")
    masked = {p.strip() for p in call.arg("updateMask").split(",")}
    if wanted is not None and ("state" in masked) and wanted != now:
        if wanted not in ("ENABLED", "DISABLED"):
            raise invalid(
                "CryptoKeyVersion.state may only be changed to ENABLED or DISABLED.",
                field_path="crypto_key_version.state",
            )
        if now not in ("ENABLED", "DISABLED"):
            raise failed_precondition(
                f"CryptoKeyVersion {ctx.shown_name(call.target)} is in state {now}, which cannot be changed this way."
            )
    return standard.update(ctx, call)


def destroy(ctx: Context, call: Call) -> JSON | Answer:
    """Schedules the destruction of a version's material."""
    version = view(ctx, call.target, ctx.need(call.target))
    if version["state"] in ("DESTROY_SCHEDULED", "DESTROYED"):
        raise failed_precondition(
            f"CryptoKeyVersion {ctx.shown_name(call.target)} is in state {version['state']}: it cannot be destroyed."
        )
    key = ctx.need(call.target.partition("/cryptoKeyVersions/")[0])
    delay = float(str(key.get("destroyScheduledDuration", "2592000s")).removesuffix("s"))
    version |= {
        "name": call.target,
        "state": "DESTROY_SCHEDULED",
        "destroyTime": ctx.ids.at(ctx.ids.clock() + delay),
    }
    ctx.put(call.target, version)
    return ctx.show(call.target, version)


def restore(ctx: Context, call: Call) -> JSON | Answer:
    """Takes a scheduled version back; it is DISABLED then."""
    version = view(ctx, call.target, ctx.need(call.target))
    if version["state"] != "DESTROY_SCHEDULED":
        raise failed_precondition(
            f"CryptoKeyVersion {ctx.shown_name(call.target)} is in state {version['state']}: only "
            "DESTROY_SCHEDULED can be restored."
        )
    version.pop("destroyTime", None)
    version |= {"name": call.target, "state": "DISABLED"}
    ctx.put(call.target, version)
    return ctx.show(call.target, version)


def refuse_live(ctx: Context, name: str, version: JSON) -> None:
    """Only what has no material left is deleted."""
    state = view(ctx, name, version)["state"]
    if state not in ("DESTROYED", "IMPORT_FAILED", "GENERATION_FAILED"):
        raise failed_precondition(f"CryptoKeyVersion {ctx.shown_name(name)} is in state {state}: it cannot be deleted.")
