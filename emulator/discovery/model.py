"""What a discovery document says, as frozen values: an API has methods and schemas; a schema has fields.

Format: https://developers.google.com/discovery/v1/reference/apis. A document's `description`s carry what the format has
no place for ("Output only.", "Required.", "Immutable.", "Input only."): those leading words become a field's traits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]

_TRAIT = re.compile(
    r"\s*(?:(Required|Optional|Output only|Input only|Immutable|Identifier|Deprecated|Unordered list)\b)[.:,]?\s*",
    re.IGNORECASE,
)


def traits_of(description: str) -> frozenset[str]:
    """The leading trait words of a description, lower case: "Optional. Immutable. The key" gives optional and
    immutable."""
    found: set[str] = set()
    text = description.lstrip("[")
    while match := _TRAIT.match(text):
        if text[match.end(1) : match.end(1) + 1] not in (".", ":", "]", ",", ""):
            break
        found.add(match[1].lower())
        text = text[match.end() :].lstrip("]. ")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema, one parameter's value, or one element of a list or map.

    `type` is string, integer, number, boolean, any, array, map, object (inline fields) or ref (a named schema).
    """

    name: str
    type: str
    ref: str = ""
    format: str = ""
    enum: tuple[str, ...] = ()
    element: Field | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    traits: frozenset[str] = frozenset()
    default: str = ""
    pattern: str = ""

    @property
    def read_only(self) -> bool:
        """Whether the server alone sets it: what a client sends is dropped without a word."""
        return "output only" in self.traits


@dataclass(frozen=True, slots=True)
class Schema:
    """A named message."""

    id: str
    fields: Mapping[str, Field]
    values: Field | None = None

    @property
    def open(self) -> bool:
        """Whether it has no fields of its own and takes any key (Struct, Any, HttpBody)."""
        return not self.fields and self.values is not None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path variable or a query parameter."""

    name: str
    location: str
    field: Field
    required: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """One method of an API: `aiplatform.projects.locations.endpoints.create` has the collection
    `projects.locations.endpoints` and the verb `create`."""

    id: str
    http: str
    path: str
    parameters: Mapping[str, Parameter]
    request: str = ""
    response: str = ""
    uploads: tuple[str, ...] = ()
    downloads: bool = False
    description: str = ""

    @property
    def collection(self) -> str:
        """The dotted collection, without the service."""
        return ".".join(self.id.split(".")[1:-1])

    @property
    def verb(self) -> str:
        """The last word of the id."""
        return self.id.rsplit(".", 1)[-1]


def field_of(name: str, raw: Mapping[str, Any]) -> Field:
    """One property of a document as a Field."""
    traits = traits_of(str(raw.get("description", "")))
    if raw.get("readOnly"):
        traits |= {"output only"}
    if raw.get("annotations", {}).get("required"):
        traits |= {"apiary required"}
    common: dict[str, Any] = {
        "traits": traits,
        "default": str(raw.get("default", "")),
        "pattern": str(raw.get("pattern", "")),
    }
    if "$ref" in raw:
        return Field(name, "ref", ref=str(raw["$ref"]), **common)
    kind = str(raw.get("type", "any"))
    if kind == "array":
        return Field(name, "array", element=field_of(name, raw.get("items", {})), **common)
    if kind == "object":
        if "properties" in raw:
            inline = {k: field_of(k, v) for k, v in raw["properties"].items()}
            return Field(name, "object", fields=inline, **common)
        return Field(name, "map", element=field_of(name, raw.get("additionalProperties", {"type": "any"})), **common)
    return Field(name, kind, format=str(raw.get("format", "")), enum=tuple(raw.get("enum", ())), **common)


def parameter_of(name: str, raw: Mapping[str, Any]) -> Parameter:
    """One parameter of a method."""
    return Parameter(
        name,
        str(raw.get("location", "query")),
        field_of(name, raw),
        bool(raw.get("required")),
        bool(raw.get("repeated")),
    )


def method_of(raw: Mapping[str, Any]) -> Method:
    """One method of a document."""
    protocols = raw.get("mediaUpload", {}).get("protocols", {})
    return Method(
        id=str(raw["id"]),
        http=str(raw["httpMethod"]),
        path=str(raw["path"]),
        parameters={k: parameter_of(k, v) for k, v in raw.get("parameters", {}).items()},
        request=str(raw.get("request", {}).get("$ref", "")),
        response=str(raw.get("response", {}).get("$ref", "")),
        uploads=tuple(dict.fromkeys(str(p["path"]) for p in protocols.values())),
        downloads=bool(raw.get("supportsMediaDownload")),
        description=str(raw.get("description", "")),
    )


class Api:
    """One version of one service. Schemas are compiled when first asked for: aiplatform has 2,000 of them."""

    def __init__(self, label: str, document: Mapping[str, Any]) -> None:
        self.label = label
        self.version = str(document["version"])
        self.root = str(document.get("rootUrl", f"https://{label}.googleapis.com/"))
        self.service_path = str(document.get("servicePath", ""))
        self._raw: Mapping[str, Any] = document.get("schemas", {})
        self._schemas: dict[str, Schema] = {}
        self.methods: dict[str, Method] = {}
        self.queries = frozenset(document.get("parameters", {}))
        self._collect(document)
        self._shape: dict[str, str] = {}

    def _collect(self, node: Mapping[str, Any]) -> None:
        for raw in node.get("methods", {}).values():
            method = method_of(raw)
            self.methods[method.id.split(".", 1)[1]] = method
        for child in node.get("resources", {}).values():
            self._collect(child)

    def schema(self, name: str) -> Schema | None:
        """The schema of that id, or None."""
        if name in self._schemas:
            return self._schemas[name]
        raw = self._raw.get(name)
        if raw is None:
            return None
        fields = {k: field_of(k, v) for k, v in raw.get("properties", {}).items()}
        extra = raw.get("additionalProperties")
        values = field_of("", extra) if isinstance(extra, Mapping) else None
        if raw.get("type") == "any":
            values = Field("", "any")
        compiled = Schema(name, fields, values)
        self._schemas[name] = compiled
        return compiled

    def is_operation(self, name: str) -> bool:
        """Whether a schema is a long-running operation of either family."""
        if not name.endswith("Operation"):
            return False
        schema = self.schema(name)
        return schema is not None and ("done" in schema.fields or "operationType" in schema.fields)

    def resource_schema(self, collection: str) -> str:
        """The schema of what a collection holds: what `get` answers with, else what `create` takes."""
        if collection not in self._shape:
            self._shape[collection] = self._find_shape(collection)
        return self._shape[collection]

    def _find_shape(self, collection: str) -> str:
        for verb in ("get", "create", "insert", "patch", "update"):
            method = self.methods.get(f"{collection}.{verb}")
            if method is None:
                continue
            for name in (method.response, method.request) if verb == "get" else (method.request, method.response):
                if name and not self.is_operation(name) and not name.endswith(("Request", "Empty")):
                    return name
        return ""
