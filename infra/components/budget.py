"""The budget guardrail: finance hears of spend, and of where it is heading, before the invoice.

Owns the billing budget, the Pub/Sub topic it speaks to and the e-mail channels of the charter's recipients. It does
not stop spend: Google's figures are up to a day old, so the router's ledger does that.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.budget import BudgetArgs


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
        """``key`` is the KMS key that encrypts the topic."""
        super().__init__("lockgate:finance:Budget", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.topic = gcp.pubsub.Topic(f"{name}-topic", name=args.topic, kms_key_name=key, opts=child)
        channels = [
            gcp.monitoring.NotificationChannel(
                f"{name}-channel-{recipient.split('@')[0]}",
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
            amount=gcp.billing.BudgetAmountArgs(
                specified_amount=gcp.billing.BudgetAmountSpecifiedAmountArgs(
                    currency_code=args.currency, units=str(args.amount)
                )
            ),
            budget_filter=gcp.billing.BudgetBudgetFilterArgs(
                projects=[f"projects/{args.project_number}"],
                calendar_period="MONTH",
                credit_types_treatment="EXCLUDE_ALL_CREDITS",
            ),
            threshold_rules=[
                gcp.billing.BudgetThresholdRuleArgs(threshold_percent=alert.share, spend_basis=alert.basis)
                for alert in args.alerts
            ],
            all_updates_rule=gcp.billing.BudgetAllUpdatesRuleArgs(
                pubsub_topic=self.topic.id,
                schema_version="1.0",
                monitoring_notification_channels=[channel.name for channel in channels],
                disable_default_iam_recipients=False,
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.register_outputs({"topic": self.topic.id, "budget": self.budget.id})
