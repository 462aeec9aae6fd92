package lockgate.rules.endpoint.end_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_002

_judged(resources) := statuses if {
	statuses := fixture.statuses(end_002.findings) with input as fixture.plan(resources)
}

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

test_passes_when_deployed if _judged([_deployment({})]) == {["", "pass"]}

test_fails_when_not_deployed if _judged([]) == {["", "fail"]}

test_fails_when_another_is_deployed if _judged([_deployment({"publisherModelName": "publishers/a/models/b@1"})]) == {["", "fail"]}

test_undetermined_when_unknown if _judged([_deployment({"publisherModelName": fixture.unknown})]) == {["", "undetermined"]}

test_passes_where_the_charter_deploys_none if {
	managed := {"id": "gemini-3.8-flash", "publisher": "google", "role": "draft", "hosting": "managed"}
	found := fixture.statuses(end_002.findings) with input as fixture.judged([], fixture.chartered({"models": [managed]}))
	found == {["", "pass"]}
}
