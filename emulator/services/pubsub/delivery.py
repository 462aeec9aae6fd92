"""Messages on their way: publish, pull, acknowledge, push. Every subscription has a queue of its own; a message that
is pulled is leased
until its deadline and comes back unless it is acknowledged. A push is tried once, by the shell, and only to a
loopback address.

https://cloud.google.com/pubsub/docs/subscriber
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler
from emulator.wire import filters
from emulator.wire.errors import GoogleError, invalid

if TYPE_CHECKING:
    from emulator.cloud import Cloud

JSON = dict[str, Any]

QUEUES = "pubsub.queues"
"""The part of the store with the messages: `projects/p/subscriptions/s/messages/<id>`, out of the resources' way."""
MAX_QUEUE = 10_000
"""Messages kept for a subscription: the oldest are forgotten first."""
MAX_OUTBOX = 10_000
MAX_PUBLISH = 1000
"""Messages in one request: https://cloud.google.com/pubsub/quotas#resource_limits."""
MAX_BYTES = 10_000_000
_PREFIX = re.compile(r"hasPrefix\(\s*attributes\.(\w+)\s*,\s*\"([^\"]*)\"\s*\)")


# ---- publish --------------------------------------------------------------------------------------------------------
def publish_call(ctx: Context, call: Call) -> JSON | Answer:
    """POST …/topics/t:publish."""
    ctx.need(call.target, "projects.topics")
    messages = call.body.get("messages") or []
    if not messages:
        raise invalid(
            "The value for message_count is too small. You passed 0 in the request, but the minimum value is 1."
        )
    if len(messages) > MAX_PUBLISH:
        raise invalid(
            f"The value for message_count is too large. You passed {len(messages)} in the request, but the maximum "
            f"value is {MAX_PUBLISH}."
        )
    if len(call.raw) > MAX_BYTES:
        raise invalid(f"Request payload size exceeds the limit: {MAX_BYTES} bytes.")
    for message in messages:
        if not message.get("data") and not message.get("attributes"):
            raise invalid(
                "One or more messages in the publish request is empty. Each message must contain either non-empty "
                "data, or at least one attribute."
            )
    return {"messageIds": publish(ctx.cloud, call.target, messages)}


def publish(cloud: Cloud, topic: str, messages: list[JSON]) -> list[str]:
    """Puts messages into the queue of each subscription of a topic; their ids. The caller has checked that the topic
    exists."""
    now = cloud.ids.now()
    made = [
        {
            **{k: m[k] for k in ("data", "attributes", "orderingKey") if m.get(k)},
            "messageId": cloud.ids.digits(17),
            "publishTime": now,
        }
        for m in messages
    ]
    for name in cloud.store.find("pubsub", lambda n: "/subscriptions/" in n):
        subscription = cloud.store.get("pubsub", name) or {}
        if cloud.projects.canonical(str(subscription.get("topic", ""))) != topic or subscription.get("detached"):
            continue
        for message in made:
            if _wanted(str(subscription.get("filter", "")), message):
                _enqueue(cloud, name, subscription, message)
    return [m["messageId"] for m in made]


def _wanted(text: str, message: JSON) -> bool:
    """Whether a message passes a subscription's filter
    (https://cloud.google.com/pubsub/docs/subscription-message-filter)."""
    if not text:
        return True
    attributes = message.get("attributes", {})
    text = _PREFIX.sub(lambda m: 'yes="1"' if str(attributes.get(m[1], "")).startswith(m[2]) else 'no="1"', text)
    try:
        return filters.compile_filter(text)({"attributes": attributes, "yes": "1"})
    except GoogleError:
        return True


def _enqueue(cloud: Cloud, name: str, subscription: JSON, message: JSON) -> None:
    queue = f"{name}/messages"
    cloud.store.put(
        QUEUES, f"{queue}/{message['messageId']}", {"message": message, "until": 0.0, "attempts": 0, "ack": ""}
    )
    held = cloud.store.names(QUEUES, queue)
    for old in held[: max(0, len(held) - MAX_QUEUE)]:
        cloud.store.delete(QUEUES, old)
    config = subscription.get("pushConfig") or {}
    if config.get("pushEndpoint") and len(cloud.outbox) < MAX_OUTBOX:
        cloud.outbox.append(
            {
                "url": str(config["pushEndpoint"]),
                "message": f"{queue}/{message['messageId']}",
                **_push(name, config, message),
            }
        )


def _push(name: str, config: JSON, message: JSON) -> JSON:
    """The body and the headers of a push (https://cloud.google.com/pubsub/docs/push#receive_push)."""
    if "noWrapper" in config:
        headers = {"Content-Type": "application/octet-stream"}
        if config["noWrapper"].get("writeMetadata"):
            headers |= {
                "x-goog-pubsub-subscription-name": name,
                "x-goog-pubsub-message-id": message["messageId"],
                "x-goog-pubsub-publish-time": message["publishTime"],
                **{k: str(v) for k, v in message.get("attributes", {}).items()},
            }
        return {"body": message.get("data", ""), "headers": headers}
    both = {**message, "message_id": message["messageId"], "publish_time": message["publishTime"]}
    body = json.dumps({"message": both, "subscription": name}).encode()
    return {"body": base64.b64encode(body).decode(), "headers": {"Content-Type": "application/json"}}


def pushed(cloud: Cloud, letter: JSON, *, accepted: bool) -> None:
    """What came of a push: an answer of 102 or 2xx acknowledges it; else it stays in the queue, where a pull finds
    it."""
    if accepted:
        cloud.store.delete(QUEUES, str(letter["message"]))


# ---- pull -----------------------------------------------------------------------------------------------------------
def pull(ctx: Context, call: Call) -> JSON | Answer:
    """Messages that nobody has leased, and a lease on them. Never waits."""
    subscription = ctx.need(call.target, "projects.subscriptions")
    wanted = int(call.body.get("maxMessages", 0))
    if wanted < 1:
        raise invalid(
            f"The value for max_messages is too small. You passed {wanted} in the request, but the minimum value is 1."
        )
    now = ctx.ids.clock()
    out: list[JSON] = []
    busy: set[str] = set()
    for name in ctx.store.names(QUEUES, f"{call.target}/messages"):
        held = ctx.store.get(QUEUES, name) or {}
        key = str(held["message"].get("orderingKey", ""))
        ordered = bool(key and subscription.get("enableMessageOrdering"))
        if held["until"] > now or (ordered and key in busy):
            busy.add(key)
            continue
        held |= {
            "ack": ctx.ids.hexa(40),
            "until": now + float(subscription.get("ackDeadlineSeconds", 10)),
            "attempts": held["attempts"] + 1,
        }
        ctx.store.put(QUEUES, name, held)
        received: JSON = {"ackId": held["ack"], "message": held["message"]}
        if subscription.get("deadLetterPolicy"):
            received["deliveryAttempt"] = held["attempts"]
        out.append(received)
        if len(out) == min(wanted, MAX_PUBLISH):
            break
    return {"receivedMessages": out} if out else {}


def _leased(ctx: Context, call: Call) -> list[str]:
    """The messages that the request's `ackIds` name; ids that mean nothing (any more) are passed over, as Google
    does."""
    ctx.need(call.target, "projects.subscriptions")
    asked = set(call.body.get("ackIds") or [])
    if not asked:
        raise invalid("No ack ids specified.", field_path="ack_ids")
    names = ctx.store.names(QUEUES, f"{call.target}/messages")
    return [n for n in names if (ctx.store.get(QUEUES, n) or {}).get("ack") in asked]


def acknowledge(ctx: Context, call: Call) -> JSON | Answer:
    """Done with."""
    for name in _leased(ctx, call):
        ctx.store.delete(QUEUES, name)
    return {}


def modify_deadline(ctx: Context, call: Call) -> JSON | Answer:
    """Leases for longer; 0 gives back."""
    seconds = int(call.body.get("ackDeadlineSeconds", 0))
    if not 0 <= seconds <= 600:
        raise invalid(
            f"Invalid ack deadline given (ack_deadline={seconds}). The value must be between 0 and 600 seconds."
        )
    for name in _leased(ctx, call):
        held = ctx.store.get(QUEUES, name) or {}
        ctx.store.put(QUEUES, name, {**held, "until": ctx.ids.clock() + seconds if seconds else 0.0})
    return {}


def seek(ctx: Context, call: Call) -> JSON | Answer:
    """To a time: what was published before it counts as acknowledged. To a snapshot: leases are given back."""
    ctx.need(call.target, "projects.subscriptions")
    if call.body.get("snapshot"):
        ctx.need(ctx.canonical(str(call.body["snapshot"])), "projects.snapshots")
    for name in ctx.store.names(QUEUES, f"{call.target}/messages"):
        held = ctx.store.get(QUEUES, name) or {}
        if call.body.get("time") and held["message"]["publishTime"] < str(call.body["time"]):
            ctx.store.delete(QUEUES, name)
        else:
            ctx.store.put(QUEUES, name, {**held, "until": 0.0})
    return {}


def forget(ctx: Context, name: str, subscription: JSON) -> None:
    """A subscription that is deleted takes its queue with it."""
    del subscription
    ctx.store.delete(QUEUES, name)


METHODS: dict[str, Handler] = {
    "topics.publish": publish_call,
    "subscriptions.pull": pull,
    "subscriptions.acknowledge": acknowledge,
    "subscriptions.modifyAckDeadline": modify_deadline,
    "subscriptions.seek": seek,
}
