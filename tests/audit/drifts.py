"""Kinds of drift as data: how each is made behind Pulumi's back with a client of Google's, and what an audit must say.

Names are those of the stack claims-triage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.audit.conftest import Google

REGION = "europe-west4"
ROUTER = "claims-triage-router"
PERSON = "user:mallory@example.com"
STATE_BUCKET = "claims-triage-418273645091-state"


@dataclass(frozen=True)
class Seeded:
    """One kind of drift."""

    what: str
    """``changed``, ``missing`` or ``extra``."""
    type: str
    """The end of the type of what is named."""
    name: str
    """The planned resource's name in the program; the end of the REST name for what is extra."""
    field: str | None
    """The start of the field, as the API spells it."""
    make: Callable[[Google], Any]


def _budget(google: Google) -> Any:
    client = google.generated("google.cloud.billing.budgets_v1.BudgetServiceClient", "billingbudgets")
    (budget,) = [
        one
        for one in client.list_budgets(parent="billingAccounts/01AB23-45CD67-89EF01")
        if one.display_name == "claims-triage production"
    ]
    return client, budget


def _change_budget(mask: str, change: Callable[[Any], None]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        client, budget = _budget(google)
        change(budget)
        client.update_budget(request={"budget": budget, "update_mask": {"paths": [mask]}})

    return make


def _delete_budget(google: Google) -> None:
    client, budget = _budget(google)
    client.delete_budget(name=budget.name)


def _monitored(collection: str, display_name: str, google: Google) -> tuple[Any, dict[str, Any]]:
    place = getattr(google.discovered("monitoring", "v3").projects(), collection)()
    (found,) = [
        one
        for one in place.list(name=f"projects/{google.project}").execute()[collection]
        if one["displayName"] == display_name
    ]
    return place, found


def _delete_channel(google: Google) -> None:
    place, channel = _monitored("notificationChannels", "Alerts to finops-claims@example.com", google)
    place.delete(name=channel["name"], force=True).execute()


def _change_channel(google: Google) -> None:
    place, channel = _monitored("notificationChannels", "Alerts to finops-claims@example.com", google)
    place.patch(name=channel["name"], updateMask="enabled", body={"enabled": False}).execute()


_LATENCY = "claims-triage: the slowest hundredth waits longer than 40 s"


def _change_alert(mask: str, body: dict[str, Any]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        place, policy = _monitored("alertPolicies", _LATENCY, google)
        place.patch(name=policy["name"], updateMask=mask, body=body).execute()

    return make


def _raise_alert(google: Google) -> None:
    place, policy = _monitored("alertPolicies", _LATENCY, google)
    policy["conditions"][0]["conditionThreshold"]["thresholdValue"] = 1e6
    place.patch(name=policy["name"], updateMask="conditions", body={"conditions": policy["conditions"]}).execute()


def _log_bucket(bucket: str, mask: str, body: dict[str, Any]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        name = f"projects/{google.project}/locations/{REGION}/buckets/{bucket}"
        buckets = google.discovered("logging", "v2").projects().locations().buckets()
        buckets.patch(name=name, updateMask=mask, body=body).execute()

    return make


def _sink(mask: str, body: dict[str, Any], name: str = "claims-triage-audit") -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        sinks = google.discovered("logging", "v2").projects().sinks()
        sink = f"projects/{google.project}/sinks/{name}"
        sinks.patch(sinkName=sink, updateMask=mask, uniqueWriterIdentity=True, body=body).execute()

    return make


def _new_sink(google: Google) -> None:
    client = google.own("storage")
    client.create_bucket("mallorys-copy")
    body = {"name": "copy", "destination": "storage.googleapis.com/mallorys-copy"}
    sinks = google.discovered("logging", "v2").projects().sinks()
    sinks.create(parent=f"projects/{google.project}", body=body).execute()


def _new_exclusion(google: Google) -> None:
    body = {"name": "quiet", "filter": "severity<ERROR"}
    exclusions = google.discovered("logging", "v2").projects().exclusions()
    exclusions.create(parent=f"projects/{google.project}", body=body).execute()


def _view(google: Google) -> None:
    name = f"projects/{google.project}/locations/{REGION}/buckets/claims-triage-audit/views/claims-triage-auditors"
    views = google.discovered("logging", "v2").projects().locations().buckets().views()
    views.patch(name=name, updateMask="filter", body={"filter": 'log_id("stdout")'}).execute()


def _metric(google: Google) -> None:
    metrics = google.discovered("logging", "v2").projects().metrics()
    name = f"projects/{google.project}/metrics/claims-triage-cases"
    metric = metrics.get(metricName=name).execute()
    metrics.update(metricName=name, body={**metric, "filter": "severity>=ERROR"}).execute()


def _with_policy(client: Any, resource: str, edit: Callable[[Any], None]) -> None:
    policy = client.get_iam_policy(request={"resource": resource, "options": {"requested_policy_version": 3}})
    edit(policy)
    client.set_iam_policy(request={"resource": resource, "policy": policy})


def _granted(role: str, member: str) -> Callable[[Any], None]:
    return lambda policy: policy.bindings.add(role=role, members=[member])


def _without_router(policy: Any) -> None:
    for binding in list(policy.bindings):
        if binding.role.endswith("/claims_triage_router"):
            policy.bindings.remove(binding)


def _on_project(edit: Callable[[Any], None]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        client = google.generated("google.cloud.resourcemanager_v3.ProjectsClient", "cloudresourcemanager")
        _with_policy(client, f"projects/{google.project}", edit)

    return make


def _audit_configs(edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        projects = google.discovered("cloudresourcemanager", "v1").projects()
        policy = projects.getIamPolicy(
            resource=google.project, body={"options": {"requestedPolicyVersion": 3}}
        ).execute()
        policy["auditConfigs"] = edit(policy["auditConfigs"])
        body = {"policy": policy, "updateMask": "bindings,etag,auditConfigs"}
        projects.setIamPolicy(resource=google.project, body=body).execute()

    return make


def _exempt(configs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for config in configs:
        if config["service"] == "aiplatform.googleapis.com":
            config["auditLogConfigs"][1]["exemptedMembers"] = [PERSON]
    return configs


def _invoker(google: Google) -> None:
    client = google.generated("google.cloud.run_v2.ServicesClient", "run")
    name = f"projects/{google.project}/locations/{REGION}/services/{ROUTER}"
    _with_policy(client, name, _granted("roles/run.invoker", "allUsers"))


def _key(google: Google) -> None:
    name = f"projects/{google.project}/serviceAccounts/{ROUTER}@{google.project}.iam.gserviceaccount.com"
    google.discovered("iam", "v1").projects().serviceAccounts().keys().create(name=name, body={}).execute()


def _act_as(google: Google) -> None:
    name = f"projects/{google.project}/serviceAccounts/{ROUTER}@{google.project}.iam.gserviceaccount.com"
    accounts = google.discovered("iam", "v1").projects().serviceAccounts()
    policy = accounts.getIamPolicy(resource=name).execute()
    policy.setdefault("bindings", []).append({"role": "roles/iam.serviceAccountTokenCreator", "members": [PERSON]})
    accounts.setIamPolicy(resource=name, body={"policy": policy}).execute()


def _disabled_account(google: Google) -> None:
    name = f"projects/{google.project}/serviceAccounts/{ROUTER}@{google.project}.iam.gserviceaccount.com"
    google.discovered("iam", "v1").projects().serviceAccounts().disable(name=name, body={}).execute()


def _role(google: Google) -> None:
    roles = google.discovered("iam", "v1").projects().roles()
    name = f"projects/{google.project}/roles/claims_triage_router"
    role = roles.get(name=name).execute()
    more = [*role["includedPermissions"], "storage.objects.delete"]
    roles.patch(name=name, updateMask="includedPermissions", body={"includedPermissions": more}).execute()


def _endpoints(google: Google) -> tuple[Any, str]:
    client = google.generated("google.cloud.aiplatform_v1.EndpointServiceClient", "aiplatform")
    return client, f"projects/{google.project}/locations/{REGION}"


def _deployment(google: Google) -> tuple[Any, Any]:
    client, parent = _endpoints(google)
    (endpoint,) = [one for one in client.list_endpoints(parent=parent) if "gemma" in one.display_name]
    return client, endpoint


def _replicas(google: Google) -> None:
    client, endpoint = _deployment(google)
    deployed = endpoint.deployed_models[0]
    deployed.dedicated_resources.max_replica_count = 8
    client.mutate_deployed_model(
        request={
            "endpoint": endpoint.name,
            "deployed_model": {"id": deployed.id, "dedicated_resources": deployed.dedicated_resources},
            "update_mask": {"paths": ["dedicated_resources.max_replica_count"]},
        }
    ).result(timeout=20)


def _second_model(google: Google) -> None:
    client, endpoint = _deployment(google)
    first = endpoint.deployed_models[0]
    second = {"model": first.model, "dedicated_resources": first.dedicated_resources, "display_name": "second"}
    client.deploy_model(request={"endpoint": endpoint.name, "deployed_model": second}).result(timeout=20)


def _undeploy(google: Google) -> None:
    client, endpoint = _deployment(google)
    client.undeploy_model(
        request={"endpoint": endpoint.name, "deployed_model_id": endpoint.deployed_models[0].id}
    ).result(timeout=20)


def _unlogged(google: Google) -> None:
    client, parent = _endpoints(google)
    client.update_endpoint(
        request={
            "endpoint": {
                "name": f"{parent}/endpoints/7412278161",
                "predict_request_response_logging_config": {"enabled": False},
            },
            "update_mask": {"paths": ["predict_request_response_logging_config"]},
        }
    )


def _new_endpoint(google: Google) -> None:
    client, parent = _endpoints(google)
    request = {"parent": parent, "endpoint": {"display_name": "shadow"}, "endpoint_id": "77"}
    client.create_endpoint(request=request).result(timeout=20)


def _preference(google: Google) -> None:
    client = google.generated("google.cloud.cloudquotas_v1.CloudQuotasClient", "cloudquotas")
    name = f"projects/{google.project}/locations/global/quotaPreferences/claims-triage-l4-{REGION}"
    preference = client.get_quota_preference(name=name)
    preference.quota_config.preferred_value = 16
    preference.contact_email = "mallory@example.com"
    client.update_quota_preference(request={"quota_preference": preference})


def _adjuster(google: Google) -> None:
    name = "google.cloud.cloudquotas_v1.QuotaAdjusterSettingsManagerClient"
    client = google.generated(name, "cloudquotas")
    settings = {
        "name": f"projects/{google.project}/locations/global/quotaAdjusterSettings",
        "enablement": "ENABLED",
    }
    client.update_quota_adjuster_settings(
        request={"quota_adjuster_settings": settings, "update_mask": {"paths": ["enablement"]}}
    )


def _override(google: Google) -> None:
    overrides = (
        google.discovered("serviceusage", "v1beta1").services().consumerQuotaMetrics().limits().consumerOverrides()
    )
    parent = (
        f"projects/{google.project}/services/aiplatform.googleapis.com/consumerQuotaMetrics/"
        "aiplatform.googleapis.com%2Fcustom_model_serving_nvidia_a100_gpus/limits/%2Fproject%2Fregion"
    )
    (override,) = overrides.list(parent=parent).execute()["overrides"]
    overrides.delete(name=override["name"], force=True).execute()


def _firewall(google: Google) -> None:
    body = {
        "name": "temporary",
        "network": f"projects/{google.project}/global/networks/claims-triage",
        "direction": "EGRESS",
        "priority": 10,
        "destinationRanges": ["0.0.0.0/0"],
        "allowed": [{"IPProtocol": "all"}],
    }
    google.discovered("compute", "v1").firewalls().insert(project=google.project, body=body).execute()


def _patch_firewall(body: dict[str, Any], name: str = "claims-triage-deny-egress") -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        firewalls = google.discovered("compute", "v1").firewalls()
        firewalls.patch(project=google.project, firewall=name, body=body).execute()

    return make


def _route(google: Google) -> None:
    body = {
        "name": "way-out",
        "network": f"projects/{google.project}/global/networks/claims-triage",
        "destRange": "0.0.0.0/0",
        "nextHopGateway": f"projects/{google.project}/global/gateways/default-internet-gateway",
    }
    google.discovered("compute", "v1").routes().insert(project=google.project, body=body).execute()


def _nat(google: Google) -> None:
    body = {
        "name": "quick",
        "network": f"projects/{google.project}/global/networks/claims-triage",
        "nats": [
            {
                "name": "out",
                "natIpAllocateOption": "AUTO_ONLY",
                "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
            }
        ],
    }
    google.discovered("compute", "v1").routers().insert(project=google.project, region=REGION, body=body).execute()


def _peering(google: Google) -> None:
    compute = google.discovered("compute", "v1")
    body = {"name": "theirs", "autoCreateSubnetworks": False}
    compute.networks().insert(project=google.project, body=body).execute()
    peering = {
        "name": "joined",
        "network": f"projects/{google.project}/global/networks/theirs",
        "exchangeSubnetRoutes": True,
    }
    compute.networks().addPeering(
        project=google.project, network="claims-triage", body={"networkPeering": peering}
    ).execute()


def _ring(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    _with_policy(client, name.partition("/cryptoKeys")[0], _granted("roles/cloudkms.cryptoKeyDecrypter", PERSON))


def _images(google: Google) -> None:
    repositories = google.discovered("artifactregistry", "v1").projects().locations().repositories()
    name = f"projects/{google.project}/locations/{REGION}/repositories/claims-triage-functions"
    policy = repositories.getIamPolicy(resource=name).execute()
    policy.setdefault("bindings", []).append({"role": "roles/artifactregistry.writer", "members": [PERSON]})
    repositories.setIamPolicy(resource=name, body={"policy": policy}).execute()


def _reader(google: Google) -> None:
    from google.cloud.bigquery import AccessEntry

    client = google.own("bigquery")
    dataset = client.get_dataset(f"{google.project}.claims_triage_transcripts")
    dataset.access_entries = [*dataset.access_entries, AccessEntry("READER", "userByEmail", "mallory@example.com")]
    client.update_dataset(dataset, ["access_entries"])


def _variable(google: Google) -> None:
    functions = google.discovered("cloudfunctions", "v2").projects().locations().functions()
    name = f"projects/{google.project}/locations/{REGION}/functions/{ROUTER}"
    variables = functions.get(name=name).execute()["serviceConfig"]["environmentVariables"]
    body = {"serviceConfig": {"environmentVariables": {**variables, "SKIP_SCREEN": "hunter2"}}}
    functions.patch(name=name, updateMask="serviceConfig.environmentVariables", body=body).execute()


def _crypto_key(google: Google, key: str) -> tuple[Any, str]:
    client = google.generated("google.cloud.kms_v1.KeyManagementServiceClient", "cloudkms")
    return client, f"projects/{google.project}/locations/{REGION}/keyRings/claims-triage/cryptoKeys/{key}"


def _rotation(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    client.update_crypto_key(
        request={
            "crypto_key": {"name": name, "rotation_period": {"seconds": 315360000}},
            "update_mask": {"paths": ["rotation_period"]},
        }
    )


def _key_version(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    version = client.get_crypto_key(name=name).primary
    version.state = "DISABLED"
    client.update_crypto_key_version(request={"crypto_key_version": version, "update_mask": {"paths": ["state"]}})


def _key_user(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    _with_policy(client, name, lambda policy: policy.bindings[0].members.append(PERSON))


def _key_decrypter(google: Google) -> None:
    client, name = _crypto_key(google, "vertex")
    _with_policy(client, name, _granted("roles/cloudkms.cryptoKeyDecrypter", PERSON))


def _sql(settings: dict[str, Any]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        instances = google.discovered("sqladmin", "v1").instances()
        body = {"settings": settings}
        instances.patch(project=google.project, instance="claims-triage-ledger", body=body).execute()

    return make


def _function(mask: str, config: dict[str, Any]) -> Callable[[Google], Any]:
    # Not google-cloud-functions: it cannot read its own operation's answer, which has fields that it does not know.
    def make(google: Google) -> None:
        functions = google.discovered("cloudfunctions", "v2").projects().locations().functions()
        name = f"projects/{google.project}/locations/{REGION}/functions/{ROUTER}"
        operation = functions.patch(name=name, updateMask=mask, body={"serviceConfig": config}).execute()
        operations = google.discovered("cloudfunctions", "v2").projects().locations().operations()
        while not operation.get("done"):
            operation = operations.get(name=operation["name"]).execute()

    return make


def _run(change: Callable[[Any], None]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        client = google.generated("google.cloud.run_v2.ServicesClient", "run")
        service = client.get_service(name=f"projects/{google.project}/locations/{REGION}/services/{ROUTER}")
        change(service)
        client.update_service(request={"service": service}).result(timeout=20)

    return make


def _topic(google: Google) -> None:
    client = google.generated("google.pubsub_v1.PublisherClient", "pubsub")
    _with_policy(
        client,
        f"projects/{google.project}/topics/claims-triage-budget-alerts",
        _granted("roles/pubsub.publisher", "allAuthenticatedUsers"),
    )


def _storage(google: Google) -> None:
    bucket = google.own("storage").get_bucket(STATE_BUCKET)
    bucket.iam_configuration.public_access_prevention = "inherited"
    bucket.patch()


def _storage_policy(google: Google) -> None:
    bucket = google.own("storage").get_bucket(STATE_BUCKET)
    bucket.iam_configuration.public_access_prevention = "inherited"
    bucket.patch()
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"allUsers"}})
    bucket.set_iam_policy(policy)


def _dataset(google: Google) -> None:
    client = google.own("bigquery")
    dataset = client.get_dataset(f"{google.project}.claims_triage_transcripts")
    dataset.default_table_expiration_ms = None
    client.update_dataset(dataset, ["default_table_expiration_ms"])


def _armor(google: Google) -> Any:
    return google.generated("google.cloud.modelarmor_v1.ModelArmorClient", "modelarmor")


def _floor(google: Google) -> None:
    name = f"projects/{google.project}/locations/global/floorSetting"
    floor = {"name": name, "enable_floor_setting_enforcement": False}
    _armor(google).update_floor_setting(
        request={"floor_setting": floor, "update_mask": {"paths": ["enable_floor_setting_enforcement"]}}
    )


def _screen(google: Google) -> None:
    client = _armor(google)
    name = f"projects/{google.project}/locations/{REGION}/templates/claims-triage-screen"
    template = client.get_template(name=name)
    template.filter_config.pi_and_jailbreak_filter_settings.filter_enforcement = "DISABLED"
    client.update_template(request={"template": template, "update_mask": {"paths": ["filter_config"]}})


def _masking(google: Google) -> None:
    templates = google.discovered("dlp", "v2").projects().locations().inspectTemplates()
    name = f"projects/{google.project}/locations/{REGION}/inspectTemplates/claims-triage-screen-inspect"
    template = templates.get(name=name).execute()
    template["inspectConfig"]["infoTypes"].pop()
    body = {"inspectTemplate": {"inspectConfig": template["inspectConfig"]}, "updateMask": "inspectConfig"}
    templates.patch(name=name, body=body).execute()


def _api(google: Google) -> None:
    services = google.discovered("serviceusage", "v1").services()
    name = f"projects/{google.project}/services/modelarmor.googleapis.com"
    services.disable(name=name, body={"disableDependentServices": True}).execute()


def _paused(google: Google) -> None:
    jobs = google.discovered("cloudscheduler", "v1").projects().locations().jobs()
    jobs.pause(name=f"projects/{google.project}/locations/{REGION}/jobs/claims-triage-heartbeat", body={}).execute()


def _goal(google: Google) -> None:
    slos = google.discovered("monitoring", "v3").services().serviceLevelObjectives()
    name = f"projects/{google.project}/services/{ROUTER}/serviceLevelObjectives/answered"
    slos.patch(name=name, updateMask="goal", body={"goal": 0.5}).execute()


def _record(google: Google) -> None:
    sets = google.discovered("dns", "v1").resourceRecordSets()
    sets.patch(
        project=google.project,
        managedZone="claims-triage-google-apis",
        name="googleapis.com.",
        type="A",
        body={"name": "googleapis.com.", "type": "A", "ttl": 300, "rrdatas": ["203.0.113.9"]},
    ).execute()


DRIFTS: dict[str, Seeded] = {
    # Money.
    "a threshold removed": Seeded(
        "changed", "Budget", "budget-monthly", "thresholdRules",
        _change_budget("threshold_rules", lambda budget: budget.threshold_rules.pop()),
    ),
    "the budget raised": Seeded(
        "changed", "Budget", "budget-monthly", "amount.specifiedAmount.units",
        _change_budget("amount", lambda budget: setattr(budget.amount.specified_amount, "units", 50000)),
    ),
    "the topic removed from the budget": Seeded(
        "changed", "Budget", "budget-monthly", "notificationsRule.pubsubTopic",
        _change_budget("notifications_rule", lambda budget: setattr(budget.notifications_rule, "pubsub_topic", "")),
    ),
    "the budget deleted": Seeded("missing", "Budget", "budget-monthly", None, _delete_budget),
    "a recipient's channel deleted": Seeded(
        "missing", "NotificationChannel", "observability-channel-finops-claims@example.com", None, _delete_channel
    ),
    "a recipient's channel disabled": Seeded(
        "changed", "NotificationChannel", "observability-channel-finops-claims@example.com", "enabled", _change_channel
    ),
    # Quotas.
    "a quota preference raised": Seeded(
        "changed", "SQuotaPreference", "quota-l4-here", "quotaConfig.preferredValue", _preference
    ),
    "a quota override deleted": Seeded("missing", "ConsumerQuotaOverride", "quota-no-a100", None, _override),
    "the quota adjuster enabled": Seeded(
        "changed", "SQuotaAdjusterSettings", "quota-adjuster", "enablement", _adjuster
    ),
    # Logs.
    "retention shortened": Seeded(
        "changed", "ProjectBucketConfig", "logs-operations", "retentionDays",
        _log_bucket("claims-triage-operations", "retentionDays", {"retentionDays": 7}),
    ),
    "a sink disabled": Seeded(
        "changed", "ProjectSink", "logs-audit-sink", "disabled", _sink("disabled", {"disabled": True})
    ),
    "a sink's filter changed": Seeded(
        "changed", "ProjectSink", "logs-audit-sink", "filter", _sink("filter", {"filter": "severity>=ERROR"})
    ),
    "an exclusion added to a sink": Seeded(
        "changed", "ProjectSink", "logs-audit-sink", "exclusions",
        _sink("exclusions", {"exclusions": [{"name": "mine", "filter": "resource.type=gce_instance"}]}),
    ),
    "a second sink": Seeded("extra", "ProjectSink", "copy", None, _new_sink),
    "an exclusion of the project": Seeded("extra", "ProjectExclusion", "quiet", None, _new_exclusion),
    "a view narrowed": Seeded("changed", "LogView", "logs-auditors", "filter", _view),
    "a metric's filter changed": Seeded("changed", "Metric", "observability-cases", "filter", _metric),
    "an audit configuration removed": Seeded(
        "missing", "IAMAuditConfig", "logs-data-access-aiplatform", None,
        _audit_configs(lambda configs: [one for one in configs if one["service"] != "aiplatform.googleapis.com"]),
    ),
    "a person exempt from the audit": Seeded(
        "changed", "IAMAuditConfig", "logs-data-access-aiplatform", "auditConfigs.auditLogConfigs",
        _audit_configs(_exempt),
    ),
    # Identity.
    "a role granted to a person": Seeded(
        "extra", "IAMMember", "projects/example-claims-prod", None, _on_project(_granted("roles/editor", PERSON))
    ),
    "a planned grant withdrawn": Seeded(
        "missing", "IAMMember", "identity-router-grant", None,
        _on_project(_without_router),
    ),
    "everybody may call the router": Seeded("extra", "ServiceIamMember", f"services/{ROUTER}", None, _invoker),
    "a service account's key": Seeded("extra", "Key", "", None, _key),
    "a person may act as the router": Seeded("extra", "IAMMember", "", None, _act_as),
    "a service account disabled": Seeded("changed", "Account", "identity-router", "disabled", _disabled_account),
    "a custom role widened": Seeded(
        "changed", "IAMCustomRole", "identity-router-role", "includedPermissions", _role
    ),
    "anybody may publish budget alerts": Seeded("extra", "TopicIAMMember", "claims-triage-budget-alerts", None, _topic),
    # Keys.
    "rotation lengthened": Seeded("changed", "CryptoKey", "keys-vertex", "rotationPeriod", _rotation),
    "a key's version disabled": Seeded("changed", "CryptoKey", "keys-vertex", "primary.state", _key_version),
    "a person added to a key's users": Seeded(
        "changed", "CryptoKeyIAMBinding", "keys-vertex-users", "members", _key_user
    ),
    "a person may decrypt": Seeded("extra", "CryptoKeyIAMMember", "cryptoKeys/vertex", None, _key_decrypter),
    "a person may decrypt with every key": Seeded("extra", "KeyRingIAMMember", "keyRings/claims-triage", None, _ring),
    "a person may write images": Seeded(
        "extra", "RepositoryIamMember", "repositories/claims-triage-functions", None, _images
    ),
    # Networks.
    "an egress rule opened": Seeded("extra", "Firewall", "firewalls/temporary", None, _firewall),
    "the denying rule disabled": Seeded(
        "changed", "Firewall", "network-deny-egress", "disabled", _patch_firewall({"disabled": True})
    ),
    "an allowed range widened": Seeded(
        "changed", "Firewall", "network-allow-models", "destinationRanges",
        _patch_firewall({"destinationRanges": ["0.0.0.0/0"]}, "claims-triage-allow-models"),
    ),
    "a way to the internet by address translation": Seeded("extra", "RouterNat", "routers/quick", None, _nat),
    "a network joined to another": Seeded("extra", "NetworkPeering", "networks/claims-triage", None, _peering),
    "a route to the internet": Seeded("extra", "Route", "routes/way-out", None, _route),
    "a name that leads elsewhere": Seeded("changed", "RecordSet", "network-apis-name", "rrdatas", _record),
    # Data.
    "a public address for the database": Seeded(
        "changed", "DatabaseInstance", "ledger-instance", "settings.ipConfiguration.ipv4Enabled",
        _sql({"ipConfiguration": {"ipv4Enabled": True}}),
    ),
    "a network let into the database": Seeded(
        "changed", "DatabaseInstance", "ledger-instance", "settings.ipConfiguration.authorizedNetworks",
        _sql({"ipConfiguration": {"ipv4Enabled": True, "authorizedNetworks": [{"value": "0.0.0.0/0"}]}}),
    ),
    "backups off": Seeded(
        "changed", "DatabaseInstance", "ledger-instance", "settings.backupConfiguration",
        _sql({"backupConfiguration": {"enabled": False}}),
    ),
    "a bucket may become public": Seeded(
        "changed", "Bucket", "routing-state", "iamConfiguration.publicAccessPrevention", _storage
    ),
    "a bucket that is public": Seeded("extra", "BucketIAMMember", STATE_BUCKET, None, _storage_policy),
    "a person may read transcripts": Seeded("changed", "Dataset", "transcripts-dataset", "access", _reader),
    "transcripts that never expire": Seeded(
        "changed", "Dataset", "transcripts-dataset", "defaultTableExpirationMs", _dataset
    ),
    # Models and what leads to them.
    "replicas raised": Seeded(
        "changed", "AiEndpointWithModelGardenDeployment", "endpoint-gemma-3-12b-it",
        "deployConfig.dedicatedResources.maxReplicaCount", _replicas,
    ),
    "a model undeployed": Seeded(
        "changed", "AiEndpointWithModelGardenDeployment", "endpoint-gemma-3-12b-it",
        "deployConfig.dedicatedResources", _undeploy,
    ),
    "a second model on the endpoint": Seeded(
        "changed", "AiEndpointWithModelGardenDeployment", "endpoint-gemma-3-12b-it", "deployedModels", _second_model
    ),
    "request-response logging off": Seeded(
        "changed", "AiEndpoint", "endpoint-private", "predictRequestResponseLoggingConfig", _unlogged
    ),
    "an endpoint beside the plan": Seeded("extra", "AiEndpoint", "endpoints/77", None, _new_endpoint),
    "a function open to the internet": Seeded(
        "changed", "Function", "routing-router", "serviceConfig.ingressSettings",
        _function("serviceConfig.ingressSettings", {"ingressSettings": "ALLOW_ALL"}),
    ),
    "a function open to the internet, in Cloud Run": Seeded(
        "changed", "Function", "routing-router", "serviceConfig.ingressSettings",
        _run(lambda service: setattr(service, "ingress", "INGRESS_TRAFFIC_ALL")),
    ),
    "callers not asked who they are": Seeded(
        "changed", "Function", "routing-router", "invokerIamDisabled",
        _run(lambda service: setattr(service, "invoker_iam_disabled", True)),
    ),
    "a variable added to a function": Seeded(
        "changed", "Function", "routing-router", "serviceConfig.environmentVariables.SKIP_SCREEN", _variable
    ),
    "instances raised": Seeded(
        "changed", "Function", "routing-router", "serviceConfig.maxInstanceCount",
        _function("serviceConfig.maxInstanceCount", {"maxInstanceCount": 900}),
    ),
    "the heartbeat paused": Seeded("changed", "Job", "routing-heartbeat", "state", _paused),
    # Safety.
    "the floor's enforcement off": Seeded(
        "changed", "Floorsetting", "safety-floor", "enableFloorSettingEnforcement", _floor
    ),
    "a filter of the screen off": Seeded(
        "changed", "Template", "safety-template", "filterConfig.piAndJailbreakFilterSettings.filterEnforcement", _screen
    ),
    "a kind of personal data not looked for": Seeded(
        "changed", "PreventionInspectTemplate", "safety-inspect", "inspectConfig.infoTypes", _masking
    ),
    # What people are told.
    "an alert disabled": Seeded(
        "changed", "AlertPolicy", "observability-latency", "enabled", _change_alert("enabled", {"enabled": False})
    ),
    "an alert that tells nobody": Seeded(
        "changed", "AlertPolicy", "observability-latency", "notificationChannels",
        _change_alert("notificationChannels", {"notificationChannels": []}),
    ),
    "an alert's threshold raised": Seeded(
        "changed", "AlertPolicy", "observability-latency", "conditions", _raise_alert
    ),
    "an objective lowered": Seeded("changed", "Slo", "observability-slo", "goal", _goal),
    # APIs.
    "an API disabled": Seeded("missing", "Service", "services-modelarmor", None, _api),
}  # fmt: skip
