package lockgate.rules.governance.gov_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_002

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_002.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_a_basis if _judged({}) == {["", "pass"]}

test_passes_without_personal_data if {
	_judged({"data": {"personal": false}, "governance": {"lawful_basis": "none"}}) == {["", "pass"]}
}

test_fails_without_a_basis if _judged({"governance": {"lawful_basis": "none"}}) == {["", "fail"]}
