"""Cloud Quotas: https://cloud.google.com/docs/quotas/reference/rest. A preference is granted up to the limit that was
declared for its quota
(`POST /_quotas`, see `limits`); where none was, as it is asked for."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service, resource_exists, resource_not_found
from emulator.services.cloudquotas import limits
from emulator.wire.errors import GoogleError, failed_precondition, invalid, not_found

JSON = dict[str, Any]

_TOO_HIGH = "QUOTA_DECREASE_PERCENTAGE_TOO_HIGH"


def _asked(ctx: Context, name: str, preference: JSON) -> JSON:
    """What is granted of what is preferred."""
    for field in ("service", "quotaId"):
        if not preference.get(field):
            raise invalid(f"The field quota_preference.{field} is required.", field_path=f"quota_preference.{field}")
    # The provider "gcp" leaves out a configuration that prefers 0, and takes one without a value for 0.
    config = preference.get("quotaConfig") or {}
    wanted = int(config.get("preferredValue", 0))
    if wanted < -1:
        raise invalid("preferred_value must be at least -1.", field_path="quota_config.preferred_value")
    limit = limits.find(ctx, name, preference)
    kept = {k: v for k, v in config.items() if k in ("preferredValue", "annotations")}
    granted = wanted
    if limit is not None:
        _check_safety(ctx, limit, wanted)
        if limit.ceiling is not None and (wanted > limit.ceiling or wanted == -1):
            granted = limit.value
            kept["stateDetail"] = (
                "The quota increase request was denied: the value in effect stays. "
                f"The preferred value {wanted} is beyond what this project can be granted."
            )
    return {
        **preference,
        "quotaConfig": {
            **kept,
            "grantedValue": str(granted),
            "traceId": ctx.ids.hexa(32),
            "requestOrigin": "ORIGIN_UNSPECIFIED",
        },
    }


def _check_safety(ctx: Context, limit: limits.Limit, wanted: int) -> None:
    """A decrease of more than a tenth needs the caller's word that it is meant."""
    decrease = limit.value > 0 and 0 <= wanted < limit.value * 0.9
    if decrease and _TOO_HIGH not in ctx.call.query.get("ignoreSafetyChecks", ()):
        raise failed_precondition(
            f"The decrease from {limit.value} to {wanted} is more than 10 %: set ignore_safety_checks to {_TOO_HIGH}."
        )


def _made(ctx: Context, name: str, preference: JSON) -> JSON:
    return _shape(_asked(ctx, name, preference))


def _changed(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    for field in ("service", "quotaId", "dimensions"):
        if after.get(field) != before.get(field):
            raise invalid(
                f"Field '{field}' is immutable and cannot be changed.", field_path=f"quota_preference.{field}"
            )
    return _shape(_asked(ctx, name, after))


def _shape(preference: JSON) -> JSON:
    """The trace is what a support case would ask for; an origin that nobody set is not sent."""
    preference["quotaConfig"].pop("requestOrigin", None)
    preference["quotaConfig"].pop("traceId", None)
    return preference


# ---- quota infos ----------------------------------------------------------------------------------------------------
def list_infos(ctx: Context, call: Call) -> JSON | Answer:
    """The quotas of a service that the emulator knows of: built in, declared, or preferred in this container."""
    parent = call.target.removesuffix("/quotaInfos")
    return standard.paged(ctx, [limits.info(ctx, parent, quota) for quota in limits.quotas(ctx, parent)])


def get_info(ctx: Context, call: Call) -> JSON | Answer:
    """One quota with the value in effect."""
    parent, quota = call.target.split("/quotaInfos/")
    if quota not in limits.quotas(ctx, parent):
        raise not_found(f"Resource '{ctx.shown_name(call.target)}' was not found")
    return limits.info(ctx, parent, quota)


# ---- adjuster -------------------------------------------------------------------------------------------------------
def _adjuster(ctx: Context, name: str) -> JSON | None:
    """Every container has these settings; off unless it switches them on."""
    held: JSON = {"name": name, "etag": ctx.ids.uuid(), "enablement": "DISABLED", "updateTime": ctx.now()}
    ctx.put(name, held)
    return held


def _adjusted(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    del name
    sent = ctx.call.body.get("etag")
    if sent and sent != before.get("etag"):
        raise GoogleError("ABORTED", "etag mismatch: update of QuotaAdjusterSettings blocked")
    return {**after, "updateTime": ctx.now(), "etag": ctx.ids.uuid()}


SERVICE = Service(
    "cloudquotas",
    package="google.api.cloudquotas.{version}",
    enum_numbers={2: "ENABLED", 3: "DISABLED"},
    not_found=resource_not_found,
    exists=resource_exists,
    resources={
        "quotaPreferences": Resource(
            id_parameter="quotaPreferenceId",
            id_pattern=r"[A-Za-z0-9._~-]{1,128}",
            server_id=lambda ctx: ctx.ids.uuid(),
            output_only=("createTime", "updateTime", "reconciling"),
            on_create=_made,
            on_update=_changed,
        ),
        "quotaAdjusterSettings": Resource(
            find=_adjuster, on_update=_adjusted, output_only=("updateTime", "inheritedFrom")
        ),
    },
    methods={"quotaInfos.list": list_infos, "quotaInfos.get": get_info},
)
