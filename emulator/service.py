"""The contract of a service module: `emulator/services/<label>.py` exports `SERVICE = Service(...)`.

A module says only what discovery does not: which fields the server fills in, what may not change, which methods do
something of their own. A service without a module works by discovery alone. Functions get a `Context` and answer with
JSON-shaped data; a `GoogleError` is the only way to refuse, and nothing in a module knows HTTP.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from emulator.discovery.model import Api, Method, Schema
from emulator.faults import Faults
from emulator.script import Script
from emulator.state.ids import Ids
from emulator.state.operations import Operation, Operations
from emulator.state.policies import Policies
from emulator.state.projects import Projects
from emulator.state.store import Store, copied
from emulator.wire import errors
from emulator.wire.check import check_body
from emulator.wire.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import Iterable

JSON = dict[str, Any]

DIRECT = "direct"
"""The method answers with the resource."""
OPERATION = "operation"
"""The method answers with an operation that is done at the first poll."""
DONE_OPERATION = "done_operation"
"""The method answers with an operation that is done already."""


@dataclass(frozen=True)
class Answer:
    """A handler's answer where a JSON object with status 200 is not enough: other status, headers, bytes."""

    body: JSON | bytes | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One call, understood: the method, its path variables, its query, its checked body."""

    label: str
    api: Api
    method: Method
    variables: Mapping[str, str]
    """Path variables as the client wrote them, decoded."""
    query: Mapping[str, tuple[str, ...]]
    """Query parameters by their discovery name, without the ones common to all APIs."""
    body: JSON
    """The body in canonical form (see `wire.check`); `{}` if there was none."""
    raw: bytes
    headers: Mapping[str, str]
    """Header names in lower case."""
    target: str
    """What the path names after the version, project spelled by id, without a custom verb: `projects/p/secrets` for a
    create, `projects/p/secrets/s` for a get."""
    path: str
    """The path as it came, without a service prefix."""
    upload: bool = False
    download: bool = False
    sent: JSON = field(default_factory=dict)
    """The body as the client sent it: with nulls, false values and read-only fields."""
    alt: str = ""
    """The form of answer that is asked for: `json`, `sse`, `media`, …"""

    @property
    def collection(self) -> str:
        """Dotted collection of the method: `projects.secrets`."""
        return self.method.collection

    @property
    def verb(self) -> str:
        """Last word of the method's id."""
        return self.method.verb

    def arg(self, name: str, default: str = "") -> str:
        """A query parameter's (first) value."""
        found = self.query.get(name)
        return found[0] if found else default

    def flag(self, name: str) -> bool:
        """Whether a boolean query parameter is true."""
        return self.arg(name).lower() == "true"


Defaults = Callable[["Context", JSON], "JSON | None"]
CreateHook = Callable[["Context", str, JSON], "JSON | None"]
UpdateHook = Callable[["Context", str, JSON, JSON], "JSON | None"]
DeleteHook = Callable[["Context", str, JSON], None]
View = Callable[["Context", str, JSON], JSON]
Handler = Callable[["Context", Call], "JSON | Answer | None"]


@dataclass(frozen=True)
class Resource:
    """What discovery does not say about one kind of resource. Everything has a default that fits most kinds."""

    id_parameter: str = ""
    """Query parameter with the id that the client chooses. Found by itself where create has one such as `secretId`."""
    id_field: str = "name"
    """Body field with the id, where no query parameter has it (compute, storage, logging); dotted where it is nested
    (`datasetReference.datasetId`)."""
    id_pattern: str = ""
    """Regular expression that a client's id must match in full."""
    server_id: Callable[[Context], str] | None = None
    """Makes the id; used also where the client gives none."""
    required: tuple[str, ...] = ()
    """Fields that a create must have, beside those whose description says "Required."."""
    optional: tuple[str, ...] = ()
    """Fields whose "Required." is not enforced."""
    immutable: tuple[str, ...] = ()
    """Fields that no update may change, beside those whose description says "Immutable."."""
    mutable: tuple[str, ...] = ()
    """Fields whose "Immutable." is not enforced."""
    input_only: tuple[str, ...] = ()
    """Fields that are never shown, beside those whose description says "Input only."."""
    output_only: tuple[str, ...] = ()
    """Fields that a client cannot set, beside those that discovery marks."""
    keep: tuple[str, ...] = ()
    """Fields that are shown even when false, zero or empty (proto3 `optional`)."""
    defaults: Defaults | None = None
    """(ctx, body) -> what the server fills in where the client gave nothing. Also run after an update."""
    create: str = ""
    """DIRECT, OPERATION or DONE_OPERATION; discovery's response type decides unless given."""
    update: str = ""
    delete: str = ""
    deleted: str = ""
    """What a delete answers: "empty" `{}`, "no_content" 204, "resource"; discovery decides unless given."""
    on_create: CreateHook | None = None
    """(ctx, name, resource) -> None or the resource to store instead; may raise GoogleError. Runs before it is stored.
    """
    on_update: UpdateHook | None = None
    """(ctx, name, before, after) -> None or the resource to store instead; may raise GoogleError."""
    on_delete: DeleteHook | None = None
    """(ctx, name, resource); may raise GoogleError."""
    after_create: CreateHook | None = None
    """(ctx, name, resource), once it is stored: makes children, grants."""
    view: View | None = None
    """(ctx, name, resource) -> what get, list, create and update show."""
    ended: View | None = None
    """(ctx, verb, resource as shown) -> what a create's or update's operation ends with, where that is
    less than the resource."""
    find: Callable[[Context, str], JSON | None] | None = None
    """(ctx, name) -> a resource that exists without having been created (a singleton, a built-in); asked when the store
    has none."""
    builtin: Callable[[Context, str], Iterable[str]] | None = None
    """(ctx, collection path) -> names of resources that `find` knows and a list must show."""
    short_name: bool = False
    """Whether the `name` that is shown is the id alone (logging's sinks)."""
    own_name: bool = False
    """Whether `name` is none of the core's business (it is shown as stored)."""
    parents_must_exist: bool = True
    etag: bool = True
    soft_delete: bool = False
    """Whether delete only marks (`on_delete` and `view` then say how) instead of removing."""
    sort: str = ""
    """"name" lists by name; otherwise in the order of creation."""
    project_in_names: str = ""
    """"id" or "number"; the service's choice unless given."""
    page_size: int = 0
    """Default page size where it is not 500."""
    collection_name: str = ""
    """How messages call it (`Secret`); the schema's name unless given."""
    unfilled: tuple[str, ...] = ()
    """Fields (`state`, `etag`, `uid`, …) that the core would fill in and this kind does not have."""
    mask_required: bool = False
    """Whether a patch without an update mask is refused."""


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


_PLAIN = Resource()


def _ending(table: Mapping[str, Any], dotted: str, shortest: int = 1) -> Any:
    parts = dotted.split(".")
    for start in range(len(parts) - min(shortest, len(parts)) + 1):
        found = table.get(".".join(parts[start:]))
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class Started:
    """What a long-running operation is about."""

    id: str
    verb: str
    """create, update, delete or the custom verb."""
    target: str
    """Name of the resource, project spelled as the service shows it."""
    resource: JSON | None
    """The resource as shown, None after a delete."""
    response: JSON | None
    """What the operation ends with, with its `@type`."""
    created: str
    version: str
    kind: str
    """Schema of the resource."""
    method: Method
    ended: str = ""


@dataclass
class Context:
    """What a handler works with: the state of the whole cloud, and the call at hand."""

    store: Store
    policies: Policies
    operations: Operations
    projects: Projects
    ids: Ids
    faults: Faults
    script: Script
    service: Service
    call: Call
    cloud: Any = None
    """The `Cloud`, for the rare handler that calls another service (`ctx.cloud.handle`) or delivers something later."""

    # ---- names ------------------------------------------------------------------------------------------------------
    @property
    def label(self) -> str:
        """The service's label."""
        return self.service.label

    def now(self) -> str:
        """The time as Google writes it."""
        return self.ids.now()

    def canonical(self, name: str) -> str:
        """A name with the project spelled by id, as the store keeps it."""
        return self.projects.canonical(name)

    def shown_name(self, name: str, spec: Resource | None = None) -> str:
        """A name with the project spelled as this service shows it."""
        how = (spec.project_in_names if spec else "") or self.service.project_in_names
        return self.projects.by_number(name) if how == "number" else name

    def link(self, name: str) -> str:
        """The public selfLink of a resource of this service, whatever host the emulator listens on."""
        root = self.service.link_root or self.call.api.root
        prefix = re.match(r"(?:[a-z]+/)?v\d+[a-z0-9]*/", self.call.method.path)
        return root + self.call.api.service_path + (prefix[0] if prefix else "") + name

    # ---- resources --------------------------------------------------------------------------------------------------
    def spec(self, collection: str = "") -> Resource:
        """What the module says of a collection, the call's own unless given."""
        return self.service.resource(collection or self.call.collection)

    def schema(self, collection: str = "") -> Schema | None:
        """The schema of a collection's resources."""
        return self.call.api.schema(self.call.api.resource_schema(collection or self.call.collection))

    def get(self, name: str, service: str = "", collection: str = "") -> JSON | None:
        """A resource by canonical name, in this service or another; built-in ones of this service included."""
        found = self.store.get(service or self.label, name)
        if found is None and not service:
            spec = self.service.resource(collection or collection_of(name))
            if spec.find is not None:
                found = spec.find(self, name)
        return found

    def need(self, name: str, collection: str = "") -> JSON:
        """A resource of this service, or 404."""
        found = self.get(name, collection=collection)
        if found is None:
            raise self.not_found(name, collection)
        return found

    def put(self, name: str, body: JSON, meta: JSON | None = None) -> None:
        """Stores a resource of this service."""
        self.store.put(self.label, name, body, meta)

    def delete(self, name: str) -> None:
        """Removes a resource of this service, what is below it, and their policies."""
        self.store.delete(self.label, name)
        self.policies.delete(self.label, name)

    def show(self, name: str, body: JSON, collection: str = "") -> JSON:
        """A stored resource as the API shows it: name spelled, input-only fields gone, the module's view applied."""
        from emulator.standard import shown

        return shown(self, name, body, collection or self.call.collection)

    def checked(self, schema: str, body: object) -> JSON:
        """A body in the canonical form of a schema, or 400: for handlers that take a resource out of a wrapper."""
        found = self.call.api.schema(schema)
        if found is None or not isinstance(body, dict):
            raise errors.invalid(f"Invalid value: {schema} expected")
        return check_body(
            self.call.api,
            found,
            body,
            presence=self.service.presence,
            ignore_unknown=self.service.ignore_unknown,
            enum_numbers=self.service.enum_numbers,
        )

    # ---- refusals ---------------------------------------------------------------------------------------------------
    def kind(self, collection: str = "") -> str:
        """How a message calls the resources of a collection."""
        name = collection or self.call.collection
        return self.spec(name).collection_name or self.call.api.resource_schema(name) or name.rsplit(".", 1)[-1]

    def not_found(self, name: str, collection: str = "") -> GoogleError:
        """404 in this service's words."""
        if self.service.not_found is None:
            return errors.not_found()
        said = self.service.not_found(self, self.kind(collection), name)
        return said if isinstance(said, GoogleError) else errors.not_found(said)

    def exists(self, name: str, collection: str = "") -> GoogleError:
        """409 in this service's words."""
        if self.service.exists is None:
            return errors.already_exists()
        said = self.service.exists(self, self.kind(collection), name)
        return said if isinstance(said, GoogleError) else errors.already_exists(said)

    # ---- operations -------------------------------------------------------------------------------------------------
    def type_url(self, schema: str) -> str:
        """The `@type` of a schema: `GoogleCloudRunV2Service` is google.cloud.run.v2.Service."""
        package = self.service.packages.get(self.call.api.version, self.service.package)
        return "type.googleapis.com/" + type_name(schema, package, self.label, self.call.api.version)

    def start(
        self,
        target: str,
        response: JSON | None = None,
        *,
        verb: str = "",
        kind: str = "",
        done: bool = False,
        response_type: str = "",
        error: GoogleError | None = None,
        resource: JSON | None = None,
    ) -> JSON:
        """Starts a long-running operation on a resource (canonical name) and answers with its first view.

        `response` is what it ends with (`{}` or None: Empty); `error` makes it fail; `done` finishes it at once. The
        change itself has been made by the caller.
        """
        from emulator import longrunning

        return longrunning.start(
            self,
            target,
            response,
            verb=verb,
            kind=kind,
            done=done,
            response_type=response_type,
            error=error,
            resource=resource,
        )

    def keep_operation(self, operation: Operation) -> JSON:
        """Keeps an operation of a shape of its own; the answer is its first view."""
        return self.operations.add(operation)


def collection_of(name: str) -> str:
    """The dotted collection of a canonical name: `projects/p/secrets/s` is `projects.secrets`."""
    return ".".join(name.split("/")[::2])


_PREFIX = re.compile(
    r"Google(Cloud|Iam|Api|Monitoring|Privacy|Logging|Devtools|Identity)?([A-Z][A-Za-z]*?)V(\d+(?:p\d+)?(?:alpha|beta|Alpha|Beta)?\d*)(.+)"
)


def type_name(schema: str, package: str, label: str, version: str) -> str:
    """The full protobuf name behind a schema's id."""
    found = _PREFIX.fullmatch(schema)
    if found and not package:
        area = f"{found[1].lower()}." if found[1] else ""
        return f"google.{area}{found[2].lower()}.v{found[3].lower()}.{found[4]}"
    if found:
        schema = found[4]
    base = package.replace("{version}", version) or f"google.cloud.{label}.{version}"
    return f"{base}.{schema}"


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


def clone(body: JSON) -> JSON:
    """A deep copy that a handler may change."""
    return copied(body)  # type: ignore[no-any-return]
