"""The routes, compiled from the charter: ``routes.json`` beside the functions, and what of it the plan shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from lockgate.charter.condition import JUNCTIONS, OPERATORS, SUBJECTS, Condition, Other
from lockgate.charter.declared import DeclaredField
from lockgate.charter.intake import Example, Source, Step, Version
from lockgate.charter.model import Charter, routes
from lockgate.charter.section import TIERS

FORMAT = "lockgate.routes/2"
# The ledger's name for what is of everybody.
EVERY = "*"
# Google's own services look at each text in these tiers, not only our patterns.
SCREENED = ("high", "medium")


def render(charter: Charter) -> str:
    """The text of ``routes.json``."""
    return json.dumps(compile_routes(charter), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def digest(text: str) -> str:
    """SHA-256, in hexadecimal, of the text of ``routes.json``: what the router compares its file with."""
    return hashlib.sha256(text.encode()).hexdigest()


def judged(charter: Charter) -> str:
    """The routes as the plan shows them: the router does not start where its routes.json differs from them."""
    return json.dumps({**_tiers(charter), "fallback": _fallback(charter)}, sort_keys=True)


def compile_routes(charter: Charter) -> dict[str, Any]:
    """The document of ``routes.json``: all that the functions know of the charter.

    Numbers of cases and of money are decimal text and days ISO 8601, so that nothing is rounded on the way.
    """
    return {
        "format": FORMAT,
        "use_case": charter.use_case.name,
        "summary": charter.use_case.summary,
        "project": charter.cloud.project,
        "region": charter.cloud.region,
        "currency": charter.money.currency,
        "monthly_limit": float(charter.money.monthly_limit),
        "doors": list(charter.routing.doors),
        "intake": {
            "fields": _fields(charter.data.fields),
            "unknown_fields": charter.data.unknown_fields,
            "sources": {source.name: _source(source) for source in charter.data.sources},
        },
        "masking": {
            "fields": sorted(charter.data.masked_fields),
            "patterns": list(charter.data.masking.patterns),
            "countries": list(charter.data.masking.countries),
            "screened": [tier for tier, _ in routes(charter) if tier in SCREENED],
        },
        "segments": {name: _condition(condition) for name, condition in charter.segments.items()},
        "rules": {tier: _rules(charter, tier) for tier, _ in routes(charter)},
        "output": _fields(charter.output),
        "business_rules": [
            {
                "name": rule.name,
                "tiers": list(rule.tiers),
                "require": _condition(rule.require),
                "otherwise": rule.otherwise,
            }
            for rule in charter.business_rules
        ],
        "models": {
            model.id: {"publisher": model.publisher, "hosting": model.hosting}
            for model in charter.models
            if model.id in models(charter)
        },
        "tiers": _tiers(charter),
        "fallback": _fallback(charter),
        "retries": charter.routing.retries.model_dump(mode="json"),
        "tenants": {name: {"callers": list(tenant.callers)} for name, tenant in charter.tenants.items()},
        "budgets": list(_budgets(charter)),
        "revision": charter.money.calls.revision,
    }


def models(charter: Charter) -> set[str]:
    """The ids of all models that some route may ask, in whichever role."""
    return {name for _, route in routes(charter) for _, name in route.named()}


def _tiers(charter: Charter) -> dict[str, dict[str, Any]]:
    return {tier: route.model_dump(mode="json") for tier, route in routes(charter)}


def _fallback(charter: Charter) -> dict[str, Any]:
    return charter.routing.fallback.model_dump(mode="json")


def _rules(charter: Charter, tier: str) -> list[dict[str, Any]]:
    section = getattr(charter.risk, tier)
    return [_condition(condition) for condition in section.rules] if section else []


def _fields(declared: dict[str, DeclaredField]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "type": field.type,
            "missing": field.missing,
            "invalid": field.invalid,
            "default": _value(field.default),
            "unit": field.unit,
            "values": list(field.values or ()),
            "least": _value(field.least),
            "most": _value(field.most),
            "longest": field.longest,
        }
        for name, field in declared.items()
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "current": source.current,
        "unknown_version": source.unknown_version,
        "versions": {name: _version(version) for name, version in source.versions.items()},
    }


def _version(version: Version) -> dict[str, Any]:
    return {
        "to": version.to,
        "until": version.until.isoformat() if version.until else None,
        "then": version.then,
        "formats": version.formats.model_dump(mode="json"),
        "steps": [_step(step) for step in version.steps],
        "examples": [_example(example) for example in version.examples],
    }


def _step(step: Step) -> dict[str, Any]:
    compiled = {
        "do": step.do,
        "field": step.field,
        "why": step.why,
        "to": step.to,
        "value": _value(step.value),
        "values": {old: _value(new) for old, new in (step.values or {}).items()},
        "otherwise": step.otherwise,
        "factor": _value(step.factor),
        "separator": step.separator,
        "into": list(step.into or ()),
    }
    return {key: value for key, value in compiled.items() if value not in (None, {}, [])}


def _example(example: Example) -> dict[str, Any]:
    return {"before": example.before, "after": example.after}


def _condition(condition: Condition) -> dict[str, Any]:
    compiled: dict[str, Any] = {}
    for key in condition.said((*JUNCTIONS, *SUBJECTS, *OPERATORS)):
        value = condition.value(key)
        if key in {"all", "any"}:
            compiled[key] = [_condition(inner) for inner in value]
        elif key == "not":
            compiled[key] = _condition(value)
        elif isinstance(value, list):
            compiled[key] = [_value(one) for one in value]
        elif isinstance(value, Other):
            compiled[key] = value.model_dump(mode="json")
        else:
            compiled[key] = _value(value)
    return compiled


def _value(value: Decimal | bool | str | None) -> str | bool | None:
    """A scalar of the charter; a number as decimal text, without an exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def _budgets(charter: Charter) -> Iterator[dict[str, str]]:
    calls = charter.money.calls
    yield from _windows("stack", EVERY, calls.day, charter.money.month_of_calls())
    for name, tenant in charter.tenants.items():
        yield from _windows("tenant", name, tenant.day, tenant.month)
    for tier in TIERS:
        part = getattr(calls.tiers, tier)
        if part is not None:
            yield from _windows("tier", tier, part.day, part.month)


def _windows(scope: str, name: str, day: Decimal | None, month: Decimal | None) -> Iterable[dict[str, str]]:
    for window, limit in (("day", day), ("month", month)):
        if limit is not None:
            yield {"scope": scope, "name": name, "window": window, "limit": f"{limit:f}"}
