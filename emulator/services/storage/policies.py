"""IAM policies of buckets and managed folders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.storage.buckets import bucket_of
from emulator.state.policies import UNSET
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

_PUBLIC = frozenset({"allUsers", "allAuthenticatedUsers"})


def get_policy(ctx: Context, call: Call) -> JSON | Answer:
    """getIamPolicy of a bucket or a managed folder."""
    return _policy(call, standard.get_iam_policy(_of_folder(ctx), call))


def set_policy(ctx: Context, call: Call) -> JSON | Answer:
    """setIamPolicy: no public access where the bucket prevents it."""
    _, bucket = bucket_of(ctx)
    members = {m for b in call.body.get("bindings") or [] for m in b.get("members") or []}
    if members & _PUBLIC and bucket["iamConfiguration"].get("publicAccessPrevention") == "enforced":
        raise GoogleError(
            "FAILED_PRECONDITION",
            "The member bindings allUsers and allAuthenticatedUsers are not allowed since public "
            "access prevention is enforced.",
            code=412,
            reason="conditionNotMet",
        )
    return _policy(call, standard.set_iam_policy(_of_folder(ctx), call))


def _of_folder(ctx: Context) -> Context:
    """A managed folder's name ends in a slash in paths, and has none where it is stored."""
    target = ctx.call.target.removesuffix("/iam/testPermissions").removesuffix("/iam").removesuffix("%2F")
    if "managedFolder" not in ctx.call.variables:
        return ctx
    return replace(ctx, call=replace(ctx.call, target=target))


def test_policy(ctx: Context, call: Call) -> JSON | Answer:
    """testIamPermissions of a managed folder."""
    return standard.test_iam_permissions(_of_folder(ctx), call)


def _policy(call: Call, found: JSON | Answer) -> JSON | Answer:
    if isinstance(found, dict):
        folder = call.variables.get("managedFolder")
        found["resourceId"] = f"projects/_/buckets/{call.variables['bucket']}" + (
            f"/managedFolders/{folder}" if folder else ""
        )
        if found.get("etag") == UNSET:
            found["etag"] = "CAE="
    return found
