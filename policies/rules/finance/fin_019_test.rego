package lockgate.rules.finance.fin_019_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_019

_judged(overrides) := statuses if {
	statuses := fixture.statuses(fin_019.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_answers if _judged({}) == {["", "pass"]}

test_fails_with_a_placeholder_for_the_owner if {
	_judged({"money": {"finops_owner": "tbd@example.com", "recipients": ["tbd@example.com"]}}) == {["", "fail"]}
}

test_fails_with_a_placeholder_among_the_recipients if {
	_judged({"money": {"recipients": ["finops@example.com", "changeme@example.com"]}}) == {["", "fail"]}
}

test_fails_with_a_source_that_is_none if _judged({"money": {"exchange": {"source": "n/a"}}}) == {["", "fail"]}

test_fails_when_the_owner_hears_nothing if _judged({"money": {"recipients": ["claims-controlling@example.com"]}}) == {["", "fail"]}
