package lockgate.rules.identity.iam_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_004

_judged(resources) := statuses if {
	statuses := fixture.statuses(iam_004.findings) with input as fixture.plan(resources)
}

_account := fixture.resource("gcp:serviceaccount/account:Account", "a", {"accountId": "router"})

_bucket(members) := fixture.resource(
	"gcp:storage/bucketIAMBinding:BucketIAMBinding", "g",
	{"role": "roles/storage.objectViewer", "members": members},
)

_service(member) := fixture.resource(
	"gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "g",
	{"role": "roles/run.invoker", "member": member},
)

_fails := {["", "fail"], ["g", "fail"]}

test_passes_for_named_members if _judged([_bucket(["group:claims@example.com"])]) == {["", "pass"]}

test_passes_without_grants if _judged([]) == {["", "pass"]}

test_fails_in_a_binding if _judged([_bucket(["group:claims@example.com", "allAuthenticatedUsers"])]) == _fails

test_fails_in_a_member if _judged([_service("allUsers")]) == _fails

test_fails_in_a_policy if {
	policy := json.marshal({"bindings": [{"role": "roles/run.invoker", "members": ["allUsers"]}]})
	type := "gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy"
	_judged([fixture.resource(type, "g", {"policyData": policy})]) == _fails
}

test_fails_in_access_lists if {
	every resource in [
		fixture.resource("gcp:bigquery/dataset:Dataset", "g", {"accesses": [{"specialGroup": "allAuthenticatedUsers"}]}),
		fixture.resource("gcp:bigquery/datasetAccess:DatasetAccess", "g", {"iamMember": "allUsers"}),
		fixture.resource("gcp:storage/bucketACL:BucketACL", "g", {"predefinedAcl": "publicRead"}),
		fixture.resource("gcp:storage/bucketACL:BucketACL", "g", {"roleEntities": ["READER:allUsers"]}),
		fixture.resource("gcp:storage/objectAccessControl:ObjectAccessControl", "g", {"entity": "allUsers"}),
	] {
		_judged([resource]) == _fails
	}
}

test_passes_for_a_private_dataset if {
	entries := [{"role": "READER", "specialGroup": "projectReaders"}]
	_judged([fixture.resource("gcp:bigquery/dataset:Dataset", "g", {"accesses": entries})]) == {["", "pass"]}
}

test_passes_for_a_reference_to_an_account if {
	_judged([_account, fixture.taking(_service(fixture.unknown), "member", _account)]) == {["", "pass"]}
}

test_undetermined_for_an_unknown_member if {
	_judged([_service(fixture.unknown)]) == {["", "undetermined"], ["g", "undetermined"]}
}

test_undetermined_for_an_unknown_entry if {
	acl := fixture.resource("gcp:storage/bucketACL:BucketACL", "g", {"roleEntities": [fixture.unknown]})
	_judged([acl]) == {["", "undetermined"], ["g", "undetermined"]}
}

test_undetermined_for_an_unknown_list if {
	_judged([fixture.resource("gcp:bigquery/dataset:Dataset", "g", {"accesses": fixture.unknown})]) == {
		["", "undetermined"],
		["g", "undetermined"],
	}
}
