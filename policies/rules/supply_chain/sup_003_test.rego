package lockgate.rules.supply_chain.sup_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.supply_chain.sup_003

_account := fixture.resource("gcp:serviceaccount/account:Account", "build", {"accountId": "build"})

_function(builder) := fixture.resource("gcp:cloudfunctionsv2/function:Function", "f", {
	"buildConfig": {"serviceAccount": builder},
	"serviceConfig": {"serviceAccountEmail": "router@p.iam.gserviceaccount.com"},
})

_judged(resource) := statuses if {
	statuses := fixture.statuses(sup_003.findings) with input as fixture.plan([_account, resource])
}

test_passes_for_an_account_of_its_own if {
	_judged(_function("projects/p/serviceAccounts/build@p.iam.gserviceaccount.com")) == {["f", "pass"]}
}

test_passes_for_a_reference if {
	_judged(fixture.taking(_function(fixture.unknown), "buildConfig", _account)) == {["f", "pass"]}
}

test_fails_without_an_account if _judged(_function(null)) == {["f", "fail"]}

test_fails_for_a_default_account if {
	_judged(_function("projects/p/serviceAccounts/123456789012@cloudbuild.gserviceaccount.com")) == {["f", "fail"]}
}

test_fails_for_the_account_that_runs_it if {
	_judged(_function("projects/p/serviceAccounts/router@p.iam.gserviceaccount.com")) == {["f", "fail"]}
}

test_fails_for_a_trigger_without_an_account if {
	_judged(fixture.resource("gcp:cloudbuild/trigger:Trigger", "t", {})) == {["t", "fail"]}
}

test_undetermined_when_unknown if _judged(_function(fixture.unknown)) == {["f", "undetermined"]}
