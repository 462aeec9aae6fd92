"""What a handler works with: the state of the whole cloud, the call at hand, and its service's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.discovery.model import Method, Schema
from emulator.faults import Faults
from emulator.resource import Resource
from emulator.script import Script
from emulator.state.ids import Ids
from emulator.state.operations import Operation, Operations
from emulator.state.policies import Policies
from emulator.state.projects import Projects
from emulator.state.store import Store
from emulator.wire import errors
from emulator.wire.check import check_body
from emulator.wire.errors import GoogleError

if TYPE_CHECKING:
    from emulator.service import Service

JSON = dict[str, Any]


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
        from emulator.standard.shared import shown

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
