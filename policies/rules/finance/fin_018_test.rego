package lockgate.rules.finance.fin_018_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_018

_judged(overrides) := statuses if {
	statuses := fixture.statuses(fin_018.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_burning(amount) := {"money": {"pilot_burn_limit": amount}}

test_passes_with_some_months if _judged({}) == {["", "pass"]}

test_passes_with_one_month if _judged(_burning(6000)) == {["", "pass"]}

test_fails_with_less_than_a_month if _judged(_burning(5900)) == {["", "fail"]}

test_fails_when_it_bounds_nothing if _judged(_burning(900000)) == {["", "fail"]}
