package lockgate.rules.finance.fin_012_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_012

_judged(budget) := statuses if {
	statuses := fixture.statuses(fin_012.findings) with input as fixture.plan([budget])
}

test_passes_when_protected if _judged(object.union(fixture.budget({}), {"protect": true})) == {["b", "pass"]}

test_passes_when_google_prevents_it if _judged(fixture.budget({"deletionPolicy": "PREVENT"})) == {["b", "pass"]}

test_fails_when_unprotected if _judged(fixture.budget({})) == {["b", "fail"]}

test_fails_when_it_may_be_deleted if _judged(fixture.budget({"deletionPolicy": "DELETE"})) == {["b", "fail"]}

test_undetermined_when_the_policy_is_unknown if _judged(fixture.budget({"deletionPolicy": fixture.unknown})) == {["b", "undetermined"]}
