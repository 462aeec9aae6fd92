"""IAM: https://cloud.google.com/iam/docs/reference/rest. Service accounts and their keys, custom and predefined
roles, workload and workforce
identity pools (v1), deny policies (v2). Policies of other services' resources are theirs."""

from __future__ import annotations

from emulator.context import Context, Started
from emulator.service import Service
from emulator.services.iam import accounts, denials, keys, pools, roles, signing
from emulator.wire.errors import LEGACY_LIST


def _not_found(ctx: Context, kind: str, name: str) -> str:
    if kind == "ServiceAccount":
        return "Unknown service account"
    if kind == "ServiceAccountKey":
        return f"Service account key {name.rsplit('/', 1)[-1]} does not exist."
    if kind == "Role":
        return f"The role named {ctx.shown_name(name)} was not found."
    return f"Requested entity was not found: {ctx.shown_name(name)}"


def _exists(ctx: Context, kind: str, name: str) -> str:
    del ctx
    if kind == "ServiceAccount":
        _, project, _, email = name.split("/")[:4]
        return f"Service account {email.partition('@')[0]} already exists within project projects/{project}."
    if kind == "Role":
        parent, _, ident = name.partition("/roles/")
        return f"A role named {ident} in {parent} already exists."
    return "Requested entity already exists"


def _operation_name(ctx: Context, started: Started) -> str:
    """Operations hang from the resource that they are about: `<pool>/operations/<id>`."""
    del ctx
    return f"{started.target}/operations/{started.id}"


SERVICE = Service(
    "iam",
    errors=LEGACY_LIST,
    package="google.iam.admin.{version}",
    packages={"v1": "google.iam.admin.v1", "v2": "google.iam.v2", "v2beta": "google.iam.v2beta"},
    not_found=_not_found,
    exists=_exists,
    operation_name=_operation_name,
    operation_metadata=denials.metadata,
    resources={**accounts.RESOURCES, **keys.RESOURCES, **roles.RESOURCES, **pools.RESOURCES, **denials.RESOURCES},
    methods={
        **accounts.METHODS,
        **keys.METHODS,
        **roles.METHODS,
        **pools.METHODS,
        **denials.METHODS,
        **signing.METHODS,
    },
)
