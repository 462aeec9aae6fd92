"""Crypto keys: purpose and template, rotation, the primary version."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.cloudkms import versions
from emulator.wire.errors import failed_precondition, invalid, not_found

JSON = dict[str, Any]

SYMMETRIC = "GOOGLE_SYMMETRIC_ENCRYPTION"
DESTROY_AFTER = "2592000s"
"""30 days: the default of destroyScheduledDuration; https://cloud.google.com/kms/docs/destroy-restore."""
_SHORTEST_ROTATION, _LONGEST_ROTATION = 86_400.0, 876_000 * 3600.0
_SHORTEST_DESTRUCTION, _LONGEST_DESTRUCTION = 86_400.0, 120 * 86_400.0


def seconds(duration: object) -> float:
    """`2592000s` as a number."""
    return float(str(duration).removesuffix("s") or 0)


def defaults(ctx: Context, body: JSON) -> JSON:
    """What a key has unless it was said."""
    del ctx
    filled: JSON = {"destroyScheduledDuration": DESTROY_AFTER}
    if body.get("purpose") == "ENCRYPT_DECRYPT":
        filled["versionTemplate"] = {"algorithm": SYMMETRIC, "protectionLevel": "SOFTWARE"}
    return filled


def check(ctx: Context, name: str, key: JSON) -> JSON:
    """A new key: a template that fits the purpose, and rotation only where it can be."""
    del name, ctx
    template = key.get("versionTemplate", {})
    if key["purpose"] != "ENCRYPT_DECRYPT" and "algorithm" not in template:
        raise invalid(
            f"Field crypto_key.version_template.algorithm is required for purpose {key['purpose']}.",
            field_path="crypto_key.version_template.algorithm",
        )
    if key["purpose"] == "ENCRYPT_DECRYPT" and template.get("algorithm", SYMMETRIC) not in (
        SYMMETRIC,
        "EXTERNAL_SYMMETRIC_ENCRYPTION",
    ):
        raise invalid(
            f"Algorithm {template['algorithm']} is not valid for purpose ENCRYPT_DECRYPT.",
            field_path="crypto_key.version_template.algorithm",
        )
    duration = seconds(key["destroyScheduledDuration"])
    if not (_SHORTEST_DESTRUCTION <= duration <= _LONGEST_DESTRUCTION):
        raise invalid(
            "destroy_scheduled_duration must be between 24 hours and 120 days.",
            field_path="crypto_key.destroy_scheduled_duration",
        )
    _check_rotation(key)
    return {
        **key,
        "versionTemplate": {
            "protectionLevel": "SOFTWARE",
            **({"algorithm": SYMMETRIC} if key["purpose"] == "ENCRYPT_DECRYPT" else {}),
            **template,
        },
    }


def _check_rotation(key: JSON) -> None:
    period = key.get("rotationPeriod")
    if period is None:
        return
    if key["purpose"] != "ENCRYPT_DECRYPT":
        raise invalid(
            f"Automatic rotation is not supported for keys of purpose {key['purpose']}.",
            field_path="crypto_key.rotation_period",
        )
    if not _SHORTEST_ROTATION <= seconds(period) <= _LONGEST_ROTATION:
        raise invalid(
            "rotation_period must be at least 24 hours and at most 876,000 hours.",
            field_path="crypto_key.rotation_period",
        )
    if "nextRotationTime" not in key:
        raise invalid(
            "If rotation_period is set, next_rotation_time must also be set.",
            field_path="crypto_key.next_rotation_time",
        )


def first_version(ctx: Context, name: str, key: JSON) -> JSON:
    """A key is made with its first version unless the caller wants none."""
    if ctx.call.flag("skipInitialVersionCreation") or key.get("importOnly"):
        return key
    number = versions.make(ctx, name, key, {})
    if key["purpose"] == "ENCRYPT_DECRYPT":
        ctx.store.put(ctx.label, name, key, {**ctx.store.meta(ctx.label, name), "primary": number})
    return ctx.need(name)


def changed(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    """A changed key obeys the same rules of rotation."""
    del ctx, name, before
    _check_rotation(after)


def view(ctx: Context, name: str, key: JSON) -> JSON:
    """A key is shown with a copy of its primary version; a rotation that is due has happened."""
    rotate(ctx, name)
    stored = ctx.store.get(ctx.label, name) or key
    if "nextRotationTime" in stored:
        key["nextRotationTime"] = stored["nextRotationTime"]
    number = ctx.store.meta(ctx.label, name).get("primary")
    primary = ctx.store.get(ctx.label, f"{name}/cryptoKeyVersions/{number}") if number else None
    return (
        {**key, "primary": versions.view(ctx, f"{name}/cryptoKeyVersions/{number}", primary)}
        if primary is not None
        else key
    )


def rotate(ctx: Context, name: str) -> None:
    """Makes the version that is due, if one is: the moment of the last due rotation counts."""
    key = ctx.store.get(ctx.label, name)
    if key is None or "rotationPeriod" not in key or "nextRotationTime" not in key:
        return
    due, now = versions.moment(key["nextRotationTime"]), ctx.ids.clock()
    if due > now:
        return
    number = versions.make(ctx, name, key, {})
    period = seconds(key["rotationPeriod"])
    key["nextRotationTime"] = ctx.ids.at(due + period * (int((now - due) // period) + 1))
    ctx.store.put(ctx.label, name, key, {**ctx.store.meta(ctx.label, name), "primary": number})


def update_primary(ctx: Context, call: Call) -> JSON | Answer:
    """Another version becomes the one that encrypts."""
    key = ctx.need(call.target)
    if key["purpose"] != "ENCRYPT_DECRYPT":
        raise failed_precondition(f"CryptoKey {ctx.shown_name(call.target)} has no primary version.")
    number = str(call.body.get("cryptoKeyVersionId", ""))
    name = f"{call.target}/cryptoKeyVersions/{number}"
    version = ctx.store.get(ctx.label, name)
    if version is None:
        raise not_found(f"CryptoKeyVersion {ctx.shown_name(name)} not found.")
    if versions.view(ctx, name, version)["state"] != "ENABLED":
        raise failed_precondition(f"CryptoKeyVersion {ctx.shown_name(name)} is not enabled.")
    ctx.put(call.target, key, {**ctx.store.meta(ctx.label, call.target), "primary": number})
    return ctx.show(call.target, key)


def refuse_children(ctx: Context, name: str, body: JSON) -> None:
    """Key rings and keys are deleted only once nothing is left in them."""
    del body
    left = [n for n in ctx.store.below(ctx.label, name) if n.count("/") == name.count("/") + 2]
    if left:
        raise failed_precondition(
            f"{ctx.shown_name(name)} cannot be deleted: its child resources must be deleted first."
        )
