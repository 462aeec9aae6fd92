package lockgate.rules.governance.gov_007_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_007

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_007.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_segments(segments) := {"bias_segments": segments}

test_passes_with_two if _judged({}) == {["", "pass"]}

test_fails_with_one if _judged({"governance": _segments(["private"])}) == {["", "fail"]}

test_fails_without_any_where_the_class_is_high if {
	_judged({"data": {"personal": false}, "governance": _segments([])}) == {["", "fail"]}
}

test_fails_without_any_where_data_is_personal if {
	_judged({"governance": object.union(_segments([]), {"ai_act_class": "limited"})}) == {["", "fail"]}
}

test_passes_without_any_where_nobody_is_concerned if {
	_judged({"data": {"personal": false}, "governance": object.union(_segments([]), {"ai_act_class": "minimal"})}) == {["", "pass"]}
}
