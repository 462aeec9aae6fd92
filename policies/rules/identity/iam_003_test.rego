package lockgate.rules.identity.iam_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_003

_judged(permissions) := statuses if {
	role := fixture.resource("gcp:projects/iAMCustomRole:IAMCustomRole", "r", {"permissions": permissions})
	statuses := fixture.statuses(iam_003.findings) with input as fixture.plan([role])
}

_predict := "aiplatform.endpoints.predict"

test_passes_for_one_duty if _judged([_predict, "cloudsql.instances.login"]) == {["r", "pass"]}

test_fails_for_a_permission_of_no_duty if _judged([_predict, "iam.serviceAccounts.actAs"]) == {["r", "fail"]}

test_fails_for_two_duties_in_one_role if _judged([_predict, "storage.objects.get"]) == {["r", "fail"]}

test_names_what_is_too_much if {
	role := fixture.resource("gcp:projects/iAMCustomRole:IAMCustomRole", "r", {"permissions": [
		_predict, "cloudsql.instances.login", "storage.objects.get",
	]})
	some finding in iam_003.findings with input as fixture.plan([role])
	finding.message == "holds storage.objects.get, which no duty beside its other 2 permissions uses"
}

test_fails_for_what_is_no_permission if _judged([_predict, 7]) == {["r", "fail"]}

test_fails_without_permissions if _judged([]) == {["r", "fail"]}

test_fails_for_an_excess_beside_an_unknown if {
	_judged([fixture.unknown, "iam.roles.update"]) == {["r", "fail"]}
}

test_undetermined_when_one_is_unknown if _judged([_predict, fixture.unknown]) == {["r", "undetermined"]}

test_undetermined_when_all_are_unknown if _judged(fixture.unknown) == {["r", "undetermined"]}
