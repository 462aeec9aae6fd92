package lockgate.rules.endpoint.end_008_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_008

_judged(changes, charter) := statuses if {
	statuses := fixture.statuses(end_008.findings) with input as fixture.judged([_deployment(changes)], charter)
}

_is(changes, status) if _judged({"deployConfig": {"dedicatedResources": changes}}, fixture.charter) == {["d", status]}

_deployment(changes) := fixture.resource(
	"gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
	"d",
	object.union(
		{
			"project": "acme-claims-prod",
			"location": "europe-west4",
			"publisherModelName": "publishers/google/models/gemma-3-12b-it",
			"endpointConfig": {"privateServiceConnectConfig": {
				"enablePrivateServiceConnect": true,
				"projectAllowlists": ["123456789012"],
				"pscAutomationConfigs": {"projectId": "acme-claims-prod", "network": "n"},
			}},
			"deployConfig": {"dedicatedResources": {
				"minReplicaCount": 1,
				"maxReplicaCount": 2,
				"machineSpec": {"machineType": "g2-standard-24", "acceleratorType": "NVIDIA_L4", "acceleratorCount": 2},
			}},
		},
		changes,
	),
)

_managed := fixture.chartered({
	"capacity": {"accelerator": null, "replicas": null, "accelerators_per_replica": null, "machine_type": null},
	"models": [{"id": "gemini-3.8-flash", "publisher": "google", "role": "draft", "hosting": "managed"}],
})

test_passes_as_the_charter_says if _is({}, "pass")

test_passes_with_fewer_replicas if _is({"maxReplicaCount": 1}, "pass")

test_fails_with_more_replicas if _is({"maxReplicaCount": 3}, "fail")

test_fails_without_a_maximum if _is({"maxReplicaCount": null}, "fail")

test_fails_with_more_always_on if _is({"minReplicaCount": 2}, "fail")

test_fails_with_another_gpu if _is({"machineSpec": {"acceleratorType": "NVIDIA_H100_80GB"}}, "fail")

test_fails_with_more_gpus if _is({"machineSpec": {"acceleratorCount": 4}}, "fail")

test_fails_with_another_machine if _is({"machineSpec": {"machineType": "g2-standard-96"}}, "fail")

test_fails_on_spot_machines if _is({"spot": true}, "fail")

test_fails_without_anything if _judged({"deployConfig": null}, fixture.charter) == {["d", "fail"]}

test_fails_where_the_charter_deploys_none if _judged({}, _managed) == {["d", "fail"]}

test_undetermined_when_unknown if _is({"maxReplicaCount": fixture.unknown}, "undetermined")
