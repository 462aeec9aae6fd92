package lockgate.rules.identity.iam_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_006

_type := "gcp:cloudfunctionsv2/function:Function"

_account(id) := fixture.resource("gcp:serviceaccount/account:Account", id, {"accountId": id})

_email(id) := sprintf("%s@acme-claims-prod.iam.gserviceaccount.com", [id])

_function(name, email) := fixture.resource(_type, name, {"serviceConfig": {"serviceAccountEmail": email}})

_judged(resources) := statuses if {
	statuses := fixture.statuses(iam_006.findings) with input as fixture.plan(resources)
}

test_passes_for_an_account_of_the_plan if {
	_judged([_account("router"), _function("f", _email("router"))]) == {["f", "pass"]}
}

test_passes_for_a_reference if {
	function := fixture.taking(_function("f", fixture.unknown), "serviceConfig", _account("router"))
	_judged([_account("router"), function]) == {["f", "pass"]}
}

test_passes_for_a_service_of_cloud_run if {
	service := fixture.resource("gcp:cloudrunv2/service:Service", "s", {"template": {"serviceAccount": _email("router")}})
	_judged([_account("router"), service]) == {["s", "pass"]}
}

test_fails_without_an_account if _judged([fixture.resource(_type, "f", {"serviceConfig": {}})]) == {["f", "fail"]}

test_fails_for_a_default_account if {
	_judged([_function("f", "123456789012-compute@developer.gserviceaccount.com")]) == {["f", "fail"]}
}

test_fails_for_an_account_that_is_not_planned if _judged([_function("f", _email("router"))]) == {["f", "fail"]}

test_fails_for_an_account_of_another_project if {
	_judged([_account("router"), _function("f", "router@other.iam.gserviceaccount.com")]) == {["f", "fail"]}
}

test_fails_for_a_shared_account if {
	functions := [_function("f", _email("router")), _function("g", _email("router"))]
	_judged(array.concat([_account("router")], functions)) == {["f", "fail"], ["g", "fail"]}
}

test_undetermined_when_unknown if _judged([_function("f", fixture.unknown)]) == {["f", "undetermined"]}
