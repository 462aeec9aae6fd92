package lockgate.rules.logs.log_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_002

_judged(resources) := statuses if {
	statuses := fixture.statuses(log_002.findings) with input as fixture.plan(resources)
}

_bucket(changes) := object.union(
	fixture.resource("gcp:logging/projectBucketConfig:ProjectBucketConfig", "audit", object.union(
		{
			"project": "acme-claims-prod",
			"location": "europe-west4",
			"bucketId": "audit",
			"retentionDays": 400,
			"locked": true,
			"cmekSettings": {"kmsKeyName": "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k"},
		},
		changes,
	)),
	{"protect": true},
)

_sink(changes) := fixture.taking(
	fixture.resource("gcp:logging/projectSink:ProjectSink", "sink", object.union(
		{"project": "acme-claims-prod", "name": "audit", "destination": fixture.unknown},
		changes,
	)),
	"destination", _bucket({}),
)

test_passes_at_the_charters_retention if _judged([_bucket({}), _sink({})]) == {["audit", "pass"]}

test_passes_for_operational_logs_kept_like_data if _judged([_bucket({"retentionDays": 90})]) == {["audit", "pass"]}

test_fails_when_audit_logs_go_sooner if _judged([_bucket({"retentionDays": 399}), _sink({})]) == {["audit", "fail"]}

test_fails_when_nothing_is_said if _judged([_bucket({"retentionDays": null}), _sink({})]) == {["audit", "fail"]}

test_fails_at_nothing if _judged([_bucket({"retentionDays": 0}), _sink({})]) == {["audit", "fail"]}

test_fails_when_operational_logs_stay if _judged([_bucket({})]) == {["audit", "fail"]}

test_undetermined_when_unknown if {
	_judged([_bucket({"retentionDays": fixture.unknown}), _sink({})]) == {["audit", "undetermined"]}
}
