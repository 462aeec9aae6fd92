"""Cloud Scheduler: https://cloud.google.com/scheduler/docs/reference/rest. Jobs are kept, paused and resumed; `run`
publishes to a Pub/Sub target and
otherwise records the attempt. Nothing happens by the clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.identity import require_account
from emulator.resource import Resource
from emulator.service import Service
from emulator.services.pubsub import delivery
from emulator.wire import mask
from emulator.wire.errors import failed_precondition, invalid, not_found

JSON = dict[str, Any]

_TARGETS = ("httpTarget", "pubsubTarget", "appEngineHttpTarget")
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMES = {
    n: i for names in ("jan feb mar apr may jun jul aug sep oct nov dec",) for i, n in enumerate(names.split(), 1)
} | {n: i for i, n in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_ENGLISH = re.compile(r"every\s+\d+\s+(minutes?|mins?|hours?)|every\s+(day|\w+day)\s+\d\d:\d\d", re.IGNORECASE)
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?")


# ---- schedules ------------------------------------------------------------------------------------------------------
def cron(text: str) -> list[frozenset[int]] | None:
    """The minutes, hours, days, months and weekdays of a unix-cron line; None if it is none."""
    fields = text.split()
    if len(fields) != 5:
        return None
    found = [_values(field, low, high) for field, (low, high) in zip(fields, _RANGES, strict=True)]
    if any(not values for values in found):
        return None
    return [frozenset(values) for values in found]


def _values(field: str, low: int, high: int) -> set[int]:
    out: set[int] = set()
    for part in field.lower().split(","):
        found = _PART.fullmatch(part)
        if not found:
            return set()
        first, last, step = _number(found[1]), _number(found[2]), int(found[3] or 1)
        if found[1] is None:
            first, last = low, high
        elif found[2] is None:
            last = high if found[3] else first
        if first is None or last is None or not low <= first <= last <= high or step < 1:
            return set()
        out |= set(range(first, last + 1, step))
    return out


def _number(word: str | None) -> int | None:
    if word is None:
        return None
    return int(word) if word.isdigit() else _NAMES.get(word)


def next_run(schedule: str, zone: str, after: float) -> datetime | None:
    """When a cron schedule comes round next, within a year; None if it never does or is written in English."""
    found = cron(schedule)
    if found is None:
        return None
    minutes, hours, days, months, weekdays = found
    weekdays = frozenset(d % 7 for d in weekdays)
    fields = schedule.split()
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    moment = datetime.fromtimestamp(after, ZoneInfo(zone)).replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(366 * 24 * 60):
        weekday = (moment.weekday() + 1) % 7
        by_day, by_week = moment.day in days, weekday in weekdays
        if moment.month not in months or not (by_day or by_week if either else by_day and by_week):
            moment = (moment + timedelta(days=1)).replace(hour=0, minute=0)
        elif moment.hour not in hours:
            moment = (moment + timedelta(hours=1)).replace(minute=0)
        elif moment.minute not in minutes:
            moment += timedelta(minutes=1)
        else:
            return moment.astimezone(UTC)
        if (moment.timestamp() - after) > 366 * 86_400:
            return None
    return None


# ---- jobs -----------------------------------------------------------------------------------------------------------
def create(ctx: Context, call: Call) -> JSON | Answer:
    """The job's name is in the body, whole; without one the server makes an id."""
    name = str(call.body.get("name", ""))
    ident = name.rsplit("/", 1)[-1] or ctx.ids.digits(20)
    if name and ctx.canonical(name) != f"{call.target}/{ident}":
        raise invalid(f'Job name must be formatted: "{call.target}/<JOB_ID>".', field_path="job.name")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,500}", ident):
        raise invalid(f"Invalid job id '{ident[:100]}'.", field_path="job.name")
    return standard.create_named(ctx, f"{call.target}/{ident}", dict(call.body))


def _defaults(ctx: Context, body: JSON) -> JSON:
    del ctx
    http = body.get("httpTarget")
    if http is not None:
        body["httpTarget"] = {"httpMethod": "POST", **http}
    retry = {"maxRetryDuration": "0s", "minBackoffDuration": "5s", "maxBackoffDuration": "3600s", "maxDoublings": 5}
    body["retryConfig"] = {**retry, **(body.get("retryConfig") or {})}
    filled: JSON = {"timeZone": "UTC", "state": "ENABLED"}
    if "pubsubTarget" not in body:
        filled["attemptDeadline"] = "180s"
    return filled


def _checked(ctx: Context, name: str, *bodies: JSON) -> JSON:
    job = bodies[-1]
    if sum(t in job for t in _TARGETS) != 1:
        raise invalid(
            "Job target must be set: exactly one of http_target, pubsub_target, app_engine_http_target.",
            field_path="job.target",
        )
    schedule, zone = str(job.get("schedule", "")), str(job["timeZone"])
    if cron(schedule) is None and not _ENGLISH.fullmatch(schedule):
        raise invalid(f"Schedule or timezone is invalid: '{schedule}'.", field_path="job.schedule")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid(f"Schedule or timezone is invalid: '{zone}'.", field_path="job.time_zone") from None
    _check_target(ctx, job)
    deadline = float(str(job.get("attemptDeadline", "180s")).removesuffix("s"))
    if "httpTarget" in job and not 15 <= deadline <= 1800:
        raise invalid("Invalid attempt_deadline: it must be between 15s and 30m.", field_path="job.attempt_deadline")
    del name
    return {**job, "userUpdateTime": ctx.now(), **_next(ctx, job)}


def _check_target(ctx: Context, job: JSON) -> None:
    http = job.get("httpTarget")
    if http is not None:
        if not str(http.get("uri", "")).startswith(("http://", "https://")):
            raise invalid("HttpTarget.uri must start with http:// or https://.", field_path="job.http_target.uri")
        for token in ("oidcToken", "oauthToken"):
            if http.get(token, {}).get("serviceAccountEmail"):
                require_account(ctx, str(http[token]["serviceAccountEmail"]))
    topic = job.get("pubsubTarget", {}).get("topicName")
    if topic and ctx.store.get("pubsub", ctx.canonical(str(topic))) is None:
        raise not_found(f"Topic {topic} does not exist.")


def _next(ctx: Context, job: JSON) -> JSON:
    moment = next_run(str(job["schedule"]), str(job["timeZone"]), ctx.ids.clock())
    return {"scheduleTime": ctx.ids.at(moment.timestamp())} if moment else {}


def update(ctx: Context, call: Call) -> JSON | Answer:
    """Without a mask the fields that are sent are changed."""
    body = dict(call.body)
    paths = mask.parse(call.arg("updateMask")) or tuple(k for k in body if k != "name")
    return standard.update_named(ctx, call.target, body, ",".join(paths))


def pause(ctx: Context, call: Call) -> JSON | Answer:
    """Only a job that is on."""
    job = ctx.need(call.target)
    if job["state"] != "ENABLED":
        raise failed_precondition(f"Job {call.target} is {job['state']}: only an enabled job can be paused.")
    return _kept(ctx, call, {**job, "state": "PAUSED"})


def resume(ctx: Context, call: Call) -> JSON | Answer:
    """A job that is paused, or already enabled.

    The reference says that it must be paused; the provider "gcp" resumes every job that it has just made, and Google
    answers.
    """
    job = ctx.need(call.target)
    return _kept(ctx, call, {**job, "state": "ENABLED", **_next(ctx, job)})


def run(ctx: Context, call: Call) -> JSON | Answer:
    """One attempt now, paused or not."""
    job = ctx.need(call.target)
    target = job.get("pubsubTarget")
    if target:
        topic = ctx.canonical(str(target["topicName"]))
        if ctx.store.get("pubsub", topic) is not None:
            delivery.publish(ctx.cloud, topic, [{k: target[k] for k in ("data", "attributes") if k in target}])
    return _kept(ctx, call, {**job, "lastAttemptTime": ctx.now(), "status": {}})


def _kept(ctx: Context, call: Call, job: JSON) -> JSON:
    ctx.put(call.target, job)
    return ctx.show(call.target, job)


def get_cmek(ctx: Context, call: Call) -> JSON | Answer:
    """The key of a location; without one until it is set."""
    return {"name": ctx.shown_name(call.target), **(ctx.store.get(ctx.label, call.target) or {})}


def update_cmek(ctx: Context, call: Call) -> JSON | Answer:
    """Sets the key, or takes it back."""
    held = {"kmsKeyName": call.body["kmsKeyName"]} if call.body.get("kmsKeyName") else {}
    ctx.put(call.target, held)
    return ctx.start(call.target, {"name": ctx.shown_name(call.target), **held}, verb="update", kind="CmekConfig")


SERVICE = Service(
    "cloudscheduler",
    package="google.cloud.scheduler.{version}",
    not_found=lambda ctx, kind, name: f"{kind} {ctx.shown_name(name)} not found.",
    exists=lambda ctx, kind, name: f"{kind} {ctx.shown_name(name)} already exists.",
    resources={
        "jobs": Resource(
            defaults=_defaults,
            on_create=_checked,
            on_update=_checked,
            output_only=("state", "userUpdateTime", "scheduleTime", "lastAttemptTime"),
        ),
    },
    methods={
        "jobs.create": create,
        "jobs.patch": update,
        "jobs.pause": pause,
        "jobs.resume": resume,
        "jobs.run": run,
        "locations.getCmekConfig": get_cmek,
        "locations.updateCmekConfig": update_cmek,
    },
)
