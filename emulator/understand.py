"""What a request says: its query and its body, in discovery's own spelling, checked."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from emulator import address
from emulator.exchange import Request
from emulator.service import Service
from emulator.wire.body import is_json, read_json
from emulator.wire.check import camel, check_body, check_query, snake
from emulator.wire.errors import GoogleError, bad_request, invalid

JSON = dict[str, Any]

_COMMON = frozenset(
    {
        "alt", "$alt", "fields", "$fields", "key", "$key", "prettyPrint", "$prettyPrint", "quotaUser", "$quotaUser",
        "userIp", "oauth_token",
        "$oauth_token", "access_token", "$access_token", "callback", "$callback", "$.xgafv", "$xgafv",
        "upload_protocol", "$upload_protocol",
        "uploadType", "$uploadType", "$req", "$userProject", "$outputDefaults", "$unique", "$apiVersion", "$ct",
        "upload_id",
    }
)  # fmt: skip
"""Query parameters that every Google API takes."""


def query_of(found: address.Addressed, raw: str, service: Service) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """(common parameters, the method's own): names in discovery's spelling, values checked; 400 for
    an unknown one."""
    if not raw:
        return {}, {}
    method = found.match.method
    common: dict[str, str] = {}
    own: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=2000)
    except ValueError:
        raise invalid("Too many query parameters.") from None
    for key, value in pairs:
        known = method.parameters.get(key) or method.parameters.get(camel(key))
        if known is None and "." in key:
            known = method.parameters.get(".".join(camel(part) for part in key.split(".")))
        if known is not None and known.location == "query":
            own.setdefault(known.name, []).append(check_query(found.api, known.field, value) if value else value)
        elif key in _COMMON or key in found.api.queries:
            common[key.removeprefix("$")] = value
        elif not service.ignore_unknown and not service.presence:
            raise _unknown_parameter(key)
    if found.match.upload or method.downloads:  # what a service that takes and gives bytes must know
        own |= {key: [common[key]] for key in ("alt", "uploadType", "upload_id") if key in common}
    return common, {k: tuple(v) for k, v in own.items()}


def body_of(service: Service, found: address.Addressed, request: Request) -> tuple[JSON, JSON]:
    """(the body in canonical form, as sent); 400 for one that the method's schema does not take."""
    method = found.match.method
    kind = request.headers.get("content-type", "")
    if not method.request or found.match.upload or not request.body.strip() or not is_json(kind):
        return {}, {}
    raw = read_json(request.body)
    if raw is None:
        return {}, {}
    schema = found.api.schema(method.request)
    if schema is None or schema.id == "GoogleApiHttpBody" or "httpBody" in schema.fields:
        # a raw body: the service behind it, not the schema, says what it holds
        return (raw, raw) if isinstance(raw, dict) else ({}, {})
    spec = service.resource(method.collection)
    checked = check_body(
        found.api,
        schema,
        raw,
        presence=service.presence,
        keep_null=service.presence and request.method == "PATCH",
        ignore_unknown=service.ignore_unknown,
        enum_numbers=service.enum_numbers,
        keep=frozenset(spec.keep),
        keep_read_only=frozenset({"etag", "name", "fingerprint"}),
        in_path=frozenset(found.match.variables),
    )
    return checked, raw if isinstance(raw, dict) else {}


def _unknown_parameter(key: str) -> GoogleError:
    text = (
        f'Invalid JSON payload received. Unknown name "{key[:100]}": Cannot bind query parameter. '
        f"Field '{snake(key[:100])}' could not be found in request message."
    )
    return GoogleError("INVALID_ARGUMENT", text, reason="badRequest", details=bad_request(("", text)))
