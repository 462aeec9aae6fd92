"""The budget guardrail: finance hears of spend, and of where it is heading, before the invoice.

Owns the billing budget, the Pub/Sub topic it speaks to, the grant by which Google publishes there, and the e-mail
channels of the charter's recipients. It does not stop spend: Google's figures are up to a day old, so the router's
ledger does that. What reads the topic belongs to the routing component.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.budget import BudgetArgs

MAX_CHANNELS = 5
"""Google Cloud Billing Budget API v1, NotificationsRule: at most five channels a budget."""

MAX_DISPLAY_NAME = 60
"""The same API, Budget.displayName: at most 60 characters."""


class Budget(pulumi.ComponentResource):
    """A monthly budget on one project with alerts on actual and forecast spend."""

    topic: gcp.pubsub.Topic
    budget: gcp.billing.Budget

    def __init__(
        self,
        name: str,
        args: BudgetArgs,
        *,
        key: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``key`` is the KMS key that encrypts the topic. Raises ValueError for what Google would refuse."""
        _check(name, args)
        super().__init__("lockgate:finance:Budget", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.topic = gcp.pubsub.Topic(
            f"{name}-topic",
            name=args.topic,
            kms_key_name=key,
            # Not enforced in transit: Google warns that connecting a budget may then fail.
            message_storage_policy={"allowed_persistence_regions": list(args.regions)},
            message_retention_duration=f"{args.retention_seconds}s",
            opts=child,
        )
        publisher = gcp.pubsub.TopicIAMMember(
            f"{name}-publisher",
            topic=self.topic.name,
            role="roles/pubsub.publisher",
            member=args.publisher,
            opts=child,
        )
        # A channel is named by its whole address: the name stays when another recipient comes or goes.
        channels = [
            gcp.monitoring.NotificationChannel(
                f"{name}-channel-{recipient}",
                type="email",
                display_name=f"Budget alerts to {recipient}",
                labels={"email_address": recipient},
                opts=child,
            )
            for recipient in args.recipients
        ]
        self.budget = gcp.billing.Budget(
            f"{name}-monthly",
            billing_account=args.billing_account,
            display_name=args.display_name,
            ownership_scope="BILLING_ACCOUNT",
            amount={"specified_amount": {"currency_code": args.currency, "units": str(args.amount)}},
            budget_filter={
                "projects": [f"projects/{args.project_number}"],
                "calendar_period": "MONTH",
                "credit_types_treatment": "EXCLUDE_ALL_CREDITS",
            },
            threshold_rules=[{"threshold_percent": alert.share, "spend_basis": alert.basis} for alert in args.alerts],
            all_updates_rule={
                "pubsub_topic": self.topic.id,
                "schema_version": "1.0",
                "monitoring_notification_channels": [channel.name for channel in channels],
            },
            opts=pulumi.ResourceOptions(parent=self, protect=True, depends_on=[publisher]),
        )
        self.register_outputs({"topic": self.topic.id, "budget": self.budget.id})


def _check(name: str, args: BudgetArgs) -> None:
    """Refuse what Google would refuse halfway through a deployment, or accept and never act on."""
    channels, length = len(args.recipients), len(args.display_name)
    refused = (
        (
            args.amount < 1,
            f"amount is {args.amount}: every alert fires at once. Raise money.monthly_limit to 1 or more",
        ),
        (not args.alerts, "no alert: nobody is ever told. Give money.thresholds"),
        (channels < 1, "no recipient: nobody is ever told. Give money.recipients"),
        (channels > MAX_CHANNELS, f"{channels} recipients: Google accepts {MAX_CHANNELS}. Use the mailbox of a group"),
        (length > MAX_DISPLAY_NAME, f"the display name has {length} characters: Google accepts {MAX_DISPLAY_NAME}"),
    )
    for present, problem in refused:
        if present:
            raise ValueError(f"budget {name}: {problem}.")
