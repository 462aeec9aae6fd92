"""The endpoint guardrail: models of the charter run behind private endpoints, on as many GPUs as it counts on.

Owns the endpoint that takes the use case's own models (a tuned one replaces a published one there), private, encrypted
with the charter's key and logged to BigQuery, and one Model Garden deployment for each published model that the charter
runs on GPUs. The Model Garden makes an endpoint of its own for each, to which no key, no service account, no labels and
no request log can be given: see docs/decisions/0004-model-garden-compensating-controls.md. It does not manage the
forwarding rule by which the network reaches the endpoints, nor who may call them.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from infra.sizing.endpoint import Deployment, EndpointArgs

DUTY_CYCLE = "aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle"


class Endpoint(pulumi.ComponentResource):
    """A private endpoint, and the deployments by model."""

    endpoint: gcp.vertex.AiEndpoint
    deployments: dict[str, gcp.vertex.AiEndpointWithModelGardenDeployment]

    def __init__(
        self,
        name: str,
        args: EndpointArgs,
        *,
        key: pulumi.Input[str],
        network: pulumi.Input[str],
        dataset: gcp.bigquery.Dataset,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``key`` encrypts the endpoint, ``network`` reaches it, ``dataset`` takes its requests and responses."""
        _check(name, args)
        super().__init__("lockgate:endpoint:Endpoint", name, None, opts)
        self._name = name
        self._args = args
        self.endpoint = self._endpoint(key, network, dataset)
        self.deployments = {wanted.key: self._deployment(wanted, network) for wanted in args.deployments}
        self.register_outputs({"endpoint": self.endpoint.id})

    @property
    def deployment(self) -> gcp.vertex.AiEndpointWithModelGardenDeployment | None:
        """The first deployment, where there is one."""
        return next(iter(self.deployments.values()), None)

    def _endpoint(
        self, key: pulumi.Input[str], network: pulumi.Input[str], dataset: gcp.bigquery.Dataset
    ) -> gcp.vertex.AiEndpoint:
        args = self._args
        return gcp.vertex.AiEndpoint(
            f"{self._name}-private",
            project=args.project,
            location=args.location,
            region=args.location,
            name=args.number,
            display_name=args.display_name,
            encryption_spec={"kms_key_name": key},
            private_service_connect_config={
                "enable_private_service_connect": True,
                "enable_secure_private_service_connect": True,
                "project_allowlists": [args.project],
                "psc_automation_configs": [{"project_id": args.project, "network": network}],
            },
            predict_request_response_logging_config={
                "enabled": True,
                "sampling_rate": args.sampling,
                "bigquery_destination": {
                    "output_uri": pulumi.Output.concat(
                        "bq://", args.project, ".", dataset.dataset_id, ".request_response_logging"
                    )
                },
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _deployment(
        self, wanted: Deployment, network: pulumi.Input[str]
    ) -> gcp.vertex.AiEndpointWithModelGardenDeployment:
        args = self._args
        return gcp.vertex.AiEndpointWithModelGardenDeployment(
            f"{self._name}-{wanted.key}",
            project=args.project,
            location=args.location,
            publisher_model_name=wanted.model,
            model_config={"accept_eula": True, "model_display_name": wanted.display_name},
            endpoint_config={
                "endpoint_display_name": wanted.display_name,
                "private_service_connect_config": {
                    "enable_private_service_connect": True,
                    "project_allowlists": [args.project],
                    "psc_automation_configs": {"project_id": args.project, "network": network},
                },
            },
            deploy_config={
                "dedicated_resources": {
                    "machine_spec": {
                        "machine_type": wanted.machine_type,
                        "accelerator_type": wanted.accelerator,
                        "accelerator_count": wanted.accelerators,
                    },
                    "min_replica_count": wanted.min_replicas,
                    "max_replica_count": wanted.max_replicas,
                    "autoscaling_metric_specs": [{"metric_name": DUTY_CYCLE, "target": 60}],
                }
            },
            # The quota carries one deployment: the old one has to go before the new one comes.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )


def _check(name: str, args: EndpointArgs) -> None:
    if not 0 < args.sampling <= 1:
        raise ValueError(
            f"{name}: {args.sampling} of the requests would be logged; Vertex AI accepts more than 0, at most 1. "
            "Set logging.transcript_sampling, or run no model of your own."
        )
    for wanted in args.deployments:
        if wanted.model.count("@") != 1:
            raise ValueError(
                f"{name}: the Model Garden deploys a version of a model, and {wanted.model} names none. "
                "Write models[].id as model@version, such as gemma3@gemma-3-12b-it."
            )
