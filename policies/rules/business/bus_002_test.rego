package lockgate.rules.business.bus_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.business.bus_002

_judged(overrides) := statuses if {
	statuses := fixture.statuses(bus_002.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_different_people if _judged({}) == {["", "pass"]}

test_fails_when_the_sponsor_signs_off_compliance if {
	_judged({"governance": {"compliance_owner": "Claims-Director@example.com"}}) == {["", "fail"]}
}

test_fails_when_the_sponsor_watches_the_spend if _judged({"business": {"sponsor": "finops@example.com"}}) == {["", "fail"]}

test_fails_when_the_adoption_owner_signs_off_data if {
	_judged({"business": {"adoption_owner": "data-governance@example.com"}}) == {["", "fail"]}
}
