"""Customer-managed keys: a service that is to keep its data under a key needs its own service account to be allowed
to use it.

https://cloud.google.com/kms/docs/cmek. Whatever service module takes a `kmsKeyName` asks here, when a resource is
made and when its key is
changed: the key must exist, have an enabled primary version, be in a fitting location, and let the service's agent
encrypt and decrypt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.wire.errors import GoogleError

if TYPE_CHECKING:
    from emulator.context import Context

JSON = dict[str, Any]

ROLES = frozenset({"roles/cloudkms.cryptoKeyEncrypterDecrypter"})
"""The predefined role with both permissions; one with each, and custom roles, count as well."""
_HALVES = (frozenset({"roles/cloudkms.cryptoKeyEncrypter"}), frozenset({"roles/cloudkms.cryptoKeyDecrypter"}))
_PERMISSIONS = ("cloudkms.cryptoKeyVersions.useToEncrypt", "cloudkms.cryptoKeyVersions.useToDecrypt")


def agent(ctx: Context, project: str, domain: str) -> str:
    """The service agent of a project, as a member: "
    "`serviceAccount:service-<number>@<domain>.iam.gserviceaccount.com`."""
    return f"serviceAccount:service-{ctx.projects.number_of(project)}@{domain}.iam.gserviceaccount.com"


def require_key(
    ctx: Context, key: str, member: str, *, status: str = "FAILED_PRECONDITION", message: str = "", location: str = ""
) -> None:
    """Refuses unless `member` can use `key` (`projects/…/cryptoKeys/k`, a version's name is taken as its key's).

    `status` and `message` are the refusal of a missing grant in the service's own words; `location`, where given,
    must be the key's.
    """
    name = ctx.canonical(key.partition("/cryptoKeyVersions/")[0].removeprefix("//cloudkms.googleapis.com/"))
    segments = name.split("/")
    if len(segments) != 8 or segments[0::2] != ["projects", "locations", "keyRings", "cryptoKeys"]:
        raise GoogleError("INVALID_ARGUMENT", f"Invalid KMS key name: '{key}'.")
    if location and segments[3].lower() != location.lower():
        raise GoogleError(
            "INVALID_ARGUMENT", f"Cloud KMS key '{key}' is in location '{segments[3]}': it must be in '{location}'."
        )
    held = ctx.store.get("cloudkms", name)
    if held is None:
        raise GoogleError(
            "NOT_FOUND" if status == "NOT_FOUND" else "INVALID_ARGUMENT", f"Cloud KMS key '{key}' not found."
        )
    if not may_use(ctx, name, member):
        who = member.partition(":")[2]
        text = message or (
            f"Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '{name}' (or it may "
            f"not exist): grant {who} "
            "the role roles/cloudkms.cryptoKeyEncrypterDecrypter."
        )
        raise GoogleError(status, text)
    if held.get("primary", {}).get("state", "ENABLED") != "ENABLED":
        raise GoogleError("FAILED_PRECONDITION", f"Cloud KMS key '{key}' has no enabled primary version.")


def may_use(ctx: Context, key: str, member: str) -> bool:
    """Whether a member may encrypt and decrypt with a key, by the policy of the key, of its key ring or "
    "of its project."""
    segments = key.split("/")
    places = (
        ("cloudkms", key),
        ("cloudkms", "/".join(segments[:6])),
        ("cloudresourcemanager", "/".join(segments[:2])),
    )
    if ctx.policies.holds(member, ROLES | _custom(ctx, segments[1]), *places):
        return True
    return all(ctx.policies.holds(member, half, *places) for half in _HALVES)


def _custom(ctx: Context, project: str) -> frozenset[str]:
    """The project's own roles that hold both permissions."""
    found = ctx.store.names("iam", f"projects/{project}/roles")
    held = {name: (ctx.store.get("iam", name) or {}).get("includedPermissions", []) for name in found}
    return frozenset(name for name, has in held.items() if all(p in has for p in _PERMISSIONS))
