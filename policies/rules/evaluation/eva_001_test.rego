package lockgate.rules.evaluation.eva_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.evaluation.eva_001

_judged(overrides) := statuses if {
	statuses := fixture.statuses(eva_001.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_a_limit_for_each if _judged({}) == {["", "pass"]}

test_fails_without_one if _judged({"governance": {"bias_segments": ["private", "seniors"]}}) == {["", "fail"]}
