package lockgate.rules.identity.iam_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_002

_type := "gcp:projects/iAMMember:IAMMember"

_workload := "serviceAccount:claims-router@acme-claims-prod.iam.gserviceaccount.com"

_agent := "serviceAccount:service-123456789012@gcp-sa-aiplatform.iam.gserviceaccount.com"

_role := fixture.resource("gcp:projects/iAMCustomRole:IAMCustomRole", "r", {"roleId": "router"})

_grant(role, member) := fixture.resource(_type, "g", {"role": role, "member": member})

_judged(resource) := statuses if {
	statuses := fixture.statuses(iam_002.findings) with input as fixture.plan([_role, resource])
}

test_passes_for_a_custom_role if _judged(_grant("projects/p/roles/router", _workload)) == {["g", "pass"]}

test_passes_for_a_reference_to_a_custom_role if {
	_judged(fixture.taking(_grant(fixture.unknown, _workload), "role", _role)) == {["g", "pass"]}
}

test_passes_for_a_service_agent if _judged(_grant("roles/modelarmor.user", _agent)) == {["g", "pass"]}

test_passes_for_a_group_with_a_narrow_role if {
	_judged(_grant("roles/logging.viewer", "group:ops@example.com")) == {["g", "pass"]}
}

test_fails_for_a_workload_with_a_predefined_role if {
	_judged(_grant("roles/aiplatform.user", _workload)) == {["g", "fail"]}
}

test_fails_for_what_is_no_principal if {
	_judged(_grant("projects/p/roles/router", "claims-router")) == {["g", "fail"]}
	_judged(_grant("projects/p/roles/router", null)) == {["g", "fail"]}
}

test_fails_for_a_group_that_administers if {
	_judged(_grant("roles/aiplatform.admin", "group:ops@example.com")) == {["g", "fail"]}
}

test_fails_for_a_group_that_impersonates if {
	_judged(_grant("roles/iam.serviceAccountTokenCreator", "group:ops@example.com")) == {["g", "fail"]}
}

test_fails_for_a_broad_role_to_unknown_members if {
	_judged(_grant("roles/iam.securityAdmin", fixture.unknown)) == {["g", "fail"]}
}

test_undetermined_when_the_member_is_unknown if {
	_judged(_grant("roles/aiplatform.user", fixture.unknown)) == {["g", "undetermined"]}
}

test_undetermined_when_the_role_is_unknown if {
	_judged(_grant(fixture.unknown, _workload)) == {["g", "undetermined"]}
}
