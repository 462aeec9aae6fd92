"""IAM policies of any resource: read, write with the etag of the read, permissions held.

https://cloud.google.com/iam/docs/policies. A policy never set is `{etag: "ACAB"}`. A write with a stale etag is 409
ABORTED; one with conditions must say version 3.
"""

from __future__ import annotations

import re
from typing import Any

from emulator.state.ids import Ids
from emulator.state.store import copied
from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]

UNSET = "ACAB"
"""The etag of a policy that nobody has set."""

_MEMBER = re.compile(
    r"allUsers|allAuthenticatedUsers|(deleted:)?(user|serviceAccount|group|domain|principal|principalSet|projectOwner|projectEditor|projectViewer|"
    r"specialGroup|iamMember):\S+",
    re.IGNORECASE,
)
_ROLE = re.compile(r"(roles/[\w.]+|(projects|organizations)/[\w:.-]+/roles/[\w.]+)")


class Policies:
    """The policy of each resource that has one, by service and canonical name."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._held: dict[str, dict[str, JSON]] = {}

    def clear(self) -> None:
        """Empties it."""
        self._held.clear()

    def get(self, service: str, name: str) -> JSON:
        """The policy of a resource; `{etag}` if none was set."""
        held = self._held.get(service, {}).get(name)
        return copied(held) if held is not None else {"etag": UNSET}

    def set(self, service: str, name: str, policy: JSON, mask: tuple[str, ...] = ()) -> JSON:
        """Replaces a policy, or 409 if it has changed since the caller read it."""
        before = self.get(service, name)
        etag = policy.get("etag")
        if etag and etag != before["etag"]:
            raise GoogleError(
                "ABORTED",
                "There were concurrent policy changes. Please retry the whole read-modify-write with "
                "exponential backoff. "
                f"The request's ETag '{etag}' did not match the current policy's ETag '{before['etag']}'.",
            )
        wanted = {k: v for k, v in policy.items() if not mask or k in mask}
        kept: JSON = {k: before[k] for k in ("bindings", "auditConfigs") if mask and k not in mask and k in before}
        after = {**kept, **wanted, "version": policy.get("version")}  # says what the caller understands, masked or not
        conditions = self._check(after)
        made = {
            "version": 3 if conditions else 1,
            "etag": self._ids.etag(),
            "bindings": _canonical(after.get("bindings", [])),
            "auditConfigs": after.get("auditConfigs"),
        }
        now = {k: v for k, v in made.items() if v}
        self._held.setdefault(service, {})[name] = copied(now)
        return copied(now)

    def _check(self, policy: JSON) -> bool:
        """400 for a policy that cannot be; whether it has conditions."""
        conditions = False
        for binding in policy.get("bindings") or []:
            role = binding.get("role", "")
            if not _ROLE.fullmatch(role):
                raise invalid(
                    f"Role ({role}) does not exist in the resource's hierarchy.", field_path="policy.bindings.role"
                )
            for member in binding.get("members") or []:
                if not isinstance(member, str) or not _MEMBER.fullmatch(member):
                    raise invalid(
                        f"The member {member} is of an unknown type. Please set a valid type prefix for the member.",
                        field_path="policy.bindings.member",
                    )
            conditions = conditions or bool(binding.get("condition"))
        version = int(policy.get("version") or 0)
        if version not in (0, 1, 3):
            raise invalid(
                f"Policy version {version} is not supported: it must be 0, 1 or 3.", field_path="policy.version"
            )
        if conditions and version != 3:
            raise invalid(
                "Specified policy version must be 3 to set conditional role bindings.", field_path="policy.version"
            )
        return conditions

    def delete(self, service: str, name: str) -> None:
        """Forgets the policies of a resource and of what is below it."""
        held = self._held.get(service, {})
        for key in [k for k in held if k == name or k.startswith(name + "/")]:
            del held[key]

    def members(self, service: str, name: str, role: str) -> frozenset[str]:
        """Who holds a role on a resource, by its own policy alone, conditions not judged."""
        bindings = self._held.get(service, {}).get(name, {}).get("bindings", [])
        return frozenset(m for b in bindings if b.get("role") == role for m in b.get("members", []))

    def holds(self, member: str, roles: frozenset[str], *resources: tuple[str, str]) -> bool:
        """Whether a member holds one of some roles on any of some resources, each (service, name).

        Give the resource and its ancestors, such as `("cloudkms", key)`, `("cloudresourcemanager", "projects/p")`.
        """
        return any(member in self.members(s, n, r) for s, n in resources for r in roles)

    def snapshot(self) -> JSON:
        """The whole as JSON."""
        return copied(self._held)

    def restore(self, saved: JSON) -> None:
        """Becomes what was saved."""
        self._held = copied(saved)


def _canonical(bindings: list[JSON]) -> list[JSON]:
    """Bindings merged by role and condition, without empty ones, sorted as Google answers them."""
    merged: dict[tuple[str, str], JSON] = {}
    for binding in bindings:
        condition = binding.get("condition")
        key = (str(binding.get("role", "")), repr(sorted(condition.items())) if isinstance(condition, dict) else "")
        into = merged.setdefault(
            key, {"members": [], "role": key[0], **({"condition": condition} if condition else {})}
        )
        into["members"] = sorted({*into["members"], *(binding.get("members") or [])})
    return [b for _, b in sorted(merged.items(), key=lambda item: item[0]) if b["members"]]
