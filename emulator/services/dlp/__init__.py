"""Sensitive Data Protection: https://cloud.google.com/sensitive-data-protection/docs/reference/rest. Templates,
stored info types, triggers and jobs
are kept; content is looked at by `content`, in a small way that says what it cannot."""

from __future__ import annotations

import re
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service
from emulator.services.dlp import content
from emulator.wire.errors import invalid

JSON = dict[str, Any]

_ID = r"[A-Za-z0-9_-]{1,100}"


def _check_inspection(ctx: Context, name: str, template: JSON) -> None:
    """400 for a configuration that could never be used."""
    del ctx, name
    for number, custom in enumerate(template.get("inspectConfig", {}).get("customInfoTypes") or []):
        at = f"inspect_template.inspect_config.custom_info_types[{number}]"
        if not custom.get("infoType", {}).get("name") and "storedType" not in custom:
            raise invalid("Custom info types must have a name.", field_path=at)
        pattern = custom.get("regex", {}).get("pattern")
        if pattern is None:
            continue
        try:
            re.compile(pattern)
        except re.error as error:
            raise invalid(f"Invalid regular expression: {error}.", field_path=f"{at}.regex.pattern") from None


def _inspection_changed(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    del before
    _check_inspection(ctx, name, after)


def _trigger_made(ctx: Context, name: str, trigger: JSON) -> None:
    del ctx, name
    if not trigger.get("triggers"):
        raise invalid("`triggers` must be set.", field_path="job_trigger.triggers")
    trigger.setdefault("status", "HEALTHY")


def activate(ctx: Context, call: Call) -> JSON | Answer:
    """Runs a manual trigger once."""
    trigger = ctx.need(call.target)
    return _job(ctx, call.target.rpartition("/jobTriggers/")[0], "", {**trigger, "jobTriggerName": trigger["name"]})


def create_job(ctx: Context, call: Call) -> JSON | Answer:
    """A job over stored data: nothing is read, it is done at once with nothing found."""
    return _job(ctx, call.target.removesuffix("/dlpJobs"), str(call.body.get("jobId", "")), call.body)


def _job(ctx: Context, parent: str, ident: str, wanted: JSON) -> JSON:
    name = f"{parent}/dlpJobs/i-{ident or ctx.ids.digits(19)}"
    if ctx.store.has(ctx.label, name):
        raise ctx.exists(name)
    kind = "RISK_ANALYSIS_JOB" if "riskJob" in wanted else "INSPECT_JOB"
    now = ctx.now()
    body: JSON = {"name": name, "type": kind, "state": "PENDING", "createTime": now, "lastModified": now}
    if "jobTriggerName" in wanted:
        body["jobTriggerName"] = wanted["jobTriggerName"]
    if kind == "INSPECT_JOB":
        body["inspectDetails"] = {"requestedOptions": {"jobConfig": wanted.get("inspectJob", {})}, "result": {}}
    else:
        body["riskDetails"] = {"requestedPrivacyMetric": wanted["riskJob"].get("privacyMetric", {})}
    ctx.store.put(ctx.label, name, {**body, "state": "DONE", "startTime": now, "endTime": now})
    return {**body, "name": ctx.shown_name(name)}


def cancel_job(ctx: Context, call: Call) -> JSON | Answer:
    """A job that is done stays done."""
    ctx.need(call.target)
    return {}


def create_stored(ctx: Context, call: Call) -> JSON | Answer:
    """A stored info type has versions: the first is ready at once."""
    config = call.body.get("config")
    if not isinstance(config, dict):
        raise invalid("`config` must be set.", field_path="config")
    ident = str(call.body.get("storedInfoTypeId") or ctx.ids.digits(19))
    if not re.fullmatch(_ID, ident):
        raise invalid(f"Invalid stored info type id '{ident[:100]}'.", field_path="stored_info_type_id")
    name = f"{call.target}/{ident}"
    if ctx.store.has(ctx.label, name):
        raise ctx.exists(name)
    return _store(ctx, name, config)


def _store(ctx: Context, name: str, config: JSON) -> JSON:
    body: JSON = {"name": name, "currentVersion": {"config": config, "createTime": ctx.now(), "state": "READY"}}
    ctx.put(name, body)
    return ctx.show(name, body)


def patch_stored(ctx: Context, call: Call) -> JSON | Answer:
    """A changed configuration becomes the current version."""
    before = ctx.need(call.target)
    config = before.get("currentVersion", {}).get("config", {})
    return _store(ctx, call.target, {**config, **call.body.get("config", {})})


def info_types(ctx: Context, call: Call) -> JSON | Answer:
    """The built-in detectors that the emulator has."""
    del ctx, call
    found = [
        {"name": name, "displayName": name.replace("_", " ").capitalize(), "supportedBy": ["INSPECT"]}
        for name in content.DETECTORS
    ]
    return {"infoTypes": found}


SERVICE = Service(
    "dlp",
    package="google.privacy.dlp.{version}",
    resources={
        "inspectTemplates": Resource(
            id_pattern=_ID, on_create=_check_inspection, on_update=_inspection_changed, optional=("inspectConfig",)
        ),
        "deidentifyTemplates": Resource(id_pattern=_ID),
        "jobTriggers": Resource(id_pattern=_ID, on_create=_trigger_made, optional=("status",)),
        "discoveryConfigs": Resource(id_pattern=_ID),
        "connections": Resource(server_id=lambda ctx: ctx.ids.digits(19)),
    },
    methods={
        "jobTriggers.activate": activate,
        "dlpJobs.create": create_job,
        "dlpJobs.cancel": cancel_job,
        "storedInfoTypes.create": create_stored,
        "storedInfoTypes.patch": patch_stored,
        "infoTypes.list": info_types,
        "content.inspect": content.inspect,
        "content.deidentify": content.deidentify,
    },
)
