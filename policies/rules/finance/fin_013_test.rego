package lockgate.rules.finance.fin_013_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_013

_judged(inputs) := statuses if {
	statuses := fixture.statuses(fin_013.findings) with input as fixture.plan([fixture.budget(inputs)])
}

test_passes_for_the_billing_account if _judged({"ownershipScope": "BILLING_ACCOUNT"}) == {["b", "pass"]}

test_fails_by_default if _judged({}) == {["b", "fail"]}

test_fails_for_all_users if _judged({"ownershipScope": "ALL_USERS"}) == {["b", "fail"]}

test_undetermined_when_unknown if _judged({"ownershipScope": fixture.unknown}) == {["b", "undetermined"]}
