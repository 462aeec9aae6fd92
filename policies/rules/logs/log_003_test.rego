package lockgate.rules.logs.log_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_003

_judged(resources, charter) := statuses if {
	statuses := fixture.statuses(log_003.findings) with input as fixture.judged(resources, charter)
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

_is(changes, protect, status) if {
	_judged([object.union(_bucket(changes), {"protect": protect}), _sink({})], fixture.charter) == {["audit", status]}
}

_alone(changes, protect, status) if {
	_judged([object.union(_bucket(changes), {"protect": protect})], fixture.charter) == {["audit", status]}
}

_loose := fixture.chartered({"logging": {"locked": false}})

test_passes_when_locked_and_protected if _is({}, true, "pass")

test_passes_when_the_provider_prevents_deletion if _is({"deletionPolicy": "PREVENT"}, false, "pass")

test_fails_when_open if _is({"locked": false}, true, "fail")

test_fails_when_unprotected if _is({}, false, "fail")

test_passes_when_operational_logs_are_open if _alone({"locked": false}, true, "pass")

test_fails_when_operational_logs_are_unprotected if _alone({}, false, "fail")

test_passes_when_the_charter_wants_no_lock if {
	_judged([object.union(_bucket({"locked": false}), {"protect": false}), _sink({})], _loose) == {["audit", "pass"]}
}

test_fails_without_a_charter if _judged([_bucket({"locked": false}), _sink({})], null) == {["audit", "fail"]}

test_undetermined_when_unknown if _is({"locked": fixture.unknown}, true, "undetermined")
