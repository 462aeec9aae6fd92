"""Functions of the second generation, and what each is made of."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from emulator.cmek import agent, require_key
from emulator.context import Context, Started
from emulator.identity import default_account, require_account
from emulator.resource import Handler, Resource
from emulator.services import eventarc
from emulator.services.cloudfunctions import first, source
from emulator.services.run import services as run
from emulator.wire.errors import failed_precondition, invalid, not_found

JSON = dict[str, Any]

_RUNTIME = re.compile(r"(?:python|nodejs|go|java|dotnet|ruby|php)\d+")
_INGRESS = {
    "ALLOW_ALL": "INGRESS_TRAFFIC_ALL",
    "ALLOW_INTERNAL_ONLY": "INGRESS_TRAFFIC_INTERNAL_ONLY",
    "ALLOW_INTERNAL_AND_GCLB": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
}
_EGRESS = {"VPC_EGRESS_ALL_TRAFFIC": "ALL_TRAFFIC", "VPC_EGRESS_PRIVATE_RANGES_ONLY": "PRIVATE_RANGES_ONLY"}
_STAGES = ("ARTIFACT_REGISTRY", "BUILD", "SERVICE", "TRIGGER")


def _service_defaults(ctx: Context, project: str) -> JSON:
    return {
        "availableMemory": "256M",
        "availableCpu": "0.1666",
        "timeoutSeconds": 60,
        "maxInstanceCount": 100,
        "maxInstanceRequestConcurrency": 1,
        "ingressSettings": "ALLOW_ALL",
        "serviceAccountEmail": default_account(ctx, project),
        "allTrafficOnLatestRevision": True,
    }


# ---- checks ---------------------------------------------------------------------------------------------------------
def _check(ctx: Context, name: str, function: JSON) -> None:
    build, service, trigger = (
        function.get("buildConfig", {}),
        function.get("serviceConfig", {}),
        function.get("eventTrigger", {}),
    )
    if not _RUNTIME.fullmatch(str(build.get("runtime", ""))):
        raise invalid(
            f"The runtime '{build.get('runtime', '')}' is not supported.", field_path="function.build_config.runtime"
        )
    if not build.get("entryPoint"):
        raise invalid("Entry point for a function must be specified.", field_path="function.build_config.entry_point")
    if not build.get("source"):
        raise invalid("The source of a function must be specified.", field_path="function.build_config.source")
    for account in (
        build.get("serviceAccount"),
        service.get("serviceAccountEmail"),
        trigger.get("serviceAccountEmail"),
    ):
        if account:
            require_account(ctx, str(account))
    _check_limits(service)
    _check_key(ctx, name, function)
    repository = build.get("dockerRepository")
    if repository and ctx.store.get("artifactregistry", ctx.canonical(str(repository))) is None:
        raise not_found(f"Repository {repository} does not exist.")
    topic = trigger.get("pubsubTopic")
    if trigger and not trigger.get("eventType"):
        raise invalid("The event type of a trigger must be specified.", field_path="function.event_trigger.event_type")
    if topic and ctx.store.get("pubsub", ctx.canonical(str(topic))) is None:
        raise not_found(f"Pub/Sub topic {topic} does not exist.")


def _check_limits(service: JSON) -> None:
    low, high = int(service.get("minInstanceCount", 0)), int(service.get("maxInstanceCount", 100))
    if low > high:
        raise invalid(
            "min_instance_count must not be greater than max_instance_count.", field_path="function.service_config"
        )
    if not 1 <= int(service.get("timeoutSeconds", 60)) <= 3600:
        raise invalid(
            "timeout_seconds must be between 1 and 3600.", field_path="function.service_config.timeout_seconds"
        )
    concurrency = int(service.get("maxInstanceRequestConcurrency", 1))
    cpu = str(service.get("availableCpu", "0.1666"))
    if concurrency > 1 and re.fullmatch(r"0?\.\d+", cpu):
        raise invalid(
            "A concurrency above 1 needs at least one CPU.",
            field_path="function.service_config.max_instance_request_concurrency",
        )


def _check_key(ctx: Context, name: str, function: JSON) -> None:
    """Several agents use the key of a function, and its images must lie under the same key.

    https://cloud.google.com/functions/docs/securing/cmek
    """
    key = function.get("kmsKeyName")
    if not key:
        return
    _, project, _, location = name.split("/")[:4]
    for domain in ("gcf-admin-robot", "gcp-sa-artifactregistry", "serverless-robot-prod"):
        require_key(ctx, str(key), agent(ctx, project, domain), location=location)
    repository = ctx.canonical(str(function.get("buildConfig", {}).get("dockerRepository", "")))
    if not repository:
        raise invalid(
            "A function with a key needs a docker repository.", field_path="function.build_config.docker_repository"
        )
    held = ctx.store.get("artifactregistry", repository) or {}
    if ctx.canonical(str(held.get("kmsKeyName", ""))) != ctx.canonical(str(key)):
        raise failed_precondition(
            f"The docker repository {repository} must be encrypted with the key of the function, {key}."
        )


# ---- made, changed, deleted -----------------------------------------------------------------------------------------
def _made(ctx: Context, name: str, function: JSON) -> JSON:
    if ctx.call.api.version == "v1":
        return first.made(ctx, name, function)
    _check(ctx, name, function)
    if ctx.store.get("run", _service_name(name)) is not None:
        raise ctx.exists(name)
    source.resolved(ctx, function["buildConfig"]["source"])
    return {"environment": "GEN_2", **function, "state": "ACTIVE"}


def _service_name(name: str) -> str:
    return name.replace("/functions/", "/services/")


def _deployed(ctx: Context, name: str, function: JSON) -> JSON:
    """A function whose source is built, whose service runs, whose trigger listens."""
    if ctx.call.api.version == "v1":
        return function
    _, project, _, location, _, ident = name.split("/")
    number = ctx.projects.number_of(project)
    config = {**_service_defaults(ctx, project), **function.get("serviceConfig", {})}
    build = _built(ctx, function["buildConfig"], project, location, number)
    service = run.make(ctx, _service_name(name), _as_service(function, config, build, ident))
    done = {
        **function,
        "url": f"https://{location}-{project}.cloudfunctions.net/{ident}",
        "buildConfig": build,
        "serviceConfig": {
            **config,
            "service": _service_name(name),
            "uri": service["uri"],
            "revision": str(service["latestReadyRevision"]).rsplit("/", 1)[-1],
        },
    }
    if "eventTrigger" in function:
        done["eventTrigger"] = _listening(ctx, name, function["eventTrigger"], service["uri"])
    ctx.put(name, done)
    return done


def _built(ctx: Context, build: JSON, project: str, location: str, number: str) -> JSON:
    found = source.resolved(ctx, build["source"])
    provenance: JSON = {"resolvedStorageSource": found} if found else {}
    return {
        "dockerRegistry": "ARTIFACT_REGISTRY",
        "dockerRepository": build.get("dockerRepository") or _own_repository(ctx, project, location),
        "serviceAccount": f"projects/{project}/serviceAccounts/{default_account(ctx, project)}",
        "automaticUpdatePolicy": {},
        **build,
        "build": f"projects/{number}/locations/{location}/builds/{ctx.ids.uuid()}",
        "sourceProvenance": provenance,
    }


def _own_repository(ctx: Context, project: str, location: str) -> str:
    """The repository that Cloud Functions makes for images where nobody named one."""
    name = f"projects/{project}/locations/{location}/repositories/gcf-artifacts"
    if ctx.store.get("artifactregistry", name) is None:
        now = ctx.now()
        made = {
            "name": name,
            "format": "DOCKER",
            "mode": "STANDARD_REPOSITORY",
            "description": "This repository is created and used by Cloud Functions for storing function docker images.",
            "labels": {"goog-managed-by": "cloudfunctions"},
            "createTime": now,
            "updateTime": now,
            "registryUri": f"{location}-docker.pkg.dev/{project}/gcf-artifacts",
        }
        ctx.store.put("artifactregistry", name, made)
    return name


def _as_service(function: JSON, config: JSON, build: JSON, ident: str) -> JSON:
    """The Cloud Run service that a function is."""
    repository = str(build["dockerRepository"]).split("/")
    image = f"{repository[3]}-docker.pkg.dev/{repository[1]}/{repository[5]}/{ident}:version_1"
    memory = re.sub(r"([KMG])B?$", r"\1i", str(config["availableMemory"]))
    container: JSON = {
        "image": image,
        "resources": {"limits": {"cpu": str(config["availableCpu"]), "memory": memory}},
        "ports": [{"name": "http1", "containerPort": 8080}],
        "env": [{"name": k, "value": v} for k, v in sorted(config.get("environmentVariables", {}).items())],
    }
    scaling = {k: config[k] for k in ("minInstanceCount", "maxInstanceCount") if config.get(k)}
    template: JSON = {
        "containers": [container],
        "timeout": f"{config['timeoutSeconds']}s",
        "serviceAccount": config["serviceAccountEmail"],
        "maxInstanceRequestConcurrency": config["maxInstanceRequestConcurrency"],
        "scaling": scaling,
    }
    if function.get("kmsKeyName"):
        template["encryptionKey"] = function["kmsKeyName"]
    network = _network(config)
    if network:
        template["vpcAccess"] = network
    labels = {**function.get("labels", {}), "goog-managed-by": "cloudfunctions"}
    ingress = _INGRESS.get(str(config["ingressSettings"]), "INGRESS_TRAFFIC_ALL")
    return {"template": template, "labels": labels, "ingress": ingress, "description": function.get("description", "")}


def _network(config: JSON) -> JSON:
    if config.get("vpcConnector"):
        egress = str(config.get("vpcConnectorEgressSettings", "PRIVATE_RANGES_ONLY"))
        return {"connector": config["vpcConnector"], "egress": egress}
    direct = config.get("directVpcNetworkInterface")
    if direct:
        return {
            "networkInterfaces": direct,
            "egress": _EGRESS.get(str(config.get("directVpcEgress")), "PRIVATE_RANGES_ONLY"),
        }
    return {}


def _listening(ctx: Context, name: str, trigger: JSON, uri: str) -> JSON:
    """The trigger of a function, with the Eventarc trigger and the subscription behind it."""
    _, project, _, location, _, ident = name.split("/")
    region = str(trigger.get("triggerRegion") or location)
    account = trigger.get("serviceAccountEmail") or default_account(ctx, project)
    shown = {
        "retryPolicy": "RETRY_POLICY_DO_NOT_RETRY",
        **trigger,
        "triggerRegion": region,
        "serviceAccountEmail": account,
    }
    if trigger.get("trigger") and ctx.store.get("eventarc", str(trigger["trigger"])) is not None:
        return shown
    path = f"projects/{project}/locations/{region}/triggers/{ident}-{ctx.ids.digits(6)}"
    now = ctx.now()
    filters = [{"attribute": "type", "value": trigger["eventType"]}, *(trigger.get("eventFilters") or [])]
    body: JSON = {
        "name": path,
        "uid": ctx.ids.uuid(),
        "createTime": now,
        "updateTime": now,
        "etag": ctx.ids.etag(),
        "eventFilters": filters,
        "serviceAccount": account,
        "destination": {"cloudRun": {"service": ident, "region": location}},
        "labels": {"goog-managed-by": "cloudfunctions"},
    }
    if trigger.get("pubsubTopic"):
        body["transport"] = {"pubsub": {"topic": ctx.canonical(str(trigger["pubsubTopic"]))}}
    full = eventarc.with_transport(
        ctx,
        path,
        body,
        f"{uri}?__GCP_CloudEventsMode=CUSTOM_PUBSUB_{quote(str(trigger.get('pubsubTopic', '')), safe='')}",
    )
    ctx.store.put("eventarc", path, full)
    shown["trigger"] = path
    if not trigger.get("pubsubTopic") and trigger["eventType"] != eventarc.PUBLISHED:
        shown["pubsubTopic"] = full["transport"]["pubsub"]["topic"]
    return shown


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    if ctx.call.api.version == "v1":
        return first.changed(ctx, before, after)
    for part, fields in (
        ("buildConfig", ("build", "sourceProvenance")),
        ("serviceConfig", ("service", "uri", "revision")),
    ):
        after[part] = {k: v for k, v in after.get(part, {}).items() if k not in fields}
    was = before.get("eventTrigger", {})
    if was and "eventTrigger" in after:
        new = {k: v for k, v in after["eventTrigger"].items() if v != was.get(k)}
        if new.keys() & {"eventType", "pubsubTopic", "eventFilters", "triggerRegion"}:
            raise invalid("The trigger of a function cannot be changed.", field_path="function.event_trigger")
        after["eventTrigger"] = {**was, **after["eventTrigger"]}
    elif bool(was) != ("eventTrigger" in after):
        raise invalid(
            "A function cannot be changed between HTTP and event-driven.", field_path="function.event_trigger"
        )
    _check(ctx, name, after)
    source.resolved(ctx, after["buildConfig"]["source"])
    return after if ctx.call.flag("validateOnly") else _deployed(ctx, name, after)


def _deleted(ctx: Context, name: str, function: JSON) -> None:
    """The service, the trigger and the subscription go with it; the repository and the topic stay."""
    if ctx.call.api.version == "v1":
        return
    ctx.store.delete("run", _service_name(name))
    ctx.policies.delete("run", _service_name(name))
    path = str(function.get("eventTrigger", {}).get("trigger", ""))
    trigger = ctx.store.get("eventarc", path)
    if trigger is not None:
        eventarc.remove_transport(ctx, path, trigger)
        ctx.store.delete("eventarc", path)


def metadata(ctx: Context, started: Started, done: bool) -> JSON:
    """google.cloud.functions.v2.OperationMetadata: the request, and how far each stage is."""
    state = "COMPLETE" if done else "IN_PROGRESS"
    stages = (
        [{"name": n, "message": "", "state": state} for n in _STAGES]
        if started.verb != "delete"
        else [{"name": "SERVICE", "state": state}]
    )
    body: JSON = {
        "@type": ctx.type_url("OperationMetadata"),
        "createTime": started.created,
        "target": started.target,
        "verb": started.verb,
        "apiVersion": started.version,
        "operationType": f"{started.verb.upper()}_FUNCTION",
        "stages": [{k: v for k, v in s.items() if v} for s in stages],
    }
    if ctx.call.body:
        body["requestResource"] = {"@type": ctx.type_url("Function"), **ctx.call.body}
    return body | {"endTime": ctx.now()} if done else body


RESOURCES = {
    "functions": Resource(
        id_pattern=r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
        on_create=_made,
        after_create=_deployed,
        on_update=_updated,
        on_delete=_deleted,
        immutable=("kmsKeyName",),
        mutable=("kmsKeyName", "environment"),
        optional=("entryPoint", "runtime"),
        keep=("allTrafficOnLatestRevision",),
        output_only=("url",),
    )
}
METHODS: dict[str, Handler] = {}
