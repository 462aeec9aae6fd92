"""Access Context Manager: https://cloud.google.com/access-context-manager/docs/reference/rest. Policies belong to an
organization and get a number; every
change is an operation that is done at once and is named after what it changed."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.resource import DONE_OPERATION, Resource
from emulator.service import Service
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]

SUPPORTED = (
    "aiplatform", "artifactregistry", "bigquery", "cloudbuild", "cloudfunctions", "cloudkms", "compute", "dlp",
    "eventarc", "logging",
    "modelarmor", "monitoring", "pubsub", "run", "secretmanager", "sqladmin", "storage",
)  # fmt: skip
"""Labels of services that a perimeter can hold, of those the emulator serves."""


def _operation_name(ctx: Context, started: Started) -> str:
    return f"operations/{started.target}/{started.verb}/{ctx.ids.digits(16)}"


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    del started, done
    return {"@type": ctx.type_url("AccessContextManagerOperationMetadata")}


def _not_found(ctx: Context, kind: str, name: str) -> str:
    del ctx
    return f'{kind} "{name}" not found.'


def _policy_made(ctx: Context, name: str, policy: JSON) -> None:
    """One policy for the whole organization; further ones each for a folder or project."""
    del name
    parent = str(policy.get("parent", ""))
    if not parent.startswith("organizations/"):
        raise invalid("parent must be of the form organizations/{organization_id}.", field_path="parent")
    if "title" not in policy:
        raise invalid("title must be set.", field_path="title")
    if policy.get("scopes"):
        return
    for _, _, other in ctx.store.rows(ctx.label, "accessPolicies"):
        if other.get("parent") == parent and not other.get("scopes"):
            raise GoogleError("ABORTED", f'organization "{parent}" can only have one access policy without scopes')


def list_policies(ctx: Context, call: Call) -> JSON | Answer:
    """Those of an organization."""
    parent = call.arg("parent")
    if not parent:
        raise invalid("parent is required", field_path="parent")
    rows = ctx.store.rows(ctx.label, "accessPolicies")
    return standard.paged(ctx, [ctx.show(n, b) for _, n, b in rows if b.get("parent") == parent])


def _level(ctx: Context, name: str, level: JSON) -> JSON:
    """`AND` and a regular perimeter are what zero means: not sent."""
    del ctx, name
    if level.get("basic", {}).get("combiningFunction") == "AND":
        level["basic"].pop("combiningFunction")
    if level.get("perimeterType") == "PERIMETER_TYPE_REGULAR":
        level.pop("perimeterType")
    return level


def _perimeter(ctx: Context, name: str, perimeter: JSON) -> None:
    """A perimeter holds projects by number and levels of its own policy."""
    policy = "/".join(name.split("/")[:2])
    for part in ("status", "spec"):
        for level in perimeter.get(part, {}).get("accessLevels", []):
            if level != "*" and (not level.startswith(policy + "/") or ctx.store.get(ctx.label, level) is None):
                raise invalid(f"Access level '{level}' does not exist.", field_path=f"service_perimeter.{part}")
        for held in perimeter.get(part, {}).get("resources", []):
            kind, _, number = str(held).partition("/")
            if kind == "projects" and not number.isdigit():
                raise invalid(f"Invalid resource '{held}': use projects/{{project_number}}.", field_path=part)


def _perimeter_changed(ctx: Context, name: str, before: JSON, after: JSON) -> None:
    del before
    _perimeter(ctx, name, after)


def replace_all(ctx: Context, call: Call) -> JSON | Answer:
    """The whole collection becomes what was sent."""
    parent = call.target.removesuffix(":replaceAll")
    key = parent.rsplit("/", 1)[-1]
    for name in ctx.store.names(ctx.label, parent):
        ctx.delete(name)
    made: list[JSON] = []
    for body in call.body.get(key, []):
        name = f"{parent}/{str(body.get('name', '')).rsplit('/', 1)[-1]}"
        ctx.put(name, {**body, "name": name})
        made.append(ctx.show(name, {**body, "name": name}))
    kind = f"Replace{key[:1].upper()}{key[1:]}Response"
    return ctx.start(parent, {key: made}, verb="replaceAll", kind=kind, done=True)


def commit(ctx: Context, call: Call) -> JSON | Answer:
    """Every dry run becomes what is enforced."""
    parent = call.target.removesuffix(":commit")
    done: list[JSON] = []
    for name in ctx.store.names(ctx.label, parent):
        body = ctx.store.get(ctx.label, name) or {}
        if body.pop("useExplicitDryRunSpec", False):
            body["status"] = body.pop("spec", {})
            body["etag"] = ctx.ids.etag()
            ctx.put(name, body)
            done.append(ctx.show(name, body))
    return ctx.start(
        parent, {"servicePerimeters": done}, verb="commit", kind="CommitServicePerimetersResponse", done=True
    )


def services(ctx: Context, call: Call) -> JSON | Answer:
    """What a perimeter can hold."""
    del call
    return standard.paged(ctx, [_service(label) for label in SUPPORTED])


def service(ctx: Context, call: Call) -> JSON | Answer:
    """One of them."""
    label = call.target.rsplit("/", 1)[-1].removesuffix(".googleapis.com")
    if label not in SUPPORTED:
        raise ctx.not_found(call.target)
    return _service(label)


def _service(label: str) -> JSON:
    return {
        "name": f"{label}.googleapis.com",
        "title": label,
        "supportStage": "GA",
        "availableOnRestrictedVip": True,
        "serviceSupportStage": "GA",
    }


_DONE: dict[str, Any] = {"create": DONE_OPERATION, "update": DONE_OPERATION, "delete": DONE_OPERATION}

SERVICE = Service(
    "accesscontextmanager",
    package="google.identity.accesscontextmanager.{version}",
    not_found=_not_found,
    operation_name=_operation_name,
    operation_metadata=_metadata,
    resources={
        "accessPolicies": Resource(
            server_id=lambda ctx: ctx.ids.digits(12), immutable=("parent",), on_create=_policy_made, **_DONE
        ),
        "accessLevels": Resource(view=_level, mask_required=True, **_DONE),
        "servicePerimeters": Resource(
            view=_level, on_create=_perimeter, on_update=_perimeter_changed, mask_required=True, **_DONE
        ),
        "authorizedOrgsDescs": Resource(mask_required=True, **_DONE),
        "gcpUserAccessBindings": Resource(server_id=lambda ctx: ctx.ids.word(16), mask_required=True, **_DONE),
    },
    methods={
        "accessPolicies.list": list_policies,
        "accessLevels.replaceAll": replace_all,
        "servicePerimeters.replaceAll": replace_all,
        "servicePerimeters.commit": commit,
        "services.list": services,
        "services.get": service,
    },
)
