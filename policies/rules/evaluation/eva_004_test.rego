package lockgate.rules.evaluation.eva_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.evaluation.eva_004

_judged(overrides) := statuses if {
	statuses := fixture.statuses(eva_004.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_enough if _judged({}) == {["", "pass"]}

test_passes_with_just_enough if _judged({"evaluation": {"min_cases": 253}}) == {["", "pass"]}

test_fails_with_fewer if _judged({"evaluation": {"min_cases": 252}}) == {["", "fail"]}

test_fails_when_one_limit_is_stricter if {
	_judged({"evaluation": {"max_error_by_segment": {"seniors": 0.01}}}) == {["", "fail"]}
}

test_fails_when_no_error_is_accepted if {
	_judged({"evaluation": {"max_error_by_segment": {"seniors": 0}}}) == {["", "fail"]}
}

test_passes_in_development if {
	_judged({"evaluation": {"min_cases": 1}, "use_case": {"environment": "development"}}) == {["", "pass"]}
}
