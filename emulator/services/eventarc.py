"""Eventarc: https://cloud.google.com/eventarc/docs/reference/rest. Triggers, which bring a Pub/Sub subscription with
them; channels, buses, pipelines,
enrollments and sources, which are kept; the channel configuration of a location, which is there without having been
made."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.cmek import agent, require_key
from emulator.context import Context
from emulator.identity import require_account
from emulator.resource import Resource
from emulator.service import Service
from emulator.services.pubsub import delivery
from emulator.services.run.services import uri
from emulator.wire import mask
from emulator.wire.errors import invalid, not_found

JSON = dict[str, Any]

PUBLISHED = "google.cloud.pubsub.topic.v1.messagePublished"
_DESTINATIONS = ("cloudRun", "cloudFunction", "gke", "workflow", "httpEndpoint")
PROVIDERS = {
    "pubsub.googleapis.com": ("Cloud Pub/Sub", (PUBLISHED,)),
    "storage.googleapis.com": (
        "Cloud Storage",
        tuple(f"google.cloud.storage.object.v1.{e}" for e in ("archived", "deleted", "finalized", "metadataUpdated")),
    ),
    "cloudaudit.googleapis.com": ("Cloud Audit Logs", ("google.cloud.audit.log.v1.written",)),
}
"""Some of the sources of events, and their types: https://cloud.google.com/eventarc/docs/event-types."""


# ---- triggers -------------------------------------------------------------------------------------------------------
def _trigger_made(ctx: Context, name: str, trigger: JSON) -> JSON:
    _check_trigger(ctx, trigger)
    return with_transport(ctx, name, trigger)


def _check_trigger(ctx: Context, trigger: JSON) -> None:
    filters = {str(f.get("attribute")): str(f.get("value", "")) for f in trigger.get("eventFilters") or []}
    if not filters.get("type"):
        raise invalid("The event filters must hold one for the attribute type.", field_path="trigger.event_filters")
    destination = trigger.get("destination", {})
    if sum(d in destination for d in _DESTINATIONS) != 1:
        raise invalid("The trigger must have exactly one destination.", field_path="trigger.destination")
    if trigger.get("serviceAccount"):
        require_account(ctx, str(trigger["serviceAccount"]))
    service = _service(ctx, trigger)
    if service and ctx.store.get("run", service) is None:
        raise not_found(f'Cloud Run service "{service}" not found')
    topic = trigger.get("transport", {}).get("pubsub", {}).get("topic")
    if topic and ctx.store.get("pubsub", ctx.canonical(str(topic))) is None:
        raise not_found(f"Topic {topic} does not exist.")


def _service(ctx: Context, trigger: JSON) -> str:
    """The Run service behind a trigger's destination, if it is one."""
    run = trigger.get("destination", {}).get("cloudRun")
    if not run:
        return ""
    project = ctx.call.target.split("/")[1]
    region = run.get("region", ctx.call.target.split("/")[3])
    return f"projects/{project}/locations/{region}/services/{run.get('service', '')}"


def with_transport(ctx: Context, name: str, trigger: JSON, endpoint: str = "") -> JSON:
    """A trigger with its topic, which is made if none is named, and the subscription that pushes to its
    destination."""
    _, project, _, location, _, ident = name.split("/")
    pubsub = dict(trigger.get("transport", {}).get("pubsub", {}))
    if "topic" not in pubsub:
        pubsub["topic"] = f"projects/{project}/topics/eventarc-{location}-{ident}-{ctx.ids.digits(3)}"
        ctx.store.put("pubsub", pubsub["topic"], {"name": pubsub["topic"]}, {"eventarc": True})
    subscription = f"projects/{project}/subscriptions/eventarc-{location}-{ident}-sub-{ctx.ids.digits(3)}"
    run = trigger.get("destination", {}).get("cloudRun", {})
    if run and not endpoint:
        endpoint = uri(
            ctx.projects.number_of(project), str(run.get("region", location)), str(run.get("service", ""))
        ) + str(run.get("path", ""))
    push: JSON = {"pushEndpoint": endpoint, "attributes": {"x-goog-version": "v1"}} if endpoint else {}
    if push and trigger.get("serviceAccount"):
        push["oidcToken"] = {"serviceAccountEmail": trigger["serviceAccount"]}
    ctx.store.put(
        "pubsub",
        subscription,
        {
            "name": subscription,
            "topic": pubsub["topic"],
            "pushConfig": push,
            "ackDeadlineSeconds": 600,
            "messageRetentionDuration": "86400s",
            "labels": {"goog-eventarc": ""},
            "expirationPolicy": {},
            "retryPolicy": {"minimumBackoff": "10s", "maximumBackoff": "600s"},
            "state": "ACTIVE",
        },
    )
    return {**trigger, "transport": {"pubsub": {**pubsub, "subscription": subscription}}}


def remove_transport(ctx: Context, name: str, trigger: JSON) -> None:
    """What came with a trigger goes with it; a topic that the client named stays."""
    del name
    pubsub = trigger.get("transport", {}).get("pubsub", {})
    if pubsub.get("subscription"):
        subscription = str(pubsub["subscription"])
        delivery.forget(ctx, subscription, {})
        ctx.store.delete("pubsub", subscription)
    topic = ctx.canonical(str(pubsub.get("topic", "")))
    if ctx.store.meta("pubsub", topic).get("eventarc"):
        ctx.store.delete("pubsub", topic)


def _trigger_changed(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    del name
    _check_trigger(ctx, after)
    return {**after, "transport": before["transport"]}


# ---- channels and the rest ------------------------------------------------------------------------------------------
def _check_key(ctx: Context, name: str, *bodies: JSON) -> None:
    key = bodies[-1].get("cryptoKeyName")
    if key and (len(bodies) == 1 or bodies[0].get("cryptoKeyName") != key):
        require_key(ctx, str(key), agent(ctx, name.split("/")[1], "gcp-sa-eventarc"), location=name.split("/")[3])


def _channel_made(ctx: Context, name: str, channel: JSON) -> JSON:
    _check_key(ctx, name, channel)
    _, project, _, location, _, ident = name.split("/")
    topic = f"projects/{project}/topics/eventarc-channel-{location}-{ident}-{ctx.ids.digits(3)}"
    ctx.store.put("pubsub", topic, {"name": topic}, {"eventarc": True})
    return {**channel, "state": "ACTIVE", "pubsubTopic": topic}


def _channel_deleted(ctx: Context, name: str, channel: JSON) -> None:
    del name
    ctx.store.delete("pubsub", str(channel.get("pubsubTopic", "")))


def _channel_ended(ctx: Context, verb: str, view: JSON) -> JSON:
    """A deleted channel is shown inactive, without its topic."""
    del ctx
    if verb != "delete":
        return view
    gone = ("createTime", "updateTime", "uid", "pubsubTopic")
    return {**{k: v for k, v in view.items() if k not in gone}, "state": "INACTIVE", "pubsubTopic": ""}


def _connection_ended(ctx: Context, verb: str, view: JSON) -> JSON:
    del ctx
    gone = ("createTime", "updateTime", "uid") if verb == "delete" else ()
    return {k: v for k, v in view.items() if k not in gone}


def get_config(ctx: Context, call: Call) -> JSON | Answer:
    """The configuration of Google's own channel in a location."""
    held = ctx.store.get("eventarc", call.target)
    return held or {"name": ctx.shown_name(call.target), "updateTime": ctx.now()}


def update_config(ctx: Context, call: Call) -> JSON | Answer:
    """Sets its key."""
    held = ctx.store.get("eventarc", call.target) or {"name": call.target}
    paths = mask.parse(call.arg("updateMask")) or tuple(k for k in call.body if k != "name")
    after = mask.apply(held, dict(call.body), paths, read_only=frozenset({"name", "updateTime"}))
    _check_key(ctx, call.target, held, after)
    after["updateTime"] = ctx.now()
    ctx.put(call.target, after)
    return after


def _provider(parent: str, ident: str) -> JSON:
    title, types = PROVIDERS[ident]
    return {"name": f"{parent}/{ident}", "displayName": title, "eventTypes": [{"type": t} for t in types]}


def list_providers(ctx: Context, call: Call) -> JSON | Answer:
    """Where events come from."""
    return standard.paged(ctx, [_provider(call.target, ident) for ident in PROVIDERS])


def get_provider(ctx: Context, call: Call) -> JSON | Answer:
    """One source of events."""
    parent, _, ident = call.target.rpartition("/")
    if ident not in PROVIDERS:
        raise ctx.not_found(call.target)
    return _provider(parent, ident)


def list_enrollments(ctx: Context, call: Call) -> JSON | Answer:
    """The names of the enrollments of a bus."""
    ctx.need(call.target, "projects.locations.messageBuses")
    location = call.target.rpartition("/messageBuses/")[0]
    names = ctx.store.names("eventarc", f"{location}/enrollments")
    found = [
        n
        for n in names
        if ctx.canonical(str((ctx.store.get("eventarc", n) or {}).get("messageBus", ""))) == call.target
    ]
    return {"enrollments": found} if found else {}


_ID = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_KEYED = Resource(id_pattern=_ID, deleted="resource", on_create=_check_key, on_update=_check_key)

SERVICE = Service(
    "eventarc",
    package="google.cloud.eventarc.{version}",
    not_found=lambda ctx, _, name: f"Resource '{ctx.shown_name(name)}' was not found",
    exists=lambda ctx, _, name: f"Resource '{ctx.shown_name(name)}' already exists",
    resources={
        "triggers": Resource(
            id_pattern=_ID,
            deleted="resource",
            on_create=_trigger_made,
            on_update=_trigger_changed,
            on_delete=remove_transport,
            immutable=("transport", "channel"),
        ),
        "channels": Resource(
            id_pattern=_ID,
            deleted="resource",
            on_create=_channel_made,
            on_update=_check_key,
            on_delete=_channel_deleted,
            ended=_channel_ended,
            output_only=("pubsubTopic", "activationToken"),
        ),
        "channelConnections": Resource(id_pattern=_ID, deleted="resource", ended=_connection_ended),
        "enrollments": Resource(id_pattern=_ID, deleted="resource"),
        "googleApiSources": _KEYED,
        "messageBuses": _KEYED,
        "pipelines": _KEYED,
    },
    methods={
        "locations.getGoogleChannelConfig": get_config,
        "locations.updateGoogleChannelConfig": update_config,
        "providers.list": list_providers,
        "providers.get": get_provider,
        "messageBuses.listEnrollments": list_enrollments,
    },
)
