"""Buckets: https://cloud.google.com/storage/docs/json_api/v1/buckets. A bucket carries its access control lists and
shows them only where the projection is `full`, and never where access is uniform."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.cmek import agent, require_key
from emulator.context import Context
from emulator.state.store import copied
from emulator.wire.errors import GoogleError

JSON = dict[str, Any]

NAME = r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]"
"""https://cloud.google.com/storage/docs/buckets#naming."""
_MULTI = frozenset({"US", "EU", "ASIA"})
_DUAL = frozenset({"ASIA1", "EUR4", "EUR5", "EUR7", "EUR8", "NAM4"})
_WEEK = "604800"
"""Seconds that deleted objects are kept for unless a bucket says otherwise."""


def conflict(message: str) -> GoogleError:
    """409 in the words of Cloud Storage."""
    return GoogleError("ALREADY_EXISTS", message, reason="conflict")


def unmet() -> GoogleError:
    """412: a precondition of the request does not hold."""
    return GoogleError(
        "FAILED_PRECONDITION",
        "At least one of the pre-conditions you specified did not hold.",
        code=412,
        reason="conditionNotMet",
    )


def invalid(message: str, reason: str = "invalid") -> GoogleError:
    """400 in the words of Cloud Storage."""
    return GoogleError("INVALID_ARGUMENT", message, reason=reason)


def not_found(ctx: Context, kind: str, name: str) -> GoogleError:
    """404 in the words of Cloud Storage."""
    del ctx
    if kind == "Object":
        bucket, _, rest = name.removeprefix("b/").partition("/o/")
        return GoogleError("NOT_FOUND", f"No such object: {bucket}/{rest}", reason="notFound")
    text = "The specified bucket does not exist." if name.count("/") == 1 else "The specified key does not exist."
    return GoogleError("NOT_FOUND", text, reason="notFound")


def exists(ctx: Context, kind: str, name: str) -> GoogleError:
    """409 in the words of Cloud Storage."""
    del ctx, kind
    if name.count("/") > 1:
        return conflict("The resource you tried to create already exists.")
    return conflict("Your previous request to create the named bucket succeeded and you already own it.")


def path_of(bucket: str) -> str:
    """The canonical name of a bucket."""
    return f"b/{bucket}"


def bucket_of(ctx: Context, variable: str = "bucket") -> tuple[str, JSON]:
    """The bucket that a path names, or 404."""
    name = path_of(ctx.call.variables[variable])
    return name, ctx.need(name, "buckets")


def project_of(ctx: Context, bucket: JSON) -> str:
    """The id of a bucket's project."""
    return ctx.projects.id_of(str(bucket.get("projectNumber", "")))


def uniform(bucket: JSON) -> bool:
    """Whether access is uniform, so that there are no lists."""
    access = bucket.get("iamConfiguration", {}).get("uniformBucketLevelAccess", {})
    return bool(access.get("enabled"))


def check_preconditions(ctx: Context, held: JSON | None) -> None:
    """412 unless the generations are those that the request asks for; a generation of 0 means that nothing is there."""
    call = ctx.call
    for field in ("generation", "metageneration"):
        name = field[:1].upper() + field[1:]
        value = str((held or {}).get(field, "0"))
        match, other = call.arg(f"if{name}Match"), call.arg(f"if{name}NotMatch")
        if match and match != value:
            raise unmet()
        if other and other == value:
            raise unmet() if call.method.http != "GET" else GoogleError("FAILED_PRECONDITION", "Not Modified", code=304)


# ---- what the server fills in ---------------------------------------------------------------------------------------
def insert(ctx: Context, call: Call) -> JSON | Answer:
    """buckets.insert: the project is a query parameter."""
    if not call.arg("project"):
        raise GoogleError("INVALID_ARGUMENT", "Required parameter: project", reason="required", location="project")
    ctx.projects.require(call.arg("project"), "storage")
    name = str(call.body.get("name", ""))
    if not name:
        raise GoogleError("INVALID_ARGUMENT", "Required", reason="required", location="bucket.name")
    if not re.fullmatch(NAME, name) or any(len(part) > 63 or not part for part in name.split(".")):
        raise invalid(f"Invalid bucket name: '{name}'")
    if name.startswith("goog") or "google" in name.split(".")[-1:]:
        raise invalid(f"Invalid bucket name: '{name}'")
    _check_key(ctx, call)
    return standard.create_named(ctx, path_of(name), copied(call.body))


def _check_key(ctx: Context, call: Call) -> None:
    """https://cloud.google.com/storage/docs/encryption/customer-managed-keys: the agent uses it."""
    key = str((call.body.get("encryption") or {}).get("defaultKmsKeyName") or "")
    if key:
        text = "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been "
        text += "authorized to use this key."
        require_key(
            ctx,
            key,
            agent(ctx, call.arg("project"), "gs-project-accounts"),
            status="PERMISSION_DENIED",
            message=text,
            location=str(call.body.get("location") or "US"),
        )


def defaults(ctx: Context, body: JSON) -> JSON:
    """What the server fills in, at creation and after each change."""
    now = str(body.get("updated", ctx.now()))
    name = str(body["name"])
    location = str(body.get("location") or "US").upper()
    body["location"] = location
    found: JSON = {
        "id": name,
        "generation": ctx.ids.digits(19),
        "metageneration": "1",
        "storageClass": "STANDARD",
        "locationType": "multi-region" if location in _MULTI else "dual-region" if location in _DUAL else "region",
    }
    if body.get("customPlacementConfig"):
        found["locationType"] = "dual-region"
    if found["locationType"] == "region":
        found["satisfiesPZI"] = True
    else:
        found["rpo"] = "DEFAULT"
    if ctx.call.arg("project") and "projectNumber" not in body:
        found["projectNumber"] = ctx.projects.number_of(ctx.call.arg("project"))
    _fill_access(body, now, ctx.ids.at(ctx.ids.clock() + 90 * 86_400))
    _fill_autoclass(body, now)
    kept = body.setdefault("softDeletePolicy", {})
    kept.setdefault("retentionDurationSeconds", _WEEK)
    if ctx.call.verb == "insert" or str(kept["retentionDurationSeconds"]) != "0":
        kept.setdefault("effectiveTime", now)
    else:
        kept.pop("effectiveTime", None)
    if isinstance(body.get("retentionPolicy"), dict):
        body["retentionPolicy"].setdefault("effectiveTime", now)
    if not (body.get("lifecycle") or {}).get("rule"):
        body.pop("lifecycle", None)
    for field in ("cors", "labels", "encryption", "logging", "website", "retentionPolicy"):
        if field in body and not body[field]:
            body.pop(field)
    return found


def _fill_access(body: JSON, now: str, lock: str) -> None:
    access = body.setdefault("iamConfiguration", {})
    access.setdefault("publicAccessPrevention", "inherited")
    if access["publicAccessPrevention"] == "unspecified":
        access["publicAccessPrevention"] = "inherited"
    level = access.setdefault("uniformBucketLevelAccess", {})
    if not level and (access.get("bucketPolicyOnly") or {}).get("enabled"):
        level["enabled"] = True
    level.setdefault("enabled", False)
    if level["enabled"]:
        level.setdefault("lockedTime", lock)
    else:
        level.pop("lockedTime", None)
    access["bucketPolicyOnly"] = dict(level)
    del now


def _fill_autoclass(body: JSON, now: str) -> None:
    auto = body.get("autoclass")
    if not isinstance(auto, dict):
        return
    auto.setdefault("toggleTime", now)
    if auto.get("enabled"):
        body["storageClass"] = "STANDARD"
        auto.setdefault("terminalStorageClass", "NEARLINE")
        auto.setdefault("terminalStorageClassUpdateTime", now)


def created(ctx: Context, name: str, bucket: JSON) -> None:
    """Lists of access, the owner, and the policy that a new bucket has."""
    if (bucket.get("hierarchicalNamespace") or {}).get("enabled") and not uniform(bucket):
        raise invalid("Hierarchical namespace is only supported with uniform bucket-level access.")
    if uniform(bucket):
        for field in ("acl", "defaultObjectAcl"):
            bucket.pop(field, None)
    fill_lists(ctx, bucket)
    del name


def after_created(ctx: Context, name: str, bucket: JSON) -> None:
    """The legacy roles that a project's members hold on a new bucket."""
    project = project_of(ctx, bucket)
    basic = [f"projectEditor:{project}", f"projectOwner:{project}"]
    bindings = [
        {"role": "roles/storage.legacyBucketOwner", "members": basic},
        {"role": "roles/storage.legacyBucketReader", "members": [f"projectViewer:{project}"]},
    ]
    if uniform(bucket):
        bindings += [
            {"role": "roles/storage.legacyObjectOwner", "members": basic},
            {"role": "roles/storage.legacyObjectReader", "members": [f"projectViewer:{project}"]},
        ]
    ctx.policies.set(ctx.label, name, {"bindings": bindings})


def fill_lists(ctx: Context, bucket: JSON) -> None:
    """A bucket without lists has those of its project's teams."""
    number = str(bucket.get("projectNumber", ""))
    bucket.setdefault("owner", {"entity": f"project-owners-{number}"})
    teams = (("owners", "OWNER"), ("editors", "OWNER"), ("viewers", "READER"))
    if not bucket.get("acl"):
        bucket["acl"] = [bucket_entry(ctx, bucket, f"project-{team}-{number}", role) for team, role in teams]
    if not bucket.get("defaultObjectAcl"):
        bucket["defaultObjectAcl"] = [object_entry(f"project-{team}-{number}", role) for team, role in teams]
    bucket["acl"] = [bucket_entry(ctx, bucket, e["entity"], e["role"]) for e in bucket["acl"]]
    bucket["defaultObjectAcl"] = [object_entry(e["entity"], e["role"]) for e in bucket["defaultObjectAcl"]]


_TEAM = re.compile(r"project-(owners|editors|viewers)-(\d+)")


def _who(entity: str) -> JSON:
    found = _TEAM.fullmatch(entity)
    if found:
        return {"projectTeam": {"projectNumber": found[2], "team": found[1]}}
    kind, _, rest = entity.partition("-")
    if kind in ("user", "group") and "@" in rest:
        return {"email": rest}
    return {"domain": rest} if kind == "domain" else {}


def bucket_entry(ctx: Context, bucket: JSON, entity: str, role: str) -> JSON:
    """One entry of a bucket's list."""
    name = str(bucket["name"])
    return {
        "kind": "storage#bucketAccessControl",
        "id": f"{name}/{entity}",
        "selfLink": ctx.link(f"b/{name}/acl/{entity}"),
        "bucket": name,
        "entity": entity,
        "role": role,
        **_who(entity),
        "etag": "CAE=",
    }


def object_entry(entity: str, role: str) -> JSON:
    """One entry of a bucket's default list for objects."""
    return {"kind": "storage#objectAccessControl", "entity": entity, "role": role, **_who(entity), "etag": "CAE="}


# ---- changes --------------------------------------------------------------------------------------------------------
def update(ctx: Context, call: Call) -> JSON | Answer:
    """buckets.patch and buckets.update."""
    held = ctx.need(call.target)
    check_preconditions(ctx, held)
    return standard.update(ctx, call)


def updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    """Each change counts; what Cloud Storage refuses to change stays."""
    del name
    for field in ("id", "generation", "projectNumber", "owner", "timeCreated", "locationType"):
        if field in before:
            after[field] = before[field]
    if after.get("location") != before.get("location"):
        raise invalid("The location of a bucket cannot be changed.")
    _check_retention(before.get("retentionPolicy"), after.get("retentionPolicy"))
    level = before["iamConfiguration"]["uniformBucketLevelAccess"]
    locked = level.get("lockedTime")
    if level.get("enabled") and not uniform(after) and locked and str(locked) < ctx.now():
        raise GoogleError(
            "FAILED_PRECONDITION",
            "Cannot disable uniform bucket-level access after its lock.",
            code=412,
            reason="conditionNotMet",
        )
    if before.get("autoclass", {}).get("enabled") != after.get("autoclass", {}).get("enabled") and "autoclass" in after:
        after["autoclass"]["toggleTime"] = ctx.now()
    if before.get("hierarchicalNamespace") != after.get("hierarchicalNamespace"):
        raise invalid("The hierarchical namespace of a bucket cannot be changed.")
    fill_lists(ctx, after)
    plain = {k: v for k, v in after.items() if k not in ("etag", "updated")}
    if plain == {k: v for k, v in before.items() if k not in ("etag", "updated")}:
        return before
    after["metageneration"] = str(int(before["metageneration"]) + 1)
    return after


def _check_retention(before: JSON | None, after: JSON | None) -> None:
    """A locked policy can be lengthened only: https://cloud.google.com/storage/docs/bucket-lock."""
    if not before or not before.get("isLocked"):
        return
    shorter = after is None or int(after.get("retentionPeriod", 0)) < int(before.get("retentionPeriod", 0))
    if shorter or not (after or {}).get("isLocked"):
        raise GoogleError(
            "PERMISSION_DENIED", "Cannot remove or shorten a locked retention policy.", reason="retentionPolicyNotMet"
        )


def lock_retention(ctx: Context, call: Call) -> JSON | Answer:
    """buckets.lockRetentionPolicy: for good."""
    name, bucket = bucket_of(ctx)
    if not call.arg("ifMetagenerationMatch"):
        raise GoogleError(
            "INVALID_ARGUMENT",
            "Required parameter: ifMetagenerationMatch",
            reason="required",
            location="ifMetagenerationMatch",
        )
    check_preconditions(ctx, bucket)
    if not bucket.get("retentionPolicy"):
        raise invalid("Bucket does not have an unlocked retention policy")
    bucket["retentionPolicy"]["isLocked"] = True
    bucket["metageneration"] = str(int(bucket["metageneration"]) + 1)
    ctx.put(name, bucket)
    return ctx.show(name, bucket, "buckets")


def deleted(ctx: Context, name: str, bucket: JSON) -> None:
    """Only an empty bucket goes."""
    check_preconditions(ctx, bucket)
    if any(ctx.store.names(ctx.label, f"{name}/{kind}") for kind in ("o", "versions", "folders", "managedFolders")):
        raise conflict("The bucket you tried to delete is not empty.")


def view(ctx: Context, name: str, bucket: JSON) -> JSON:
    """Lists of access and owner belong to the projection `full`, which a change has unless it asks otherwise."""
    del name
    call = ctx.call
    wanted = call.arg("projection") or ("full" if call.verb in ("patch", "update") else "noAcl")
    if wanted != "full" or uniform(bucket):
        for field in ("acl", "defaultObjectAcl", "owner"):
            bucket.pop(field, None)
    return bucket


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """buckets.list: those of one project."""
    if not call.arg("project"):
        raise GoogleError("INVALID_ARGUMENT", "Required parameter: project", reason="required", location="project")
    number = ctx.projects.require(call.arg("project"), "storage").number
    found = []
    for name in sorted(ctx.store.names(ctx.label, "b")):
        body = ctx.store.get(ctx.label, name)
        if body and body.get("projectNumber") == number and body["name"].startswith(call.arg("prefix")):
            found.append(ctx.show(name, body, "buckets"))
    return standard.paged(ctx, found)


def layout(ctx: Context, call: Call) -> JSON | Answer:
    """buckets.getStorageLayout."""
    del call
    _, bucket = bucket_of(ctx)
    found = {"kind": "storage#storageLayout", "bucket": bucket["name"]}
    for field in ("location", "locationType", "hierarchicalNamespace", "customPlacementConfig"):
        if field in bucket:
            found[field] = bucket[field]
    return found


def parse_time(text: str) -> float:
    """Seconds since 1970 of a timestamp."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
