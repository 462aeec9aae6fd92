"""Model Armor: https://cloud.google.com/security-command-center/docs/reference/model-armor/rest. Templates, one floor
setting a container, and the two
sanitizing methods: sensitive data is looked for as `dlp` does, any other filter matches only where the script says
so."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service, resource_exists, resource_not_found
from emulator.services.dlp import content
from emulator.wire.errors import invalid

JSON = dict[str, Any]

SCRIPT_NAME = "modelarmor"
"""What an answer of the script names as `model`; it then has `filters`, the keys of `filterResults` that match:
`pi_and_jailbreak`, `rai`,
`malicious_uris`, `csam`, `sdp`; and `skipped`, the keys of those that are not run."""


def _template(ctx: Context, body: JSON) -> JSON:
    del ctx, body
    return {"templateMetadata": {}}


def _view(ctx: Context, name: str, body: JSON) -> JSON:
    """Answers to a create or an update leave the labels out."""
    del name
    return {k: v for k, v in body.items() if k != "labels" or ctx.call.verb not in ("create", "patch")}


# ---- floor setting --------------------------------------------------------------------------------------------------
def _floor(ctx: Context, name: str) -> JSON | None:
    """Every project, folder and organization has one, which enforces nothing until it is changed."""
    if name.split("/")[2:4] != ["locations", "global"]:
        raise invalid(f"The floor setting is in location global, not in '{name.split('/')[3]}'.", field_path="name")
    return {"name": name, "filterConfig": {}, "createTime": ctx.now(), "updateTime": ctx.now()}


# ---- sanitizing -----------------------------------------------------------------------------------------------------
def sanitize(ctx: Context, call: Call) -> JSON | Answer:
    """sanitizeUserPrompt and sanitizeModelResponse."""
    template = ctx.need(call.target)
    data = call.body.get("userPromptData") or call.body.get("modelResponseData") or {}
    text = data.get("text")
    if not isinstance(text, str) or not text:
        raise invalid("The data to sanitize must be set.", field_path=call.verb)
    scripted = ctx.script.next(SCRIPT_NAME, call.sent) or {}
    matches = {str(f) for f in scripted.get("filters") or []}
    results = _results(ctx, template.get("filterConfig", {}), text, matches)
    skipped = [name for name in scripted.get("skipped") or [] if name in results]
    for name in skipped:
        _skip(results[name])
    found = any(_state(r) == "MATCH_FOUND" for r in results.values())
    return {
        "sanitizationResult": {
            "filterMatchState": "MATCH_FOUND" if found else "NO_MATCH_FOUND",
            "filterResults": results,
            "invocationResult": "PARTIAL" if skipped else "SUCCESS",
            "sanitizationMetadata": {},
        }
    }


def _inner(result: JSON) -> JSON:
    inner: JSON = next(iter(result.values()))
    return inner.get("inspectResult") or inner.get("deidentifyResult") or inner


def _state(result: JSON) -> str:
    return str(_inner(result)["matchState"])


def _skip(result: JSON) -> None:
    """A filter that was not run matched nothing."""
    inner = _inner(result)
    inner.clear()
    inner |= {"executionState": "EXECUTION_SKIPPED", "matchState": "NO_MATCH_FOUND"}


def _verdict(matched: bool) -> JSON:
    return {
        "executionState": "EXECUTION_SUCCESS",
        "matchState": "MATCH_FOUND" if matched else "NO_MATCH_FOUND",
    }


def _results(ctx: Context, config: JSON, text: str, matches: set[str]) -> JSON:
    """One result a filter that the template switches on; the one for child abuse is always on."""
    out: JSON = {"csam": {"csamFilterFilterResult": _verdict("csam" in matches)}}
    for setting, key, field in (
        ("piAndJailbreakFilterSettings", "pi_and_jailbreak", "piAndJailbreakFilterResult"),
        ("maliciousUriFilterSettings", "malicious_uris", "maliciousUriFilterResult"),
    ):
        if config.get(setting, {}).get("filterEnforcement") == "ENABLED":
            out[key] = {field: _verdict(key in matches)}
            level = config[setting].get("confidenceLevel")
            if key in matches and level:
                out[key][field]["confidenceLevel"] = level
    filters = config.get("raiSettings", {}).get("raiFilters") or []
    if filters:
        kinds = {
            str(f["filterType"]).lower(): {
                "matchState": "MATCH_FOUND"
                if {"rai", f"rai.{str(f['filterType']).lower()}"} & matches
                else "NO_MATCH_FOUND"
            }
            for f in filters
        }
        found = any(k["matchState"] == "MATCH_FOUND" for k in kinds.values())
        out["rai"] = {"raiFilterResult": {**_verdict(found), "raiFilterTypeResults": kinds}}
    sensitive = _sensitive(ctx, config.get("sdpSettings", {}), text, "sdp" in matches)
    return out | ({"sdp": {"sdpFilterResult": sensitive}} if sensitive else {})


def _sensitive(ctx: Context, settings: JSON, text: str, scripted: bool) -> JSON:
    advanced = settings.get("advancedConfig", {})
    if advanced.get("inspectTemplate"):
        config = content.template(ctx, str(advanced["inspectTemplate"])).get("inspectConfig", {})
    elif settings.get("basicConfig", {}).get("filterEnforcement") == "ENABLED":
        config = {"infoTypes": [{"name": "CREDIT_CARD_NUMBER"}]}
    else:
        return {}
    findings = content.find(config, text)
    verdict = _verdict(bool(findings) or scripted)
    if advanced.get("deidentifyTemplate"):
        how = content.template(ctx, str(advanced["deidentifyTemplate"])).get("deidentifyConfig", {})
        changed, _ = content.transformed(how, findings, text)
        if findings:
            size = sum(len(text[f.start : f.end].encode()) for f in findings)
            verdict |= {
                "data": {"text": changed},
                "transformedBytes": str(size),
                "infoTypes": sorted({f.info_type for f in findings}),
            }
        return {"deidentifyResult": verdict}
    if findings:
        verdict["findings"] = [
            {
                "infoType": f.info_type,
                "likelihood": f.likelihood,
                "location": {"codepointRange": {"start": str(f.start), "end": str(f.end)}},
            }
            for f in findings
        ]
    return {"inspectResult": verdict}


def _floor_changed(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    """`enableFloorSettingEnforcement` knows absence, so it is shown when false too."""
    del name, before
    return {**after, "updateTime": ctx.now()}


SERVICE = Service(
    "modelarmor",
    enum_numbers={2: "SEXUALLY_EXPLICIT", 3: "HATE_SPEECH", 6: "HARASSMENT", 17: "DANGEROUS"},
    not_found=resource_not_found,
    exists=resource_exists,
    resources={
        "templates": Resource(
            id_pattern=r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}",
            required=("filterConfig",),
            output_only=("createTime", "updateTime"),
            defaults=_template,
            view=_view,
        ),
        "floorSetting": Resource(
            find=_floor,
            on_update=_floor_changed,
            output_only=("createTime", "updateTime"),
            keep=("enableFloorSettingEnforcement",),
        ),
    },
    methods={
        "templates.sanitizeUserPrompt": sanitize,
        "templates.sanitizeModelResponse": sanitize,
    },
)
