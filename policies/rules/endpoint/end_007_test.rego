package lockgate.rules.endpoint.end_007_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_007

_judged(deployment, others) := statuses if {
	statuses := fixture.statuses(end_007.findings) with input as fixture.plan(array.concat([deployment], others))
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

_bucket := fixture.resource("gcp:logging/projectBucketConfig:ProjectBucketConfig", "b", {"location": "europe-west4"})

_sink(filter) := fixture.taking(
	fixture.resource("gcp:logging/projectSink:ProjectSink", "s", {"destination": fixture.unknown, "filter": filter}),
	"destination", _bucket,
)

_audit := fixture.resource("gcp:projects/iAMAuditConfig:IAMAuditConfig", "a", {
	"service": "allServices",
	"auditLogConfigs": [{"logType": "ADMIN_READ"}, {"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}],
})

_all := [_bucket, _sink(null), _audit]

test_passes_with_all_controls if _judged(_deployment({}), _all) == {["d", "pass"]}

test_fails_when_public if _judged(_deployment({"endpointConfig": null}), _all) == {["d", "fail"]}

test_fails_outside_the_residency if _judged(_deployment({"location": "us-central1"}), _all) == {["d", "fail"]}

test_fails_without_data_access_logs if _judged(_deployment({}), [_bucket, _sink(null)]) == {["d", "fail"]}

test_fails_without_the_journal if {
	filter := "log_id(\"cloudaudit.googleapis.com/activity\") OR log_id(\"cloudaudit.googleapis.com/data_access\")"
	_judged(_deployment({}), [_bucket, _sink(filter), _audit]) == {["d", "fail"]}
}

test_undetermined_when_the_location_is_unknown if {
	_judged(_deployment({"location": fixture.unknown}), _all) == {["d", "undetermined"]}
}
