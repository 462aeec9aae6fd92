"""What services, jobs and worker pools of Cloud Run share: the fields that the server keeps, containers, accounts,
keys."""

from __future__ import annotations

from typing import Any

from emulator.cmek import agent, require_key
from emulator.context import Context
from emulator.identity import default_account, require_account
from emulator.wire.errors import invalid

JSON = dict[str, Any]

ID = r"[a-z](?:[-a-z0-9]{0,47}[a-z0-9])?"
PERSON = "user@example.com"
LIMITS = {"cpu": "1000m", "memory": "512Mi"}
"""What a container gets that asks for nothing:
https://cloud.google.com/run/docs/configuring/services/memory-limits."""


def born(ctx: Context, body: JSON) -> JSON:
    """A new resource with the fields that the server keeps."""
    return {**body, "creator": PERSON, "lastModifier": PERSON, "generation": "1", "terminalCondition": ready(ctx)}


def changed(ctx: Context, before: JSON, after: JSON) -> JSON:
    """A changed resource: one generation further."""
    kept: JSON = {k: before[k] for k in ("creator", "createTime") if k in before}
    generation = str(int(before.get("generation", "0")) + 1)
    return {**after, **kept, "lastModifier": PERSON, "generation": generation, "terminalCondition": ready(ctx)}


def ready(ctx: Context, kind: str = "Ready") -> JSON:
    """The condition of something that works."""
    return {"type": kind, "state": "CONDITION_SUCCEEDED", "lastTransitionTime": ctx.now()}


def check_template(ctx: Context, name: str, template: JSON, *, containers: bool = True) -> None:
    """Containers have images, the account exists, the key may be used."""
    if containers and not template.get("containers"):
        raise invalid("template.containers: at least one container is required.", field_path="template.containers")
    for number, container in enumerate(template.get("containers") or []):
        if not container.get("image"):
            raise invalid(
                f"template.containers[{number}].image: the image is required.", field_path="template.containers.image"
            )
    if template.get("serviceAccount"):
        require_account(ctx, str(template["serviceAccount"]))
    if template.get("encryptionKey"):
        member = agent(ctx, name.split("/")[1], "serverless-robot-prod")
        require_key(ctx, str(template["encryptionKey"]), member, location=name.split("/")[3])


def fill_containers(template: JSON) -> None:
    """Limits and probes of containers, where nothing is said."""
    for container in template.get("containers") or []:
        resources = container.setdefault("resources", {})
        resources["limits"] = {**LIMITS, **resources.get("limits", {})}
        if "startupProbe" in container:
            container["startupProbe"] = {
                "failureThreshold": 3,
                "periodSeconds": 10,
                "timeoutSeconds": 1,
                **container["startupProbe"],
            }


def account(ctx: Context) -> str:
    """The account of the project of the call at hand."""
    return default_account(ctx, ctx.call.target.split("/")[1])
