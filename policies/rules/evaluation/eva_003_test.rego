package lockgate.rules.evaluation.eva_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.evaluation.eva_003

_judged(overrides) := statuses if {
	statuses := fixture.statuses(eva_003.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_accepting(tier, error) := {"risk": {tier: {"max_error": error}}}

test_passes_in_order if _judged({}) == {["", "pass"]}

test_passes_with_one_tier if _judged({"risk": {"high": null, "medium": null}}) == {["", "pass"]}

test_fails_above_the_bound if {
	_judged(_accepting("high", 0.5)) == {["", "fail"]}
	_judged(_accepting("low", 0.2)) == {["", "fail"]}
}

test_fails_at_zero if _judged(_accepting("high", 0)) == {["", "fail"]}

test_fails_out_of_order if _judged(_accepting("low", 0.02)) == {["", "fail"]}

test_fails_out_of_order_without_the_tier_between if {
	_judged({"risk": {"medium": null, "high": {"max_error": 0.02}, "low": {"max_error": 0.015}}}) == {["", "fail"]}
}
