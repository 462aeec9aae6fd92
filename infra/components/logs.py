"""The logs guardrail: who did what is kept where the charter says, for as long as it says, and auditors can read it.

Owns two log buckets (audit: locked, for the charter's logging retention; operations: everything else, for the data's
retention), the sinks that fill them, Data Access audit logging and the auditors' view. The project's own _Default sink
is adopted and pointed at the operations bucket, because the bucket that Google makes for it lies in no region. It does
not manage Google's _Required bucket, which holds administrators' activity and no content.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.logs import LogsArgs

KINDS = ("ADMIN_READ", "DATA_READ", "DATA_WRITE")


class Logs(pulumi.ComponentResource):
    """Audit logs and operational logs of one project; ``bucket`` holds the audit logs."""

    bucket: gcp.logging.ProjectBucketConfig

    def __init__(
        self,
        name: str,
        args: LogsArgs,
        *,
        key: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``key`` encrypts the log buckets."""
        _check(name, args)
        super().__init__("lockgate:logs:Logs", name, None, opts)
        self._name = name
        self._args = args
        self.bucket = self._bucket("audit", args.audit_bucket, args.audit_days, key, locked=args.locked)
        operations = self._bucket("operations", args.operations_bucket, args.operations_days, key, locked=False)
        self._sink("audit-sink", args.sink, self.bucket, args.audit_filter)
        self._sink("default-sink", "_Default", operations, f"NOT ({args.audit_filter})")
        for service in args.audited_services:
            self._audit(service)
        self._view()
        self.register_outputs({"bucket": self.bucket.id})

    def _bucket(
        self, role: str, bucket: str, days: int, key: pulumi.Input[str], *, locked: bool
    ) -> gcp.logging.ProjectBucketConfig:
        return gcp.logging.ProjectBucketConfig(
            f"{self._name}-{role}",
            project=self._args.project,
            location=self._args.location,
            bucket_id=bucket,
            retention_days=days,
            locked=locked,
            cmek_settings={"kms_key_name": key},
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )

    def _sink(
        self, role: str, sink: str, bucket: gcp.logging.ProjectBucketConfig, filter_: str
    ) -> gcp.logging.ProjectSink:
        # A bucket of the sink's own project needs no grant to its writer.
        return gcp.logging.ProjectSink(
            f"{self._name}-{role}",
            project=self._args.project,
            name=sink,
            destination=pulumi.Output.concat("logging.googleapis.com/", bucket.id),
            filter=filter_,
            unique_writer_identity=True,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _audit(self, service: str) -> None:
        gcp.projects.IAMAuditConfig(
            f"{self._name}-data-access-{service.split('.', maxsplit=1)[0]}",
            project=self._args.project,
            service=service,
            audit_log_configs=[{"log_type": kind} for kind in KINDS],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _view(self) -> None:
        parent = f"projects/{self._args.project}"
        view = gcp.logging.LogView(
            f"{self._name}-auditors",
            parent=parent,
            location=self._args.location,
            bucket=self.bucket.id,
            name=self._args.view,
            description="Everything in the audit bucket, for the charter's auditors.",
            filter=f'SOURCE("{parent}")',
            opts=pulumi.ResourceOptions(parent=self),
        )
        for auditor in self._args.auditors:
            # Named by the whole address: the name stays when another auditor comes or goes.
            gcp.logging.LogViewIamMember(
                f"{self._name}-auditor-{auditor.partition(':')[2]}",
                parent=parent,
                location=self._args.location,
                bucket=self.bucket.bucket_id,
                name=view.name,
                role="roles/logging.viewAccessor",
                member=auditor,
                opts=pulumi.ResourceOptions(parent=self),
            )


def _check(name: str, args: LogsArgs) -> None:
    if args.audit_bucket == args.operations_bucket:
        raise ValueError(
            f"{name}: audit and operations share the bucket {args.audit_bucket}, so one retention would rule both. "
            "Give them different names."
        )
    if not args.auditors:
        raise ValueError(f"{name}: no auditor is given, so nobody could read the audit logs. Fill logging.auditors.")
