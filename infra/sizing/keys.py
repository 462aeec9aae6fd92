"""Which customer-managed keys the charter's stack needs, and who uses each."""

from __future__ import annotations

from dataclasses import dataclass

from infra.sizing.names import service_agent
from lockgate.charter.model import Charter

DAY = 86_400
ROTATION_DAYS = 90
DESTROY_DAYS = 30


@dataclass(frozen=True)
class Agent:
    """A service agent that encrypts with a key.

    ``member`` is known for agents that a call to Service Usage creates; it is None for those that Google creates, and
    names, only when its own service is asked for them (Cloud Storage, BigQuery, Cloud Logging).
    """

    api: str
    member: str | None


@dataclass(frozen=True)
class Key:
    """A key by its purpose, and the only principals that may use it."""

    purpose: str
    agents: tuple[Agent, ...]


@dataclass(frozen=True)
class KeysArgs:
    """Arguments of the keys component; periods as Cloud KMS wants them, in seconds with an s."""

    project: str
    location: str
    ring: str
    keys: tuple[Key, ...]
    rotation_period: str
    destroy_scheduled_duration: str


def size(charter: Charter) -> KeysArgs:
    """A key a purpose, in the charter's region; the Vertex AI key only where a model is deployed."""

    def agent(api: str, domain: str) -> Agent:
        return Agent(api, service_agent(charter, domain))

    deployed = (Key("vertex", (agent("aiplatform", "gcp-sa-aiplatform"),)),) if charter.capacity.accelerator else ()
    storage = Agent("storage", None)
    keys = (
        *deployed,
        Key("logs", (Agent("logging", None),)),
        Key("bigquery", (Agent("bigquery", None),)),
        Key("pubsub", (agent("pubsub", "gcp-sa-pubsub"),)),
        Key("storage", (storage,)),
        Key("sql", (agent("sqladmin", "gcp-sa-cloud-sql"),)),
        # Google Cloud, "Protect your data with CMEK" (Cloud Run functions), 2026: a function is built, stored, run
        # and triggered by five services, and each of their agents uses the function's key.
        Key(
            "functions",
            (
                agent("cloudfunctions", "gcf-admin-robot"),
                agent("artifactregistry", "gcp-sa-artifactregistry"),
                agent("run", "serverless-robot-prod"),
                agent("eventarc", "gcp-sa-eventarc"),
                storage,
            ),
        ),
    )
    return KeysArgs(
        project=charter.cloud.project,
        location=charter.cloud.region,
        ring=charter.use_case.name,
        keys=keys,
        rotation_period=f"{ROTATION_DAYS * DAY}s",
        destroy_scheduled_duration=f"{DESTROY_DAYS * DAY}s",
    )
