"""The contract of a service module: `emulator/services/<label>.py` exports `SERVICE = Service(...)`.

A module says only what discovery does not: which fields the server fills in, what may not change, which methods do
something of their own. A service without a module works by discovery alone. Functions get a `Context` and answer with
JSON-shaped data; a `GoogleError` is the only way to refuse, and nothing in a module knows HTTP.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from emulator.context import Context, Started
from emulator.discovery.model import Method
from emulator.resource import Handler, Resource
from emulator.wire import errors
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]


@dataclass(frozen=True)
class Service:
    """One service. See `Resource` for what is said of each kind of resource, keyed by discovery collection
    (`projects.locations.endpoints`), or by its end (`sinks` for projects.sinks, folders.sinks, …)."""

    label: str
    versions: tuple[str, ...] = ()
    """Versions served; all that have a document unless given."""
    errors: str = errors.STANDARD
    project_in_names: str = "id"
    presence: bool = False
    """Whether false, zero and empty are kept as sent, and a patch is a JSON merge patch (compute, storage, bigquery,
    sqladmin)."""
    ignore_unknown: bool = False
    """Whether unknown fields are dropped rather than refused."""
    package: str = ""
    """Protobuf package for `@type` (`google.cloud.secretmanager.v1`; `{version}` is filled in);
    `google.cloud.<label>.<version>` unless given."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Package by version, where it does not follow `package`."""
    operation_metadata: Callable[[Context, Started, bool], JSON | None] | None = None
    """(ctx, started, done) -> `metadata`; google.cloud.common's shape unless given."""
    operation_name: Callable[[Context, Started], str] | None = None
    """(ctx, started) -> full name; `<location>/operations/<id>` or `operations/<id>` unless given."""
    not_found: Callable[[Context, str, str], str | GoogleError] | None = None
    """(ctx, kind, name) -> message of a 404, or the whole refusal."""
    exists: Callable[[Context, str, str], str | GoogleError] | None = None
    """(ctx, kind, name) -> message of a 409, or the whole refusal."""
    unknown_project: Callable[[str], GoogleError] | None = None
    """(project) -> refusal where the path names a project that does not exist."""
    link_root: str = ""
    """Root of selfLinks where it is not discovery's (`https://www.googleapis.com/`)."""
    enum_numbers: Mapping[int, str] = field(default_factory=dict)
    """Names of enum numbers that are not the position in the enum."""
    resources: Mapping[str, Resource] = field(default_factory=dict)
    methods: Mapping[str, Handler] = field(default_factory=dict)
    """Handlers by discovery id without the service (`projects.secrets.addVersion`), or by its end (`sinks.create`)."""

    def resource(self, collection: str) -> Resource:
        """What is said of a collection: the longest end of its name that the module knows."""
        found: Resource | None = _ending(self.resources, collection)
        return found or _PLAIN

    def handler(self, method: Method) -> Handler | None:
        """The handler of a method, by the longest end of its id that the module knows; whole ids only if they have no
        dot."""
        found: Handler | None = _ending(self.methods, method.id.split(".", 1)[1], shortest=2)
        return found


def resource_not_found(ctx: Context, kind: str, name: str) -> str:
    """How several services say 404."""
    del kind
    return f"Resource '{ctx.shown_name(name)}' was not found"


def resource_exists(ctx: Context, kind: str, name: str) -> str:
    """How several services say 409."""
    del kind
    return f"Resource '{ctx.shown_name(name)}' already exists"


_PLAIN = Resource()


def _ending(table: Mapping[str, Any], dotted: str, shortest: int = 1) -> Any:
    parts = dotted.split(".")
    for start in range(len(parts) - min(shortest, len(parts)) + 1):
        found = table.get(".".join(parts[start:]))
        if found is not None:
            return found
    return None


_BARE = {
    s.label: s
    for s in (
        Service("compute", errors=errors.COMPUTE, presence=True, link_root="https://www.googleapis.com/"),
        Service("sqladmin", errors=errors.COMPUTE, presence=True),
        Service(
            "storage",
            errors=errors.COMPUTE,
            presence=True,
            ignore_unknown=True,
            link_root="https://www.googleapis.com/",
        ),
        Service("bigquery", errors=errors.LEGACY_LIST, presence=True),
        Service("dns", errors=errors.LEGACY_LIST, presence=True),
        Service("iam", errors=errors.LEGACY_LIST),
        Service("aiplatform", project_in_names="number"),
    )
}
"""Families of services that have no module: how they send errors and whether they track presence."""


@cache
def load(label: str) -> Service:
    """The module of a service, or a plain one that works by discovery alone."""
    name = f"emulator.services.{label}"
    if importlib.util.find_spec(name) is None:
        return _BARE.get(label) or Service(label)
    service: Service = importlib.import_module(name).SERVICE
    return service
