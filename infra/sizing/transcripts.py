"""Where what models were asked and answered is kept, and when it goes."""

from __future__ import annotations

from dataclasses import dataclass

from infra.sizing.names import service_agent
from lockgate.charter.model import Charter

DAY_MS = 86_400_000


@dataclass(frozen=True)
class TranscriptsArgs:
    """Arguments of the transcripts component; ``writer`` is the e-mail address of Vertex AI's service agent."""

    project: str
    location: str
    dataset: str
    expiry_ms: int
    writer: str


def size(charter: Charter) -> TranscriptsArgs:
    """A dataset beside the logs, whose tables and partitions go with the charter's data."""
    return TranscriptsArgs(
        project=charter.cloud.project,
        location=charter.logging.location,
        dataset=f"{charter.use_case.name.replace('-', '_')}_transcripts",
        expiry_ms=charter.data.retention_days * DAY_MS,
        writer=service_agent(charter, "gcp-sa-aiplatform").removeprefix("serviceAccount:"),
    )
