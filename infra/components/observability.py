"""The observability guardrail: whoever answers for money and for adoption is told, and can look.

Owns the metrics taken from the functions' log, the alert policies, the e-mail channels they speak through, the service
and its objective, and the dashboard. It measures what the router logs: what a deployed model costs by the hour is the
budget's and the quota's to bound. It does not manage on-call rotas; a channel is the mailbox of a role.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.observability import WINDOW_SECONDS, Absence, Alert, Metric, ObservabilityArgs, Query, Threshold

AUTO_CLOSE = "86400s"


class Observability(pulumi.ComponentResource):
    """Metrics, alerts, an objective and a dashboard for one router."""

    channels: list[gcp.monitoring.NotificationChannel]
    alerts: dict[str, gcp.monitoring.AlertPolicy]

    def __init__(self, name: str, args: ObservabilityArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        """Raises ValueError for an objective that Google would refuse."""
        _check(name, args)
        super().__init__("lockgate:observability:Observability", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        metrics = [self._metric(metric) for metric in args.metrics]
        # An alert or an objective on a metric that is not there yet is refused.
        self._measured = pulumi.ResourceOptions(parent=self, depends_on=metrics)
        self.channels = [self._channel(recipient) for recipient in args.recipients]
        self.alerts = {alert.key: self._alert(alert) for alert in args.alerts}
        self._objective()
        gcp.monitoring.Dashboard(
            f"{name}-dashboard", project=args.project, dashboard_json=args.dashboard, opts=self._measured
        )
        self.register_outputs({"alerts": {key: alert.name for key, alert in self.alerts.items()}})

    def _metric(self, metric: Metric) -> gcp.logging.Metric:
        counted = metric.field is None
        return gcp.logging.Metric(
            f"{self._name}-{metric.key}",
            project=self._args.project,
            name=metric.name,
            description=metric.description,
            filter=metric.filter,
            metric_descriptor={
                "metric_kind": "DELTA",
                "value_type": "INT64" if counted else "DISTRIBUTION",
                "unit": metric.unit,
            },
            value_extractor=None if counted else f"EXTRACT(jsonPayload.{metric.field})",
            bucket_options=None
            if counted
            else {
                "exponential_buckets": {
                    "num_finite_buckets": 64,
                    "growth_factor": metric.growth,
                    "scale": metric.smallest,
                }
            },
            opts=self._child,
        )

    def _channel(self, recipient: str) -> gcp.monitoring.NotificationChannel:
        return gcp.monitoring.NotificationChannel(
            f"{self._name}-channel-{recipient}",
            project=self._args.project,
            type="email",
            display_name=f"Alerts to {recipient}",
            labels={"email_address": recipient},
            opts=self._child,
        )

    def _alert(self, alert: Alert) -> gcp.monitoring.AlertPolicy:
        return gcp.monitoring.AlertPolicy(
            f"{self._name}-{alert.key}",
            project=self._args.project,
            display_name=alert.title,
            severity=alert.severity,
            enabled=True,
            combiner="OR",
            conditions=[_condition(condition) for condition in alert.conditions],
            notification_channels=[channel.name for channel in self.channels],
            alert_strategy={"auto_close": AUTO_CLOSE},
            documentation={"content": alert.advice, "mime_type": "text/markdown"},
            opts=self._measured,
        )

    def _objective(self) -> None:
        args = self._args
        service = gcp.monitoring.CustomService(
            f"{self._name}-service",
            project=args.project,
            service_id=args.service_id,
            display_name=args.service_title,
            opts=self._child,
        )
        gcp.monitoring.Slo(
            f"{self._name}-slo",
            project=args.project,
            service=service.service_id,
            slo_id="answered",
            display_name=args.service_title,
            goal=args.slo_goal,
            rolling_period_days=args.slo_days,
            request_based_sli={
                "good_total_ratio": {"bad_service_filter": args.slo_bad, "total_service_filter": args.slo_total}
            },
            opts=self._measured,
        )


def _condition(condition: Threshold | Query | Absence) -> gcp.monitoring.AlertPolicyConditionArgsDict:
    if isinstance(condition, Query):
        return {
            "display_name": condition.title,
            "condition_prometheus_query_language": {
                "query": condition.promql,
                "duration": "0s",
                "evaluation_interval": "60s",
                # Until the first case is logged there is no such series, and Google would refuse the alert.
                "disable_metric_validation": True,
            },
        }
    if isinstance(condition, Absence):
        return {
            "display_name": condition.title,
            "condition_absent": {
                "filter": condition.series,
                "duration": f"{condition.seconds}s",
                "aggregations": [_aggregation("REDUCE_SUM")],
            },
        }
    threshold: gcp.monitoring.AlertPolicyConditionConditionThresholdArgsDict = {
        "filter": condition.series,
        "comparison": "COMPARISON_GT",
        "threshold_value": condition.limit,
        "duration": "0s",
        "aggregations": [_aggregation(condition.reducer)],
    }
    if condition.denominator is not None:
        threshold["denominator_filter"] = condition.denominator
        threshold["denominator_aggregations"] = [_aggregation("REDUCE_SUM")]
    return {"display_name": condition.title, "condition_threshold": threshold}


def _aggregation(reducer: str) -> gcp.monitoring.AlertPolicyConditionConditionThresholdAggregationArgsDict:
    return {
        "alignment_period": f"{WINDOW_SECONDS}s",
        "per_series_aligner": "ALIGN_DELTA",
        "cross_series_reducer": reducer,
    }


def _check(name: str, args: ObservabilityArgs) -> None:
    if not 0 < args.slo_goal <= 0.999:
        raise ValueError(
            f"{name}: the objective is {args.slo_goal}; Cloud Monitoring accepts more than 0, at most 0.999. "
            "Set SLO_GOAL in infra/sizing/observability.py."
        )
    if not args.recipients:
        raise ValueError(f"{name}: nobody hears the alerts. Name a finops_owner and an adoption_owner in the charter.")
