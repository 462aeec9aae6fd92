"""Pub/Sub: https://cloud.google.com/pubsub/docs/reference/rest. Created by PUT on the name, changed by PATCH of a
wrapper with its own mask; a topic that is deleted leaves its subscriptions behind, pointing at `_deleted-topic_`.
"""

from __future__ import annotations

import re
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.cmek import agent, require_key
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service
from emulator.services.pubsub import delivery, schemas
from emulator.wire import page
from emulator.wire.errors import invalid, not_found

JSON = dict[str, Any]

_NAME = r"[A-Za-z][\w.~+%-]{2,254}"
DELETED_TOPIC = "_deleted-topic_"


def _not_found(ctx: Context, kind: str, name: str) -> str:
    del ctx, kind
    return f"Resource not found (resource={name.rsplit('/', 1)[-1]})."


def _exists(ctx: Context, kind: str, name: str) -> str:
    del ctx, kind
    return f"Resource already exists in the project (resource={name.rsplit('/', 1)[-1]})."


# ---- topics ---------------------------------------------------------------------------------------------------------
def _topic_made(ctx: Context, name: str, topic: JSON) -> None:
    _check_id(name)
    schema = topic.get("schemaSettings", {}).get("schema")
    if schema and ctx.store.get("pubsub", ctx.canonical(schema)) is None:
        raise not_found(f"Resource not found (resource={str(schema).rsplit('/', 1)[-1]}).")
    key = str(topic.get("kmsKeyName", ""))
    if key:
        _check_key(ctx, name, key)


def _check_key(ctx: Context, name: str, key: str) -> None:
    """https://cloud.google.com/pubsub/docs/encryption: the project's Pub/Sub agent uses the key."""
    member = agent(ctx, name.split("/")[1], "gcp-sa-pubsub")
    text = (
        "Cloud Pub/Sub did not have the necessary permissions configured to support this operation. Please verify that "
        f"the service account {member.partition(':')[2]} was granted the Cloud KMS CryptoKey Encrypter/Decrypter role "
        f"for the project containing the CryptoKey {key}."
    )
    require_key(ctx, key, member, status="PERMISSION_DENIED", message=text)


def _check_id(name: str) -> None:
    ident = name.rsplit("/", 1)[-1]
    if not re.fullmatch(_NAME, ident) or ident.startswith("goog"):
        raise invalid(
            f"Invalid resource name given (name={name}). Refer to "
            "https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names for more information."
        )


def _topic_deleted(ctx: Context, name: str, topic: JSON) -> None:
    del topic
    for subscription in subscriptions_of(ctx, name):
        body = ctx.need(subscription)
        ctx.put(subscription, {**body, "topic": DELETED_TOPIC})


def subscriptions_of(ctx: Context, topic: str) -> list[str]:
    """The names of the subscriptions that are attached to a topic, in its project and in others."""
    return [
        n
        for n in ctx.store.find("pubsub", lambda n: "/subscriptions/" in n)
        if ctx.canonical(str((ctx.store.get("pubsub", n) or {}).get("topic", ""))) == topic
    ]


def list_topic_subscriptions(ctx: Context, call: Call) -> JSON | Answer:
    """Names, not resources."""
    topic = call.target.removesuffix("/subscriptions")
    ctx.need(topic, "projects.topics")
    return _names(ctx, "subscriptions", subscriptions_of(ctx, topic))


def list_topic_snapshots(ctx: Context, call: Call) -> JSON | Answer:
    """Names, not resources."""
    topic = call.target.removesuffix("/snapshots")
    ctx.need(topic, "projects.topics")
    found = ctx.store.find("pubsub", lambda n: "/snapshots/" in n)
    return _names(ctx, "snapshots", [n for n in found if (ctx.store.get("pubsub", n) or {}).get("topic") == topic])


def _names(ctx: Context, key: str, names: list[str]) -> JSON:
    size = page.size_of(ctx.call.arg("pageSize"))
    found, token = page.take(enumerate(names, 1), page.decode(ctx.call.arg("pageToken")), size)
    return {**({key: found} if found else {}), **({"nextPageToken": token} if token else {})}


# ---- subscriptions --------------------------------------------------------------------------------------------------
def _subscription_defaults(ctx: Context, body: JSON) -> JSON:
    del ctx
    for key in ("bigqueryConfig", "cloudStorageConfig", "bigtableConfig"):
        if key in body:
            body[key] = {**body[key], "state": "ACTIVE"}
    push = body.get("pushConfig")
    if push and push.get("pushEndpoint"):
        push["attributes"] = {"x-goog-version": "v1", **push.get("attributes", {})}
    storage = body.get("cloudStorageConfig")
    if storage and not storage.get("avroConfig"):
        body["cloudStorageConfig"] = {"textConfig": {}, **{k: v for k, v in storage.items() if k != "avroConfig"}}
    return {
        "ackDeadlineSeconds": 10,
        "messageRetentionDuration": "604800s",
        "expirationPolicy": {"ttl": "2678400s"},
        "state": "ACTIVE",
        "pushConfig": {},
    }


def _subscription_made(ctx: Context, name: str, subscription: JSON) -> None:
    _check_id(name)
    topic = ctx.canonical(str(subscription.get("topic", "")))
    if ctx.store.get("pubsub", topic) is None:
        raise not_found(f"Resource not found (resource={topic.rsplit('/', 1)[-1]}).")
    seconds = subscription.get("ackDeadlineSeconds", 10)
    if not 10 <= int(seconds) <= 600:
        raise invalid(
            f"Invalid ack deadline given (ack_deadline={seconds}). The value must be between 10 and 600 seconds."
        )


def modify_push_config(ctx: Context, call: Call) -> JSON | Answer:
    """Replaces the push configuration."""
    body = ctx.need(call.target)
    ctx.put(call.target, {**body, "pushConfig": call.body.get("pushConfig", {})})
    return {}


def detach(ctx: Context, call: Call) -> JSON | Answer:
    """Detaches a subscription from its topic."""
    body = ctx.need(call.target)
    ctx.put(call.target, {**body, "detached": True})
    return {}


# ---- snapshots and schemas ------------------------------------------------------------------------------------------
def create_snapshot(ctx: Context, call: Call) -> JSON | Answer:
    """A snapshot remembers where a subscription stands."""
    subscription = ctx.need(ctx.canonical(str(call.body.get("subscription", ""))), "projects.subscriptions")
    body: JSON = {"topic": subscription["topic"], "expireTime": ctx.ids.at(ctx.ids.clock() + 7 * 86400)}
    if call.body.get("labels"):
        body["labels"] = call.body["labels"]
    return standard.create_named(ctx, call.target, body)


def patch_wrapped(key: str) -> Any:
    """A PATCH whose body is `{<key>: resource, updateMask}`."""

    def patch(ctx: Context, call: Call) -> JSON | Answer:
        mask = str(call.body.get("updateMask", ""))
        if not mask:
            raise invalid("The update_mask in the request must be set and be non-empty.", field_path="update_mask")
        return standard.update_named(ctx, call.target, dict(call.body.get(key, {})), mask)

    return patch


SERVICE = Service(
    "pubsub",
    package="google.pubsub.v1",
    not_found=_not_found,
    exists=_exists,
    resources={
        "topics": Resource(unfilled=("state",), on_create=_topic_made, on_delete=_topic_deleted, optional=("name",)),
        "subscriptions": Resource(
            defaults=_subscription_defaults,
            on_create=_subscription_made,
            on_delete=delivery.forget,
            immutable=("topic", "filter", "enableMessageOrdering"),
        ),
        "schemas": Resource(id_pattern=_NAME, on_create=schemas.made),
    },
    methods={
        "topics.patch": patch_wrapped("topic"),
        "topics.subscriptions.list": list_topic_subscriptions,
        "topics.snapshots.list": list_topic_snapshots,
        "subscriptions.patch": patch_wrapped("subscription"),
        "subscriptions.modifyPushConfig": modify_push_config,
        "subscriptions.detach": detach,
        "snapshots.create": create_snapshot,
        "snapshots.patch": patch_wrapped("snapshot"),
        **schemas.METHODS,
        **delivery.METHODS,
    },
)
