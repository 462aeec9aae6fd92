"""Alert policies and notification channels: https://cloud.google.com/monitoring/alerts. A policy names channels that
exist; a channel that a
policy names goes only with `force`."""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.wire.errors import GoogleError, failed_precondition, invalid, not_found

JSON = dict[str, Any]

_USER_METRIC = re.compile(r'metric\.type\s*=\s*"(logging\.googleapis\.com/user/[^"]+)"')
_PERSON = "user@example.com"

CHANNELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "campfire": ("Campfire", ("auth_token", "room", "subdomain")),
    "email": ("Email", ("email_address",)),
    "google_chat": ("Google Chat", ("space",)),
    "hipchat": ("HipChat", ("auth_token", "room")),
    "pagerduty": ("PagerDuty", ("service_key",)),
    "pubsub": ("Pub/Sub", ("topic",)),
    "slack": ("Slack", ("auth_token", "channel_name", "team")),
    "sms": ("SMS", ("number",)),
    "webhook_basicauth": ("Webhook with Basic Authentication", ("password", "url", "username")),
    "webhook_tokenauth": ("Webhook with Token Authentication", ("url",)),
}
"""Type to display name and labels, from `notificationChannelDescriptors.list`."""
_NEEDED = {
    "email": ("email_address",),
    "sms": ("number",),
    "pubsub": ("topic",),
    "webhook_tokenauth": ("url",),
    "webhook_basicauth": ("url",),
    "slack": ("channel_name",),
    "google_chat": ("space",),
}
_SECRET = frozenset({"auth_token", "service_key", "password"})


def _number(ctx: Context) -> str:
    return ctx.ids.digits(19)


def _record(ctx: Context) -> JSON:
    return {"mutateTime": ctx.now(), "mutatedBy": _PERSON}


# ---- policies -------------------------------------------------------------------------------------------------------
def _policy_made(ctx: Context, name: str, policy: JSON) -> JSON:
    _check_policy(ctx, name, policy)
    record = _record(ctx)
    return {
        "enabled": True,
        **policy,
        "conditions": _named(ctx, name, policy["conditions"]),
        "creationRecord": record,
        "mutationRecord": record,
    }


def _named(ctx: Context, name: str, conditions: list[JSON]) -> list[JSON]:
    """Conditions with names: those that have one keep it."""
    return [{**c, "name": c.get("name") or f"{name}/conditions/{_number(ctx)}"} for c in conditions]


def _policy_changed(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    _check_policy(ctx, name, after)
    return {
        "enabled": True,
        **after,
        "conditions": _named(ctx, name, after["conditions"]),
        "creationRecord": before["creationRecord"],
        "mutationRecord": _record(ctx),
    }


def _check_policy(ctx: Context, name: str, policy: JSON) -> None:
    if not policy.get("displayName"):
        raise _missing("display_name", "alert_policy")
    if not policy.get("combiner"):
        raise _missing("combiner", "alert_policy")
    conditions = policy.get("conditions") or []
    if not 1 <= len(conditions) <= 6:
        raise invalid(
            f"Field alert_policy.conditions had an invalid number of elements: {len(conditions)}. It must have 1 to 6.",
            field_path="alert_policy.conditions",
        )
    project = "/".join(name.split("/")[:2])
    for condition in conditions:
        if not any(key.startswith("condition") for key in condition):
            raise _missing("condition", "alert_policy.conditions[0]")
        for metric in _USER_METRIC.findall(str(condition)):
            if ctx.store.get("monitoring", f"{project}/metricDescriptors/{metric}") is None:
                raise not_found(
                    f'Cannot find metric(s) that match type = "{metric}". If a metric was created recently, it could '
                    "take up to 10 minutes to become available. Please try again soon."
                )
        if "conditionMatchedLog" in condition and "notificationRateLimit" not in policy.get("alertStrategy", {}):
            raise invalid(
                "Field alert_policy.alert_strategy.notification_rate_limit is required for log match conditions.",
                field_path="alert_policy.alert_strategy",
            )
    for channel in policy.get("notificationChannels") or []:
        if ctx.store.get("monitoring", ctx.canonical(str(channel))) is None:
            raise not_found(f"Could not find notification channel {channel}")


def _missing(field: str, at: str) -> GoogleError:
    return invalid(f"Field {at}.{field} is missing or empty.", field_path=f"{at}.{field}")


def list_counted(ctx: Context, call: Call) -> JSON | Answer:
    """A list with `totalSize`."""
    listed = standard.list_(ctx, call)
    assert isinstance(listed, dict)  # noqa: S101 a list is a JSON object
    total = len(ctx.store.names("monitoring", call.target))
    return {**listed, **({"totalSize": total} if total else {})}


# ---- channels -------------------------------------------------------------------------------------------------------
def _check_channel(channel: JSON) -> None:
    kind = str(channel.get("type", ""))
    if kind not in CHANNELS:
        raise invalid(
            f'Field notification_channel.type had an invalid value of "{kind}": unrecognized channel type.',
            field_path="notification_channel.type",
        )
    labels = channel.get("labels", {})
    for label in _NEEDED.get(kind, ()):
        if not labels.get(label):
            raise invalid(
                f"Field notification_channel.labels['{label}'] is missing or empty.",
                field_path="notification_channel.labels",
            )


def _channel_made(ctx: Context, name: str, channel: JSON) -> JSON:
    del name
    _check_channel(channel)
    now = ctx.now()
    status = {"verificationStatus": "UNVERIFIED"} if channel["type"] == "sms" else {}
    return {
        "enabled": True,
        **channel,
        **status,
        "creationRecord": {"mutateTime": now},
        "mutationRecords": [{"mutateTime": now}],
    }


def _channel_changed(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    del name
    _check_channel(after)
    records = [*before["mutationRecords"], {"mutateTime": ctx.now()}][-10:]
    return {"enabled": True, **after, "creationRecord": before["creationRecord"], "mutationRecords": records}


def _channel_deleted(ctx: Context, name: str, channel: JSON) -> None:
    del channel
    project = "/".join(name.split("/")[:2])
    for policy in ctx.store.names("monitoring", f"{project}/alertPolicies"):
        body = ctx.store.get("monitoring", policy) or {}
        channels = body.get("notificationChannels") or []
        if name not in [ctx.canonical(str(c)) for c in channels]:
            continue
        if not ctx.call.flag("force"):
            raise failed_precondition(
                f"Cannot delete notification channel {name}: it is used by alert policy {policy}. "
                "Set 'force' to remove it from there."
            )
        body["notificationChannels"] = [c for c in channels if ctx.canonical(str(c)) != name]
        ctx.put(policy, {k: v for k, v in body.items() if v != []})


def _obscured(ctx: Context, name: str, body: JSON) -> JSON:
    """Secrets among the labels are shown but for their length."""
    del ctx, name
    labels = body.get("labels")
    if labels:
        body["labels"] = {k: "*" * len(v) if k in _SECRET else v for k, v in labels.items()}
    return body


def send_code(ctx: Context, call: Call) -> JSON | Answer:
    """Nothing is sent: `getVerificationCode` has the code."""
    ctx.need(call.target)
    return {}


def code(ctx: Context, call: Call) -> JSON | Answer:
    """A code that `verify` takes, of this channel or of another to the same address."""
    ctx.need(call.target)
    return {"code": f"G-{_code(call.target)}", "expireTime": ctx.ids.at(ctx.ids.clock() + 3600)}


def _code(name: str) -> str:
    return name.rsplit("/", 1)[-1][:6]


def verify(ctx: Context, call: Call) -> JSON | Answer:
    """Takes the code."""
    body = ctx.need(call.target)
    if str(call.body.get("code", "")).removeprefix("G-") != _code(call.target):
        raise invalid("The verification code is not valid.", field_path="code")
    body["verificationStatus"] = "VERIFIED"
    ctx.put(call.target, body)
    return ctx.show(call.target, body)


def _descriptor(name: str, kind: str) -> JSON:
    title, labels = CHANNELS[kind]
    return {
        "name": f"{name}/{kind}",
        "type": kind,
        "displayName": title,
        "labels": [{"key": label} for label in labels],
        "launchStage": "GA",
    }


def list_descriptors(ctx: Context, call: Call) -> JSON | Answer:
    """The kinds of channels."""
    return standard.paged(ctx, [_descriptor(call.target, kind) for kind in CHANNELS])


def get_descriptor(ctx: Context, call: Call) -> JSON | Answer:
    """One kind."""
    parent, _, kind = call.target.rpartition("/")
    if kind not in CHANNELS:
        raise ctx.not_found(call.target)
    return _descriptor(parent, kind)


RESOURCES = {
    "alertPolicies": Resource(
        server_id=_number,
        keep=("enabled",),
        on_create=_policy_made,
        on_update=_policy_changed,
        output_only=("creationRecord", "mutationRecord", "validity"),
        unfilled=("state",),
    ),
    "notificationChannels": Resource(
        server_id=_number,
        keep=("enabled",),
        on_create=_channel_made,
        on_update=_channel_changed,
        on_delete=_channel_deleted,
        output_only=("creationRecord", "mutationRecords", "verificationStatus"),
        immutable=("type",),
        view=_obscured,
    ),
    "snoozes": Resource(server_id=_number, required=("criteria", "interval")),
}
METHODS: dict[str, Handler] = {
    "alertPolicies.list": list_counted,
    "notificationChannels.list": list_counted,
    "notificationChannels.sendVerificationCode": send_code,
    "notificationChannels.getVerificationCode": code,
    "notificationChannels.verify": verify,
    "notificationChannelDescriptors.list": list_descriptors,
    "notificationChannelDescriptors.get": get_descriptor,
    "alerts.list": lambda ctx, _: standard.paged(ctx, []),
}
