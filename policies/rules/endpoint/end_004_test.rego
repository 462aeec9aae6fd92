package lockgate.rules.endpoint.end_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_004

_judged(resource, charter) := statuses if {
	statuses := fixture.statuses(end_004.findings) with input as fixture.judged([resource], charter)
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

_psc(changes) := _endpoint({"privateServiceConnectConfig": changes})

_is(resource, status) if _judged(resource, fixture.charter) == {[resource.name, status]}

test_passes_when_private if _is(_endpoint({}), "pass")

test_passes_for_a_private_deployment if _is(_deployment({}), "pass")

test_passes_when_peered if _is(_endpoint({"network": "projects/1/global/networks/n", "privateServiceConnectConfig": null}), "pass")

test_passes_without_a_charter if _judged(_endpoint({}), null) == {["e", "pass"]}

test_fails_when_public if _is(_endpoint({"privateServiceConnectConfig": null}), "fail")

test_fails_when_off if _is(_psc({"enablePrivateServiceConnect": false}), "fail")

test_fails_without_authorisation if _is(_psc({"enableSecurePrivateServiceConnect": false}), "fail")

test_fails_when_open_to_another_project if _is(_psc({"projectAllowlists": ["acme-claims-prod", "other"]}), "fail")

test_fails_when_nobody_is_named if _is(_psc({"projectAllowlists": null}), "fail")

test_fails_when_the_list_is_empty if _is(_psc({"projectAllowlists": []}), "fail")

test_fails_when_attached_elsewhere if _is(_psc({"pscAutomationConfigs": [{"projectId": "other"}]}), "fail")

test_fails_for_a_public_deployment if _is(_deployment({"endpointConfig": null}), "fail")

test_fails_for_a_deployment_attached_elsewhere if {
	config := {"privateServiceConnectConfig": {"pscAutomationConfigs": {"projectId": "other"}}}
	_is(_deployment({"endpointConfig": config}), "fail")
}

test_undetermined_when_unknown if {
	unknown := {"op": "replace", "path": "inputs/privateServiceConnectConfig", "value": fixture.unknown}
	_is(json.patch(_endpoint({}), [unknown]), "undetermined")
}

test_undetermined_when_the_list_is_unknown if _is(_psc({"projectAllowlists": fixture.unknown}), "undetermined")

test_passes_when_not_attached if _is(_psc({"pscAutomationConfigs": null}), "pass")
