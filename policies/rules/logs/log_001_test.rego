package lockgate.rules.logs.log_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_001

_judged(resources) := _with(resources, fixture.charter)

_with(resources, charter) := statuses if {
	statuses := fixture.statuses(log_001.findings) with input as fixture.judged(resources, charter)
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

_audit := "log_id(\"cloudaudit.googleapis.com/activity\") OR LOG_ID(\"cloudaudit.googleapis.com/data_access\")"

_literal := "logging.googleapis.com/projects/acme-claims-prod/locations/europe-west4/buckets/audit"

_wide(type, inputs) := fixture.taking(
	fixture.resource(type, "sink", object.union({"destination": fixture.unknown}, inputs)),
	"destination", _bucket({}),
)

test_passes_without_a_filter if _judged([_bucket({}), _sink({})]) == {["", "pass"]}

test_passes_with_a_filter_that_keeps_audit_logs if _judged([_bucket({}), _sink({"filter": _audit})]) == {["", "pass"]}

test_passes_with_a_literal_destination if _judged([_bucket({}), _sink({"destination": _literal})]) == {["", "pass"]}

test_passes_without_a_charter if _with([_bucket({}), _sink({"project": "anything"})], null) == {["", "pass"]}

test_passes_with_a_sink_of_the_organisation if {
	_judged([_bucket({}), _wide("gcp:logging/organizationSink:OrganizationSink", {"includeChildren": true})]) == {["", "pass"]}
}

test_fails_with_a_sink_of_a_folder_alone if {
	_judged([_bucket({}), _wide("gcp:logging/folderSink:FolderSink", {})]) == {["", "fail"]}
}

test_fails_without_a_sink if _judged([_bucket({})]) == {["", "fail"]}

test_fails_without_a_bucket if _judged([_sink({})]) == {["", "fail"]}

test_fails_with_a_sink_elsewhere if {
	_judged([_bucket({}), _sink({"destination": "storage.googleapis.com/b"})]) == {["", "fail"]}
}

test_fails_with_a_reference_elsewhere if {
	other := fixture.resource("gcp:storage/bucket:Bucket", "other", {})
	_judged([_bucket({}), object.union(_sink({}), {"propertyDependencies": {"destination": [other.urn]}})]) == {["", "fail"]}
}

test_fails_with_half_the_audit_logs if {
	_judged([_bucket({}), _sink({"filter": "log_id(\"cloudaudit.googleapis.com/activity\")"})]) == {["", "fail"]}
}

test_fails_with_a_filter_that_says_more if {
	_judged([_bucket({}), _sink({"filter": concat("", [_audit, " AND severity>=ERROR"])})]) == {["", "fail"]}
}

test_fails_with_an_exclusion if _judged([_bucket({}), _sink({"exclusions": [{"name": "x"}]})]) == {["", "fail"]}

test_fails_when_disabled if _judged([_bucket({}), _sink({"disabled": true})]) == {["", "fail"]}

test_fails_in_another_project if _judged([_bucket({}), _sink({"project": "other"})]) == {["", "fail"]}

test_undetermined_when_the_filter_is_unknown if {
	_judged([_bucket({}), _sink({"filter": fixture.unknown})]) == {["", "undetermined"]}
}

test_undetermined_when_the_destination_is_unknown if {
	lost := object.union(_sink({}), {"propertyDependencies": {"destination": []}})
	_judged([_bucket({}), lost]) == {["", "undetermined"]}
}
