"""Charter in, components out: the wiring of a governed stack, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pulumi
import pulumi_gcp as gcp

from infra.components.budget import Budget
from infra.components.endpoint import Endpoint
from infra.components.identity import Identity
from infra.components.keys import Keys
from infra.components.ledger import Ledger
from infra.components.logs import Logs
from infra.components.network import Network
from infra.components.observability import Observability
from infra.components.quota import Quota
from infra.components.routing import Routing
from infra.components.safety import Safety
from infra.components.services import Services
from infra.components.transcripts import Transcripts
from infra.sizing import (
    budget,
    endpoint,
    identity,
    keys,
    ledger,
    logs,
    network,
    observability,
    prices,
    quota,
    routing,
    safety,
    services,
    transcripts,
)
from lockgate.charter.model import Charter

NETWORK_APIS = ("compute", "dns", "networkconnectivity", "servicenetworking")
BUILD_APIS = ("cloudfunctions", "run", "cloudbuild", "artifactregistry", "storage", "eventarc", "cloudscheduler")


def build(charter: Charter) -> pulumi.Output[str]:
    """Register every guardrail that the charter asks for, each after the APIs that it calls; the router's address."""
    provider = _provider(charter)

    def after(
        *apis: str, where_enabled: tuple[str, ...] = (), also: Iterable[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        return _after(provider, [*enabled.of(*apis, where_enabled=where_enabled), *also])

    enabled = Services("services", services.size(charter), opts=pulumi.ResourceOptions(provider=provider))
    who = Identity("identity", identity.size(charter), opts=after("iam", "cloudresourcemanager"))
    key = Keys("keys", keys.size(charter), enabled=enabled.enabled, opts=after("cloudkms"))
    vpc = Network("network", network.size(charter), opts=after(*NETWORK_APIS))
    Logs("logs", logs.size(charter), key=key.ids["logs"], opts=after("logging"))
    kept = Transcripts(
        "transcripts",
        transcripts.size(charter),
        key=key.ids["bigquery"],
        vertex_agent=key.agents.get("aiplatform"),
        opts=after("bigquery", "aiplatform"),
    )
    spend = Budget(
        "budget",
        budget.size(charter),
        key=key.ids["pubsub"],
        opts=after("billingbudgets", "pubsub", "monitoring"),
    )
    bounds = Quota("quota", quota.size(charter), opts=after("cloudquotas", "serviceusage", "aiplatform"))
    screen = Safety(
        "safety",
        safety.size(charter),
        vertex_agent=kept.vertex_agent,
        opts=after("modelarmor", where_enabled=("dlp",)),
    )
    sized = endpoint.size(charter)
    served = sized and Endpoint(
        "endpoint",
        sized,
        key=key.ids["vertex"],
        network=vpc.network_id,
        dataset=kept.dataset,
        opts=after("aiplatform", also=[*vpc.model_access, *bounds.preferences.values()]),
    )
    kept_in = Ledger(
        "ledger",
        ledger.size(charter),
        key=key.ids["sql"],
        network=vpc.network_id,
        peering=vpc.peering,
        accounts=who.accounts,
        opts=after("sqladmin"),
    )
    routed = Routing(
        "routing",
        routing.size(charter, prices=prices.rows()),
        key=key.ids["functions"],
        storage_key=key.ids["storage"],
        network=vpc.network_id,
        subnet=vpc.subnet_id,
        topic=spend.topic,
        template=screen.template_name,
        ledger_host=kept_in.host,
        accounts=who.accounts,
        deployments=served.deployments if served else {},
        opts=after(*BUILD_APIS),
    )
    Observability("observability", observability.size(charter), opts=after("monitoring", "logging"))
    return routed.router.url


def _provider(charter: Charter) -> gcp.Provider:
    """The only provider: the charter's project pays for each call, and each resource says whose it is.

    user_project_override and billing_project are what the budget API needs to accept an account that is no user.
    """
    cloud = charter.cloud
    return gcp.Provider(
        "google",
        project=cloud.project,
        region=cloud.region,
        user_project_override=True,
        billing_project=cloud.project,
        default_labels={
            "use_case": charter.use_case.name,
            "owner": re.sub(r"[^a-z0-9_-]", "-", charter.money.finops_owner.split("@")[0].lower())[:63],
            "cost_centre": charter.money.cost_centre,
            "environment": charter.use_case.environment,
        },
    )


def _after(provider: gcp.Provider, resources: Iterable[pulumi.Resource]) -> pulumi.ResourceOptions:
    """Options of a component: each of its children comes after ``resources``.

    Pulumi does not hand depends_on from a component down to its children; a transformation does.
    """
    waited = pulumi.ResourceOptions(depends_on=list(resources))

    def wait(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, waited))

    return pulumi.ResourceOptions(provider=provider, transformations=[wait])
