"""What is in a text, and the text without it.

Custom info types (regular expressions, word lists) work in full. Of the built-in detectors only those that are a
matter of form exist
(`DETECTORS`); names of persons, dates of birth and whatever else Google recognises by context are never found here: a
test that needs them
must not take this for Google's answer.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire.errors import GoogleError, invalid, not_found

JSON = dict[str, Any]

DETECTORS: dict[str, re.Pattern[str]] = {
    "EMAIL_ADDRESS": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "IBAN_CODE": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    "PHONE_NUMBER": re.compile(r"(?<![\w+])\+?\d[\d ()/.-]{7,16}\d(?!\w)"),
    "CREDIT_CARD_NUMBER": re.compile(r"\b(?:\d[ -]?){13,18}\d\b"),
    "IP_ADDRESS": re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    "URL": re.compile(r"https?://[^\s\"'<>]+"),
}
"""Form alone; IBANs and card numbers also by their check digits."""

LIKELIHOODS = ("LIKELIHOOD_UNSPECIFIED", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY")
_BUILT_IN = "LIKELY"


@dataclass(frozen=True)
class Finding:
    """One place in a text, in characters."""

    info_type: str
    likelihood: str
    start: int
    end: int


def _iban(text: str) -> bool:
    compact = text.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def _luhn(text: str) -> bool:
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    return (sum(digits[0::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])) % 10 == 0


_VALID = {"IBAN_CODE": _iban, "CREDIT_CARD_NUMBER": _luhn}


def find(config: JSON, text: str) -> list[Finding]:
    """Everything that an InspectConfig finds in a text, in its order; where two overlap, the first of the longest."""
    least = LIKELIHOODS.index(config.get("minLikelihood", "POSSIBLE"))
    found: list[Finding] = []
    for wanted in config.get("infoTypes") or []:
        name = str(wanted.get("name", ""))
        for match in DETECTORS[name].finditer(text) if name in DETECTORS else ():
            if _VALID.get(name, bool)(match[0]):
                found.append(Finding(name, _BUILT_IN, match.start(), match.end()))
    for custom in config.get("customInfoTypes") or []:
        found += _custom(custom, text)
    kept: list[Finding] = []
    for one in sorted(found, key=lambda f: (f.start, f.start - f.end)):
        if LIKELIHOODS.index(one.likelihood) >= least and (not kept or one.start >= kept[-1].end):
            kept.append(one)
    return kept


def _custom(custom: JSON, text: str) -> list[Finding]:
    name = str(custom.get("infoType", {}).get("name", ""))
    likelihood = custom.get("likelihood", "VERY_LIKELY")
    if custom.get("exclusionType") == "EXCLUSION_TYPE_EXCLUDE":
        return []
    if "regex" in custom:
        groups = [int(g) for g in custom["regex"].get("groupIndexes") or [0]]
        return [
            Finding(name, likelihood, m.start(g), m.end(g))
            for m in re.finditer(custom["regex"].get("pattern", ""), text)
            for g in groups
            if g <= (m.re.groups) and m.start(g) >= 0 and m.end(g) > m.start(g)
        ]
    words = custom.get("dictionary", {}).get("wordList", {}).get("words") or []
    return [
        Finding(name, likelihood, m.start(), m.end())
        for word in words
        for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    ]


def template(ctx: Context, name: str) -> JSON:
    """A template that a request names, whichever service asks."""
    held = ctx.store.get("dlp", ctx.canonical(name))
    if held is None:
        raise not_found(f"Requested entity was not found: {name}")
    return held


def _config(ctx: Context, call: Call) -> JSON:
    named = str(call.body.get("inspectTemplateName", ""))
    config = template(ctx, named).get("inspectConfig", {}) if named else {}
    merged: JSON = {**config, **call.body.get("inspectConfig", {})}
    if not merged.get("infoTypes") and not merged.get("customInfoTypes"):
        merged["infoTypes"] = [{"name": name} for name in DETECTORS]
    return merged


def _text(item: object) -> str:
    """The text of a ContentItem: a value, or bytes that are text."""
    if not isinstance(item, dict) or not item:
        raise invalid("`item` must be set.", field_path="item")
    if "value" in item:
        return str(item["value"])
    if "byteItem" in item and str(item["byteItem"].get("type", "TEXT_UTF8")).startswith(("TEXT", "BYTES_TYPE_UN")):
        return base64.b64decode(str(item["byteItem"].get("data", ""))).decode("utf-8", "replace")
    raise GoogleError("UNIMPLEMENTED", "Lockgate's emulator looks at text only: not at tables, images and documents.")


def inspect(ctx: Context, call: Call) -> JSON | Answer:
    """content.inspect"""
    config, text = _config(ctx, call), _text(call.body.get("item"))
    now = ctx.now()
    findings: list[JSON] = []
    for one in find(config, text):
        before = len(text[: one.start].encode())
        length = len(text[one.start : one.end].encode())
        finding: JSON = {
            "infoType": {"name": one.info_type},
            "likelihood": one.likelihood,
            "location": {"byteRange": _range(before, before + length), "codepointRange": _range(one.start, one.end)},
            "createTime": now,
        }
        if config.get("includeQuote"):
            finding["quote"] = text[one.start : one.end]
        findings.append(finding)
    return {"result": {"findings": findings} if findings else {}}


def _range(start: int, end: int) -> JSON:
    return ({"start": str(start)} if start else {}) | {"end": str(end)}


def deidentify(ctx: Context, call: Call) -> JSON | Answer:
    """content.deidentify"""
    named = str(call.body.get("deidentifyTemplateName", ""))
    base = template(ctx, named).get("deidentifyConfig", {}) if named else {}
    config = {**base, **call.body.get("deidentifyConfig", {})}
    if "recordTransformations" in config or "imageTransformations" in config:
        raise GoogleError("UNIMPLEMENTED", "Lockgate's emulator transforms info types in text only.")
    text = _text(call.body.get("item"))
    changed, summary = transformed(config, find(_config(ctx, call), text), text)
    item: JSON = {"value": changed}
    if "byteItem" in call.body["item"]:
        item = {"byteItem": {**call.body["item"]["byteItem"], "data": base64.b64encode(changed.encode()).decode()}}
    done = sum(int(s["transformedBytes"]) for s in summary)
    overview: JSON = {"transformedBytes": str(done), "transformationSummaries": summary} if summary else {}
    return {"item": item, "overview": overview}


def transformed(config: JSON, findings: list[Finding], text: str) -> tuple[str, list[JSON]]:
    """(the text with each finding transformed, a summary by info type)."""
    out, at = [], 0
    counted: dict[str, tuple[int, int, JSON]] = {}
    for one in findings:
        primitive = _primitive(config, one.info_type)
        if primitive is None:
            continue
        quote = text[one.start : one.end]
        out += [text[at : one.start], _replacement(primitive, one.info_type, quote)]
        at = one.end
        count, size, _ = counted.get(one.info_type, (0, 0, {}))
        counted[one.info_type] = (count + 1, size + len(quote.encode()), primitive)
    summary = [
        {
            "infoType": {"name": name},
            "transformation": primitive,
            "results": [{"count": str(count), "code": "SUCCESS"}],
            "transformedBytes": str(size),
        }
        for name, (count, size, primitive) in counted.items()
    ]
    return "".join([*out, text[at:]]), summary


def _primitive(config: JSON, info_type: str) -> JSON | None:
    for one in config.get("infoTypeTransformations", {}).get("transformations") or []:
        names = [t.get("name") for t in one.get("infoTypes") or []]
        if not names or info_type in names:
            found: JSON = one.get("primitiveTransformation", {})
            return found
    return None


def _replacement(primitive: JSON, info_type: str, quote: str) -> str:
    if "replaceWithInfoTypeConfig" in primitive:
        return f"[{info_type}]"
    if "replaceConfig" in primitive:
        value = primitive["replaceConfig"].get("newValue", {})
        return str(next(iter(value.values()), ""))
    if "redactConfig" in primitive:
        return ""
    if "characterMaskConfig" in primitive:
        mask = primitive["characterMaskConfig"]
        count = int(mask.get("numberToMask", 0)) or len(quote)
        char = str(mask.get("maskingCharacter", "*"))
        count = min(count, len(quote))
        if mask.get("reverseOrder"):
            return quote[: len(quote) - count] + char * count
        return char * count + quote[count:]
    raise GoogleError(
        "UNIMPLEMENTED",
        f"Lockgate's emulator has no transformation {', '.join(primitive) or '(none given)'}: "
        "replace, redact, mask and info type it has.",
    )
