package lockgate.rules.endpoint.end_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_003

_judged(changes, charter) := statuses if {
	statuses := fixture.statuses(end_003.findings) with input as fixture.judged([_deployment(changes)], charter)
}

_is(changes, status) if _judged(changes, fixture.charter) == {["d", status]}

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

test_passes_for_a_model_of_the_charter if _is({}, "pass")

test_fails_for_another_model if _is({"publisherModelName": "publishers/google/models/gemma3@gemma-3-27b-it"}, "fail")

test_fails_for_another_publisher if _is({"publisherModelName": "publishers/meta/models/gemma-3-12b-it"}, "fail")

test_fails_for_a_model_of_a_hub if _is({"huggingFaceModelId": "a/b"}, "fail")

test_fails_in_a_container_of_its_own if _is({"modelConfig": {"containerSpec": {"imageUri": "i"}}}, "fail")

test_fails_where_the_charter_deploys_none if _judged({}, _managed) == {["d", "fail"]}

test_undetermined_when_unknown if _is({"publisherModelName": fixture.unknown}, "undetermined")

test_undetermined_when_the_hub_is_unknown if _is({"huggingFaceModelId": fixture.unknown}, "undetermined")
