package lockgate.rules.governance.gov_008_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_008

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_008.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_review if _judged({}) == {["", "pass"]}

test_passes_in_another_class if _judged({"governance": {"ai_act_class": "limited"}, "use_case": {"autonomy": "acts"}}) == {["", "pass"]}

test_fails_when_it_acts if _judged({"use_case": {"autonomy": "acts"}}) == {["", "fail"]}

test_fails_when_high_cases_go_to_a_model if _judged({"routing": {"high": {"action": "validate"}}}) == {["", "fail"]}

test_passes_without_high_cases if _judged({"risk": {"high": null}, "routing": {"high": null}}) == {["", "pass"]}
