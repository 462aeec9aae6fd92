package lockgate.rules.business.bus_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.business.bus_001

_judged(overrides) := statuses if {
	statuses := fixture.statuses(bus_001.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_answers if _judged({}) == {["", "pass"]}

test_fails_without_a_sponsor if _judged({"business": {"sponsor": "tbd@example.com"}}) == {["", "fail"]}

test_fails_without_an_adoption_owner if _judged({"business": {"adoption_owner": "to.be.defined@example.com"}}) == {["", "fail"]}

test_fails_without_a_kpi if _judged({"business": {"kpi": {"name": "TBD"}}}) == {["", "fail"]}

test_fails_without_a_unit if _judged({"business": {"kpi": {"unit": "??"}}}) == {["", "fail"]}

test_fails_with_a_plan_that_says_nothing if {
	_judged({"business": {"scaling": {"plan": "see above"}}}) == {["", "fail"]}
	_judged({"business": {"scaling": {"plan": "To be determined once the pilot has ended."}}}) == {["", "fail"]}
}
