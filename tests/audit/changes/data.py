"""Changes of what holds data and what runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.audit.changes.access import granted, with_policy
from tests.audit.changes.shared import REGION, ROUTER, STATE_BUCKET
from tests.audit.conftest import Google


def sql(settings: dict[str, Any]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        instances = google.discovered("sqladmin", "v1").instances()
        body = {"settings": settings}
        instances.patch(project=google.project, instance="claims-triage-ledger", body=body).execute()

    return make


def function(mask: str, config: dict[str, Any]) -> Callable[[Google], Any]:
    # Not google-cloud-functions: it cannot read its own operation's answer, which has fields that it does not know.
    def make(google: Google) -> None:
        functions = google.discovered("cloudfunctions", "v2").projects().locations().functions()
        name = f"projects/{google.project}/locations/{REGION}/functions/{ROUTER}"
        operation = functions.patch(name=name, updateMask=mask, body={"serviceConfig": config}).execute()
        operations = google.discovered("cloudfunctions", "v2").projects().locations().operations()
        while not operation.get("done"):
            operation = operations.get(name=operation["name"]).execute()

    return make


def run(change: Callable[[Any], None]) -> Callable[[Google], Any]:
    def make(google: Google) -> None:
        client = google.generated("google.cloud.run_v2.ServicesClient", "run")
        service = client.get_service(name=f"projects/{google.project}/locations/{REGION}/services/{ROUTER}")
        change(service)
        client.update_service(request={"service": service}).result(timeout=20)

    return make


def topic(google: Google) -> None:
    client = google.generated("google.pubsub_v1.PublisherClient", "pubsub")
    with_policy(
        client,
        f"projects/{google.project}/topics/claims-triage-budget-alerts",
        granted("roles/pubsub.publisher", "allAuthenticatedUsers"),
    )


def storage(google: Google) -> None:
    bucket = google.own("storage").get_bucket(STATE_BUCKET)
    bucket.iam_configuration.public_access_prevention = "inherited"
    bucket.patch()


def storage_policy(google: Google) -> None:
    bucket = google.own("storage").get_bucket(STATE_BUCKET)
    bucket.iam_configuration.public_access_prevention = "inherited"
    bucket.patch()
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"allUsers"}})
    bucket.set_iam_policy(policy)


def dataset(google: Google) -> None:
    client = google.own("bigquery")
    dataset = client.get_dataset(f"{google.project}.claims_triage_transcripts")
    dataset.default_table_expiration_ms = None
    client.update_dataset(dataset, ["default_table_expiration_ms"])


def _armor(google: Google) -> Any:
    return google.generated("google.cloud.modelarmor_v1.ModelArmorClient", "modelarmor")


def floor(google: Google) -> None:
    name = f"projects/{google.project}/locations/global/floorSetting"
    floor = {"name": name, "enable_floor_setting_enforcement": False}
    _armor(google).update_floor_setting(
        request={"floor_setting": floor, "update_mask": {"paths": ["enable_floor_setting_enforcement"]}}
    )


def screen(google: Google) -> None:
    client = _armor(google)
    name = f"projects/{google.project}/locations/{REGION}/templates/claims-triage-screen"
    template = client.get_template(name=name)
    template.filter_config.pi_and_jailbreak_filter_settings.filter_enforcement = "DISABLED"
    client.update_template(request={"template": template, "update_mask": {"paths": ["filter_config"]}})


def masking(google: Google) -> None:
    templates = google.discovered("dlp", "v2").projects().locations().inspectTemplates()
    name = f"projects/{google.project}/locations/{REGION}/inspectTemplates/claims-triage-screen-inspect"
    template = templates.get(name=name).execute()
    template["inspectConfig"]["infoTypes"].pop()
    body = {"inspectTemplate": {"inspectConfig": template["inspectConfig"]}, "updateMask": "inspectConfig"}
    templates.patch(name=name, body=body).execute()


def api(google: Google) -> None:
    services = google.discovered("serviceusage", "v1").services()
    name = f"projects/{google.project}/services/modelarmor.googleapis.com"
    services.disable(name=name, body={"disableDependentServices": True}).execute()


def paused(google: Google) -> None:
    jobs = google.discovered("cloudscheduler", "v1").projects().locations().jobs()
    jobs.pause(name=f"projects/{google.project}/locations/{REGION}/jobs/claims-triage-heartbeat", body={}).execute()


def goal(google: Google) -> None:
    slos = google.discovered("monitoring", "v3").services().serviceLevelObjectives()
    name = f"projects/{google.project}/services/{ROUTER}/serviceLevelObjectives/answered"
    slos.patch(name=name, updateMask="goal", body={"goal": 0.5}).execute()


def record(google: Google) -> None:
    sets = google.discovered("dns", "v1").resourceRecordSets()
    sets.patch(
        project=google.project,
        managedZone="claims-triage-google-apis",
        name="googleapis.com.",
        type="A",
        body={"name": "googleapis.com.", "type": "A", "ttl": 300, "rrdatas": ["203.0.113.9"]},
    ).execute()
