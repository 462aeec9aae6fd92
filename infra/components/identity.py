"""The identity guardrail: each workload is someone, and may do what it does and nothing else.

Owns a service account a workload, a custom role with exactly the permissions that it uses in the project, and the
binding of the two. It makes no keys: workloads get their tokens from the metadata server. Grants on a single resource
(a topic, a bucket, a function) belong to the component of that resource.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.identity import IdentityArgs, Role, Workload


class Identity(pulumi.ComponentResource):
    """The service accounts of the stack, by workload."""

    accounts: dict[str, gcp.serviceaccount.Account]

    def __init__(self, name: str, args: IdentityArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("lockgate:identity:Identity", name, None, opts)
        self._project = args.project
        self.accounts = {}
        for workload in args.workloads:
            account = gcp.serviceaccount.Account(
                f"{name}-{workload.name}",
                project=args.project,
                account_id=workload.account,
                display_name=workload.account,
                description=workload.description,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.accounts[workload.name] = account
            if workload.role is not None:
                self._grant(f"{name}-{workload.name}", workload, workload.role, account)
        self.register_outputs({"accounts": {workload.name: workload.member for workload in args.workloads}})

    def _grant(self, name: str, workload: Workload, role: Role, account: gcp.serviceaccount.Account) -> None:
        custom = gcp.projects.IAMCustomRole(
            f"{name}-role",
            project=self._project,
            role_id=role.id,
            title=role.title,
            description=workload.description,
            permissions=list(role.permissions),
            opts=pulumi.ResourceOptions(parent=self),
        )
        gcp.projects.IAMMember(
            f"{name}-grant",
            project=self._project,
            role=role.name,
            member=workload.member,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[custom, account]),
        )


def _check(name: str, args: IdentityArgs) -> None:
    accounts = [workload.account for workload in args.workloads]
    shared = sorted({account for account in accounts if accounts.count(account) > 1})
    if shared:
        raise ValueError(
            f"{name}: {', '.join(shared)} is the account of two workloads, so neither can be told from the other. "
            "Shorten use_case.name or rename a workload."
        )
