"""The quota guardrail: Google itself refuses GPUs and tokens beyond what the charter counts on.

Owns a preference for each quota that the stack uses, an override to nothing for each GPU quota that it does not (of
the same family on spot machines too, and of virtual machines, so that no notebook runs on a GPU), and the quota
adjuster, which is off. A preference is granted later, or not at all: compare its granted value before relying on it.
It does not bound training jobs, which nobody here may start, nor output tokens, which no quota bounds.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.quota import Override, Preference, QuotaArgs


class Quota(pulumi.ComponentResource):
    """The quotas of one project. ``preferences`` are by key; a deployment waits for all of them."""

    preferences: dict[str, gcp.cloudquota.SQuotaPreference]
    overrides: dict[str, gcp.serviceusage.ConsumerQuotaOverride]

    def __init__(self, name: str, args: QuotaArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("lockgate:quota:Quota", name, None, opts)
        adjuster = gcp.cloudquota.SQuotaAdjusterSettings(
            f"{name}-adjuster",
            parent=f"projects/{args.project}",
            enablement="DISABLED",
            opts=pulumi.ResourceOptions(parent=self),
        )
        # The adjuster goes first: it would raise what is lowered after it.
        child = pulumi.ResourceOptions(parent=self, depends_on=[adjuster])
        self.preferences = {
            wanted.key: gcp.cloudquota.SQuotaPreference(
                f"{name}-{wanted.key}",
                parent=f"projects/{args.project}",
                name=wanted.name,
                service=wanted.service,
                quota_id=wanted.quota_id,
                dimensions=dict(wanted.dimensions),
                quota_config={"preferred_value": str(wanted.value)},
                contact_email=args.contact,
                justification=wanted.justification,
                ignore_safety_checks="QUOTA_DECREASE_PERCENTAGE_TOO_HIGH",
                opts=child,
            )
            for wanted in args.preferences
        }
        self.overrides = {
            ruled_out.key: gcp.serviceusage.ConsumerQuotaOverride(
                f"{name}-no-{ruled_out.key}",
                project=args.project,
                service=ruled_out.service,
                metric=ruled_out.metric,
                limit=ruled_out.limit,
                override_value="0",
                force=True,
                opts=child,
            )
            for ruled_out in args.overrides
        }
        self.register_outputs({"preferences": [wanted.name for wanted in args.preferences]})


def _check(name: str, args: QuotaArgs) -> None:
    wanted: list[Preference | Override] = [*args.preferences, *args.overrides]
    keys = [quota.key for quota in wanted]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"{name}: {key} is given twice, so one value would overwrite the other. Remove one.")
    for preference in args.preferences:
        if preference.value < 0:
            raise ValueError(f"{name}: {preference.key} is {preference.value}, and -1 means unlimited. Give 0 or more.")
