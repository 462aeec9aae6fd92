package lockgate.rules.governance.gov_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_004

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_004.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_when_taken_seriously if _judged({}) == {["", "pass"]}

test_passes_without_such_data if {
	_judged({"data": {"special_categories": false, "masked_fields": []}, "governance": {"ai_act_class": "minimal"}}) == {["", "pass"]}
}

test_fails_as_minimal if _judged({"governance": {"ai_act_class": "minimal"}, "risk": {"high": null}}) == {["", "fail"]}

test_passes_as_limited_without_a_high_tier if {
	_judged({"governance": {"ai_act_class": "limited"}, "risk": {"high": null}}) == {["", "pass"]}
}

test_fails_as_limited_with_a_high_tier if _judged({"governance": {"ai_act_class": "limited"}}) == {["", "fail"]}

test_fails_when_a_machine_decides_alone if _judged({"use_case": {"autonomy": "acts"}}) == {["", "fail"]}

test_fails_when_nothing_is_masked if _judged({"data": {"masked_fields": []}}) == {["", "fail"]}
