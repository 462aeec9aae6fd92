"""The same shape as a discovery document, made for services that Google publishes none for.

`google-cloud-quotas` and `google-cloud-modelarmor` carry the HTTP rules (`transports/rest_base.py`) and the protobuf
descriptors of their APIs. Importing them costs about a second (protobuf, gRPC), so it happens when a request first
needs them.
"""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

TRANSPORTS: dict[str, tuple[str, ...]] = {"cloudquotas": ("v1", "v1beta"), "modelarmor": ("v1", "v1beta")}
"""Label to the versions its client library speaks."""

HINTS: dict[str, tuple[str, ...]] = {
    "cloudquotas": ("quotaPreferences", "quotaInfos", "quotaAdjusterSettings"),
    "modelarmor": ("/templates", "floorSetting"),
}
"""Words of a path without a prefix that make it worth loading the library."""

_SERVICE = {"cloudquotas": ("cloud_quotas", "quota_adjuster_settings_manager"), "modelarmor": ("model_armor",)}
_URI_VARIABLE = re.compile(r"\{([a-z_.]+)=([^}]+)\}")
_STANDARD = {"Create": "create", "Get": "get", "List": "list", "Update": "patch", "Delete": "delete"}
_SCALARS: dict[str, dict[str, str]] = {
    "DOUBLE": {"type": "number", "format": "double"}, "FLOAT": {"type": "number", "format": "float"},
    "INT64": {"type": "string", "format": "int64"}, "UINT64": {"type": "string", "format": "uint64"},
    "INT32": {"type": "integer", "format": "int32"}, "UINT32": {"type": "integer", "format": "uint32"},
    "BOOL": {"type": "boolean"}, "STRING": {"type": "string"}, "BYTES": {"type": "string", "format": "byte"},
}  # fmt: skip
_WELL_KNOWN: dict[str, dict[str, Any]] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "google-datetime"},
    "google.protobuf.Duration": {"type": "string", "format": "google-duration"},
    "google.protobuf.FieldMask": {"type": "string", "format": "google-fieldmask"},
    "google.protobuf.Struct": {"type": "object", "additionalProperties": {"type": "any"}},
    "google.protobuf.Any": {"type": "object", "additionalProperties": {"type": "any"}},
    "google.protobuf.Value": {"type": "any"},
    "google.protobuf.Empty": {"type": "object", "properties": {}},
    "google.protobuf.BoolValue": {"type": "boolean"},
    "google.protobuf.Int64Value": {"type": "string", "format": "int64"},
    "google.protobuf.Int32Value": {"type": "integer", "format": "int32"},
    "google.protobuf.StringValue": {"type": "string"},
}
_TYPE_NAMES = {
    1: "DOUBLE", 2: "FLOAT", 3: "INT64", 4: "UINT64", 5: "INT32", 8: "BOOL", 9: "STRING", 12: "BYTES", 13: "UINT32",
}  # fmt: skip
_MESSAGE, _ENUM, _REPEATED = 11, 14, 3
# google.api.field_behavior: https://github.com/googleapis/googleapis/blob/master/google/api/field_behavior.proto
_BEHAVIOURS = {2: "Required.", 3: "Output only.", 4: "Input only.", 5: "Immutable."}


class _Schemas:
    """Message descriptors as the schemas of a document."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Any]] = {}
        behaviour = importlib.import_module("google.api.field_behavior_pb2")
        self._behaviour = behaviour.field_behavior

    def add(self, message: Any) -> str:
        name: str = message.full_name.rsplit(".", 1)[-1]
        if message.containing_type is not None:
            name = message.containing_type.name + name
        if name not in self.made:
            self.made[name] = {"id": name, "type": "object", "properties": {}}
            self.made[name]["properties"] = {f.json_name: self._field(f) for f in message.fields}
        return name

    def _field(self, field: Any) -> dict[str, Any]:
        words = [_BEHAVIOURS[b] for b in field.GetOptions().Extensions[self._behaviour] if b in _BEHAVIOURS]
        tags: dict[str, Any] = {"description": " ".join(words)} if words else {}
        if "Output only." in words:
            tags["readOnly"] = True
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            return {"type": "object", "additionalProperties": self._one(kind.fields_by_name["value"]), **tags}
        one = self._one(field)
        repeated = field.is_repeated if hasattr(field, "is_repeated") else field.label == _REPEATED
        return {"type": "array", "items": one, **tags} if repeated else {**one, **tags}

    def _one(self, field: Any) -> dict[str, Any]:
        if field.type == _MESSAGE:
            if field.message_type.full_name in _WELL_KNOWN:
                return dict(_WELL_KNOWN[field.message_type.full_name])
            return {"$ref": self.add(field.message_type)}
        if field.type == _ENUM:
            return {"type": "string", "enum": [v.name for v in field.enum_type.values]}
        return dict(_SCALARS[_TYPE_NAMES.get(field.type, "STRING")])


def document_from_transport(label: str, version: str) -> dict[str, Any]:
    """The document of one version of a service, from the client library that is installed."""
    package = f"google.cloud.{label}_{version}"
    schemas = _Schemas()
    tree: dict[str, Any] = {
        "version": version,
        "rootUrl": f"https://{label}.googleapis.com/",
        "servicePath": "",
        "methods": {},
    }
    for service in _SERVICE[label]:
        try:
            rest = importlib.import_module(f"{package}.services.{service}.transports.rest_base")
            client = importlib.import_module(f"{package}.services.{service}.transports.base")
        except ImportError:
            continue  # an older library has fewer services
        types = importlib.import_module(f"{package}.types")
        base = next(c for n, c in vars(rest).items() if n.startswith("_Base") and inspect.isclass(c))
        signatures = {_camel(n): p for n, p in vars(_transport(client)).items() if isinstance(p, property)}
        for name, rule in vars(base).items():
            if not name.startswith("_Base") or not hasattr(rule, "_get_http_options"):
                continue
            rpc = name.removeprefix("_Base")
            request = getattr(types, f"{rpc}Request", None)
            response = _response_type(signatures.get(rpc), types)
            for option in rule._get_http_options():
                _add(tree, label, rpc, option=option, request=request, response=response, schemas=schemas)
    tree["schemas"] = schemas.made
    return tree


def _transport(module: Any) -> Any:
    return next(c for n, c in vars(module).items() if n.endswith("Transport") and inspect.isclass(c))


def _camel(snake: str) -> str:
    return "".join(part.capitalize() for part in snake.split("_"))


def _response_type(signature: property | None, types: Any) -> Any:
    """The message an RPC answers with, read from the transport's annotation (`Union[x.QuotaInfo, Awaitable[…]]`)."""
    if signature is None or signature.fget is None:
        return None
    text = str(signature.fget.__annotations__.get("return", ""))
    # the annotation names the request first, the response next
    names = re.findall(r"\.([A-Z][A-Za-z]+)'?(?=[\],>])", text)
    found = [n for n in names if hasattr(types, n) and not n.endswith("Request")]
    return getattr(types, found[0]) if found else None


def _add(
    tree: dict[str, Any],
    label: str,
    rpc: str,
    *,
    option: dict[str, str],
    request: Any,
    response: Any,
    schemas: _Schemas,
) -> None:
    uri = option["uri"].lstrip("/")
    flat = _URI_VARIABLE.sub(lambda m: m[2], uri)
    words = [s for s in flat.split(":")[0].split("/")[1:] if s != "*"]
    standard = next((v for k, v in _STANDARD.items() if rpc.startswith(k)), "")
    custom = uri.rsplit(":", 1)[1] if ":" in uri.rsplit("}", 1)[-1] else ""
    method_id = ".".join([label, *words, custom or standard or rpc[0].lower() + rpc[1:]])
    parameters: dict[str, Any] = {}

    def variable(found: re.Match[str]) -> str:
        name = found[1].rsplit(".", 1)[-1]
        pattern = "^" + found[2].replace("**", ".*").replace("*", "[^/]+").replace(".[^/]+", ".*") + "$"
        parameters[name] = {"location": "path", "required": True, "type": "string", "pattern": pattern}
        return "{+" + name + "}"

    method: dict[str, Any] = {
        "id": method_id,
        "httpMethod": option["method"].upper(),
        "path": _URI_VARIABLE.sub(variable, uri),
    }
    if request is not None:
        descriptor = request.pb().DESCRIPTOR
        body = option.get("body", "")
        if body == "*":
            method["request"] = {"$ref": schemas.add(descriptor)}
        elif body:
            method["request"] = {"$ref": schemas.add(descriptor.fields_by_name[body].message_type)}
        for field in descriptor.fields:
            if body not in ("*", field.name) and field.json_name not in parameters:
                parameters[field.json_name] = {"location": "query", **schemas._field(field)}
    else:  # the mixins: locations and operations
        parameters.update({k: {"location": "query", "type": "string"} for k in ("filter", "pageSize", "pageToken")})
    method["parameters"] = parameters
    if response is not None:
        method["response"] = {"$ref": schemas.add(response.pb().DESCRIPTOR)}
    elif standard == "delete":
        method["response"] = {"$ref": "Empty"}
    tree["methods"][method_id] = method
