"""What must exist before a stack is carried out: its project, an organization above it and a billing account."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lockgate.plan.model import Plan

ORGANIZATION = "100000000001"
_PARENT = re.compile(r"^projects/([a-z][a-z0-9-]{4,28}[a-z0-9])(/|$)")
_ACCOUNT = "0A0B0C-0D0E0F-010203"
PROVIDER = "pulumi:providers:gcp"


def seed(plan: Plan, charter: Mapping[str, Any] | None) -> dict[str, Any]:
    """The body of the emulator's ``POST /_seed``. No API is enabled: enabling them is the plan's part."""
    cloud = (charter or {}).get("cloud") or {}
    account = cloud.get("billing_account") or next(_accounts(plan), _ACCOUNT)
    projects = dict.fromkeys(p for p in [cloud.get("project"), *_projects(plan)] if isinstance(p, str))
    numbers = {cloud["project"]: str(cloud["project_number"])} if cloud.get("project_number") else {}
    return {
        "organizations": [{"id": ORGANIZATION}],
        "billingAccounts": [{"id": one} for one in dict.fromkeys([account, *_accounts(plan)])],
        "projects": [
            {
                "id": project,
                "number": numbers.get(project) or number(project),
                "parent": f"organizations/{ORGANIZATION}",
                "billingAccount": f"billingAccounts/{account}",
                "services": [],
            }
            for project in projects
        ],
    }


def numbers(document: Mapping[str, Any]) -> dict[str, str]:
    """Project numbers by id."""
    return {project["id"]: project["number"] for project in document["projects"]}


def number(project: str) -> str:
    """A project's number where the charter names none: twelve digits, always the same for a project."""
    return str(10**11 + int(hashlib.sha256(project.encode()).hexdigest(), 16) % (9 * 10**11))


def provider_inputs(plan: Plan) -> Mapping[str, Any]:
    """The inputs of the plan's provider; of the default one where it has none of its own."""
    return next((resource.inputs for resource in plan.resources if resource.type == PROVIDER), {})


def _projects(plan: Plan) -> Iterator[str]:
    for resource in plan.resources:
        if not resource.type.startswith("gcp:") and resource.type != PROVIDER:
            continue
        project, parent = resource.inputs.get("project"), resource.inputs.get("parent")
        if isinstance(project, str):
            yield project
        if isinstance(parent, str) and (match := _PARENT.match(parent)):
            yield match[1]


def _accounts(plan: Plan) -> Iterator[str]:
    for resource in plan.resources:
        account = resource.inputs.get("billingAccount")
        if resource.type.startswith("gcp:") and isinstance(account, str):
            yield account
