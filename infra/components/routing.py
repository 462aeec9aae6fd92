"""The routing guardrail: cases reach models through one bounded, private function, and a spent budget closes it.

Owns the archive's bucket, the repository of the built images, the routing function and who may call it, the spend guard
behind the budget's topic, the bucket of the spend record that both share, the bucket of the switch by which operators
pause the router, and the scheduler's heartbeat. The archive carries ``routes.json`` and ``prices.json``, compiled from
the charter; the plan shows the same routes as the variable ROUTES and the digest of the whole as TABLE_SHA256, and a
function whose file says something else does not start. It makes no switch: without the object nothing is paused, and a
deployment must not undo what an operator set. It does not manage how a caller in another project's network reaches
internal ingress (a Shared VPC, or a service perimeter that holds both), nor the ledger's database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from infra.sizing.routing import FunctionArgs, RoutingArgs

INVOKER = "roles/run.invoker"
READER = "roles/storage.objectViewer"
# The least that replaces an object: Cloud Storage asks for the permission to delete what is replaced.
WRITER = "roles/storage.objectUser"


class Routing(pulumi.ComponentResource):
    """The routing function and the spend guard."""

    router: gcp.cloudfunctionsv2.Function
    spend_guard: gcp.cloudfunctionsv2.Function

    def __init__(
        self,
        name: str,
        args: RoutingArgs,
        *,
        key: pulumi.Input[str],
        storage_key: pulumi.Input[str],
        network: pulumi.Input[str],
        subnet: pulumi.Input[str],
        topic: gcp.pubsub.Topic,
        template: pulumi.Input[str],
        ledger_host: pulumi.Input[str],
        accounts: Mapping[str, gcp.serviceaccount.Account],
        deployments: Mapping[str, gcp.vertex.AiEndpointWithModelGardenDeployment],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the functions.

        ``key`` encrypts them and their images, ``storage_key`` the buckets. All that they send leaves through
        ``subnet``. ``topic`` is the budget's, ``template`` Model Armor's, ``ledger_host`` the address of the database
        that keeps the ledger, ``deployments`` the models on GPUs by key.
        Raises ValueError for what Google would refuse, or what would call a model that is not there.
        """
        _check(name, args, accounts, deployments)
        super().__init__("lockgate:routing:Routing", name, None, opts)
        self._name, self._args, self._accounts = name, args, accounts
        self._key, self._storage_key = key, storage_key
        self._network, self._subnet = network, subnet
        self._archive = self._source()
        self._repository = self._images()
        state = self._bucket("state", args.state_bucket)
        reads = self._grant("router-reads-spend", state, READER, args.router_member)
        writes = self._grant("guard-writes-spend", state, WRITER, args.guard_member)
        follows = self._switch()
        models = {model: deployments[wanted] for model, wanted in args.deployed.items()}
        environment = {"MODEL_ARMOR_TEMPLATE": template, "LEDGER_HOST": ledger_host, **_urls(args, models)}
        self.router = self._function("router", args.router, environment, [accounts["router"], reads, follows])
        self.spend_guard = self._function("spend-guard", args.guard, {}, [accounts["spend-guard"], writes], topic)
        for caller in args.callers:
            self._may_call(f"router-caller-{caller.partition(':')[2]}", self.router, caller)
        self._may_call("router-invoker", self.router, args.invoker)
        self._may_call("spend-guard-invoker", self.spend_guard, args.invoker)
        self._heartbeat()
        self.register_outputs({"router": self.router.url, "spend_guard": self.spend_guard.name})

    def _source(self) -> gcp.storage.BucketObject:
        """The archive, under a name that says what is in it: another content is another object and a new build."""
        args = self._args
        members: dict[str, pulumi.Asset | pulumi.Archive] = {
            # Relative to the program, so that two checkouts of one commit give one plan.
            name: pulumi.FileAsset(os.path.relpath(path))
            for name, path in args.files.items()
        }
        members.update({name: pulumi.StringAsset(text) for name, text in args.compiled.items()})
        return gcp.storage.BucketObject(
            f"{self._name}-archive",
            bucket=self._bucket("source", args.source_bucket).name,
            name=f"functions-{args.digest[:32]}.zip",
            source=pulumi.AssetArchive(members),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _bucket(self, purpose: str, name: str) -> gcp.storage.Bucket:
        return gcp.storage.Bucket(
            f"{self._name}-{purpose}",
            project=self._args.project,
            name=name,
            location=self._args.location,
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning={"enabled": True},
            encryption={"default_kms_key_name": self._storage_key},
            force_destroy=False,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )

    def _switch(self) -> gcp.storage.BucketIAMMember:
        """The switch's bucket, which operators write; the grant by which the router reads it."""
        switch = self._bucket("switch", self._args.switch_bucket)
        for operator in self._args.operators:
            self._grant(f"operator-{operator.partition(':')[2]}", switch, WRITER, operator)
        return self._grant("router-reads-switch", switch, READER, self._args.router_member)

    def _images(self) -> gcp.artifactregistry.Repository:
        return gcp.artifactregistry.Repository(
            f"{self._name}-images",
            project=self._args.project,
            location=self._args.location,
            repository_id=self._args.repository,
            description="Images that Cloud Build makes of the functions",
            format="DOCKER",
            kms_key_name=self._key,
            vulnerability_scanning_config={"enablement_config": "INHERITED"},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _function(
        self,
        name: str,
        args: FunctionArgs,
        environment: Mapping[str, pulumi.Input[str]],
        after: list[pulumi.Resource],
        topic: gcp.pubsub.Topic | None = None,
    ) -> gcp.cloudfunctionsv2.Function:
        return gcp.cloudfunctionsv2.Function(
            f"{self._name}-{name}",
            project=self._args.project,
            location=self._args.location,
            name=args.name,
            description=args.description,
            kms_key_name=self._key,
            build_config={
                "runtime": self._args.runtime,
                "entry_point": args.entry_point,
                "service_account": self._args.build_account,
                "docker_repository": self._repository.id,
                "source": {"storage_source": {"bucket": self._archive.bucket, "object": self._archive.name}},
            },
            service_config={
                "service_account_email": args.account,
                "ingress_settings": "ALLOW_INTERNAL_ONLY",
                "min_instance_count": 0,
                "max_instance_count": args.max_instances,
                "max_instance_request_concurrency": args.concurrency,
                "available_cpu": str(args.cpus),
                "available_memory": f"{args.memory_mib}Mi",
                "timeout_seconds": args.timeout_seconds,
                "environment_variables": {**dict(args.environment), **environment},
                "direct_vpc_network_interfaces": [{"network": self._network, "subnetwork": self._subnet}],
                "direct_vpc_egress": "VPC_EGRESS_ALL_TRAFFIC",
                "all_traffic_on_latest_revision": True,
            },
            event_trigger=self._trigger(topic) if topic else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._accounts["build"], *after]),
        )

    def _trigger(self, topic: gcp.pubsub.Topic) -> gcp.cloudfunctionsv2.FunctionEventTriggerArgsDict:
        return {
            "event_type": "google.cloud.pubsub.topic.v1.messagePublished",
            "pubsub_topic": topic.id,
            "trigger_region": self._args.location,
            "retry_policy": "RETRY_POLICY_RETRY",
            "service_account_email": self._args.invoker_account,
        }

    def _grant(self, name: str, bucket: gcp.storage.Bucket, role: str, member: str) -> gcp.storage.BucketIAMMember:
        return gcp.storage.BucketIAMMember(
            f"{self._name}-{name}",
            bucket=bucket.name,
            role=role,
            member=member,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(self._accounts.values())),
        )

    def _may_call(self, name: str, function: gcp.cloudfunctionsv2.Function, member: str) -> None:
        """Let a member call a function: its service in Cloud Run has the function's name."""
        gcp.cloudrunv2.ServiceIamMember(
            f"{self._name}-{name}",
            project=self._args.project,
            location=self._args.location,
            name=function.name,
            role=INVOKER,
            member=member,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._accounts["invoker"]]),
        )

    def _heartbeat(self) -> None:
        gcp.cloudscheduler.Job(
            f"{self._name}-heartbeat",
            project=self._args.project,
            region=self._args.location,
            name=self._args.heartbeat_name,
            description="Asks the router whether it could answer a case now.",
            schedule=self._args.heartbeat,
            time_zone="Etc/UTC",
            attempt_deadline="60s",
            retry_config={"retry_count": 1},
            http_target={
                "http_method": "POST",
                "uri": pulumi.Output.concat(self.router.url, "/probe"),
                "oidc_token": {"service_account_email": self._args.invoker_account, "audience": self.router.url},
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._accounts["invoker"]]),
        )


def _urls(
    args: RoutingArgs, models: Mapping[str, gcp.vertex.AiEndpointWithModelGardenDeployment]
) -> dict[str, pulumi.Output[str]]:
    """The endpoints of the models on GPUs at Vertex AI, which says where Private Service Connect put each."""
    if not models:
        return {}
    parent = f"https://{args.location}-aiplatform.googleapis.com/v1/projects/{args.project}/locations/{args.location}"
    urls = {
        model: pulumi.Output.concat(parent, "/endpoints/", deployment.endpoint) for model, deployment in models.items()
    }
    return {"DEPLOYED_URLS": pulumi.Output.json_dumps(urls, sort_keys=True)}


def _check(
    name: str,
    args: RoutingArgs,
    accounts: Mapping[str, gcp.serviceaccount.Account],
    deployments: Mapping[str, gcp.vertex.AiEndpointWithModelGardenDeployment],
) -> None:
    for workload in ("router", "spend-guard", "build", "invoker"):
        if workload not in accounts:
            raise ValueError(f"{name}: {workload} has no service account. Add it to infra/sizing/identity.py.")
    for model, wanted in args.deployed.items():
        if wanted not in deployments:
            raise ValueError(
                f"{name}: {model} is asked by a route but not deployed, so each of its cases would fall back. "
                "Deploy it, or name another model in the charter's routing."
            )
    for needed in ("main.py", "requirements.txt"):
        if needed not in args.files:
            raise ValueError(
                f"{name}: the archive has no {needed}, so Cloud Build would fail. Restore functions/{needed}."
            )
