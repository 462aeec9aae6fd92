package lockgate.rules.identity.iam_009_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_009

_account := fixture.resource("gcp:serviceaccount/account:Account", "a", {"accountId": "claims-router"})

_role := fixture.resource("gcp:projects/iAMCustomRole:IAMCustomRole", "r", {"roleId": "claims_router"})

_own := "serviceAccount:claims-router@acme-claims-prod.iam.gserviceaccount.com"

_custom := "projects/acme-claims-prod/roles/claims_router"

_grant(role, member) := fixture.resource("gcp:projects/iAMMember:IAMMember", "g", {"role": role, "member": member})

_judged(grant) := _judged_by(grant, fixture.charter)

_judged_by(grant, charter) := statuses if {
	statuses := fixture.statuses(iam_009.findings) with input as fixture.judged([_account, _role, grant], charter)
}

test_passes_for_the_workload if _judged(_grant(_custom, _own)) == {["g", "pass"]}

test_passes_for_the_workload_by_reference if {
	grant := fixture.taking(_grant(_custom, fixture.unknown), "member", _account)
	_judged(grant) == {["g", "pass"]}
}

test_passes_for_a_service_agent if {
	_judged(_grant(_custom, "serviceAccount:service-123456789012@gcp-sa-aiplatform.iam.gserviceaccount.com")) == {["g", "pass"]}
}

test_passes_for_a_group_that_reads if _judged(_grant("roles/logging.viewer", "group:audit@example.com")) == {["g", "pass"]}

test_passes_without_a_charter if _judged_by(_grant(_custom, _own), null) == {["g", "pass"]}

test_passes_for_nobody if {
	binding := fixture.resource("gcp:projects/iAMBinding:IAMBinding", "g", {"role": _custom, "members": []})
	_judged(binding) == {["g", "pass"]}
}

test_fails_for_a_person if _judged(_grant("roles/logging.viewer", "user:a@example.com")) == {["g", "fail"]}

test_fails_for_a_domain if _judged(_grant("roles/logging.viewer", "domain:example.com")) == {["g", "fail"]}

test_fails_for_a_default_account if {
	_judged(_grant(_custom, "serviceAccount:1-compute@developer.gserviceaccount.com")) == {["g", "fail"]}
}

test_fails_for_a_group_with_the_workloads_role if _judged(_grant(_custom, "group:team@example.com")) == {["g", "fail"]}

test_fails_for_an_account_of_another_project if {
	_judged(_grant(_custom, "serviceAccount:claims-router@other-project.iam.gserviceaccount.com")) == {["g", "fail"]}
}

test_fails_without_a_charter_for_an_account_of_no_plan if {
	_judged_by(_grant(_custom, "serviceAccount:other@acme-claims-prod.iam.gserviceaccount.com"), null) == {["g", "fail"]}
}

test_fails_with_the_role_by_reference if {
	grant := fixture.taking(_grant(fixture.unknown, "group:team@example.com"), "role", _role)
	_judged(grant) == {["g", "fail"]}
}

test_undetermined_when_the_member_is_unknown if _judged(_grant(_custom, fixture.unknown)) == {["g", "undetermined"]}
