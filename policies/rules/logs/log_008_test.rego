package lockgate.rules.logs.log_008_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_008

_judged(resources) := statuses if {
	statuses := fixture.statuses(log_008.findings) with input as fixture.plan(array.concat([_bucket({}), _sink({})], resources))
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

_view(changes) := fixture.taking(
	fixture.resource("gcp:logging/logView:LogView", "view", object.union({"name": "auditors", "bucket": fixture.unknown}, changes)),
	"bucket", _bucket({}),
)

_reader(changes) := fixture.resource("gcp:logging/logViewIamMember:LogViewIamMember", "reader", object.union(
	{"name": "auditors", "role": "roles/logging.viewAccessor", "member": "group:audit@example.com"},
	changes,
))

_binding := fixture.resource("gcp:logging/logViewIamBinding:LogViewIamBinding", "reader", {
	"name": "auditors",
	"role": "roles/logging.viewAccessor",
	"members": ["group:audit@example.com"],
})

test_passes_with_a_member if _judged([_view({}), _reader({})]) == {["", "pass"]}

test_passes_with_a_binding if _judged([_view({}), _binding]) == {["", "pass"]}

test_passes_with_a_view_of_everything if {
	_judged([_view({"filter": "SOURCE(\"projects/acme-claims-prod\")"}), _reader({})]) == {["", "pass"]}
}

test_passes_with_a_literal_bucket if {
	_judged([_view({"bucket": "projects/p/locations/europe-west4/buckets/audit"}), _reader({})]) == {["", "pass"]}
}

test_fails_without_a_grant if _judged([_view({})]) == {["", "fail"]}

test_fails_without_a_view if _judged([_reader({})]) == {["", "fail"]}

test_fails_for_somebody_else if _judged([_view({}), _reader({"member": "group:other@example.com"})]) == {["", "fail"]}

test_fails_with_another_role if _judged([_view({}), _reader({"role": "roles/logging.viewer"})]) == {["", "fail"]}

test_fails_on_another_view if _judged([_view({}), _reader({"name": "other"})]) == {["", "fail"]}

test_fails_with_a_view_of_one_log if _judged([_view({"filter": "LOG_ID(\"stdout\")"}), _reader({})]) == {["", "fail"]}

test_fails_with_a_view_of_another_bucket if {
	other := object.union(_bucket({}), {"urn": "urn:pulumi:test::lockgate::t::other"})
	_judged([object.union(_view({}), {"propertyDependencies": {"bucket": [other.urn]}}), _reader({})]) == {["", "fail"]}
}

test_undetermined_when_the_views_bucket_is_unknown if {
	lost := object.union(_view({}), {"propertyDependencies": {"bucket": []}})
	_judged([lost, _reader({})]) == {["", "undetermined"]}
}

test_undetermined_when_the_member_is_unknown if {
	_judged([_view({}), _reader({"member": fixture.unknown})]) == {["", "undetermined"]}
}
