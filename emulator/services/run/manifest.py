"""A service in the form of Knative (version 1) and as version 2 has it: what one says, the other's fields say.

https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services and its annotations in
https://cloud.google.com/run/docs/reference/rest/v1/ObjectMeta.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.wire.errors import GoogleError, invalid

JSON = dict[str, Any]

PLACE = "cloud.googleapis.com/location"
_RUN = "run.googleapis.com/"
_INGRESS = {
    "all": "INGRESS_TRAFFIC_ALL",
    "internal": "INGRESS_TRAFFIC_INTERNAL_ONLY",
    "internal-and-cloud-load-balancing": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
}
_ENVIRONMENT = {"gen1": "EXECUTION_ENVIRONMENT_GEN1", "gen2": "EXECUTION_ENVIRONMENT_GEN2"}
_SCALE = {
    "minInstanceCount": "autoscaling.knative.dev/minScale",
    "maxInstanceCount": "autoscaling.knative.dev/maxScale",
}
_LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"


def second(manifest: Mapping[str, Any]) -> JSON:
    """A service of version 2. Raises GoogleError: 400 for what is no service, 501 for a volume of another kind."""
    meta, spec = manifest.get("metadata") or {}, manifest.get("spec") or {}
    template = spec.get("template") or {}
    notes = meta.get("annotations") or {}
    service: JSON = {
        "labels": {k: v for k, v in (meta.get("labels") or {}).items() if k != PLACE},
        "annotations": {k: v for k, v in notes.items() if "knative.dev/" not in k and not k.startswith(_RUN)},
        "description": notes.get(f"{_RUN}description"),
        "launchStage": notes.get(f"{_RUN}launch-stage"),
        "ingress": _named(_INGRESS, notes, f"{_RUN}ingress"),
        "template": _template(template.get("metadata") or {}, template.get("spec") or {}),
        "traffic": [_traffic(one) for one in spec.get("traffic") or []],
    }
    return {k: v for k, v in service.items() if v not in (None, {}, [])}


def _named(names: Mapping[str, str], notes: Mapping[str, Any], key: str) -> str | None:
    value = notes.get(key)
    if value is not None and value not in names:
        raise invalid(f"metadata.annotations[{key}] is {value!r:.50}, expected one of {', '.join(names)}.")
    return names[value] if value is not None else None


def _template(meta: JSON, spec: JSON) -> JSON:
    notes = meta.get("annotations") or {}
    scaling = {field: int(str(notes[key])) for field, key in _SCALE.items() if str(notes.get(key, "")).isdigit()}
    network = {"connector": notes.get(f"{_RUN}vpc-access-connector")}
    network["egress"] = str(notes.get(f"{_RUN}vpc-access-egress") or "").upper().replace("-", "_") or None
    template: JSON = {
        "revision": meta.get("name"),
        "labels": meta.get("labels"),
        "scaling": scaling,
        "timeout": f"{spec['timeoutSeconds']}s" if spec.get("timeoutSeconds") else None,
        "serviceAccount": spec.get("serviceAccountName"),
        "maxInstanceRequestConcurrency": spec.get("containerConcurrency"),
        "executionEnvironment": _named(_ENVIRONMENT, notes, f"{_RUN}execution-environment"),
        "encryptionKey": notes.get(f"{_RUN}encryption-key"),
        "vpcAccess": {k: v for k, v in network.items() if v},
        "containers": [_container(one) for one in spec.get("containers") or []],
        "volumes": [_volume(one) for one in spec.get("volumes") or []],
    }
    return {k: v for k, v in template.items() if v not in (None, {}, [])}


_CONTAINER = (
    "name", "image", "args", "command", "workingDir", "volumeMounts", "ports", "livenessProbe", "startupProbe",
)  # fmt: skip
"""What both versions have alike."""


def _container(one: JSON) -> JSON:
    kept = {k: one[k] for k in _CONTAINER if k in one}
    if (one.get("resources") or {}).get("limits"):
        kept["resources"] = {"limits": one["resources"]["limits"]}
    if one.get("env"):
        kept["env"] = [_variable(variable) for variable in one["env"]]
    return kept


def _variable(one: JSON) -> JSON:
    secret = (one.get("valueFrom") or {}).get("secretKeyRef")
    if not secret:
        return {k: one[k] for k in ("name", "value") if k in one}
    return {
        "name": one.get("name"),
        "valueSource": {"secretKeyRef": {"secret": secret.get("name"), "version": secret.get("key")}},
    }


def _volume(one: JSON) -> JSON:
    if "secret" in one:
        secret = one["secret"]
        items = [{"path": item.get("path"), "version": item.get("key")} for item in secret.get("items") or []]
        return {"name": one.get("name"), "secret": {"secret": secret.get("secretName"), "items": items}}
    if "emptyDir" in one:
        return {"name": one.get("name"), "emptyDir": one["emptyDir"]}
    kinds = ", ".join(sorted(set(one) - {"name"})) or "nothing"
    raise GoogleError("UNIMPLEMENTED", f"Lockgate's emulator takes no volume of {kinds} through version 1: use v2.")


def _traffic(one: JSON) -> JSON:
    target: JSON = {k: one[k] for k in ("percent", "tag") if k in one}
    if one.get("revisionName"):
        return target | {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": one["revisionName"]}
    return target | {"type": _LATEST}


def first(name: str, body: JSON, number: str) -> JSON:
    """A stored service of version 2 as version 1 shows it; `number` is its project's."""
    ident, region = name.rsplit("/", 1)[-1], name.split("/")[3]
    latest = str(body.get("latestReadyRevision", "")).rsplit("/", 1)[-1]
    traffic = [_shown_traffic(one) for one in body.get("traffic") or []]
    conditions = [
        {"type": kind, "status": "True", "lastTransitionTime": body.get("updateTime")}
        for kind in ("Ready", "ConfigurationsReady", "RoutesReady")
    ]
    ingress = {value: key for key, value in _INGRESS.items()}.get(str(body.get("ingress")))
    notes = {
        **body.get("annotations", {}),
        f"{_RUN}ingress": ingress,
        f"{_RUN}description": body.get("description"),
        "serving.knative.dev/creator": body.get("creator"),
        "serving.knative.dev/lastModifier": body.get("lastModifier"),
    }
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {
            "name": ident,
            "namespace": number,
            "uid": body.get("uid"),
            "generation": int(body.get("generation", "1")),
            "resourceVersion": str(body.get("etag", "")).strip('"'),
            "creationTimestamp": body.get("createTime"),
            "selfLink": f"/apis/serving.knative.dev/v1/namespaces/{number}/services/{ident}",
            "labels": {**body.get("labels", {}), PLACE: region},
            "annotations": {k: v for k, v in notes.items() if v is not None},
        },
        "spec": {"template": _shown_template(body.get("template", {}), latest), "traffic": traffic},
        "status": {
            "observedGeneration": int(body.get("generation", "1")),
            "conditions": conditions,
            "latestReadyRevisionName": latest,
            "latestCreatedRevisionName": latest,
            "url": body.get("uri"),
            "address": {"url": body.get("uri")},
            "traffic": [{"revisionName": latest, **one} for one in traffic],
        },
    }


def _shown_template(template: JSON, revision: str) -> JSON:
    scaling, network = template.get("scaling", {}), template.get("vpcAccess", {})
    generation = {value: key for key, value in _ENVIRONMENT.items()}.get(str(template.get("executionEnvironment")))
    notes = {
        **{key: str(scaling[field]) for field, key in _SCALE.items() if field in scaling},
        f"{_RUN}execution-environment": generation,
        f"{_RUN}encryption-key": template.get("encryptionKey"),
        f"{_RUN}vpc-access-connector": network.get("connector"),
        f"{_RUN}vpc-access-egress": str(network.get("egress", "")).lower().replace("_", "-") or None,
    }
    spec = {
        "containerConcurrency": template.get("maxInstanceRequestConcurrency"),
        "timeoutSeconds": int(float(str(template.get("timeout", "300s")).removesuffix("s"))),
        "serviceAccountName": template.get("serviceAccount"),
        "containers": [_shown_container(one) for one in template.get("containers") or []],
        "volumes": [_shown_volume(one) for one in template.get("volumes") or []],
    }
    meta = {
        "name": revision,
        "labels": template.get("labels"),
        "annotations": {k: v for k, v in notes.items() if v is not None},
    }
    return {
        "metadata": {k: v for k, v in meta.items() if v is not None},
        "spec": {k: v for k, v in spec.items() if v not in (None, [])},
    }


def _shown_container(one: JSON) -> JSON:
    shown = {k: v for k, v in one.items() if k in (*_CONTAINER, "resources")}
    variables = []
    for variable in one.get("env") or []:
        secret = (variable.get("valueSource") or {}).get("secretKeyRef")
        source = {"secretKeyRef": {"name": secret.get("secret"), "key": secret.get("version")}} if secret else None
        kept = {k: variable[k] for k in ("name", "value") if k in variable}
        variables.append(kept | ({"valueFrom": source} if source else {}))
    return shown | ({"env": variables} if variables else {})


def _shown_volume(one: JSON) -> JSON:
    if "secret" not in one:
        return {k: one[k] for k in ("name", "emptyDir") if k in one}
    items = [{"key": item.get("version"), "path": item.get("path")} for item in one["secret"].get("items") or []]
    return {"name": one.get("name"), "secret": {"secretName": one["secret"].get("secret"), "items": items}}


def _shown_traffic(one: JSON) -> JSON:
    target: JSON = {k: one[k] for k in ("percent", "tag") if k in one}
    return target | ({"revisionName": one["revision"]} if one.get("revision") else {"latestRevision": True})
