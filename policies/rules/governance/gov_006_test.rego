package lockgate.rules.governance.gov_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_006

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_006.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_by(overrides) := {"governance": {"contest": overrides}}

test_passes_with_a_way if _judged({}) == {["", "pass"]}

test_fails_when_nobody_may if _judged(_by({"who": "nobody"})) == {["", "fail"]}

test_fails_when_nobody_reads if _judged(_by({"contact": "no-reply@example.com"})) == {["", "fail"]}

test_fails_when_it_takes_too_long if _judged(_by({"days_to_answer": 32})) == {["", "fail"]}
