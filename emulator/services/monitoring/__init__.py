"""Cloud Monitoring: https://cloud.google.com/monitoring/api/ref_v3/rest. Alerts and their channels, uptime checks,
groups, services and their
objectives, metrics (v3); dashboards and metrics scopes (v1)."""

from __future__ import annotations

from emulator.context import Context
from emulator.service import Service
from emulator.services.monitoring import alerting, checks, dashboards, metrics, scopes, slos
from emulator.wire.errors import GoogleError


def _not_found(ctx: Context, kind: str, name: str) -> str | GoogleError:
    ident = name.rsplit("/", 1)[-1]
    project = name.split("/")[1] if name.startswith("projects/") else ""
    number = ctx.projects.number_of(project)
    match kind:
        case "Service":
            return f"There is no service with id '{ident}' in project '{number}'"
        case "ServiceLevelObjective":
            service = name.split("/")[3]
            return f"There is no slo with id '{ident}' under service '{service}' in project '{number}'"
        case "Group":
            return f"Could not find group definition for '{ident}'."
        case "UptimeCheckConfig":
            return f"Config not found for check {ident} in project {project}"
        case "AlertPolicy":
            return f"Cannot find alert policy {name}"
        case "NotificationChannel":
            return f"Could not find notification channel {name}"
    return "Requested entity was not found."


SERVICE = Service(
    "monitoring",
    package="google.monitoring.{version}",
    packages={"v1": "google.monitoring.metricsscope.v1", "v3": "google.monitoring.v3"},
    not_found=_not_found,
    operation_metadata=scopes.metadata,
    resources={
        **alerting.RESOURCES,
        **checks.RESOURCES,
        **slos.RESOURCES,
        **metrics.RESOURCES,
        **dashboards.RESOURCES,
        **scopes.RESOURCES,
    },
    methods={
        **alerting.METHODS,
        **checks.METHODS,
        **slos.METHODS,
        **metrics.METHODS,
        **dashboards.METHODS,
        **scopes.METHODS,
    },
)
