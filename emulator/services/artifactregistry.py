"""Artifact Registry: https://cloud.google.com/artifact-registry/docs/reference/rest. Repositories, their policies
and rules, project settings. What is
in a repository (images, packages) is listed and can be read, but nothing is pushed through this API."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.cmek import agent, require_key
from emulator.context import Context, Started
from emulator.resource import Resource
from emulator.service import Service
from emulator.wire import mask
from emulator.wire.errors import invalid

JSON = dict[str, Any]

_HOSTS = {
    "DOCKER": "docker",
    "MAVEN": "maven",
    "NPM": "npm",
    "PYTHON": "python",
    "APT": "apt",
    "YUM": "yum",
    "GO": "go",
    "KFP": "kfp",
    "GENERIC": "generic",
}
_UNSHOWN = ("createTime", "updateTime", "registryUri")
"""What an operation's answer leaves out."""


def _scanning(repository: JSON) -> JSON:
    """Whether images are scanned: not without the scanning API, never in a virtual repository."""
    mode = repository.get("mode", "STANDARD_REPOSITORY")
    config = dict(repository.get("vulnerabilityScanningConfig") or {})
    config.pop("enablementState", None)
    if mode == "VIRTUAL_REPOSITORY":
        state, reason = "SCANNING_UNSUPPORTED", f"Repository mode {mode} is not supported."
    elif config.get("enablementConfig") == "DISABLED":
        state, reason = "SCANNING_DISABLED", "Vulnerability scanning is disabled for the repository."
    else:
        state, reason = "SCANNING_DISABLED", "API containerscanning.googleapis.com is not enabled."
    return {**config, "enablementState": state, "enablementStateReason": reason}


def _check(ctx: Context, repository: JSON) -> None:
    if repository.get("format") not in _HOSTS and repository.get("format") != "GOOGET":
        raise invalid("The repository format must be specified.", field_path="repository.format")
    mode = repository.get("mode", "STANDARD_REPOSITORY")
    if ("remoteRepositoryConfig" in repository) != (mode == "REMOTE_REPOSITORY"):
        raise invalid(
            "remote_repository_config goes with, and only with, REMOTE_REPOSITORY.", field_path="repository.mode"
        )
    if mode == "VIRTUAL_REPOSITORY":
        for policy in repository.get("virtualRepositoryConfig", {}).get("upstreamPolicies") or []:
            ctx.need(ctx.canonical(str(policy.get("repository", ""))), "projects.locations.repositories")
    for ident, policy in (repository.get("cleanupPolicies") or {}).items():
        if policy.get("id", ident) != ident:
            raise invalid(
                f"The key {ident} of a cleanup policy must be its id.", field_path="repository.cleanup_policies"
            )


def _made(ctx: Context, name: str, repository: JSON) -> JSON:
    _check(ctx, repository)
    location, project = name.split("/")[3], name.split("/")[1]
    if repository.get("kmsKeyName"):
        require_key(
            ctx, str(repository["kmsKeyName"]), agent(ctx, project, "gcp-sa-artifactregistry"), location=location
        )
    host = _HOSTS.get(str(repository["format"]), "generic")
    return {
        **repository,
        "registryUri": f"{location}-{host}.pkg.dev/{project}/{name.rsplit('/', 1)[-1]}",
        "vulnerabilityScanningConfig": {**_scanning(repository), "lastEnableTime": ctx.now()},
    }


def _updated(ctx: Context, name: str, before: JSON, after: JSON) -> JSON:
    del name
    _check(ctx, after)
    asked = {**before, **after}
    made = {"vulnerabilityScanningConfig": {**_scanning(asked), "lastEnableTime": ctx.now()}}
    return {**after, **made}


def _ended(ctx: Context, verb: str, view: JSON) -> JSON:
    del ctx, verb
    return {k: v for k, v in view.items() if k not in _UNSHOWN}


def _without_uri(ctx: Context, call: Call) -> JSON | Answer:
    """PATCH answers without the address."""
    after = standard.update(ctx, call)
    assert isinstance(after, dict)  # noqa: S101 a repository's update is direct
    return {k: v for k, v in after.items() if k != "registryUri"}


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    del done, started
    return {"@type": ctx.type_url("OperationMetadata")}


def get_settings(ctx: Context, call: Call) -> JSON | Answer:
    """Settings of a project: there without having been made."""
    default = (
        {"legacyRedirectionState": "REDIRECTION_FROM_GCR_IO_DISABLED"}
        if call.target.endswith("/projectSettings")
        else {}
    )
    return {"name": call.target, **default, **(ctx.store.get(ctx.label, call.target) or {})}


def update_settings(ctx: Context, call: Call) -> JSON | Answer:
    """Changes them."""
    held = ctx.store.get(ctx.label, call.target) or {}
    sent = {k: v for k, v in call.body.items() if k != "name"}
    paths = mask.parse(call.arg("updateMask"))
    ctx.put(call.target, mask.apply(held, sent, paths) if paths else {**held, **sent})
    return get_settings(ctx, call)


def _tag_made(ctx: Context, name: str, tag: JSON) -> None:
    del name
    if ctx.store.get(ctx.label, ctx.canonical(str(tag.get("version", "")))) is None:
        raise invalid(f"The version {tag.get('version', '')} does not exist.", field_path="tag.version")


SERVICE = Service(
    "artifactregistry",
    package="google.devtools.artifactregistry.{version}",
    operation_metadata=_metadata,
    resources={
        "repositories": Resource(
            id_pattern=r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
            required=("format",),
            immutable=("format", "mode", "kmsKeyName"),
            defaults=lambda _, __: {"mode": "STANDARD_REPOSITORY", "satisfiesPzi": True},
            on_create=_made,
            on_update=_updated,
            ended=_ended,
            output_only=("registryUri", "sizeBytes"),
        ),
        "repositories.packages.tags": Resource(on_create=_tag_made),
        "repositories.rules": Resource(),
    },
    methods={
        "repositories.patch": _without_uri,
        "projects.getProjectSettings": get_settings,
        "projects.updateProjectSettings": update_settings,
        "locations.getVpcscConfig": get_settings,
        "locations.updateVpcscConfig": update_settings,
        "locations.getProjectConfig": get_settings,
        "locations.updateProjectConfig": update_settings,
    },
)
