"""Autokey: key handles, where their keys go, and the other settings of which a container has one each."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire import mask
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]

_STATES = {"RESOURCE_PROJECT": "ACTIVE", "DEDICATED_KEY_PROJECT": "ACTIVE", "DISABLED": "UNINITIALIZED"}


def handle_made(ctx: Context, name: str, handle: JSON) -> JSON:
    """A handle names a key of its own in the key project's `autokey` ring."""
    selector = str(handle.get("resourceTypeSelector", ""))
    service, _, kind = selector.partition("/")
    if not service.endswith(".googleapis.com") or not kind:
        raise invalid(f"Invalid resource type selector '{selector}'.", field_path="key_handle.resource_type_selector")
    segments = name.split("/")
    label = f"{service.split('.', maxsplit=1)[0]}-{kind.lower()}"
    project = ctx.projects.find(segments[1])
    number = project.number if project else segments[1]
    key_project = str(_effective(ctx, f"projects/{segments[1]}").get("keyProject") or f"projects/{segments[1]}")
    key = f"{key_project}/locations/{segments[3]}/keyRings/autokey/cryptoKeys/{number}-{label}-{ctx.ids.hexa(16)}"
    return {**handle, "kmsKey": key}


def _stored(ctx: Context, name: str) -> JSON:
    return ctx.store.get(ctx.label, name) or {"name": name, "state": "UNINITIALIZED", "etag": ctx.ids.etag()}


def get_config(ctx: Context, call: Call) -> JSON | Answer:
    """Every folder and project has one."""
    body = _stored(ctx, call.target)
    ctx.put(call.target, body)
    return body


def update_config(ctx: Context, call: Call) -> JSON | Answer:
    """Where keys go; a folder names a key project or leaves it to each resource's own."""
    before = _stored(ctx, call.target)
    if call.body.get("etag") not in (None, before["etag"]):
        raise GoogleError("ABORTED", "The etag provided does not match the current etag of the AutokeyConfig.")
    paths = mask.parse(call.arg("updateMask"))
    wanted = mask.apply(before, call.body, paths) if paths else {**before, **call.body}
    _check_config(call.target.startswith("folders/"), wanted)
    mode = wanted.get("keyProjectResolutionMode")
    if mode in ("RESOURCE_PROJECT", "DISABLED"):
        wanted.pop("keyProject", None)
    wanted["state"] = _STATES.get(str(mode), "ACTIVE" if wanted.get("keyProject") else "UNINITIALIZED")
    wanted |= {"name": call.target, "etag": ctx.ids.etag()}
    ctx.put(call.target, wanted)
    return wanted


def _check_config(folder: bool, wanted: JSON) -> None:
    mode, project = wanted.get("keyProjectResolutionMode"), wanted.get("keyProject")
    if folder and mode == "DEDICATED_KEY_PROJECT" and not project:
        raise invalid("'key_project' must be specified when 'key_project_resolution_mode' is 'DEDICATED_KEY_PROJECT'.")
    if folder and mode in ("RESOURCE_PROJECT", "DISABLED") and project:
        raise invalid(
            f"'key_project' cannot be specified for a resource when 'key_project_resolution_mode' is '{mode}'."
        )
    if not folder and mode == "DEDICATED_KEY_PROJECT":
        raise invalid("The 'key_project_resolution_mode' cannot be 'DEDICATED_KEY_PROJECT' for a project resource.")
    if not folder and project:
        raise GoogleError("UNIMPLEMENTED", "Updating key-project in autokey config for a project is not supported.")


def _effective(ctx: Context, place: str) -> JSON:
    """The configuration of a project, else of the nearest folder above it that has one."""
    while place:
        held = ctx.store.get(ctx.label, f"{place}/autokeyConfig")
        if held is not None and held.get("state") == "ACTIVE":
            if held.get("keyProjectResolutionMode") == "RESOURCE_PROJECT":
                return {"keyProjectResolutionMode": "RESOURCE_PROJECT"}
            return {k: held[k] for k in ("keyProject", "keyProjectResolutionMode") if k in held}
        found = ctx.projects.find(place.split("/")[1]) if place.startswith("projects/") else None
        above = ctx.projects.containers.get(place)
        place = found.parent if found else above.parent if above else ""
    return {}


def effective(ctx: Context, call: Call) -> JSON | Answer:
    """What holds for a container."""
    return _effective(ctx, call.target.removesuffix(":showEffectiveAutokeyConfig"))


def get_singleton(ctx: Context, call: Call) -> JSON | Answer:
    """Settings that nobody has changed are empty."""
    return ctx.store.get(ctx.label, call.target) or {"name": ctx.shown_name(call.target)}


def update_singleton(ctx: Context, call: Call) -> JSON | Answer:
    """Changes the fields that the mask names."""
    before = ctx.store.get(ctx.label, call.target) or {}
    paths = mask.parse(call.arg("updateMask"))
    after = mask.apply(before, call.body, paths) if paths else {**before, **call.body}
    after["name"] = call.target
    ctx.put(call.target, after)
    return {**after, "name": ctx.shown_name(call.target)}


def verify(ctx: Context, call: Call) -> JSON | Answer:
    """ekmConnections.verifyConnectivity: whoever answers there is not emulated, so it is taken to be reachable."""
    ctx.need(call.target.removesuffix(":verifyConnectivity"), "ekmConnections")
    return {}
