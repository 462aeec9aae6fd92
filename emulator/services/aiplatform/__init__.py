"""Vertex AI: https://cloud.google.com/vertex-ai/docs/reference/rest. Names carry the project's number; operations
live below what they make, those that
delete below the location; v1 and v1beta1 share everything."""

from __future__ import annotations

from emulator.context import Context
from emulator.service import Service
from emulator.services.aiplatform import (
    answers,
    embeddings,
    endpoints,
    garden,
    indexes,
    jobs,
    kinds,
    lro,
    models,
    notebooks,
    raw,
)


def _not_found(ctx: Context, kind: str, name: str) -> str:
    return f"{lro.plain(kind)} `{ctx.shown_name(name)}` is not found."


def _exists(ctx: Context, kind: str, name: str) -> str:
    return f"{lro.plain(kind)} with name `{ctx.shown_name(name)}` already exists."


SERVICE = Service(
    "aiplatform",
    project_in_names="number",
    package="google.cloud.aiplatform.{version}",
    not_found=_not_found,
    exists=_exists,
    operation_name=lro.name,
    operation_metadata=lro.metadata,
    resources=kinds.RESOURCES,
    methods={
        "endpoints.update": endpoints.update_long,
        "endpoints.deployModel": endpoints.deploy_model,
        "endpoints.undeployModel": endpoints.undeploy_model,
        "endpoints.mutateDeployedModel": endpoints.mutate_deployed_model,
        "deploymentResourcePools.queryDeployedModels": endpoints.query_deployed_models,
        "projects.locations.deploy": garden.deploy,
        "modelGardenEula.accept": garden.accept_eula,
        "modelGardenEula.check": garden.check_eula,
        "publishers.models.get": garden.get_publisher_model,
        "publishers.models.list": garden.list_publisher_models,
        "projects.getCacheConfig": garden.get_cache_config,
        "projects.updateCacheConfig": garden.update_cache_config,
        "models.upload": models.upload,
        "projects.locations.models.get": models.get,
        "models.listVersions": models.list_versions,
        "models.deleteVersion": models.delete_version,
        "models.mergeVersionAliases": models.merge_aliases,
        "models.generateContent": answers.generate,
        "models.streamGenerateContent": answers.stream,
        "models.countTokens": answers.count,
        "models.predict": answers.predict,
        "models.rawPredict": raw.predict,
        "models.streamRawPredict": raw.predict,
        "endpoints.generateContent": answers.generate,
        "endpoints.streamGenerateContent": answers.stream,
        "endpoints.countTokens": answers.count,
        "endpoints.predict": answers.predict,
        "endpoints.rawPredict": raw.predict,
        "endpoints.streamRawPredict": raw.predict,
        "endpoints.chat.completions": raw.chat,
        "endpoints.openapi.embeddings": embeddings.openai,
        "models.computeTokens": answers.compute,
        "endpoints.computeTokens": answers.compute,
        "models.embedContent": embeddings.embed,
        "models.batchEmbedContents": embeddings.embed_all,
        "indexEndpoints.deployIndex": indexes.deploy,
        "indexEndpoints.undeployIndex": indexes.undeploy,
        "indexEndpoints.mutateDeployedIndex": indexes.mutate,
        "indexes.upsertDatapoints": indexes.datapoints,
        "indexes.removeDatapoints": indexes.datapoints,
        "notebookRuntimes.assign": notebooks.assign,
        "notebookRuntimes.start": notebooks.switch,
        "notebookRuntimes.stop": notebooks.switch,
        "features.batchCreate": kinds.batch_create_features,
        "schedules.pause": jobs.switch,
        "schedules.resume": jobs.switch,
        "modelDeploymentMonitoringJobs.pause": jobs.switch,
        "modelDeploymentMonitoringJobs.resume": jobs.switch,
        **{f"{kind}.cancel": jobs.cancel for kind in jobs.CANCELLED},
    },
)
