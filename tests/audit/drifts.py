"""Kinds of drift as data: how each is made behind Pulumi's back with a client of Google's, and what an audit must say.

Names are those of the stack claims-triage."""

from __future__ import annotations

from tests.audit.changes.access import (
    act_as,
    audit_configs,
    disabled_account,
    exempt,
    granted,
    invoker,
    key,
    on_project,
    role,
    without_router,
)
from tests.audit.changes.data import (
    api,
    dataset,
    floor,
    function,
    goal,
    masking,
    paused,
    record,
    run,
    screen,
    sql,
    storage,
    storage_policy,
    topic,
)
from tests.audit.changes.keys import images, key_decrypter, key_user, key_version, reader, ring, rotation, variable
from tests.audit.changes.logs import log_bucket, metric, new_exclusion, new_sink, sink, view
from tests.audit.changes.money import (
    change_alert,
    change_budget,
    change_channel,
    delete_budget,
    delete_channel,
    raise_alert,
)
from tests.audit.changes.network import firewall, nat, patch_firewall, peering, route
from tests.audit.changes.serving import (
    adjuster,
    new_endpoint,
    override,
    preference,
    replicas,
    second_model,
    undeploy,
    unlogged,
)
from tests.audit.changes.shared import PERSON, ROUTER, STATE_BUCKET, Seeded

DRIFTS: dict[str, Seeded] = {
    # Money.
    "a threshold removed": Seeded(
        "changed", "Budget", "budget-monthly", "thresholdRules",
        change_budget("threshold_rules", lambda budget: budget.threshold_rules.pop()),
    ),
    "the budget raised": Seeded(
        "changed", "Budget", "budget-monthly", "amount.specifiedAmount.units",
        change_budget("amount", lambda budget: setattr(budget.amount.specified_amount, "units", 50000)),
    ),
    "the topic removed from the budget": Seeded(
        "changed", "Budget", "budget-monthly", "notificationsRule.pubsubTopic",
        change_budget("notifications_rule", lambda budget: setattr(budget.notifications_rule, "pubsub_topic", "")),
    ),
    "the budget deleted": Seeded("missing", "Budget", "budget-monthly", None, delete_budget),
    "a recipient's channel deleted": Seeded(
        "missing", "NotificationChannel", "observability-channel-finops-claims@example.com", None, delete_channel
    ),
    "a recipient's channel disabled": Seeded(
        "changed", "NotificationChannel", "observability-channel-finops-claims@example.com", "enabled", change_channel
    ),
    # Quotas.
    "a quota preference raised": Seeded(
        "changed", "SQuotaPreference", "quota-l4-here", "quotaConfig.preferredValue", preference
    ),
    "a quota override deleted": Seeded("missing", "ConsumerQuotaOverride", "quota-no-a100", None, override),
    "the quota adjuster enabled": Seeded(
        "changed", "SQuotaAdjusterSettings", "quota-adjuster", "enablement", adjuster
    ),
    # Logs.
    "retention shortened": Seeded(
        "changed", "ProjectBucketConfig", "logs-operations", "retentionDays",
        log_bucket("claims-triage-operations", "retentionDays", {"retentionDays": 7}),
    ),
    "a sink disabled": Seeded(
        "changed", "ProjectSink", "logs-audit-sink", "disabled", sink("disabled", {"disabled": True})
    ),
    "a sink's filter changed": Seeded(
        "changed", "ProjectSink", "logs-audit-sink", "filter", sink("filter", {"filter": "severity>=ERROR"})
    ),
    "an exclusion added to a sink": Seeded(
        "changed", "ProjectSink", "logs-audit-sink", "exclusions",
        sink("exclusions", {"exclusions": [{"name": "mine", "filter": "resource.type=gce_instance"}]}),
    ),
    "a second sink": Seeded("extra", "ProjectSink", "copy", None, new_sink),
    "an exclusion of the project": Seeded("extra", "ProjectExclusion", "quiet", None, new_exclusion),
    "a view narrowed": Seeded("changed", "LogView", "logs-auditors", "filter", view),
    "a metric's filter changed": Seeded("changed", "Metric", "observability-cases", "filter", metric),
    "an audit configuration removed": Seeded(
        "missing", "IAMAuditConfig", "logs-data-access-aiplatform", None,
        audit_configs(lambda configs: [one for one in configs if one["service"] != "aiplatform.googleapis.com"]),
    ),
    "a person exempt from the audit": Seeded(
        "changed", "IAMAuditConfig", "logs-data-access-aiplatform", "auditConfigs.auditLogConfigs",
        audit_configs(exempt),
    ),
    # Identity.
    "a role granted to a person": Seeded(
        "extra", "IAMMember", "projects/example-claims-prod", None, on_project(granted("roles/editor", PERSON))
    ),
    "a planned grant withdrawn": Seeded(
        "missing", "IAMMember", "identity-router-grant", None,
        on_project(without_router),
    ),
    "everybody may call the router": Seeded("extra", "ServiceIamMember", f"services/{ROUTER}", None, invoker),
    "a service account's key": Seeded("extra", "Key", "", None, key),
    "a person may act as the router": Seeded("extra", "IAMMember", "", None, act_as),
    "a service account disabled": Seeded("changed", "Account", "identity-router", "disabled", disabled_account),
    "a custom role widened": Seeded(
        "changed", "IAMCustomRole", "identity-router-role", "includedPermissions", role
    ),
    "anybody may publish budget alerts": Seeded("extra", "TopicIAMMember", "claims-triage-budget-alerts", None, topic),
    # Keys.
    "rotation lengthened": Seeded("changed", "CryptoKey", "keys-vertex", "rotationPeriod", rotation),
    "a key's version disabled": Seeded("changed", "CryptoKey", "keys-vertex", "primary.state", key_version),
    "a person added to a key's users": Seeded(
        "changed", "CryptoKeyIAMBinding", "keys-vertex-users", "members", key_user
    ),
    "a person may decrypt": Seeded("extra", "CryptoKeyIAMMember", "cryptoKeys/vertex", None, key_decrypter),
    "a person may decrypt with every key": Seeded("extra", "KeyRingIAMMember", "keyRings/claims-triage", None, ring),
    "a person may write images": Seeded(
        "extra", "RepositoryIamMember", "repositories/claims-triage-functions", None, images
    ),
    # Networks.
    "an egress rule opened": Seeded("extra", "Firewall", "firewalls/temporary", None, firewall),
    "the denying rule disabled": Seeded(
        "changed", "Firewall", "network-deny-egress", "disabled", patch_firewall({"disabled": True})
    ),
    "an allowed range widened": Seeded(
        "changed", "Firewall", "network-allow-models", "destinationRanges",
        patch_firewall({"destinationRanges": ["0.0.0.0/0"]}, "claims-triage-allow-models"),
    ),
    "a way to the internet by address translation": Seeded("extra", "RouterNat", "routers/quick", None, nat),
    "a network joined to another": Seeded("extra", "NetworkPeering", "networks/claims-triage", None, peering),
    "a route to the internet": Seeded("extra", "Route", "routes/way-out", None, route),
    "a name that leads elsewhere": Seeded("changed", "RecordSet", "network-apis-name", "rrdatas", record),
    # Data.
    "a public address for the database": Seeded(
        "changed", "DatabaseInstance", "ledger-instance", "settings.ipConfiguration.ipv4Enabled",
        sql({"ipConfiguration": {"ipv4Enabled": True}}),
    ),
    "a network let into the database": Seeded(
        "changed", "DatabaseInstance", "ledger-instance", "settings.ipConfiguration.authorizedNetworks",
        sql({"ipConfiguration": {"ipv4Enabled": True, "authorizedNetworks": [{"value": "0.0.0.0/0"}]}}),
    ),
    "backups off": Seeded(
        "changed", "DatabaseInstance", "ledger-instance", "settings.backupConfiguration",
        sql({"backupConfiguration": {"enabled": False}}),
    ),
    "a bucket may become public": Seeded(
        "changed", "Bucket", "routing-state", "iamConfiguration.publicAccessPrevention", storage
    ),
    "a bucket that is public": Seeded("extra", "BucketIAMMember", STATE_BUCKET, None, storage_policy),
    "a person may read transcripts": Seeded("changed", "Dataset", "transcripts-dataset", "access", reader),
    "transcripts that never expire": Seeded(
        "changed", "Dataset", "transcripts-dataset", "defaultTableExpirationMs", dataset
    ),
    # Models and what leads to them.
    "replicas raised": Seeded(
        "changed", "AiEndpointWithModelGardenDeployment", "endpoint-gemma-3-12b-it",
        "deployConfig.dedicatedResources.maxReplicaCount", replicas,
    ),
    "a model undeployed": Seeded(
        "changed", "AiEndpointWithModelGardenDeployment", "endpoint-gemma-3-12b-it",
        "deployConfig.dedicatedResources", undeploy,
    ),
    "a second model on the endpoint": Seeded(
        "changed", "AiEndpointWithModelGardenDeployment", "endpoint-gemma-3-12b-it", "deployedModels", second_model
    ),
    "request-response logging off": Seeded(
        "changed", "AiEndpoint", "endpoint-private", "predictRequestResponseLoggingConfig", unlogged
    ),
    "an endpoint beside the plan": Seeded("extra", "AiEndpoint", "endpoints/77", None, new_endpoint),
    "a function open to the internet": Seeded(
        "changed", "Function", "routing-router", "serviceConfig.ingressSettings",
        function("serviceConfig.ingressSettings", {"ingressSettings": "ALLOW_ALL"}),
    ),
    "a function open to the internet, in Cloud Run": Seeded(
        "changed", "Function", "routing-router", "serviceConfig.ingressSettings",
        run(lambda service: setattr(service, "ingress", "INGRESS_TRAFFIC_ALL")),
    ),
    "callers not asked who they are": Seeded(
        "changed", "Function", "routing-router", "invokerIamDisabled",
        run(lambda service: setattr(service, "invoker_iam_disabled", True)),
    ),
    "a variable added to a function": Seeded(
        "changed", "Function", "routing-router", "serviceConfig.environmentVariables.SKIP_SCREEN", variable
    ),
    "instances raised": Seeded(
        "changed", "Function", "routing-router", "serviceConfig.maxInstanceCount",
        function("serviceConfig.maxInstanceCount", {"maxInstanceCount": 900}),
    ),
    "the heartbeat paused": Seeded("changed", "Job", "routing-heartbeat", "state", paused),
    # Safety.
    "the floor's enforcement off": Seeded(
        "changed", "Floorsetting", "safety-floor", "enableFloorSettingEnforcement", floor
    ),
    "a filter of the screen off": Seeded(
        "changed", "Template", "safety-template", "filterConfig.piAndJailbreakFilterSettings.filterEnforcement", screen
    ),
    "a kind of personal data not looked for": Seeded(
        "changed", "PreventionInspectTemplate", "safety-inspect", "inspectConfig.infoTypes", masking
    ),
    # What people are told.
    "an alert disabled": Seeded(
        "changed", "AlertPolicy", "observability-latency", "enabled", change_alert("enabled", {"enabled": False})
    ),
    "an alert that tells nobody": Seeded(
        "changed", "AlertPolicy", "observability-latency", "notificationChannels",
        change_alert("notificationChannels", {"notificationChannels": []}),
    ),
    "an alert's threshold raised": Seeded(
        "changed", "AlertPolicy", "observability-latency", "conditions", raise_alert
    ),
    "an objective lowered": Seeded("changed", "Slo", "observability-slo", "goal", goal),
    # APIs.
    "an API disabled": Seeded("missing", "Service", "services-modelarmor", None, api),
}  # fmt: skip
