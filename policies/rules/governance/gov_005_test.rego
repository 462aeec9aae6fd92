package lockgate.rules.governance.gov_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_005

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_005.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_saying(text) := {"governance": {"explanation": text}}

test_passes_with_an_explanation if _judged({}) == {["", "pass"]}

test_fails_with_a_placeholder if _judged(_saying("TODO: ask the legal department")) == {["", "fail"]}

test_fails_with_a_word if _judged(_saying("by letter")) == {["", "fail"]}
