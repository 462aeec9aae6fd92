package lockgate.rules.endpoint.end_009_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_009

_judged(resources) := statuses if {
	statuses := fixture.statuses(end_009.findings) with input as fixture.plan(resources)
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

_quota(amount) := fixture.resource("gcp:cloudquota/sQuotaPreference:SQuotaPreference", "q", {
	"quotaId": "CustomModelServingL4GPUsPerProjectPerRegion",
	"dimensions": {"region": "europe-west4"},
	"quotaConfig": {"preferredValue": amount},
})

_replicas(changes) := _deployment({"deployConfig": {"dedicatedResources": changes}})

test_passes_when_the_quota_carries_them if _judged([_deployment({}), _quota("4")]) == {["", "pass"]}

test_passes_without_a_maximum_at_the_minimum if {
	_judged([_replicas({"maxReplicaCount": null}), _quota("2")]) == {["", "pass"]}
}

test_passes_without_deployments if _judged([]) == {["", "pass"]}

test_fails_above_the_quota if _judged([_deployment({}), _quota("3")]) == {["", "fail"]}

test_fails_when_two_deployments_are_above_it if {
	second := object.union(_deployment({}), {"urn": "a::b::c::second"})
	_judged([_deployment({}), second, _quota("4")]) == {["", "fail"]}
}

test_fails_without_a_quota if _judged([_deployment({})]) == {["", "fail"]}

test_fails_without_replicas if _judged([_deployment({"deployConfig": null}), _quota("4")]) == {["", "fail"]}

test_fails_with_replicas_that_are_no_number if _judged([_replicas({"maxReplicaCount": "many"}), _quota("4")]) == {["", "fail"]}

test_undetermined_when_replicas_are_unknown if {
	_judged([_replicas({"maxReplicaCount": fixture.unknown}), _quota("4")]) == {["", "undetermined"]}
}

test_undetermined_when_the_quota_is_unknown if {
	_judged([_deployment({}), _quota(fixture.unknown)]) == {["", "undetermined"]}
}
