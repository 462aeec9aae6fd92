package lockgate.rules.logs.log_010_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_010

_judged(resources) := statuses if {
	statuses := fixture.statuses(log_010.findings) with input as fixture.plan(resources)
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

_default(changes) := _sink(object.union({"name": "_Default"}, changes))

test_passes_into_a_bucket_of_the_region if _judged([_bucket({}), _default({})]) == {["", "pass"]}

test_passes_when_off if _judged([_default({"disabled": true})]) == {["", "pass"]}

test_fails_when_left_alone if _judged([_bucket({}), _sink({})]) == {["", "fail"]}

test_fails_into_a_global_bucket if _judged([_bucket({"location": "global"}), _default({})]) == {["", "fail"]}

test_fails_for_another_project if _judged([_bucket({}), _default({"project": "other"})]) == {["", "fail"]}

test_undetermined_when_the_destination_is_unknown if {
	lost := object.union(_default({}), {"propertyDependencies": {"destination": []}})
	_judged([_bucket({}), lost]) == {["", "undetermined"]}
}
