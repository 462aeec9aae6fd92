package lockgate.rules.identity.iam_008_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_008

_judged(type, role, member) := statuses if {
	grant := fixture.resource(type, "g", {"role": role, "member": member})
	statuses := fixture.statuses(iam_008.findings) with input as fixture.plan([grant])
}

_bucket := "gcp:storage/bucketIAMMember:BucketIAMMember"

_account := "gcp:serviceaccount/iAMMember:IAMMember"

_router := "serviceAccount:claims-router@acme-claims-prod.iam.gserviceaccount.com"

test_passes_for_a_narrow_role if _judged(_bucket, "roles/storage.objectViewer", _router) == {["", "pass"]}

test_passes_for_a_service_agent if {
	agent := "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
	_judged(_account, "roles/iam.serviceAccountTokenCreator", agent) == {["", "pass"]}
}

test_leaves_wide_grants_to_another_rule if {
	_judged("gcp:projects/iAMMember:IAMMember", "roles/storage.admin", _router) == {["", "pass"]}
}

test_fails_for_an_administrator if {
	_judged(_bucket, "roles/storage.admin", _router) == {["", "fail"], ["g", "fail"]}
}

test_fails_for_impersonation if {
	_judged(_account, "roles/iam.serviceAccountTokenCreator", _router) == {["", "fail"], ["g", "fail"]}
}

test_undetermined_when_the_role_is_unknown if {
	_judged(_bucket, fixture.unknown, _router) == {["", "undetermined"], ["g", "undetermined"]}
}
