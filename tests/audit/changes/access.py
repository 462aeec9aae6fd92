"""Changes of who may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.audit.changes.shared import PERSON, REGION, ROUTER
from tests.audit.conftest import Google


def with_policy(client: Any, resource: str, edit: Callable[[Any], None]) -> None:
    policy = client.get_iam_policy(request={"resource": resource, "options": {"requested_policy_version": 3}})
    edit(policy)
    client.set_iam_policy(request={"resource": resource, "policy": policy})


def granted(role: str, member: str) -> Callable[[Any], None]:
    return lambda policy: policy.bindings.add(role=role, members=[member])


def without_router(policy: Any) -> None:
    for binding in list(policy.bindings):
        if binding.role.endswith("/claims_triage_router"):
            policy.bindings.remove(binding)


def on_project(edit: Callable[[Any], None]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        client = google.generated("google.cloud.resourcemanager_v3.ProjectsClient", "cloudresourcemanager")
        with_policy(client, f"projects/{google.project}", edit)

    return make


def audit_configs(edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        projects = google.discovered("cloudresourcemanager", "v1").projects()
        policy = projects.getIamPolicy(
            resource=google.project, body={"options": {"requestedPolicyVersion": 3}}
        ).execute()
        policy["auditConfigs"] = edit(policy["auditConfigs"])
        body = {"policy": policy, "updateMask": "bindings,etag,auditConfigs"}
        projects.setIamPolicy(resource=google.project, body=body).execute()

    return make


def exempt(configs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for config in configs:
        if config["service"] == "aiplatform.googleapis.com":
            config["auditLogConfigs"][1]["exemptedMembers"] = [PERSON]
    return configs


def invoker(google: Google) -> None:
    client = google.generated("google.cloud.run_v2.ServicesClient", "run")
    name = f"projects/{google.project}/locations/{REGION}/services/{ROUTER}"
    with_policy(client, name, granted("roles/run.invoker", "allUsers"))


def key(google: Google) -> None:
    name = f"projects/{google.project}/serviceAccounts/{ROUTER}@{google.project}.iam.gserviceaccount.com"
    google.discovered("iam", "v1").projects().serviceAccounts().keys().create(name=name, body={}).execute()


def act_as(google: Google) -> None:
    name = f"projects/{google.project}/serviceAccounts/{ROUTER}@{google.project}.iam.gserviceaccount.com"
    accounts = google.discovered("iam", "v1").projects().serviceAccounts()
    policy = accounts.getIamPolicy(resource=name).execute()
    policy.setdefault("bindings", []).append({"role": "roles/iam.serviceAccountTokenCreator", "members": [PERSON]})
    accounts.setIamPolicy(resource=name, body={"policy": policy}).execute()


def disabled_account(google: Google) -> None:
    name = f"projects/{google.project}/serviceAccounts/{ROUTER}@{google.project}.iam.gserviceaccount.com"
    google.discovered("iam", "v1").projects().serviceAccounts().disable(name=name, body={}).execute()


def role(google: Google) -> None:
    roles = google.discovered("iam", "v1").projects().roles()
    name = f"projects/{google.project}/roles/claims_triage_router"
    role = roles.get(name=name).execute()
    more = [*role["includedPermissions"], "storage.objects.delete"]
    roles.patch(name=name, updateMask="includedPermissions", body={"includedPermissions": more}).execute()
