"""The transcripts guardrail: what models were asked and answered is kept in one place, read by few, and goes in time.

Owns the BigQuery dataset into which Vertex AI writes requests and responses, and, where nothing else of the stack does,
makes sure that Vertex AI's service agent exists. It makes no table: Vertex AI makes those, and they take key and expiry
from the dataset. Request logging of Google's own models has no Pulumi resource (setPublisherModelConfig, in preview);
switched on, it writes here.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.transcripts import TranscriptsArgs

AN_HOUR_MS = 3_600_000


class Transcripts(pulumi.ComponentResource):
    """A dataset that forgets. ``vertex_agent`` is what makes the service agent of Vertex AI exist."""

    dataset: gcp.bigquery.Dataset
    vertex_agent: pulumi.Resource

    def __init__(
        self,
        name: str,
        args: TranscriptsArgs,
        *,
        key: pulumi.Input[str],
        vertex_agent: pulumi.Resource | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``key`` encrypts the tables; ``vertex_agent`` is None where nothing else has made the agent yet."""
        _check(name, args)
        super().__init__("lockgate:data:Transcripts", name, None, opts)
        self.vertex_agent = vertex_agent or gcp.projects.ServiceIdentity(
            f"{name}-vertex-agent",
            project=args.project,
            service="aiplatform.googleapis.com",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.dataset = gcp.bigquery.Dataset(
            f"{name}-dataset",
            project=args.project,
            dataset_id=args.dataset,
            location=args.location,
            description="What models were asked and answered; each table and each partition expires.",
            # The first is for partitioned tables, the second for all others.
            default_partition_expiration_ms=args.expiry_ms,
            default_table_expiration_ms=args.expiry_ms,
            default_encryption_configuration={"kms_key_name": key},
            # Given in full: what is not listed has no access, not even the project's viewers.
            accesses=[
                {"role": "OWNER", "special_group": "projectOwners"},
                {"role": "WRITER", "user_by_email": args.writer},
            ],
            delete_contents_on_destroy=False,
            opts=pulumi.ResourceOptions(parent=self, protect=True, depends_on=[self.vertex_agent]),
        )
        self.register_outputs({"dataset": self.dataset.dataset_id})


def _check(name: str, args: TranscriptsArgs) -> None:
    if args.expiry_ms < AN_HOUR_MS:
        raise ValueError(
            f"{name}: tables would expire after {args.expiry_ms} ms, and BigQuery accepts no less than an hour. "
            "Raise data.retention_days."
        )
