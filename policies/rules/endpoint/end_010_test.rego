package lockgate.rules.endpoint.end_010_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_010

_judged(resource) := statuses if {
	statuses := fixture.statuses(end_010.findings) with input as fixture.plan([resource])
}

_key := "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k"

_endpoint(changes) := fixture.resource("gcp:vertex/aiEndpoint:AiEndpoint", "e", object.union(
	{
		"project": "acme-claims-prod",
		"location": "europe-west4",
		"encryptionSpec": {"kmsKeyName": _key},
		"privateServiceConnectConfig": {
			"enablePrivateServiceConnect": true,
			"enableSecurePrivateServiceConnect": true,
			"projectAllowlists": ["acme-claims-prod"],
			"pscAutomationConfigs": [{"projectId": "acme-claims-prod", "network": "n"}],
		},
	},
	changes,
))

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

test_passes_within_the_residency if _judged(_endpoint({})) == {["e", "pass"]}

test_passes_for_a_deployment if _judged(_deployment({})) == {["d", "pass"]}

test_fails_outside if _judged(_deployment({"location": "us-central1"})) == {["d", "fail"]}

test_fails_with_a_region_outside if _judged(_endpoint({"region": "us-central1"})) == {["e", "fail"]}

test_fails_without_a_location if _judged(_endpoint({"location": null})) == {["e", "fail"]}

test_undetermined_when_unknown if _judged(_endpoint({"location": fixture.unknown})) == {["e", "undetermined"]}
